"""Codes kept as they are while something is put under them: else it could come to lie under one just merged or retired.

Who puts something under a code holds the code, and then locks the source; who ends a code has it alone, and then locks the
sources. Always codes before sources, and one code alone at most, so that nobody waits in a circle. SQLite has one writer at
a time, and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from throughline.records.inquiry.models import Code


def hold_codes(ids: Iterable[UUID]) -> None:
    """Nobody ends these codes until the transaction is over; others may hold them too, write them anew and move them."""
    given = sorted(ids)
    if given and connection.features.has_select_for_update:  # PostgreSQL
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM inquiry_code WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [given]
            )


def have_code_alone(code_id: UUID) -> None:
    """Nobody puts anything under this code until the transaction is over; who was about to has done so."""
    Code.objects.select_for_update().only("id").get(id=code_id)


def codes_held(ids: Iterable[UUID]) -> dict[UUID, Code]:
    """Each of these codes as it stands now, held; for one that was merged the code that it became part of."""
    given = set(ids)
    hold_codes(given)
    rows: dict[UUID, Code] = {
        row.id: row for row in Code.objects.filter(id__in=given).select_related("codebook")
    }
    merged = {row.id: row.merged_into_id for row in rows.values() if row.merged_into_id}
    further = codes_held(merged.values()) if merged else {}
    return rows | {code: further[into] for code, into in merged.items()}
