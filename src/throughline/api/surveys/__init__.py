"""Surveys over the API: forms, waves, interviews, what was answered, and linking waves."""
