"""Taguette's projects (its SQLite file): in."""
