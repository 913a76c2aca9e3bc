"""QualCoder's projects (their data.qda): in."""
