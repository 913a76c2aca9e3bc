"""A service's own contact log (CSV or spreadsheet) -> contacts, by a mapping that a person can write."""
