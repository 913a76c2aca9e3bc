"""What is done to instruments, waves, approaches and responses."""
