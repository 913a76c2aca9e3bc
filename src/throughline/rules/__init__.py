"""Floor 1: the field's rules, pure. Who may do what, which state may follow which, what consent allows.

Each decision is made once, here, as `check_may_x(...)`, which raises a sentence that the user can read.
"""
