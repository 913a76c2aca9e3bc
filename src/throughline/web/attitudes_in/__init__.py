"""Attitudes of officers and workers through pages: how a questionnaire is scored, and files of what was answered."""
