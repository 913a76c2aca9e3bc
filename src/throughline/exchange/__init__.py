"""Floor 3: bytes <-> documents <-> records, one folder per format; reading and writing are pure."""
