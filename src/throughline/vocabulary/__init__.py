"""Floor 0: the field's words. Standard library only; every other floor may use it, it uses none."""
