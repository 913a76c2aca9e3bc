"""One encrypted file that holds an installation, without its keys: written, read, dumped and loaded."""
