"""The keys of an installation as one file behind a passphrase, to be kept apart from the backups."""
