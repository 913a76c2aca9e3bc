"""Django's own backend of SQLite, for connections that outlast a request."""
