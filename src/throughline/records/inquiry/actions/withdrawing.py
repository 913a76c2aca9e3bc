"""A participant withdraws: what they said leaves texts, codings, quotes and what others wrote, under new keys."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q

from throughline.methods.identifiers import occurrences
from throughline.methods.text_mapping import mapping_of_replacements, with_replacements
from throughline.methods.withdrawn_words import Said
from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.carrying import (
    Standing,
    TurnNow,
    carry_over,
    standing,
    turns_carried,
    write_turns,
)
from throughline.records.inquiry.actions.holding import hold_codes
from throughline.records.inquiry.actions.leaving_out import LABEL_GONE, WORDS_GONE, Named, leave_out
from throughline.records.inquiry.actions.projects import carry_rest
from throughline.records.inquiry.actions.sources import NOT_RECORDED, erase_source
from throughline.records.inquiry.models import (
    Carried,
    Code,
    Coding,
    FrameworkCell,
    FrameworkPassage,
    Memo,
    Participant,
    Recording,
    Settlement,
    Source,
    SourceVersion,
    ThemePassage,
    ThemeQuote,
    Turn,
)
from throughline.records.keyring import source_keys
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import ResearchConsent
from throughline.rules.access import check_may_add_source, check_may_erase_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import SourceKind


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal took away, in counts. Its words are nowhere any more."""

    sources_erased: int
    sources_changed: int
    codings_removed: int
    notes_changed: int  # memos, codes, themes and others in which their words were quoted


@transaction.atomic
def rest_on_consent(
    *, participant: Participant, consent: ResearchConsent | None, by: Actor, at: datetime
) -> Participant:
    """Say on which consent rests what a participant said; None: on none that is recorded, and nothing is quoted."""
    check_may_add_source(by, participant.programme_id)
    if consent is not None and consent.study_id != participant.analysis.study_id:
        raise Invalid(Sentence("The consent is of another study."))
    Participant.objects.filter(id=participant.id, withdrawn_at=None).update(consent=consent)
    audit.record(
        Event.PARTICIPANT_DESCRIBED, target=participant, programme_id=participant.programme_id, by=by, at=at
    )
    participant.refresh_from_db()
    return participant


def withdraw_participant(*, participant: Participant, by: Actor, at: datetime) -> Withdrawn:
    """Take away what a participant said, for good; their label stays, empty. Asked again, it completes what broke off.

    A source in which only they and the team speak is erased. In another one their turns give way to a mark, and the
    rest is sealed under a new key: its untouched file, earlier texts and recording are destroyed. Their codings are
    removed, quotes and passages that touch their turns go, and so do memos on these and words of theirs (five in a row)
    that others wrote down; a code or a theme that is called by their words is called otherwise. Consent is withdrawn
    as well. What is left: paraphrase, and what was released before.

    The old keys go last, after all is written: until then both keys open, and nothing of the others is lost.
    """
    check_may_erase_source(by, participant.programme_id)
    keys = source_keys()
    before = keys.renewing()
    try:
        with transaction.atomic():
            done, spoken = _in_one(participant, by, at)
    except BaseException:
        for source_id in keys.renewing() - before:
            keys.discard(source_id)
        raise
    for source_id in keys.renewing() & spoken:
        keys.promote(source_id)
    participant.refresh_from_db()
    return done


def _in_one(participant: Participant, by: Actor, at: datetime) -> tuple[Withdrawn, set[UUID]]:
    """What is done in the one transaction, and in which sources they speak that still have a text."""
    row = Participant.objects.select_for_update(no_key=True, of=("self",)).get(id=participant.id)
    spoken = _sources_of(row)
    if row.withdrawn_at is None:
        _check_said_where_they_speak(row, spoken)
    done = Withdrawn(0, 0, 0, 0) if row.withdrawn_at is not None else _withdraw(row, spoken, by, at)
    audit.record(
        Event.PARTICIPANT_WITHDRAWN, target=row, programme_id=row.programme_id, by=by, at=at,
        count=done.codings_removed,
    )  # fmt: skip
    return done, {source.id for source in spoken}


def _check_said_where_they_speak(row: Participant, spoken: Sequence[Source]) -> None:
    """Raise Unready where an imported project gives them sources in which nobody said yet which turns are theirs."""
    guids: set[UUID] = set()
    for rest in Carried.objects.filter(row=row.id, kind="case").values_list("rest", flat=True):
        guids |= {UUID(one) for name in ("sources", "selections") for one in rest.get(name, ())}
    if not guids:
        return
    came = Carried.objects.filter(analysis=row.analysis_id, guid__in=guids)
    theirs = Q(id__in=came.values("row")) | Q(id__in=came.values("source")) | Q(id__in=guids)
    codings = Coding.objects.filter(Q(id__in=guids) | Q(id__in=came.values("row")))
    rows = Source.objects.filter(theirs | Q(id__in=codings.values("source")))
    rows = rows.filter(analysis=row.analysis_id, erased_at=None).exclude(id__in=[one.id for one in spoken])
    if names := list(rows.order_by("name").values_list("name", flat=True)[:5]):
        raise Unready(
            Sentence(
                "With the imported project came that these sources are theirs, and nobody said which turns: %(sources)s."
                " Say there who speaks, or erase them; then withdraw the participant.",
                sources=tuple(names),
            )
        )


def _sources_of(row: Participant) -> list[Source]:
    held = Turn.objects.filter(participant=row).values("source")
    return list(Source.objects.filter(id__in=held, erased_at=None).order_by("id"))


def _withdraw(row: Participant, spoken: Sequence[Source], by: Actor, at: datetime) -> Withdrawn:
    """All that the database holds, in one transaction; erased sources last, for that cannot be taken back."""
    consent = row.consent
    if consent is not None and not Participant.objects.filter(consent=consent).exclude(id=row.id).exists():
        withdraw_research_consent(consent=consent, by=by, at=at)
    # they may be written anew below: before any source is locked, as everywhere
    hold_codes(Code.objects.filter(programme_id=row.programme_id).values_list("id", flat=True))
    opened = [standing(source, None, at) for source in spoken]
    said = Said(
        was.text[turn.start : turn.end]
        for was in opened
        for turn in was.turns
        if turn.participant_id == row.id
    )
    named = Named()
    for was in opened:
        named.look(was, [turn for turn in was.turns if turn.participant_id == row.id])
    removed = sum(_remove_codings(was, row, by, at) for was in opened)
    theirs = [was for was in opened if not _others(was, row)]
    shared = [was for was in opened if _others(was, row)]
    for was in shared:
        _blank(was, row)
    FrameworkCell.objects.filter(participant=row).delete()
    Carried.objects.filter(row=row.id).delete()  # a case's description and values
    changed = leave_out(row, said, named, [was.source for was in shared], by, at)
    Participant.objects.filter(id=row.id).update(
        withdrawn_at=at, withdrawn_by=by.id, attributes={}, group=NOT_RECORDED
    )
    for was in theirs:
        SourceVersion.objects.filter(source=was.source).delete()
        Recording.objects.filter(source=was.source).delete()
        Carried.objects.filter(source=was.source).delete()
        Source.objects.filter(id=was.source.id).update(attributes={})
        erase_source(source=was.source, by=by, at=at)
    return Withdrawn(len(theirs), len(shared), removed, changed)


def _others(was: Standing, row: Participant) -> list[TurnNow]:
    """The turns of others who were asked.

    Of whom nobody has said who they are counts as one, but for an interview: there it is the team, and the text goes.
    """
    is_interview = was.source.kind == SourceKind.INTERVIEW.value
    return [
        turn
        for turn in was.turns
        if turn.participant_id != row.id and not turn.is_team and (turn.participant_id or not is_interview)
    ]


def _ids_touching(rows: models.QuerySet[Any], turns: Sequence[TurnNow]) -> set[UUID]:
    """Rows whose [start, end) touches a turn; told here, for of a thousand turns a statement would be too long."""
    starts, ends = [turn.start for turn in turns], [turn.end for turn in turns]  # turns lie apart, in order
    return {
        pk
        for pk, start, end in rows.values_list("id", "start", "end")
        if bisect_right(ends, start) < bisect_left(starts, end)
    }


def _remove_codings(was: Standing, row: Participant, by: Actor, at: datetime) -> int:
    """Tombstones for what lies on their turns and on nobody else's; all that quotes them goes."""
    source = was.source
    own = [turn for turn in was.turns if turn.participant_id == row.id]
    codings: models.QuerySet[Any] = Coding.objects.filter(source=source, lost_in=None)
    gone = _ids_touching(codings, own) - _ids_touching(codings, _others(was, row))
    number = Source.objects.values_list("changes", flat=True).get(id=source.id)
    for ids in _batches(gone):
        Memo.objects.filter(coding__in=ids).delete()
        Coding.objects.filter(id__in=ids, removed_at=None).update(
            removed_at=at, removed_by=by.id, change=number
        )
        Carried.objects.filter(row__in=ids).delete()
    for model in (ThemeQuote, ThemePassage, FrameworkPassage, Settlement, Memo):
        rows: models.QuerySet[Any] = model._default_manager.filter(source=source, start__isnull=False)
        for ids in _batches(_ids_touching(rows, own)):
            rows.filter(id__in=ids).delete()
        if model is not Settlement:  # what lost its words lies on texts that are destroyed now
            rows.filter(lost_in__isnull=False).delete()
    return len(gone)


def _batches(ids: Iterable[UUID], size: int = 500) -> Iterator[list[UUID]]:
    held = sorted(ids)
    return (held[place : place + size] for place in range(0, len(held), size))


def _blank(was: Standing, row: Participant) -> None:
    """Another text without their words, sealed under the next key together with nothing of what was."""
    parts: list[tuple[int, int, str]] = []
    reached = 0
    for turn in was.turns:
        if turn.participant_id == row.id:
            between = was.text[reached : turn.start]
            label = occurrences(between, [turn.speaker])[-1:] if turn.speaker else []
            parts += [(reached + start, reached + end, LABEL_GONE) for start, end in label]
            parts.append((turn.start, turn.end, WORDS_GONE))
        reached = turn.end
    text, mapping = with_replacements(was.text, parts), mapping_of_replacements(was.text, parts)
    turns = [
        replace(turn, speaker=LABEL_GONE, start_ms=None, end_ms=None)
        if turn.participant_id == row.id
        else turn
        for turn in turns_carried(was.turns, mapping)
    ]
    source = was.source
    cipher = source_keys().renew(source.id)
    Source.objects.filter(id=source.id).update(
        text=cipher.encrypt(text.encode()), raw=b"", characters=len(text), version=F("version") + 1
    )
    SourceVersion.objects.filter(source=source).delete()
    Recording.objects.filter(source=source).delete()
    write_turns(source, was.turns, turns)
    Turn.objects.filter(source=source, participant=row).update(start_ms=None, end_ms=None)
    carry_over(source, mapping, version=source.version + 1)
    carry_rest(source, mapping, cipher, source.version + 1)
