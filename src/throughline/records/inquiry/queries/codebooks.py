"""Codebooks over time: what a code was, the versions that were kept, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.records.inquiry.actions.codes import codes_kept
from throughline.records.inquiry.models import Code, Codebook, CodebookVersion, CodeRevision, Coding
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence

TEXTS = ("definition", "include", "exclude", "example")
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Rewritten:
    """A part of a code's words that differs: `field` is definition, include, exclude or example."""

    field: str
    was: str
    now: str


@dataclass(frozen=True)
class CodeDifference:
    """What became of a code between two versions; `code` as it is in the later one.

    `renamed_from` is its earlier name. `moved_from` and `moved_to` are names of parents, empty for the top.
    """

    code: Kept
    renamed_from: str = ""
    is_moved: bool = False
    moved_from: str = ""
    moved_to: str = ""
    rewritten: tuple[Rewritten, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two versions of a codebook. A code may stand in several lists: renamed and moved, say."""

    added: tuple[Kept, ...] = ()
    retired: tuple[Kept, ...] = ()
    merged: tuple[tuple[Kept, str], ...] = ()  # with the name of what it was merged into
    reinstated: tuple[Kept, ...] = ()
    renamed: tuple[CodeDifference, ...] = ()
    moved: tuple[CodeDifference, ...] = ()
    rewritten: tuple[CodeDifference, ...] = ()
    unchanged: int = 0

    def is_same(self) -> bool:
        lists = (
            self.added,
            self.retired,
            self.merged,
            self.reinstated,
            self.renamed,
            self.moved,
            self.rewritten,
        )
        return not any(lists)


def codebook_for(actor: Actor, codebook_id: UUID) -> Codebook:
    rows: QuerySet[Codebook] = Codebook.objects.visible_to(actor).filter(id=codebook_id)
    found = rows.select_related("analysis").first()
    if found is None:
        raise NotFound(Sentence("There is no such codebook."))
    return found


def revisions_of(actor: Actor, code: Code) -> QuerySet[CodeRevision]:
    """What a code was before, newest first."""
    rows: QuerySet[CodeRevision] = CodeRevision.objects.visible_to(actor).filter(code=code)
    return rows.order_by("-version")


def versions_for(actor: Actor, codebook: Codebook) -> QuerySet[CodebookVersion]:
    """The versions that were kept, newest first."""
    rows: QuerySet[CodebookVersion] = CodebookVersion.objects.visible_to(actor).filter(codebook=codebook)
    return rows.order_by("-number")


def codes_now(actor: Actor, codebook: Codebook) -> list[dict[str, Any]]:
    """The codebook as it stands, in the shape of a kept version."""
    return codes_kept(codebook_for(actor, codebook.id))


def codings_under(actor: Actor, code: Code) -> QuerySet[Coding]:
    """The codings of a code that stand and that this actor may see, by source and place."""
    rows: QuerySet[Coding] = Coding.objects.visible_to(actor).standing().filter(code=code)
    rows = rows.filter(source__erased_at=None).select_related("source", "round")
    return rows.order_by("source__name", "source_id", "start", "end", "id").defer(
        "source__text", "source__raw"
    )


def settled(codings: QuerySet[Coding]) -> QuerySet[Coding]:
    """Those of a closed round, which stand as they were compared."""
    return codings.filter(Q(round__isnull=False) & Q(round__closed_at__isnull=False))


def compare_codes(before: Sequence[Kept], after: Sequence[Kept]) -> Comparison:
    """What lies between two versions of a codebook, codes being the same where their ids are. Pure."""
    was = {one["id"]: one for one in before}
    names = [{one["slug"]: one["name"] for one in side} for side in (before, after)]
    added, retired, merged, reinstated = [], [], [], []
    differing: list[CodeDifference] = []
    unchanged = 0
    for one in after:
        old = was.get(one["id"])
        if old is None:
            added.append(one)
            continue
        if one["merged_into"] and not old["merged_into"]:
            merged.append((one, names[1].get(one["merged_into"], str(one["merged_into"]))))
        elif one["retired"] and not old["retired"]:
            retired.append(one)
        elif old["retired"] and not one["retired"]:
            reinstated.append(one)
        difference = _difference(old, one, names)
        if difference is not None:
            differing.append(difference)
        elif bool(old["retired"]) == bool(one["retired"]):
            unchanged += 1
    return Comparison(
        tuple(added), tuple(retired), tuple(merged), tuple(reinstated),
        tuple(one for one in differing if one.renamed_from), tuple(one for one in differing if one.is_moved),
        tuple(one for one in differing if one.rewritten), unchanged,
    )  # fmt: skip


def _difference(old: Kept, new: Kept, names: list[dict[str, str]]) -> CodeDifference | None:
    rewritten = tuple(Rewritten(field, old[field], new[field]) for field in TEXTS if old[field] != new[field])
    is_moved = old["parent"] != new["parent"]
    renamed = old["name"] if old["name"] != new["name"] else ""
    if not (rewritten or is_moved or renamed):
        return None
    return CodeDifference(
        new, renamed, is_moved, names[0].get(old["parent"] or "", "") if is_moved else "",
        names[1].get(new["parent"] or "", "") if is_moved else "", rewritten,
    )  # fmt: skip
