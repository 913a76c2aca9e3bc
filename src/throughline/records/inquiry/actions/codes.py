"""Codes over time: written anew, moved in their tree, retired and put back; and the codebook kept as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import check_may_change_codes
from throughline.records.inquiry.actions.holding import have_code_alone
from throughline.records.inquiry.models import Code, Codebook, CodebookVersion, CodeRevision
from throughline.rules.access import check_may_manage_codebook
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import CodeOrigin

WRITTEN = ("name", "definition", "include", "exclude", "example", "origin", "colour")


@dataclass(frozen=True)
class CodeWords:
    """What a code is called and means. Its slug stays: files and earlier versions know it by that."""

    name: str
    origin: CodeOrigin
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    colour: int = 0


@transaction.atomic
def change_code(*, code: Code, words: CodeWords, base_version: int, by: Actor, at: datetime) -> Code:
    """Write a code anew; what it was is kept. `base_version` is the one the writer saw; Unready where it is past."""
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row = locked_code(code)
    if row.version != base_version:
        raise Unready(
            Sentence(
                "Somebody changed the code %(code)s meanwhile. Look at it as it is now, and write again.",
                code=row.name,
            )
        )
    if not words.name.strip():
        raise Invalid(Sentence("A code needs a name."), fields={"name": Sentence("Empty.")})
    if words == words_of(row):
        return row
    keep_code_revision(row, "changed", by, at)
    Code.objects.filter(id=row.id).update(**_fields(words))
    return _done(row, Event.CODE_CHANGED, by, at)


@transaction.atomic
def move_code(
    *, code: Code, parent: Code | None, before: Code | None = None, by: Actor, at: datetime
) -> Code:
    """Put a code, with all below it, under another one (None: at the top), before a code that stands there or last.

    Raises Invalid for a place under itself, in another codebook, or before a code that stands elsewhere.
    """
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row = locked_code(code)
    codes = {one.id: one for one in Code.objects.filter(codebook_id=row.codebook_id)}
    parent_id = _id_within(codes, parent)
    before_id = _id_within(codes, before)
    if parent_id is not None and row.id in ancestry(codes, parent_id):
        raise Invalid(Sentence("The code %(code)s cannot stand under itself.", code=row.name))
    if before_id is not None and (before_id == row.id or codes[before_id].parent_id != parent_id):
        raise Invalid(Sentence("The code that it should stand before is not in that place. Look again."))
    was = [one.id for one in in_tree_order(list(codes.values()))]
    old_parent, codes[row.id].parent_id = row.parent_id, parent_id
    order = in_tree_order(list(codes.values()), moved=row.id, before=before_id)
    if old_parent == parent_id and was == [one.id for one in order]:
        return row
    keep_code_revision(row, "moved", by, at)
    Code.objects.filter(id=row.id).update(parent_id=parent_id)
    _number(order)
    return _done(row, Event.CODE_CHANGED, by, at, reason="moved")


@transaction.atomic
def retire_code(*, code: Code, by: Actor, at: datetime) -> Code:
    """Take a code out of use. What it was put on keeps it; nothing new is coded with it."""
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row = locked_code(code)
    if row.retired_at is not None:
        raise Unready(Sentence("The code %(code)s is retired already.", code=row.name))
    have_code_alone(row.id)
    keep_code_revision(row, "retired", by, at)
    Code.objects.filter(id=row.id).update(retired_at=at)
    return _done(row, Event.CODE_RETIRED, by, at)


@transaction.atomic
def reinstate_code(*, code: Code, by: Actor, at: datetime) -> Code:
    """Bring a retired code back into use. What a merge took from it stays where it went."""
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row = locked_code(code)
    if row.retired_at is None:
        raise Unready(Sentence("The code %(code)s is in use already.", code=row.name))
    keep_code_revision(row, "reinstated", by, at)
    Code.objects.filter(id=row.id).update(retired_at=None, merged_into=None)
    return _done(row, Event.CODE_REINSTATED, by, at)


@transaction.atomic
def keep_codebook(*, codebook: Codebook, name: str, by: Actor, at: datetime) -> CodebookVersion:
    """Keep the codebook as it stands now under a name, so that later ones can be compared with it."""
    check_may_manage_codebook(by, codebook.programme_id)
    if not name.strip():
        raise Invalid(Sentence("Give this version a name."), fields={"name": Sentence("Empty.")})
    Codebook.objects.select_for_update(no_key=True).get(id=codebook.id)
    last = CodebookVersion.objects.filter(codebook=codebook).aggregate(last=Max("number"))["last"] or 0
    version = CodebookVersion.objects.create(
        programme_id=codebook.programme_id, codebook=codebook, number=last + 1, name=name.strip(),
        codes=codes_kept(codebook), kept_at=at, kept_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.CODEBOOK_KEPT, target=version, programme_id=codebook.programme_id, by=by, at=at,
        count=len(version.codes),
    )  # fmt: skip
    return version


def codes_kept(codebook: Codebook) -> list[dict[str, Any]]:
    """The codes of a book in tree order, as a kept version holds them."""
    rows = Code.objects.filter(codebook=codebook).select_related("parent", "merged_into")
    return [{"id": str(row.id), **_state(row)} for row in in_tree_order(list(rows))]


def words_of(code: Code) -> CodeWords:
    return CodeWords(
        name=code.name, origin=CodeOrigin(code.origin), definition=code.definition, include=code.include,
        exclude=code.exclude, example=code.example, colour=code.colour,
    )  # fmt: skip


def locked_code(code: Code) -> Code:
    """The code as it stands now; its book is locked, since a tree changes as a whole."""
    Codebook.objects.select_for_update(no_key=True).get(id=code.codebook_id)
    row: Code = Code.objects.select_related("codebook", "parent", "merged_into").get(id=code.id)
    return row


def keep_code_revision(row: Code, what: str, by: Actor, at: datetime) -> None:
    """Keep what a code was, and count its version on. `what`: changed, moved, merged, split, retired, reinstated."""
    CodeRevision.objects.create(
        programme_id=row.programme_id, code=row, version=row.version, was={**_state(row), "what": what},
        changed_at=at, changed_by=by.id,
    )  # fmt: skip
    Code.objects.filter(id=row.id).update(version=F("version") + 1)


def ancestry(codes: dict[UUID, Code], code_id: UUID) -> set[UUID]:
    """A code and all above it."""
    found: set[UUID] = set()
    at: UUID | None = code_id
    while at is not None and at not in found:
        found.add(at)
        at = codes[at].parent_id
    return found


def in_tree_order(
    codes: Sequence[Code], *, moved: UUID | None = None, before: UUID | None = None
) -> list[Code]:
    """A code, then all below it; siblings by their place. `moved` stands before a sibling, or last of them."""
    below: dict[UUID | None, list[Code]] = {}
    for one in sorted(codes, key=lambda one: one.place):
        below.setdefault(one.parent_id, []).append(one)
    for siblings in below.values():
        mine = next((one for one in siblings if one.id == moved), None)
        if mine is not None:
            siblings.remove(mine)
            place = next((n for n, one in enumerate(siblings) if one.id == before), len(siblings))
            siblings.insert(place, mine)
    order: list[Code] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        one = waiting.pop()
        order.append(one)
        waiting += reversed(below.get(one.id, []))
    return order


def _id_within(codes: dict[UUID, Code], code: Code | None) -> UUID | None:
    if code is None:
        return None
    if code.id not in codes:
        raise Invalid(Sentence("The code %(code)s belongs to another codebook.", code=code.name))
    return code.id


def _number(order: Sequence[Code]) -> None:
    """Give the codes the places 1, 2, 3 ...; by way of places that nobody has, since no two may share one."""
    changed = [(row, place) for place, row in enumerate(order, start=1) if row.place != place]
    most = max([len(order), *(row.place for row in order)])
    Code.objects.filter(id__in=[row.id for row, _ in changed]).update(place=F("place") + most)
    for row, place in changed:
        row.place = place
    Code.objects.bulk_update([row for row, _ in changed], ["place"], batch_size=200)


def _state(row: Code) -> dict[str, Any]:
    return {
        "slug": row.slug, "parent": row.parent.slug if row.parent else None,
        **{name: getattr(row, name) for name in WRITTEN}, "retired": row.retired_at is not None,
        "merged_into": row.merged_into.slug if row.merged_into else None,
    }  # fmt: skip


def _fields(words: CodeWords) -> dict[str, Any]:
    return {**asdict(words), "origin": words.origin.value, "name": words.name.strip()}


def _done(row: Code, event: Event, by: Actor, at: datetime, reason: str = "") -> Code:
    audit.record(event, target=row, programme_id=row.programme_id, by=by, at=at, reason=reason)
    row.refresh_from_db()
    return row
