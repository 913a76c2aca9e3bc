"""Attitudes of officers and workers: scoring keys as people write them, and tables of what was answered."""
