"""Whether a passage may be quoted: everybody who speaks in it must have agreed, and not have withdrawn."""

from __future__ import annotations

from throughline.records.inquiry.models import Participant, Source, Turn
from throughline.rules.consent import check_may_quote
from throughline.vocabulary.errors import NotAllowed, Sentence
from throughline.vocabulary.study import ConsentScope, SourceKind

# What the team itself wrote: where no participant is named, nobody's words are quoted.
WRITTEN_BY_TEAM = frozenset({SourceKind.OBSERVATION.value, SourceKind.DOCUMENT.value})


def speakers_of(source: Source, start: int, end: int) -> list[Turn]:
    """The turns that a passage touches, in order."""
    return list(
        Turn.objects.filter(source=source, start__lt=end, end__gt=start)
        .select_related("participant__consent")
        .order_by("number")
    )


def participants_in(turns: list[Turn]) -> list[Participant]:
    return list({turn.participant.id: turn.participant for turn in turns if turn.participant}.values())


def check_participant_may_be_quoted(participant: Participant) -> None:
    """Raise NotAllowed unless the participant's consent to be quoted stands. No consent on record is none."""
    if participant.withdrawn_at is not None:
        check_may_quote(scopes=frozenset(), withdrawn_at=participant.withdrawn_at)
    consent = participant.consent
    if consent is None:
        check_may_quote(scopes=frozenset(), withdrawn_at=None)
        return
    check_may_quote(
        scopes=frozenset(ConsentScope(scope) for scope in consent.scopes), withdrawn_at=consent.withdrawn_at
    )


def check_passage_may_be_quoted(source: Source, start: int, end: int) -> None:
    """Raise NotAllowed where anybody in the passage has not agreed, or nobody knows who speaks in a part of it."""
    turns = speakers_of(source, start, end)
    is_written = source.kind in WRITTEN_BY_TEAM
    unknown = [turn for turn in turns if not (turn.participant or turn.is_team)]
    if any(turn.speaker or not is_written for turn in unknown) or not (turns or is_written):
        raise NotAllowed(
            Sentence(
                "Nobody has said who speaks in this passage, or in a part of it, so whether it may be quoted is not known."
            )
        )
    for participant in participants_in(turns):
        check_participant_may_be_quoted(participant)
