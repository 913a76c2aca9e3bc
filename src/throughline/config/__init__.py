"""The wiring: settings, urls, middleware. Imported by nobody but the top floor's entry points."""
