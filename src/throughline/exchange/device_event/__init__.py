"""What the recorder on a phone sends: sealed events, read as strangers' bytes, made into actions."""
