"""How many examples a property is tried on."""

from __future__ import annotations

import os

ON_THE_SECOND_DATABASE = os.environ.get("THROUGHLINE_DATABASE", "").startswith("postgres")


def examples(number: int) -> int:
    """All of them on the embedded database; a quarter on PostgreSQL, where the property is the same and only the locks differ."""
    return max(number // 4, 3) if ON_THE_SECOND_DATABASE else number
