"""Projects of qualitative software: the one shape that all of them are read into, and the report on what was read."""
