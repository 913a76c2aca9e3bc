"""What devices sent and is held; the devices themselves."""
