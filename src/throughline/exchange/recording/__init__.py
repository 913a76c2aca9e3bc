"""Sound: what a browser can play, told by its bytes."""
