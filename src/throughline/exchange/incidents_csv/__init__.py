"""Incidents as police or ambulance list them, a row per person -> incidents with their people and doses."""
