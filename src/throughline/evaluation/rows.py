"""The door for rows: a named recipient, an agreement, two people, no group of few, and ids that are new each time.

`ask_for_rows` counts the smallest group over the quasi-identifying fields and refuses one under the profile's threshold,
naming the fields to coarsen. Another person approves (records/study). `release_rows` then writes the files, reads them
again, and gives them their place in the same transaction as the line of the ledger; `handed_over` checks them once more.

A row gets a random id, and rows stand in the order of those ids: nothing of a row says which it was in the freeze, or in
another release. The smallest group counts people (client codes; a contact without one counts for itself), as the reader
could tell them apart by the fields asked for. Of a survey they are counted within each phase, for whoever answered before and
after has two numbers. It does not know what else a recipient holds: the agreement has to.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction

from throughline.evaluation.codebook import TABLES, Asked, asked_fields, check_kinds_beside
from throughline.evaluation.doors import profile_named, word_of
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.rows_files import (
    ALWAYS,
    MANIFEST,
    ROW_ID,
    packed,
    read_all,
    same_rows,
    sha256,
    with_ids,
    write_all,
    write_manifest,
)
from throughline.methods.suppression import Profile
from throughline.records.study import actions
from throughline.records.study.actions import ReleaseDraft, RowsDraft, refuse_release
from throughline.records.study.models import Freeze, RowsRequest
from throughline.rules.access import check_may_release, check_may_take_rows
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import ReleaseDoor, RowsState

FOLDER = "rows"


@dataclass(frozen=True)
class Smallest:
    """People in the smallest group over `fields`, and what it would be without each of them (None: no group is left)."""

    people: int
    rows: int
    fields: tuple[str, ...]
    without: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RowsLeft:
    """The folder of the files, and what its manifest says."""

    folder: Path
    rows: int
    smallest_group: int
    checksums: dict[str, str]


def ask_for_rows(*, freeze: Freeze, draft: RowsDraft, by: Actor, at: datetime) -> RowsRequest:
    """Ask, once it is known that no group is too small.

    Raises NotAllowed; Invalid for a table or field that is none; Unready, after a line in the ledger, where somebody could
    be singled out.
    """
    check_may_release(by, freeze.programme_id, Permission.ASK_FOR_ROWS)
    profile = profile_named(draft.profile)
    fields = asked_fields(draft.table, draft.fields)
    check_kinds_beside(draft.table, fields)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        found = smallest_group(opened, draft.table, fields)
    try:
        check_large_enough(found, profile)
    except Unready as refusal:
        line = ReleaseDraft(
            door=ReleaseDoor.ROWS, what=draft.what, recipient=draft.recipient, profile=word_of(profile), content_hash="",
            freeze=freeze,
        )  # fmt: skip
        refuse_release(programme=freeze.study.programme, draft=line, refusal=refusal.sentence, by=by, at=at)
        raise
    return actions.ask_for_rows(
        freeze=freeze, draft=draft, row_count=found.rows, smallest_group=found.people, by=by, at=at
    )


def smallest_group(freeze: OpenFreeze, table: str, fields: Sequence[Asked]) -> Smallest:
    """How few people share one combination of the quasi fields asked for. Raises Unready where there is no row."""
    quasi = [field for field in fields if field.label is Privacy.QUASI]
    rows = _count(freeze, table, fields)
    people = _fewest(freeze, table, fields, quasi)
    if not rows:
        raise Unready(Sentence("The table has no row in this freeze."))
    without = tuple(
        (one.code, _fewest(freeze, table, fields, [other for other in quasi if other is not one]))
        for one in quasi
    )
    return Smallest(people, rows, tuple(field.code for field in quasi), without)


def check_large_enough(found: Smallest, profile: Profile) -> None:
    """Raises Unready for a group of fewer than the profile's threshold, saying which fields to coarsen."""
    if found.people >= profile.threshold:
        return
    best = sorted(found.without, key=lambda one: -one[1])
    enough = [one for one in best if one[1] >= profile.threshold] or best[:3]
    raise Unready(
        Sentence(
            "The smallest group over %(fields)s is %(people)s, under the %(threshold)s of the profile %(profile)s: somebody"
            " could be singled out. Coarsen or leave out one of these (the smallest group without it): %(without)s.",
            fields=tuple(found.fields),
            people=found.people,
            threshold=profile.threshold,
            profile=profile.name,
            without=tuple(f"{name} ({people})" for name, people in enough),
        )
    )


def _from(table: str, fields: Sequence[Asked]) -> str:
    """Of codes only all their time, unless the window is asked for: else a code would stand in several rows."""
    narrowed = table == "code_history" and all(field.column != "code_window" for field in fields)
    return f"{table} WHERE code_window = 'all'" if narrowed else table


def _count(freeze: OpenFreeze, table: str, fields: Sequence[Asked]) -> int:
    return int(freeze.ask(f"SELECT COUNT(*) AS n FROM {_from(table, fields)}")[0]["n"])  # noqa: S608  (words of ours only)


def _fewest(freeze: OpenFreeze, table: str, fields: Sequence[Asked], quasi: Sequence[Asked]) -> int:
    within = TABLES[table].within
    apart = [within] if within and all(field.column != within for field in quasi) else []
    keys = ", ".join([*(field.sql for field in quasi), *apart])
    group = f" GROUP BY {keys}" if keys else ""
    rows = freeze.ask(
        f"SELECT MIN(people) AS n FROM (SELECT COUNT(DISTINCT {TABLES[table].person}) AS people"  # noqa: S608  (words of ours only)
        f" FROM {_from(table, fields)}{group}) AS groups"
    )
    return int(rows[0]["n"] or 0)


def release_rows(*, request: RowsRequest, by: Actor, at: datetime) -> RowsLeft:
    """Let approved rows leave: write the files, read them again, and give them their place with the ledger's line.

    Raises NotAllowed; Unready where nobody approved them, they left already, or a group is too small; Invalid where the
    freeze is not as it was made. Then nothing is left behind.
    """
    check_may_take_rows(by, request.programme_id, is_own=request.asked_by == by.id)
    _check_may_leave_now(request)
    profile = profile_named(request.profile)
    fields = asked_fields(request.table, request.fields)
    place = rows_folder(request)
    part = place.with_name(f"{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        with open_freeze(folder_of(request.freeze), expect=request.freeze.content_hash) as opened:
            found = smallest_group(opened, request.table, fields)
            check_large_enough(found, profile)
            names = write_all(with_ids(_rows_of(opened, request.table, fields)), fields, request, part, at)
            told = {"rows": found.rows, "smallest_group": found.people}
            content_hash = write_manifest(request, told, names, part)
            left = _read_again(part, content_hash, request, opened)
        with transaction.atomic():
            actions.record_rows_left(
                request=request, content_hash=content_hash, row_count=left.rows, smallest_group=found.people, by=by, at=at,
            )  # fmt: skip
            # What lies here without a line in the ledger is of a run that died: it never left.
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return RowsLeft(place, left.rows, left.smallest_group, left.checksums)


def _check_may_leave_now(request: RowsRequest) -> None:
    """Said before files are written; the action asks again under its lock."""
    request.refresh_from_db()
    if request.state is RowsState.LEFT:
        raise Unready(Sentence("These rows have left already. Ask for them again to let them leave anew."))
    if request.state is not RowsState.APPROVED:
        raise Unready(Sentence("Another person must approve these rows before they leave."))


def handed_over(*, request: RowsRequest, by: Actor, at: datetime) -> RowsLeft:
    """The files of rows that left, for who asked for them: unaltered, or Invalid. Each time is audited."""
    actions.hand_over_rows(request=request, by=by, at=at)
    request.refresh_from_db()
    expect = request.release.content_hash if request.release else ""
    with open_freeze(folder_of(request.freeze), expect=request.freeze.content_hash) as opened:
        return _read_again(rows_folder(request), expect, request, opened)


def rows_folder(request: RowsRequest) -> Path:
    return folder_of(request.freeze) / FOLDER / str(request.id)


def packed_rows(left: RowsLeft) -> io.BytesIO:
    """The extract as one zip."""
    return packed(left.folder, list(left.checksums))


def _rows_of(opened: OpenFreeze, table: str, fields: Sequence[Asked]) -> pa.Table:
    columns = ", ".join(f"{field.sql} AS {field.name}" for field in fields)
    return opened.table(f"SELECT {columns} FROM {_from(table, fields)}")  # noqa: S608  (words of ours only)


def _read_again(folder: Path, expect: str, request: RowsRequest, opened: OpenFreeze) -> RowsLeft:
    """Read what was written, as the recipient would: every format holds the rows that were approved, and no other."""
    altered = Invalid(
        Sentence("The files of these rows are not as they were written. Ask for the rows again.")
    )
    try:
        if sha256(folder / MANIFEST) != expect:
            raise altered
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (
            not set(ALWAYS) <= set(told["files"])
            or {name: sha256(folder / name) for name in told["files"]} != told["files"]
        ):
            raise altered
        held = read_all(folder, list(told["files"]))
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise altered from error
    _check_approved(held, told, request, opened)
    return RowsLeft(folder, held.num_rows, told["smallest_group"], told["files"])


def _check_approved(
    held: pa.Table, told: Mapping[str, Any], request: RowsRequest, opened: OpenFreeze
) -> None:
    """Raises Invalid where the rows are not those of the freeze that the request names, as it names them."""
    approved = _rows_of(opened, request.table, asked_fields(request.table, request.fields))
    counts = (held.num_rows, told["rows"], told["smallest_group"])
    if counts != (request.row_count, request.row_count, request.smallest_group) or not same_rows(
        held.drop_columns([ROW_ID]), approved
    ):
        raise Invalid(
            Sentence(
                "These rows are not those that were approved. Nothing was handed over; ask for the rows again."
            )
        )
