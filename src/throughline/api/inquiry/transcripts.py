"""Transcripts in: each file is read first and put aside under a ticket, then kept as it was put right."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.files import TAKES_FILE, file_sent
from throughline.api.inquiry.facts_shapes import NewSourceIn, PutRightIn
from throughline.api.session import acting, now
from throughline.api.shapes import Limit, Offset, Out, answers
from throughline.exchange.held import hold, let_go, take_up
from throughline.exchange.transcript.choices import as_chosen
from throughline.exchange.transcript.held import Held, packed, unpacked
from throughline.exchange.transcript.load import About, TranscriptFile, keep_transcript, there_already
from throughline.exchange.transcript.read import read_transcript
from throughline.records.inquiry.queries import analysis_for
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid

router = Router(tags=["sources"])
TranscriptForm = Literal["txt", "md", "vtt", "srt", "docx", "odt", "rtf", "html", "pdf"]
SHOWN_TURNS = 20


class FirstTurnOut(Out):
    speaker: str | None
    text: str
    start_ms: int | None


class ReadOut(Out):
    """How a file was read. `ticket`: to keep it by, within a day; `there`: the source that this very file is already."""

    ticket: str
    there: UUID | None
    characters: int
    turns: int
    speakers: list[str]
    first_turns: list[FirstTurnOut]
    notes: list[str]


class LookIn(PutRightIn):
    limit: Limit = 100
    offset: Offset = 0


class ReadTurnOut(Out):
    """[start, end) in Unicode code points of the text, within which a turn can be split."""

    number: int
    speaker: str | None
    start: int
    end: int
    text: str
    start_ms: int | None


class LookedAtOut(Out):
    """`turns`: how many there are; `shown`, those that were asked for."""

    turns: int
    speakers: list[str]
    shown: list[ReadTurnOut]


class KeptOut(Out):
    """`is_new` is false where this very file was there already, and nothing was added."""

    source_id: UUID
    is_new: bool
    turns: int
    speakers: list[str]
    notes: list[str]


@router.post(
    "/analyses/{analysis_id}/transcripts", response=answers(ReadOut, 201), operation_id="read_transcript",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def look(request: HttpRequest, analysis_id: UUID, form: TranscriptForm) -> Status[Any]:
    """See how a transcript is read; its bytes are the body. Nothing is kept yet. 422 for what cannot be read."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_add_source(actor, analysis.programme_id)
    name = f"transcript.{form}"
    data = file_sent(request)
    document = read_transcript(data, name)
    there = there_already(TranscriptFile(name, data), analysis)
    told = ReadOut(
        ticket=hold(packed(Held(name, data, document)), owner=actor.id), there=there.id if there else None,
        characters=len(document.text), turns=len(document.turns), speakers=list(document.speakers),
        first_turns=[
            FirstTurnOut(speaker=turn.speaker, text=document.spoken(turn), start_ms=turn.start_ms)
            for turn in document.turns[:SHOWN_TURNS]
        ],
        notes=[str(note) for note in document.notes],
    )  # fmt: skip
    return Status(201, told)


@router.post(
    "/analyses/{analysis_id}/transcripts/look",
    response=answers(LookedAtOut),
    operation_id="look_at_transcript",
)
def look_again(request: HttpRequest, analysis_id: UUID, wanted: LookIn) -> LookedAtOut:
    """How a transcript that was read would be kept, as it was put right so far. Nothing is kept yet.

    422 where a step fits no turn. 404 where its ticket is none any more.
    """
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_add_source(actor, analysis.programme_id)
    document = as_chosen(_read(actor, wanted.ticket).document, wanted.choices())
    shown = enumerate(document.turns[wanted.offset : wanted.offset + wanted.limit], wanted.offset + 1)
    return LookedAtOut(
        turns=len(document.turns), speakers=list(document.speakers),
        shown=[
            ReadTurnOut(
                number=number, speaker=turn.speaker, start=turn.start, end=turn.end, text=document.spoken(turn),
                start_ms=turn.start_ms,
            )
            for number, turn in shown
        ],
    )  # fmt: skip


@router.post("/analyses/{analysis_id}/sources", response=answers(KeptOut, 201), operation_id="add_source")
def keep(request: HttpRequest, analysis_id: UUID, wanted: NewSourceIn) -> Status[Any]:
    """Keep a transcript that was read, under a key of its own. 404 where its ticket is none any more."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_add_source(actor, analysis.programme_id)
    held = _read(actor, wanted.ticket)
    done = keep_transcript(
        file=TranscriptFile(held.filename, held.data), document=held.document, analysis=analysis,
        about=About(
            name=wanted.name, kind=wanted.kind, site=wanted.site(actor), collected_on=wanted.collected_on,
            guide_version=wanted.guide_version, topics_asked=tuple(wanted.topics_asked), language=wanted.language,
            is_deidentified=wanted.is_deidentified,
        ),
        choices=wanted.choices(), by=actor, at=now(),
    )  # fmt: skip
    let_go(wanted.ticket, owner=actor.id)
    told = {
        "source_id": done.source_id, "is_new": done.outcome == "added", "turns": done.turns,
        "speakers": list(done.speakers), "notes": [str(note) for note in done.notes],
    }  # fmt: skip
    return Status(201, told)


def _read(actor: Actor, ticket: str) -> Any:
    """What was put aside, whose document is there: files that cannot be read get no ticket here, but on pages."""
    held = unpacked(take_up(ticket, owner=actor.id))
    if held.document is None:
        raise Invalid(held.refused)  # type: ignore[arg-type]  # one of the two is there
    return held
