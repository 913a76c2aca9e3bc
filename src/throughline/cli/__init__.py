"""The command line: the manual is `throughline --help`."""
