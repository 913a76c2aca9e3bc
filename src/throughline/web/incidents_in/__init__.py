"""Lists of incidents through pages: a file is sent, its columns and words are said, tried, imported."""
