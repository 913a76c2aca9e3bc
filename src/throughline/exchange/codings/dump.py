"""Codings -> CSV or JSON, one row each, with who put which code where; the words only where the door for words lets them out.

Columns: source, source_id, code (its path), code_id, analyst, start, end (code points, end exclusive), applied_at, coding_id,
words, words_kept_back, gone_in. Words leave from de-identified sources, with the consent of everybody who speaks in them, and without a
name of the analysis's list; otherwise `words_kept_back` says why, and `words` holds nothing: that is not the same as no words. A coding whose words a
correction of the text took is a row as well, with the version in which they went in `gone_in`; its place counts in the version
before.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from throughline.records.inquiry.actions import compare_with_names
from throughline.records.inquiry.actions.projects import let_project_leave, open_sources
from throughline.records.inquiry.models import Analysis, Code, Coding
from throughline.records.inquiry.queries.projects import analyst_names, project_sources
from throughline.records.inquiry.queries.speaking import quotable
from throughline.records.inquiry.queries.texts import lost_by_corrections
from throughline.records.study.actions import ReleaseDraft
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ReleaseDoor

PROFILE = "consented_words"  # the words of de-identified sources to which everybody in the passage consented
# What a spreadsheet takes for a formula; with a quotation mark before it is text there.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CodingsFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class KeptBack(StrEnum):
    NOT_DEIDENTIFIED = "not_deidentified"
    NO_CONSENT = "no_consent"
    NAME_LEFT = "name_left"  # a word of the analysis's list of names stands in it
    GONE = "gone"  # no longer in the text: a correction took them


@dataclass(frozen=True, slots=True)
class CodingRow:
    """One coding. `words` is None where they are kept back, and `words_kept_back` says why."""

    source: str
    source_id: UUID
    code: str
    code_id: UUID
    analyst: str
    start: int
    end: int
    applied_at: datetime
    coding_id: UUID
    words: str | None
    words_kept_back: KeptBack | None
    gone_in: int | None = None


@dataclass(frozen=True)
class CodingsLeft:
    """The file's bytes, how many codings are in it, and of how many the words are not: they may not leave, or are gone."""

    data: bytes
    codings: int
    kept_back: int
    gone: int


def export_codings(
    *, analysis: Analysis, form: CodingsFormat, recipient: str, by: Actor, at: datetime
) -> CodingsLeft:
    """All codings that the actor may see, those without their words too; a line of the ledger says that they left. Raises NotAllowed."""
    check_may_release(by, analysis.programme_id, Permission.RELEASE_WORDS)
    rows = _without_names(analysis, list(_rows(analysis, by, at)), by, at)
    data = _csv(rows) if form is CodingsFormat.CSV else _json(rows)
    draft = ReleaseDraft(
        door=ReleaseDoor.WORDS, what=f"codings: {analysis.name}"[:120], recipient=recipient, profile=PROFILE,
        content_hash=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    let_project_leave(analysis=analysis, draft=draft, codings=len(rows), by=by, at=at)
    gone = sum(1 for row in rows if row.gone_in is not None)
    return CodingsLeft(data, len(rows), sum(1 for row in rows if row.words is None) - gone, gone)


def _rows(analysis: Analysis, by: Actor, at: datetime) -> Iterator[CodingRow]:
    sources = sorted(project_sources(by, analysis), key=lambda one: (one.name, one.id))
    texts = open_sources(sources=[one for one in sources if one.is_deidentified], by=by, at=at)
    paths = _paths(Code.objects.visible_to(by).filter(codebook__analysis=analysis))
    standing: Any = Coding.objects.visible_to(by).standing().filter(source__in=[one.id for one in sources])
    gone: Any = lost_by_corrections(by, [one.id for one in sources])
    actors = (rows.order_by().values_list("analyst", flat=True).distinct() for rows in (standing, gone))
    names = analyst_names(analysis, set().union(*actors))
    lost: dict[UUID, list[Coding]] = {}
    for one in gone.order_by("start", "end", "id"):
        lost.setdefault(one.source_id, []).append(one)
    for source in sources:
        laid = list(
            standing.filter(source=source)
            .order_by("start", "end", "id")
            .values_list("code_id", "analyst", "start", "end", "applied_at", "id")
        )
        text = texts.get(source.id)
        may = quotable(source, [(start, end) for _, _, start, end, _, _ in laid]) if text is not None else []
        for place, (code, analyst, start, end, applied_at, coding) in enumerate(laid):
            words, why = _words(text, start, end, is_quotable=bool(may and may[place]))
            yield CodingRow(
                source.name,
                source.id,
                paths[code],
                code,
                names[analyst],
                start,
                end,
                applied_at,
                coding,
                words,
                why,
            )
        for one in lost.get(source.id, ()):
            yield CodingRow(
                source.name, source.id, paths[one.code_id], one.code_id, names[one.analyst], one.start, one.end,
                one.applied_at, one.id, None, KeptBack.GONE, one.lost_in,
            )  # fmt: skip


def _without_names(analysis: Analysis, rows: list[CodingRow], by: Actor, at: datetime) -> list[CodingRow]:
    """The rows, without words in which a name of the list stands, whatever was said of the source."""
    said = dict.fromkeys(row.words for row in rows if row.words)
    named = compare_with_names(analysis=analysis, texts=((words, words) for words in said), by=by, at=at)
    return [
        replace(row, words=None, words_kept_back=KeptBack.NAME_LEFT) if row.words in named else row for row in rows
    ]  # fmt: skip


def _words(
    text: str | None, start: int, end: int, *, is_quotable: bool
) -> tuple[str | None, KeptBack | None]:
    if text is None:
        return None, KeptBack.NOT_DEIDENTIFIED
    return (text[start:end], None) if is_quotable else (None, KeptBack.NO_CONSENT)


def _paths(codes: Iterable[Code]) -> dict[UUID, str]:
    """Code -> its name below those above it."""
    known = {code.id: code for code in codes}
    paths: dict[UUID, str] = {}
    for code in known.values():
        names, at = [code.name], code.parent_id
        while at is not None and at in known and len(names) < len(known):
            names.append(known[at].name)
            at = known[at].parent_id
        paths[code.id] = " > ".join(reversed(names))
    return paths


def _csv(rows: Iterable[CodingRow]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CodingRow.__dataclass_fields__)
    for row in rows:
        writer.writerow([_cell(value) for value in _told(row).values()])
    return out.getvalue().encode("utf-8")


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(rows: Iterable[CodingRow]) -> bytes:
    told = [_told(row) for row in rows]
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8")


def _told(row: CodingRow) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        for name, value in asdict(row).items()
    }  # fmt: skip
