"""Words of the monthly return."""

from __future__ import annotations

from enum import StrEnum

ALL_ROUTES = "all"  # in place of a route: by all of them


class Part(StrEnum):
    """Which contacts of a return: those of the month, or those of earlier months that arrived after their closing."""

    OWN = "own"
    LATE = "late"
