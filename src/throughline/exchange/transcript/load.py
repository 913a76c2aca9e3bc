"""Importing transcripts into an analysis: each file is added, is there already, or is refused with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePath
from uuid import UUID

from django.db import DatabaseError

from throughline.exchange.table.importing import broke_off
from throughline.exchange.transcript.choices import Choices, as_chosen
from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.read import read_transcript
from throughline.records.inquiry.actions import SourceDraft, TurnDraft, add_source, assign_speaker
from throughline.records.inquiry.models import Analysis, Source
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, ThroughlineError
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import SourceKind, Step

MOST_NAME = 160  # characters that the database holds
MOST_LABEL = 120


class Outcome(StrEnum):
    ADDED = "added"
    THERE_ALREADY = "there_already"
    REFUSED = "refused"


@dataclass(frozen=True)
class TranscriptFile:
    """A file as it came. `data` is in no repr: it is what a person said."""

    filename: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class TranscriptResult:
    """What became of a file. `sentence` says why it was refused, `notes` what was changed or guessed in reading."""

    filename: str
    outcome: Outcome
    source_id: UUID | None = None
    turns: int = 0
    speakers: tuple[str, ...] = field(default=(), repr=False)
    sentence: Sentence | None = None
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class About:
    """What is told of a file beside its bytes. Without a `name` it gets that of the file, less its ending."""

    name: str = ""
    kind: SourceKind = SourceKind.INTERVIEW
    site: Site | None = None
    collected_on: date | Nothing = Nothing.NOT_RECORDED
    guide_version: str = Nothing.NOT_RECORDED.value
    topics_asked: tuple[Step, ...] = ()
    language: str = Nothing.NOT_RECORDED.value
    is_deidentified: bool = False


def import_transcripts(
    *,
    files: Sequence[TranscriptFile],
    analysis: Analysis,
    about: About | None = None,
    by: Actor,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> list[TranscriptResult]:
    """One result per file, in order. A refused file does not keep the others out, and leaves nothing behind.

    The same file (by its bytes, whatever its name) is added once. `about` is told of all files alike; what is told of
    one is told by importing it by itself. `progress` is told files done and files in all. Raises NotAllowed before
    anything is read.
    """
    check_may_add_source(by, analysis.programme_id)
    results = []
    for done, file in enumerate(files, start=1):
        try:
            results.append(import_transcript(file=file, analysis=analysis, about=about, by=by, at=at))
        except ThroughlineError as refused:
            results.append(TranscriptResult(file.filename, Outcome.REFUSED, sentence=refused.sentence))
        if progress is not None:
            progress(done, len(files))
    return results


def import_transcript(
    *, file: TranscriptFile, analysis: Analysis, about: About | None = None, by: Actor, at: datetime
) -> TranscriptResult:
    """Add one file, or find that it is there already. Raises NotAllowed, Invalid, or Unready where the machine failed."""
    check_may_add_source(by, analysis.programme_id)
    earlier = there_already(file, analysis)
    if earlier is not None:
        return TranscriptResult(file.filename, Outcome.THERE_ALREADY, earlier.id)
    try:
        document = read_transcript(file.data, file.filename)
    except OSError as error:
        raise broke_off(error, file.filename) from error
    return keep_transcript(file=file, document=document, analysis=analysis, about=about, by=by, at=at)


def there_already(file: TranscriptFile, analysis: Analysis) -> Source | None:
    """The source that this very file became before, whatever it was called then."""
    digest = hashlib.sha256(file.data).hexdigest()
    found: Source | None = (
        Source.objects.filter(analysis=analysis, file_hash=digest, erased_at__isnull=True)
        .only("id", "name")
        .first()
    )
    return found


def keep_transcript(
    *,
    file: TranscriptFile,
    document: TranscriptDocument,
    analysis: Analysis,
    about: About | None = None,
    choices: Choices | None = None,
    by: Actor,
    at: datetime,
) -> TranscriptResult:
    """Add a file that was read before, with what was put right in its reading. Errors as `import_transcript`."""
    check_may_add_source(by, analysis.programme_id)
    earlier = there_already(file, analysis)
    if earlier is not None:
        return TranscriptResult(file.filename, Outcome.THERE_ALREADY, earlier.id)
    choices = choices or Choices()
    document = as_chosen(document, choices)
    try:
        source = add_source(analysis=analysis, draft=_draft(file, document, about or About()), by=by, at=at)
        for label in sorted(choices.team & set(document.speakers)):
            assign_speaker(source=source, speaker=label[:MOST_LABEL], participant=None, by=by, at=at)
    except (DatabaseError, OSError) as error:
        raise broke_off(error, file.filename) from error
    return TranscriptResult(
        file.filename, Outcome.ADDED, source.id, len(document.turns), document.speakers, notes=document.notes
    )


def _draft(file: TranscriptFile, document: TranscriptDocument, about: About) -> SourceDraft:
    return SourceDraft(
        name=(about.name.strip() or PurePath(file.filename).stem)[:MOST_NAME], kind=about.kind, text=document.text,
        raw=file.data, file_hash=document.sha256, file_format=document.format.value, turns=_turns(document),
        site=about.site, collected_on=about.collected_on, guide_version=about.guide_version, topics_asked=about.topics_asked, language=about.language,
        is_deidentified=about.is_deidentified,
    )  # fmt: skip


def _turns(document: TranscriptDocument) -> tuple[TurnDraft, ...]:
    return tuple(
        TurnDraft(turn.start, turn.end, (turn.speaker or "")[:MOST_LABEL], turn.start_ms, turn.end_ms)
        for turn in document.turns
    )
