"""Courses, trainings held at a site, and who came."""
