"""Incidents: what was reported, and which reports are of one."""
