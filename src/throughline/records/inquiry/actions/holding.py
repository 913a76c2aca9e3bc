"""Codes kept as they are while something is put under them: else it could come to lie under one just merged or retired.

Who puts something under a code holds the code, and then locks the source; who ends a code has it alone, and then locks the
sources. Always codes before sources, and one code alone at most, so that nobody waits in a circle. SQLite has one writer at
a time, and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

from throughline.records.composed import Composed, Given
from throughline.records.inquiry.models import Code, Codebook

# what who puts something under a code needs to know
_OF_CODE = ("id", "programme_id", "codebook_id", "name", "retired_at", "merged_into_id")
_OF_BOOK = ("id", "analysis_id")
_CODE = Composed(
    lambda: Code.objects.filter(pk=Given("id", UUIDField())).values_list(
        *_OF_CODE, *(f"codebook__{name}" for name in _OF_BOOK)
    )
)


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


def _code(code_id: UUID) -> Code | None:
    found = _CODE.one(id=code_id)
    if found is None:
        return None
    row: Code = Code.from_db("default", _OF_CODE, found[: len(_OF_CODE)])
    row.codebook = Codebook.from_db("default", _OF_BOOK, found[len(_OF_CODE) :])
    return row


def codes_held(ids: Iterable[UUID]) -> dict[UUID, Code]:
    """Each of these codes as it stands now, held; for one that was merged the code that it became part of."""
    given = set(ids)
    hold_codes(given)
    rows = {one: row for one in given if (row := _code(one)) is not None}
    merged = {row.id: row.merged_into_id for row in rows.values() if row.merged_into_id}
    further = codes_held(merged.values()) if merged else {}
    return rows | {code: further[into] for code, into in merged.items()}
