"""Throughline: from a contact log and an interview to findings."""

__version__ = "0.1.0"
