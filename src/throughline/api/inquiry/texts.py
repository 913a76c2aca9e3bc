"""A source's text over time: its words and turns corrected, who stands behind each label, and what it was."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field, StringConstraints

from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Written
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, Place, Version, answers
from throughline.records.inquiry.actions import (
    GiveTurn,
    JoinTurns,
    RenameSpeaker,
    SplitTurn,
    TurnChange,
    assign_speaker,
    correct_text,
    correct_turns,
)
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.participants import participant_for, speakers_in
from throughline.records.inquiry.queries.texts import lost_in_source, versions_of
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.study import TextChange

router = Router(tags=["texts"])
Label = Annotated[Line, StringConstraints(max_length=120)]
Named = Annotated[Line, StringConstraints(min_length=1, max_length=120)]
TurnNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class TextCorrectionIn(In):
    """The words of a turn, or of the whole source where `turn` is null, as they should stand."""

    text: Written
    turn: TurnNumber | None = None
    base_version: Version


class GiveIn(In):
    """A turn is another speaker's."""

    do: Literal["give"]
    turn: TurnNumber
    speaker: Label
    base_version: Version


class SplitTurnIn(In):
    """A turn ends before `place` (code points of the text); `speaker` null: the same one goes on."""

    do: Literal["split"]
    turn: TurnNumber
    place: Place
    speaker: Label | None = None
    base_version: Version


class JoinIn(In):
    """A turn goes on in the next one."""

    do: Literal["join"]
    turn: TurnNumber
    base_version: Version


class RenameIn(In):
    """A label is written otherwise in every turn of it."""

    do: Literal["rename"]
    speaker: Named
    name: Named
    base_version: Version


class TextNowOut(Out):
    source_id: UUID
    text_version: int
    characters: int


class SpeakerOut(Out):
    """`participant_id` and `is_team` say who that is; null and false: nobody said so yet."""

    speaker: str
    turns: int
    participant_id: UUID | None
    is_team: bool


class SpeakerIn(In):
    """`participant_id` null: of the team, who was not asked."""

    speaker: Named
    participant_id: UUID | None


class TextVersionOut(Out):
    """A version that was replaced, and what replaced it."""

    version: int
    change: TextChange
    was_deidentified: bool
    replaced_at: datetime
    replaced_by: WhoOut


class LostOut(Out):
    """A coding whose words went; `words` is null where the account may not read them, or nobody can."""

    coding_id: UUID
    code: str
    analyst: WhoOut
    lost_in: int
    words: str | None


class TextHistoryOut(Out):
    """`versions` is empty for who does not hold the untouched text."""

    versions: list[TextVersionOut]
    lost: list[LostOut]


@router.put("/sources/{source_id}/text", response=answers(TextNowOut), operation_id="correct_text")
def correct(request: HttpRequest, source_id: UUID, wanted: TextCorrectionIn) -> TextNowOut:
    """Write words anew; what lay on them lies on the same words. 409 where somebody changed the text meanwhile."""
    actor = acting(request)
    row = correct_text(
        source=source_for(actor, source_id), text=wanted.text, turn=wanted.turn, base_version=wanted.base_version,
        by=actor, at=now(),
    )  # fmt: skip
    return _now(row)


@router.post("/sources/{source_id}/turns", response=answers(TextNowOut), operation_id="correct_turns")
def turns(
    request: HttpRequest, source_id: UUID, wanted: GiveIn | SplitTurnIn | JoinIn | RenameIn
) -> TextNowOut:
    """Give a turn to another speaker, split or join turns, or write a label otherwise."""
    actor = acting(request)
    row = correct_turns(
        source=source_for(actor, source_id), change=_change(wanted), base_version=wanted.base_version, by=actor,
        at=now(),
    )  # fmt: skip
    return _now(row)


@router.get("/sources/{source_id}/speakers", response=answers(list[SpeakerOut]), operation_id="speakers")
def speakers(request: HttpRequest, source_id: UUID) -> list[SpeakerOut]:
    """The labels of a source and who they are: for who holds the sources."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    return [SpeakerOut.model_validate(one) for one in speakers_in(actor, row)]


@router.put(
    "/sources/{source_id}/speakers", response=answers(list[SpeakerOut]), operation_id="assign_speaker"
)
def assign(request: HttpRequest, source_id: UUID, said: SpeakerIn) -> list[SpeakerOut]:
    """Say who speaks under a label."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    who = participant_for(actor, said.participant_id) if said.participant_id else None
    assign_speaker(source=row, speaker=said.speaker, participant=who, by=actor, at=now())
    return [SpeakerOut.model_validate(one) for one in speakers_in(actor, row)]


@router.get("/sources/{source_id}/history", response=answers(TextHistoryOut), operation_id="source_history")
def history(request: HttpRequest, source_id: UUID) -> TextHistoryOut:
    """What the text was, and the codings that lost their words. Each earlier text that is opened is audited."""
    actor = acting(request)
    row = source_for(actor, source_id)
    versions, lost = list(versions_of(actor, row)), lost_in_source(actor, row, now())
    people = people_of(
        row.analysis, {one.replaced_by for one in versions} | {one.coding.analyst for one in lost}
    )
    return TextHistoryOut(
        versions=[
            TextVersionOut(
                version=one.version, change=TextChange(one.change), was_deidentified=one.was_deidentified,
                replaced_at=one.replaced_at, replaced_by=people[one.replaced_by],
            )
            for one in versions
        ],
        lost=[
            LostOut(
                coding_id=one.coding.id, code=one.coding.code.name, analyst=people[one.coding.analyst],
                lost_in=one.coding.lost_in or 0, words=one.words,
            )
            for one in lost
        ],
    )  # fmt: skip


def _change(wanted: GiveIn | SplitTurnIn | JoinIn | RenameIn) -> TurnChange:
    match wanted:
        case GiveIn():
            return GiveTurn(wanted.turn, wanted.speaker)
        case SplitTurnIn():
            return SplitTurn(wanted.turn, wanted.place, wanted.speaker)
        case JoinIn():
            return JoinTurns(wanted.turn)
        case RenameIn():
            return RenameSpeaker(wanted.speaker, wanted.name)


def _now(row: Source) -> TextNowOut:
    return TextNowOut(source_id=row.id, text_version=row.version, characters=row.characters)
