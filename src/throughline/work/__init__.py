"""Long work that pages and the API ask for, done by the worker: who asked, how far it is, and the doing."""
