"""The API: what the pages do, through the same actions."""
