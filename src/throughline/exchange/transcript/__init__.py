"""Interview transcripts, captions and notes: strangers' bytes in, one frozen `TranscriptDocument` out."""
