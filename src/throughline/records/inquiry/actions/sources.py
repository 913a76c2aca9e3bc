"""Adding sources under a key of their own, saying who speaks, reading them, and erasing them for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.db.models import Q

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inquiry.models import Analysis, Carried, Memo, Participant, Recording, Source, Turn
from throughline.records.keyring import source_keys
from throughline.records.programme.models import Site
from throughline.records.racing import again_if_raced
from throughline.records.study.models import ResearchConsent, Study
from throughline.rules.access import (
    check_may_add_source,
    check_may_erase_source,
    check_may_open_analysis,
    check_may_read_source,
)
from throughline.rules.approaches import is_on_request
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, ApproachUse, SourceKind, Step

NOT_RECORDED = Nothing.NOT_RECORDED.value


@dataclass(frozen=True)
class TurnDraft:
    """What one speaker says: [start, end) in code points of the text; times in ms where the file has them."""

    start: int
    end: int
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True)
class SourceDraft:
    """A file as it was read. `file_hash` is the SHA-256 (hex) of the untouched bytes `raw`.

    `topics_asked`: the steps of the line that the guide asked about; empty for an open conversation.
    """

    name: str
    kind: SourceKind
    text: str
    raw: bytes
    file_hash: str
    file_format: str
    turns: tuple[TurnDraft, ...] = ()
    site: Site | None = None
    collected_on: date | Nothing = Nothing.NOT_RECORDED
    guide_version: str = NOT_RECORDED
    topics_asked: tuple[Step, ...] = ()
    language: str = NOT_RECORDED
    is_deidentified: bool = False


@again_if_raced
def open_analysis(
    *,
    study: Study,
    name: str,
    question: str,
    approach: Approach,
    orientation: str = NOT_RECORDED,
    theory: str = NOT_RECORDED,
    with_counts: bool = False,
    with_saturation: bool = False,
    by: Actor,
    at: datetime,
) -> Analysis:
    """What a team asks of its sources, and by which approach: that decides what is counted or left alone.

    A codebook approach counts, and looks for saturation, only where that is asked for.
    """
    check_may_open_analysis(by, study.programme_id)
    if Analysis.objects.filter(programme_id=study.programme_id, name=name).exists():
        raise Invalid(
            Sentence("There is an analysis called %(name)s already. Choose another name.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )
    analysis = Analysis.objects.create(
        programme_id=study.programme_id, study=study, name=name, question=question, approach=approach.value,
        orientation=orientation, theory=theory,
        with_counts=with_counts and is_on_request(approach.value, ApproachUse.COUNTS),
        with_saturation=with_saturation and is_on_request(approach.value, ApproachUse.SATURATION),
    )  # fmt: skip
    audit.record(Event.ANALYSIS_OPENED, target=analysis, programme_id=study.programme_id, by=by, at=at)
    return analysis


@again_if_raced
def add_participant(
    *,
    analysis: Analysis,
    label: str,
    group: str = NOT_RECORDED,
    attributes: Mapping[str, str] | None = None,
    consent: ResearchConsent | None = None,
    by: Actor,
    at: datetime,
) -> Participant:
    """Who spoke, by a label of the project's own (P01). Without a consent nothing they said may be quoted."""
    check_may_add_source(by, analysis.programme_id)
    if consent is not None and consent.study_id != analysis.study_id:
        raise Invalid(Sentence("The consent is of another study."))
    if Participant.objects.filter(analysis=analysis, label=label).exists():
        raise Invalid(
            Sentence("There is a participant %(label)s already.", label=label),
            fields={"label": Sentence("This label is taken.")},
        )
    participant = Participant.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, label=label, group=group,
        attributes=dict(attributes or {}), consent=consent,
    )  # fmt: skip
    audit.record(
        Event.PARTICIPANT_ADDED, target=participant, programme_id=analysis.programme_id, by=by, at=at
    )
    return participant


def add_source(*, analysis: Analysis, draft: SourceDraft, by: Actor, at: datetime) -> Source:
    """Keep a file's text and bytes, encrypted under a new key of the source's own before any row exists.

    Invalid where the same file is in the analysis already, or a turn lies outside the text. Where the transaction
    fails the key is taken back: no key is left without a source.
    """
    check_may_add_source(by, analysis.programme_id)
    _check_new(analysis, draft)
    source_id = new_id()
    keys = source_keys()
    cipher = keys.create(source_id)
    try:
        with transaction.atomic():
            source = _write_source(source_id, analysis, draft, cipher, by, at)
            audit.record(Event.SOURCE_ADDED, target=source, programme_id=analysis.programme_id, by=by, at=at)
    except BaseException as error:
        keys.take_back(source_id)
        if isinstance(error, IntegrityError):  # the same file came from somebody else meanwhile
            _check_new(analysis, draft)
        raise
    return source


@transaction.atomic
def assign_speaker(
    *, source: Source, speaker: str, participant: Participant | None, by: Actor, at: datetime
) -> int:
    """Say which participant a speaker's label stands for; None: for none, an interviewer. Returns turns."""
    check_may_add_source(by, source.programme_id)
    if participant is not None and participant.analysis_id != source.analysis_id:
        raise Invalid(Sentence("The participant is of another analysis."))
    turns = Turn.objects.filter(source=source, speaker=speaker).update(
        participant=participant, is_team=participant is None
    )
    if not turns:
        raise NotFound(
            Sentence("Nobody in this source is called that. Use a label that stands before a turn.")
        )
    audit.record(
        Event.SPEAKER_ASSIGNED, target=source, programme_id=source.programme_id, by=by, at=at, count=turns
    )
    return turns


@transaction.atomic
def read_source(*, source: Source, reason: str = "", by: Actor, at: datetime) -> str:
    """The text in the clear. Every opening is an audit event. NotFound where it was erased."""
    check_may_read_source(by, source.programme_id, is_deidentified=source.is_deidentified)
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    text = source_keys().open(source.id).decrypt(bytes(source.text)).decode()
    audit.record(
        Event.SOURCE_READ, target=source, programme_id=source.programme_id, by=by, at=at, reason=reason
    )
    return text


@transaction.atomic
def declare_deidentified(*, source: Source, by: Actor, at: datetime) -> Source:
    """Say that nothing in the text names or places anybody any more: from now on the whole team reads it."""
    check_may_add_source(by, source.programme_id)
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if not Source.objects.filter(id=source.id, is_deidentified=False).update(is_deidentified=True):
        raise Unready(Sentence("This source is open to the team already."))
    source.is_deidentified = True
    audit.record(Event.SOURCE_DEIDENTIFIED, target=source, programme_id=source.programme_id, by=by, at=at)
    return source


@transaction.atomic
def erase_source(*, source: Source, by: Actor, at: datetime) -> Source:
    """Destroy the source's key, blank its text, file name and speakers, and delete its recording and the memos
    written beside it.

    A tombstone stays with its codings' places. Codes and themes stay as they are: whether their examples hold words
    of the source is for a person to see.

    The key goes last: should the database refuse after all, the text is unreadable and erasing again completes it.
    """
    check_may_erase_source(by, source.programme_id)
    row: Source = Source.objects.select_for_update(no_key=True).get(id=source.id)
    if row.erased_at is None:
        Source.objects.filter(id=source.id).update(
            text=b"", raw=b"", name=f"erased {source.id}", erased_at=at, erased_by=by.id
        )
        Turn.objects.filter(source=source).update(speaker="")
        Memo.objects.filter(Q(source=source) | Q(coding__source=source)).delete()
        Recording.objects.filter(source=source).delete()
        Carried.objects.filter(source=source).delete()
    audit.record(Event.SOURCE_ERASED, target=row, programme_id=row.programme_id, by=by, at=at)
    row.refresh_from_db()
    source_keys().destroy(source.id)
    return row


def _check_new(analysis: Analysis, draft: SourceDraft) -> None:
    earlier = Source.objects.filter(analysis=analysis, file_hash=draft.file_hash).first()
    if earlier is not None and earlier.erased_at is not None:
        raise Unready(Sentence("This very file was erased from this analysis. It is not taken in again."))
    if earlier is not None:
        raise Invalid(
            Sentence("This very file is in the analysis already, as %(name)s.", name=earlier.name),
            fields={"file": Sentence("Imported before.")},
        )
    if draft.site is not None and draft.site.programme_id != analysis.programme_id:
        raise Invalid(Sentence("The site is of another programme."))
    reached = 0
    for turn in draft.turns:
        if not reached <= turn.start < turn.end <= len(draft.text):
            raise Invalid(Sentence("A turn of this source overlaps another or lies outside its text."))
        if len(turn.speaker) > 120:
            raise Invalid(
                Sentence("A speaker's label is longer than 120 characters; it must be a name, not speech.")
            )
        reached = turn.end


def _write_source(
    source_id: UUID, analysis: Analysis, draft: SourceDraft, cipher: Fernet, by: Actor, at: datetime
) -> Source:
    day = draft.collected_on
    source = Source.objects.create(
        id=source_id, programme_id=analysis.programme_id, analysis=analysis, name=draft.name,
        kind=draft.kind.value, site=draft.site, collected_on=None if isinstance(day, Nothing) else day,
        collected_on_nothing=day.value if isinstance(day, Nothing) else None,
        guide_version=draft.guide_version, topics_asked=[step.value for step in Step if step in draft.topics_asked],
        language=draft.language, is_deidentified=draft.is_deidentified, file_hash=draft.file_hash,
        file_format=draft.file_format, characters=len(draft.text), text=cipher.encrypt(draft.text.encode()),
        raw=cipher.encrypt(draft.raw), added_at=at, added_by=by.id,
    )  # fmt: skip
    Turn.objects.bulk_create(_turns(source, draft.turns), batch_size=500)
    return source


def _turns(source: Source, drafts: Sequence[TurnDraft]) -> list[Turn]:
    return [
        Turn(
            programme_id=source.programme_id, source=source, number=number, speaker=draft.speaker,
            start=draft.start, end=draft.end, start_ms=draft.start_ms, end_ms=draft.end_ms,
        )
        for number, draft in enumerate(drafts, start=1)
    ]  # fmt: skip
