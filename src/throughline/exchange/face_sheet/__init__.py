"""Face sheets: a table of what is known of participants or sources beside their words."""
