"""All codings of an analysis as a table, for programs that count."""
