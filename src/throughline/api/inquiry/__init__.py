"""Inquiry over the API: what its pages do, through the same actions."""
