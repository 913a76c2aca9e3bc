"""The study: its design, what it can detect, what was decided before the data."""
