"""One file a question: SQL over a freeze's tables, arithmetic from `methods`, a frozen answer with its version."""
