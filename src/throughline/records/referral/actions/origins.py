"""Recognising rows that came with an earlier file, by their keyed origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from throughline.records.programme.models import ImportRun
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.programme import ImportState

T = TypeVar("T")
PIECE = 500  # how many keys one query asks for: databases limit the parameters of a statement


def pieces(things: Iterable[T]) -> Iterator[list[T]]:
    """The things in lists of at most PIECE."""
    held = list(things)
    for start in range(0, len(held), PIECE):
        yield held[start : start + PIECE]


def known_origins(
    model: type[models.Model], programme_id: UUID, keys: Iterable[str | None], run: ImportRun | None
) -> dict[str, Any]:
    """Origin key -> id of the row that has it.

    Unready where such a row belongs to another import that has not come to its end: nobody can see it, so it must
    not count as known. Remove that import first.
    """
    known: dict[str, Any] = {}
    for some in pieces({key for key in keys if key is not None}):
        rows = model._default_manager.filter(programme_id=programme_id, origin_key__in=some)
        for key, pk, run_id, state in rows.values_list(
            "origin_key", "pk", "import_run_id", "import_run__state"
        ):
            if (
                run_id is not None
                and state != ImportState.COMPLETE.value
                and (run is None or run_id != run.id)
            ):
                raise Unready(
                    Sentence(
                        "Another import of these rows has not finished. Remove it, then import the file again."
                    )
                )
            known[key] = pk
    return known
