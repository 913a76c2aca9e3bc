"""Freezing, and keeping the ledger of what left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme
from throughline.records.racing import again_if_raced
from throughline.records.study.models import (
    Freeze,
    Release,
    Study,
)
from throughline.rules.access import (
    check_may_erase_source,
    check_may_evaluate,
    check_may_freeze,
    check_may_release,
)
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import (
    ReleaseDoor,
)

# Who may let something out by a door. Rows have actions of their own (rows.py): they need two people.
DOOR_PERMISSION: dict[ReleaseDoor, Permission] = {
    ReleaseDoor.TABLES: Permission.RELEASE_TABLES,
    ReleaseDoor.ROWS: Permission.ASK_FOR_ROWS,
    ReleaseDoor.WORDS: Permission.RELEASE_WORDS,
    ReleaseDoor.SUPPLIES: Permission.MANAGE_SUPPLIES,
}


@dataclass(frozen=True)
class ReleaseDraft:
    """What would leave: its door, its name, who gets it, under which profile, and the hash of its bytes.

    `cells` are the predicates and shown values of a table; `freeze` is None where nothing was frozen.
    """

    door: ReleaseDoor
    what: str
    recipient: str
    profile: str
    content_hash: str
    freeze: Freeze | None = None
    cells: tuple[Mapping[str, Any], ...] = ()


@again_if_raced
def record_freeze(
    *, study: Study, name: str, content_hash: str, rows: Mapping[str, int], by: Actor, at: datetime
) -> Freeze:
    """The row of a freeze whose files are whole. `rows`: table -> row count. A name is never used twice."""
    check_may_freeze(by, study.programme_id)
    if Freeze.objects.filter(programme_id=study.programme_id, name=name).exists():
        raise Unready(Sentence("There is a freeze called %(name)s already. Choose another name.", name=name))
    freeze = Freeze.objects.create(
        programme_id=study.programme_id, study=study, name=name, content_hash=content_hash, rows=dict(rows),
        frozen_at=at, frozen_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.FROZEN, target=freeze, programme_id=study.programme_id, by=by, at=at, count=sum(rows.values())
    )
    return freeze


@transaction.atomic
def record_evaluation(*, freeze: Freeze, by: Actor, at: datetime) -> None:
    """Say that a freeze was asked its questions; the results lie beside its files."""
    check_may_evaluate(by, freeze.programme_id)
    audit.record(Event.EVALUATED, target=freeze, programme_id=freeze.programme_id, by=by, at=at)


@transaction.atomic
def record_release(*, programme: Programme, draft: ReleaseDraft, by: Actor, at: datetime) -> Release:
    """A line of the ledger: it left. Rows leave by `record_rows_left`, which asks for the second person."""
    check_may_release(by, programme.id, DOOR_PERMISSION[draft.door])
    if draft.door is ReleaseDoor.ROWS:
        raise Invalid(Sentence("Rows leave only by a request that another person approved."))
    release = ledger_line(programme, draft, by, at, refusal="")
    audit.record(
        Event.RELEASED, target=release, programme_id=programme.id, by=by, at=at, reason=draft.door.value
    )
    return release


@transaction.atomic
def refuse_release(
    *, programme: Programme, draft: ReleaseDraft, refusal: Sentence, by: Actor, at: datetime
) -> Release:
    """A door that stayed shut is a line of the ledger too, with the sentence that said why."""
    check_may_release(by, programme.id, DOOR_PERMISSION[draft.door])
    release = ledger_line(programme, draft, by, at, refusal=refusal.english[:300])
    audit.record(
        Event.RELEASE_REFUSED, target=release, programme_id=programme.id, by=by, at=at, reason=draft.door.value
    )  # fmt: skip
    return release


@transaction.atomic
def reword_ledger(*, programme: Programme, reword: Callable[[str], str], by: Actor, at: datetime) -> int:
    """Name otherwise what left, where the name was made of words that may not be told any more: nothing else of a line
    changes. How many lines were reworded.
    """
    check_may_erase_source(by, programme.id)
    changed = 0
    for pk, what, refusal in Release.objects.filter(programme=programme).values_list("id", "what", "refusal"):
        new = (reword(what)[:120], reword(refusal)[:300])
        if new != (what, refusal):
            Release.objects.filter(id=pk).update(what=new[0], refusal=new[1])
            changed += 1
    if changed:
        audit.record(
            Event.LEDGER_REWORDED, target=programme, programme_id=programme.id, by=by, at=at, count=changed
        )
    return changed


@transaction.atomic
def hand_over_report(*, freeze: Freeze, by: Actor, at: datetime) -> None:
    """Say that a report that was written was taken, each time it is."""
    for permission in (Permission.RELEASE_TABLES, Permission.RELEASE_WORDS):
        check_may_release(by, freeze.programme_id, permission)
    audit.record(Event.REPORT_HANDED_OVER, target=freeze, programme_id=freeze.programme_id, by=by, at=at)


def ledger_line(
    programme: Programme, draft: ReleaseDraft, by: Actor, at: datetime, *, refusal: str
) -> Release:
    """Write a line; for the actions of this app, which check and audit. Invalid where it names no recipient, or one that no line holds."""
    longest: Any = Release._meta.get_field("recipient").max_length
    if not 0 < len(draft.recipient.strip()) <= longest:
        raise Invalid(
            Sentence(
                "Say who it is for, in %(longest)s signs at most: it is written into the ledger.",
                longest=longest,
            ),
            fields={"recipient": Sentence("Empty, or too long.")},
        )
    if draft.freeze is not None and draft.freeze.programme_id != programme.id:
        raise Invalid(Sentence("The freeze is of another programme."))
    return Release.objects.create(
        programme=programme, freeze=draft.freeze, door=draft.door.value, what=draft.what,
        recipient=draft.recipient, profile=draft.profile, is_refused=bool(refusal), refusal=refusal,
        content_hash=draft.content_hash, cells=[dict(cell) for cell in draft.cells], released_at=at,
        released_by=by.id,
    )  # fmt: skip
