"""Codebooks as files: CSV, XLSX, Word and the REFI-QDA codebook."""
