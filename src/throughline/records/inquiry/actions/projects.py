"""Taking in a project that was coded in another program, whole or not at all; and letting one leave."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, models, transaction

from throughline.methods.text_mapping import TextMapping
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions.blind import check_may_change_codes
from throughline.records.inquiry.actions.sources import TurnDraft
from throughline.records.inquiry.actions.thematic import ThematicDraft, write_thematic
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Codebook,
    Coder,
    Coding,
    Memo,
    Participant,
    Source,
    Turn,
)
from throughline.records.keyring import source_keys
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.records.study.models import Release, Study
from throughline.rules.access import (
    check_may_add_source,
    check_may_manage_codebook,
    check_may_read_source,
    check_may_release,
)
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, CodeOrigin, MemoKind, SourceKind

BATCH = 2_000
_MOST = 1 << 28  # bytes that the rest of one source unfolds to
Row = TypeVar("Row", bound=models.Model)


class CoderDraft(NamedTuple):
    """Somebody who coded elsewhere; `actor` stands as analyst on their codings."""

    actor: str
    name: str
    short: str


class ProjectCodeDraft(NamedTuple):
    """A code with the id that its row gets; its parent stands before it."""

    id: UUID
    parent: UUID | None
    slug: str
    name: str
    definition: str
    colour: int


class CaseDraft(NamedTuple):
    """A case of the project: a participant."""

    id: UUID
    label: str
    attributes: dict[str, str]


class PlacedDraft(NamedTuple):
    """A coding as it was laid: [start, end) in code points, by whom, when."""

    id: UUID
    code: UUID
    analyst: str
    start: int
    end: int
    applied_at: datetime


class MemoDraft(NamedTuple):
    """A memo and the one thing that it is about, if any; with `start` and `end` a passage of the source."""

    id: UUID
    title: str
    text: str
    written_by: str
    written_at: datetime
    about: str = ""
    row: UUID | None = None
    start: int | None = None
    end: int | None = None
    kind: MemoKind = MemoKind.MEMO


class CarriedDraft(NamedTuple):
    """What there is no field for, by the GUID that the thing has in the file."""

    guid: UUID
    kind: str
    place: int
    row: UUID | None
    rest: dict[str, Any]
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodedSourceDraft:
    """A source with what lies on it. `rest` is carried along under the source's own key, for it may quote the text.

    Of `rest` is known here: `selections`, each with `start`, `end` and perhaps a `name` and `description`, which count in
    the `version` of the text that it says (without one, the first).
    """

    id: UUID
    guid: UUID
    name: str
    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    file_hash: str
    file_format: str
    turns: tuple[TurnDraft, ...]
    attributes: dict[str, str]
    codings: tuple[PlacedDraft, ...]
    rest: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodedProjectDraft:
    """A project as it becomes rows. `analysis` is there already, or None: one is opened with the id `analysis_id`."""

    analysis_id: UUID
    analysis: Analysis | None
    name: str
    question: str
    approach: Approach
    codebook: str
    kind: SourceKind
    language: str
    is_deidentified: bool
    coders: tuple[CoderDraft, ...]
    codes: tuple[ProjectCodeDraft, ...]
    cases: tuple[CaseDraft, ...]
    sources: tuple[CodedSourceDraft, ...]
    memos: tuple[MemoDraft, ...]
    carried: tuple[CarriedDraft, ...]
    thematic: ThematicDraft = field(default_factory=ThematicDraft)


def keep_project(*, study: Study, draft: CodedProjectDraft, by: Actor, at: datetime) -> Analysis:
    """Keep a project: all of it in one transaction, or nothing; then the keys of its sources are taken back.

    Texts are sealed before the transaction, in which nobody else can write. Counts the codings before it ends:
    ArithmeticError, and nothing kept, where one has gone missing. Unready where somebody else keeps the same meanwhile.
    """
    check_may_add_source(by, study.programme_id)
    check_may_manage_codebook(by, study.programme_id)
    made: list[UUID] = []
    try:
        sealed = [_sealed_source(source, made) for source in draft.sources]
        with transaction.atomic():
            analysis = _opened(study, draft, by, at)
            before = Coding.objects.filter(source__analysis=analysis).count()
            _write_book(analysis, draft)
            for place, source in enumerate(draft.sources):
                _write_source(analysis, draft, source, sealed[place], place, by, at)
            write_thematic(analysis, draft.thematic)
            _write_beside(analysis, draft)
            _check_all_there(analysis, before, sum(len(source.codings) for source in draft.sources))
            codings = sum(len(source.codings) for source in draft.sources)
            audit.record(
                Event.PROJECT_IMPORTED, target=analysis, programme_id=analysis.programme_id, by=by, at=at,
                count=codings,
            )  # fmt: skip
    except BaseException:
        for source_id in made:
            source_keys().take_back(source_id)
        raise
    return analysis


@transaction.atomic
def open_sources(*, sources: Sequence[Source], by: Actor, at: datetime) -> dict[UUID, str]:
    """The texts of sources of one programme in the clear, for an export; each opening is an audit event."""
    for source in sources:
        check_may_read_source(by, source.programme_id, is_deidentified=source.is_deidentified)
    texts = {}
    for source in sources:
        texts[source.id] = source_keys().open(source.id).decrypt(bytes(source.text)).decode()
        audit.record(
            Event.SOURCE_READ, target=source, programme_id=source.programme_id, by=by, at=at, reason="export"
        )
    return texts


@transaction.atomic
def let_project_leave(
    *, analysis: Analysis, draft: ReleaseDraft, codings: int, by: Actor, at: datetime
) -> Release:
    """A line of the ledger before a project's words leave; `codings` is how many leave with it."""
    check_may_release(by, analysis.programme_id, Permission.RELEASE_WORDS)
    release = record_release(programme=analysis.programme, draft=draft, by=by, at=at)
    audit.record(
        Event.PROJECT_EXPORTED,
        target=analysis,
        programme_id=analysis.programme_id,
        by=by,
        at=at,
        count=codings,
    )
    return release


def check_not_erased(analysis: Analysis, hashes: Sequence[str]) -> None:
    """Raise Unready where a file of one of these hashes was erased from the analysis."""
    for some in _batches(hashes, 500):
        if Source.objects.filter(analysis=analysis, file_hash__in=some, erased_at__isnull=False).exists():
            raise Unready(
                Sentence("A text of this project was erased from this analysis. It is not taken in again.")
            )


def _opened(study: Study, draft: CodedProjectDraft, by: Actor, at: datetime) -> Analysis:
    if draft.analysis is not None:
        if draft.analysis.study_id != study.id:
            raise Invalid(Sentence("The analysis belongs to another study."))
        if draft.codes or draft.thematic.themes:
            check_may_change_codes(by, study.programme_id, draft.analysis.id)
        check_not_erased(draft.analysis, [source.file_hash for source in draft.sources])
        return draft.analysis
    taken = Unready(
        Sentence("There is an analysis called %(name)s already. Choose another name.", name=draft.name)
    )
    if Analysis.objects.filter(programme_id=study.programme_id, name=draft.name).exists():
        raise taken
    try:  # a project is too much to be written twice: only its name may be taken meanwhile
        with transaction.atomic():
            analysis = Analysis.objects.create(
                id=draft.analysis_id, programme_id=study.programme_id, study=study, name=draft.name,
                question=draft.question, approach=draft.approach.value,
            )  # fmt: skip
    except IntegrityError:
        raise taken from None
    audit.record(Event.ANALYSIS_OPENED, target=analysis, programme_id=study.programme_id, by=by, at=at)
    return analysis


def _write_book(analysis: Analysis, draft: CodedProjectDraft) -> None:
    programme = analysis.programme_id
    _write(
        Coder,
        (
            Coder(programme_id=programme, analysis=analysis, actor=one.actor, name=one.name, short=one.short)
            for one in draft.coders
        ),
    )
    if draft.codes:
        book = Codebook.objects.create(programme_id=programme, analysis=analysis, name=draft.codebook)
        _write(
            Code,
            (
                Code(
                    id=one.id, programme_id=programme, codebook=book, parent_id=one.parent, place=place, slug=one.slug,
                    name=one.name, definition=one.definition, origin=CodeOrigin.INDUCTIVE.value, colour=one.colour,
                )
                for place, one in enumerate(draft.codes, start=1)
            ),
        )  # fmt: skip
    _write(
        Participant,
        (
            Participant(
                id=one.id,
                programme_id=programme,
                analysis=analysis,
                label=one.label,
                attributes=one.attributes,
            )
            for one in draft.cases
        ),
    )


class Sealed(NamedTuple):
    """What of a source lies under its own key."""

    text: bytes
    raw: bytes
    rest: dict[str, str]


def _sealed_source(one: CodedSourceDraft, made: list[UUID]) -> Sealed:
    """Seal a source under a new key; its id then stands among those whose keys were `made`."""
    cipher = source_keys().create(one.id)
    made.append(one.id)
    return Sealed(cipher.encrypt(one.text.encode()), cipher.encrypt(one.raw), _sealed(cipher, one.rest))


def _write_source(
    analysis: Analysis,
    draft: CodedProjectDraft,
    one: CodedSourceDraft,
    sealed: Sealed,
    place: int,
    by: Actor,
    at: datetime,
) -> None:
    programme = analysis.programme_id
    Source.objects.create(
        id=one.id, programme_id=programme, analysis=analysis, name=one.name, kind=draft.kind.value,
        collected_on_nothing=Nothing.NOT_RECORDED.value, language=draft.language, attributes=one.attributes,
        is_deidentified=draft.is_deidentified, file_hash=one.file_hash, file_format=one.file_format,
        characters=len(one.text), text=sealed.text, raw=sealed.raw, added_at=at, added_by=by.id,
        changes=1 if one.codings else 0,
    )  # fmt: skip
    _insert(
        Turn,
        ("id", "programme", "source", "number", "speaker", "is_team", "start", "end", "start_ms", "end_ms"),
        (
            (new_id(), programme, one.id, number, turn.speaker, False, turn.start, turn.end, turn.start_ms, turn.end_ms)
            for number, turn in enumerate(one.turns, start=1)
        ),
    )  # fmt: skip
    _insert(
        Coding,
        ("id", "code", "analyst", "start", "end", "applied_at", "programme", "source", "version", "change"),
        ((*laid, programme, one.id, 1, 1) for laid in one.codings),
    )
    carried = CarriedDraft(one.guid, "source", place, one.id, sealed.rest, one.id)
    _write(Carried, [_carried(analysis, carried)])


def carry_rest(source: Source, mapping: TextMapping, cipher: Fernet, version: int) -> None:
    """Seal anew what was imported with a source: where it lies in this version of its text, and without what the file said
    of its passages, for that quotes them.
    """
    for carried in Carried.objects.filter(source=source, kind="source"):
        rest = carried_rest(source, carried)
        rest["version"] = version
        rest.pop("description", None)
        for one in rest.get("selections", ()):
            one["start"], one["end"] = mapping.near(one["start"], one["end"])
            one.pop("name", None)
            one.pop("description", None)
        Carried.objects.filter(id=carried.id).update(rest=_sealed(cipher, rest))


def carried_rest(source: Source, carried: Carried) -> dict[str, Any]:
    """What was carried under a source's key, in the clear: for who has opened its text."""
    packed = source_keys().open(source.id).decrypt(carried.rest["sealed"].encode())
    rest: dict[str, Any] = json.loads(zlib.decompressobj().decompress(packed, _MOST))
    return rest


def _sealed(cipher: Fernet, rest: dict[str, Any]) -> dict[str, str]:
    packed = zlib.compress(json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    return {"sealed": cipher.encrypt(packed).decode("ascii")}


def _write_beside(analysis: Analysis, draft: CodedProjectDraft) -> None:
    _write(Memo, (_memo(analysis, one) for one in draft.memos))
    _write(Carried, (_carried(analysis, one) for one in draft.carried))


def _memo(analysis: Analysis, one: MemoDraft) -> Memo:
    memo = Memo(
        id=one.id, programme_id=analysis.programme_id, analysis=analysis, title=one.title, text=one.text,
        start=one.start, end=one.end, kind=one.kind.value, written_at=one.written_at, written_by=one.written_by,
    )  # fmt: skip
    if one.about:
        setattr(memo, f"{one.about}_id", one.row)
    return memo


def _carried(analysis: Analysis, one: CarriedDraft) -> Carried:
    return Carried(
        programme_id=analysis.programme_id, analysis=analysis, source_id=one.source, guid=one.guid, kind=one.kind,
        row=one.row, place=one.place, rest=one.rest,
    )  # fmt: skip


def _check_all_there(analysis: Analysis, before: int, added: int) -> None:
    there = Coding.objects.filter(source__analysis=analysis).count() - before
    if there != added:
        raise ArithmeticError(f"{added} codings were to be kept, {there} are there")


def _write(model: type[Row], rows: Iterable[Row]) -> None:
    """In batches, so that no more than these are in memory at once."""
    manager: Any = model._default_manager
    for batch in _batches(rows, BATCH):
        manager.bulk_create(batch)


def _insert(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Straight into the table: to make an object of each of 200,000 rows takes a minute, in which nobody can record."""
    columns: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    listed = ", ".join(quote(column.column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({listed}) VALUES ({places})"  # noqa: S608 - names of our own models
    fit = [_fitting(column) for column in columns]
    with connection.cursor() as cursor:
        for batch in _batches(rows, BATCH):
            cursor.executemany(
                sql,
                [tuple(as_stored(value) for as_stored, value in zip(fit, row, strict=True)) for row in batch],
            )


def _fitting(column: Any) -> Callable[[Any], Any]:
    """What turns a value of this column into what the database stores."""
    kind = (column.target_field if column.is_relation else column).get_internal_type()
    if kind == "UUIDField" and not connection.features.has_native_uuid_field:
        return lambda value: value.hex
    if kind == "DateTimeField":
        return lru_cache(maxsize=4_096)(connection.ops.adapt_datetimefield_value)
    return lambda value: value


Thing = TypeVar("Thing")


def _batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    waiting = iter(things)
    while batch := list(islice(waiting, size)):
        yield batch
