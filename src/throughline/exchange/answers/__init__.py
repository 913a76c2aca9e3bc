"""Answers to a survey that were given elsewhere: REDCap, Kobo, ODK, and tables with a mapping."""
