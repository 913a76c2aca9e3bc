"""Which rows of a file have come before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from throughline.records.engagement.models import Contact

AT_ONCE = 500  # keys asked for in one statement


def known_origins(programme_id: UUID, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a contact of the programme was imported already."""
    known: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = Contact.objects.filter(programme_id=programme_id, origin_key__in=keys[start : start + AT_ONCE])
        known |= {key for key in rows.values_list("origin_key", flat=True) if key}
    return known
