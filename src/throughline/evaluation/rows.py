"""The door for rows: a named recipient, an agreement, two people, no group of few, and ids that are new each time.

`ask_for_rows` counts the smallest group over the quasi-identifying fields and refuses one under the profile's threshold,
naming the fields to coarsen. Another person approves (records/study). `release_rows` then writes the files, reads them
again, and gives them their place in the same transaction as the line of the ledger; `handed_over` checks them once more.

A row gets a random id, and rows stand in the order of those ids: nothing of a row says which it was in the freeze, or in
another release. The smallest group counts people (client codes; a contact without one counts for itself), as the reader
could tell them apart by the fields asked for. It does not know what else a recipient holds: the agreement has to.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
from django.db import transaction

from throughline.evaluation.codebook import TABLES, Asked, asked_fields
from throughline.evaluation.doors import profile_named, word_of
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import OpenFreeze, open_freeze
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
FILES = ("rows.parquet", "rows.csv", "codebook.csv")
MANIFEST = "manifest.json"
ROW_ID = "row_id"
NOT_HERE = "not_applicable"  # in the CSV, where Parquet has no value: the codebook says what that means


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
            fields=", ".join(found.fields),
            people=found.people,
            threshold=profile.threshold,
            profile=profile.name,
            without=", ".join(f"{name} ({people})" for name, people in enough),
        )
    )


def _from(table: str, fields: Sequence[Asked]) -> str:
    """Of codes only all their time, unless the window is asked for: else a code would stand in several rows."""
    narrowed = table == "code_history" and all(field.column != "code_window" for field in fields)
    return f"{table} WHERE code_window = 'all'" if narrowed else table


def _count(freeze: OpenFreeze, table: str, fields: Sequence[Asked]) -> int:
    return int(freeze.ask(f"SELECT COUNT(*) AS n FROM {_from(table, fields)}")[0]["n"])  # noqa: S608  (words of ours only)


def _fewest(freeze: OpenFreeze, table: str, fields: Sequence[Asked], quasi: Sequence[Asked]) -> int:
    keys = ", ".join(field.sql for field in quasi)
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
            _write(opened, request, fields, part)
        content_hash = _write_manifest(request, found, part)
        left = _read_again(part, content_hash)
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
    release = request.release
    return _read_again(rows_folder(request), release.content_hash if release else "")


def rows_folder(request: RowsRequest) -> Path:
    return folder_of(request.freeze) / FOLDER / str(request.id)


def _write(opened: OpenFreeze, request: RowsRequest, fields: Sequence[Asked], part: Path) -> None:
    columns = ", ".join(f"{field.sql} AS {field.name}" for field in fields)
    table = opened.table(f"SELECT {columns} FROM {_from(request.table, fields)}")  # noqa: S608  (words of ours only)
    # Random ids, and rows in their order: the order of the freeze is gone with its numbers.
    ids = pa.array([secrets.token_hex(16) for _ in range(table.num_rows)], pa.string())
    table = table.add_column(0, ROW_ID, ids).sort_by(ROW_ID)
    pq.write_table(table, part / "rows.parquet", compression="zstd")
    csv.write_csv(_as_text(table), part / "rows.csv")
    codebook = pa.table(
        {
            "field": [ROW_ID, *(field.name for field in fields)],
            "meaning": [
                "random, made for this release alone",
                *(field.meaning for field in fields),
            ],
            "privacy": [Privacy.PLAIN.value, *(field.label.value for field in fields)],
            "type": [str(column.type) for column in table.schema],
        }
    )
    csv.write_csv(codebook, part / "codebook.csv")


def _as_text(table: pa.Table) -> pa.Table:
    """Never a blank: where Parquet has no value a word stands."""
    return pa.table(
        {
            name: table[name].cast(pa.string()).fill_null(NOT_HERE)
            if not pa.types.is_boolean(table.schema.field(name).type)
            else pa.array([NOT_HERE if value is None else str(value).lower() for value in table[name].to_pylist()])
            for name in table.column_names
        }
    )  # fmt: skip


def _write_manifest(request: RowsRequest, found: Smallest, part: Path) -> str:
    """Counts and checksums of the files; its own hash stands in the ledger."""
    told = {
        "request": str(request.id), "what": request.what, "table": request.table, "row": TABLES[request.table].row,
        "recipient": request.recipient, "agreement": request.agreement, "profile": request.profile,
        "freeze": request.freeze.name, "rows": found.rows, "smallest_group": found.people,
        "empty": f"In rows.csv {NOT_HERE} stands where rows.parquet has no value; codebook.csv says what that means.",
        "files": {name: _sha256(part / name) for name in FILES},
    }  # fmt: skip
    (part / MANIFEST).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return _sha256(part / MANIFEST)


def _read_again(folder: Path, expect: str) -> RowsLeft:
    """Read what was written, as the recipient would: both files hold the rows that the manifest counts."""
    altered = Invalid(
        Sentence("The files of these rows are not as they were written. Ask for the rows again.")
    )
    try:
        if _sha256(folder / MANIFEST) != expect:
            raise altered
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if {name: _sha256(folder / name) for name in FILES} != told["files"]:
            raise altered
        held = pq.read_table(folder / "rows.parquet")
        written = csv.read_csv(
            folder / "rows.csv",
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(held.column_names, pa.string()), strings_can_be_null=False
            ),
        )
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise altered from error
    if held.num_rows != told["rows"] or not written.equals(_as_text(held).combine_chunks()):
        raise altered
    return RowsLeft(folder, held.num_rows, told["smallest_group"], told["files"])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
