"""A source's text opens with its own key only, its opening is written down, and erasing it is for good."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    TEXT,
    a_code,
    a_consent,
    a_participant,
    a_source,
    a_source_draft,
    a_study,
    an_analysis,
    an_analyst,
    events,
)
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import Source, Turn
from throughline.records.keyring import source_keys
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, ConsentScope, Step

pytestmark = pytest.mark.django_db
READERS = {"rosa", "chen"}


def key_files() -> set[Path]:
    folder = Path(settings.THROUGHLINE_SOURCE_KEYS)
    return {path for path in folder.glob("*") if path.suffix != ".gone"}


def test_add_source_keeps_text_and_bytes_sealed(cast: Cast, now: datetime) -> None:
    draft = dataclasses.replace(
        a_source_draft(), raw=b"\xff\xfe raw bytes", topics_asked=(Step.ENTERED, Step.CONTACT)
    )
    source = actions.add_source(analysis=an_analysis(cast), draft=draft, by=cast.rosa.actor, at=now)
    source.refresh_from_db()
    assert b"reason" not in bytes(source.text) and b"raw bytes" not in bytes(source.raw)
    assert queries.text_of(cast.rosa.actor, source, now) == TEXT
    assert source_keys().open(source.id).decrypt(bytes(source.raw)) == draft.raw
    assert source.characters == len(TEXT) and source.topics_asked == ["contact", "entered"]
    turns = list(queries.turns_of(cast.rosa.actor, source))
    assert [turn.speaker for turn in turns] == ["Interviewer", "P01", "P02"]
    assert TEXT[turns[1].start : turns[1].end].strip() == "It is a reason to come in. Zoë said 🙂 so."


def test_add_source_keys_differ_and_only_the_owner_reads_them(cast: Cast) -> None:
    analysis = an_analysis(cast)
    one, two = a_source(analysis), a_source(analysis, a_source_draft("P01: Other words."))
    with pytest.raises(InvalidToken):
        source_keys().open(two.id).decrypt(bytes(one.text))
    files = {path for path in key_files() if path.stem in {str(one.id), str(two.id)}}
    assert len(files) == 2 and all(path.stat().st_mode & 0o777 == 0o600 for path in files)


@pytest.mark.parametrize(
    "name", ["alice", "bob", "priya", "omar", "chen", "grace", "ada", "dana", "stranger"]
)
def test_add_source_refuses_who_does_not_hold_sources(cast: Cast, now: datetime, name: str) -> None:
    analysis, by, before = an_analysis(cast), cast.everybody()[name], key_files()
    with pytest.raises(NotAllowed):
        actions.add_source(analysis=analysis, draft=a_source_draft(), by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.add_participant(analysis=analysis, label="P01", by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.open_analysis(
            study=analysis.study, name="x", question="?", approach=Approach.REFLEXIVE, by=by, at=now
        )
    assert key_files() == before and not Source.objects.exists()


def test_add_source_same_file_twice_names_the_earlier_one(cast: Cast, now: datetime) -> None:
    analysis, before = an_analysis(cast), key_files()
    a_source(analysis, a_source_draft(name="first.txt"))
    with pytest.raises(Invalid, match=r"already, as first\.txt"):
        actions.add_source(
            analysis=analysis, draft=a_source_draft(name="copy.txt"), by=cast.rosa.actor, at=now
        )
    assert Source.objects.count() == 1 and len(key_files() - before) == 1


def test_add_source_failing_in_the_database_leaves_no_key(cast: Cast, now: datetime) -> None:
    analysis, before = an_analysis(cast), key_files()
    draft = dataclasses.replace(a_source_draft(), name=None)  # type: ignore[arg-type]  # what the database refuses
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.add_source(analysis=analysis, draft=draft, by=cast.rosa.actor, at=now)
    assert key_files() == before and not events("source_added")


@pytest.mark.parametrize(
    "turns",
    [
        (actions.TurnDraft(0, len(TEXT) + 1),), (actions.TurnDraft(5, 5),), (actions.TurnDraft(-1, 3),),
        (actions.TurnDraft(0, 9), actions.TurnDraft(8, 12)), (actions.TurnDraft(0, 9, "x" * 121),),
    ],
)  # fmt: skip
def test_add_source_with_a_turn_outside_the_text(
    cast: Cast, now: datetime, turns: tuple[actions.TurnDraft, ...]
) -> None:
    draft = dataclasses.replace(a_source_draft(), turns=turns)
    with pytest.raises(Invalid):
        actions.add_source(analysis=an_analysis(cast), draft=draft, by=cast.rosa.actor, at=now)


def test_source_day_is_one_of_value_and_nothing(cast: Cast) -> None:
    draft = dataclasses.replace(a_source_draft(), collected_on=Nothing.DECLINED)
    source = a_source(an_analysis(cast), draft)
    assert (source.collected_on, source.collected_on_nothing) == (None, "declined")
    for nothing in (None, "suppressed"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Source.objects.filter(id=source.id).update(collected_on_nothing=nothing)


def test_text_of_is_written_down_each_time(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    for person in (cast.rosa, cast.chen, cast.rosa):
        queries.text_of(person.actor, source, now)
    read = AuditEvent.objects.filter(action="source_read", target_id=str(source.id)).order_by("sequence")
    assert [event.actor_id for event in read] == [p.actor.id for p in (cast.rosa, cast.chen, cast.rosa)]


def test_sources_for_others_are_not_there(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis)
    analyst = an_analyst(cast)
    assert queries.source_for(analyst.actor, source.id) == source
    for name, actor in cast.everybody().items():
        if name in READERS:
            assert list(queries.sources_for(actor, cast.programme.id)) == [source]
            continue
        assert not queries.sources_for(actor, cast.programme.id).exists()
        for ask in (
            lambda by=actor: queries.source_for(by, source.id),
            lambda by=actor: queries.text_of(by, source, now),
            lambda by=actor: queries.turns_of(by, source),
            lambda by=actor: queries.codings_of(by, source),
            lambda by=actor: queries.participants_for(by, analysis),
            lambda by=actor: queries.analysis_for(by, analysis.id),
        ):
            with pytest.raises(NotFound):
                ask()
    assert not AuditEvent.objects.filter(action="source_read").exists()


def test_read_source_itself_refuses_who_may_not(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    for name, actor in cast.everybody().items():
        if name not in READERS:
            with pytest.raises(NotAllowed):
                actions.read_source(source=source, by=actor, at=now)


def _copy_of(source_id: UUID) -> Source:
    """The row as a backup of the database would hold it."""
    copy: Source = Source.objects.get(id=source_id)
    return copy


def test_erase_source_makes_even_a_copy_of_the_row_unreadable(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    copy = _copy_of(source.id)
    erased = actions.erase_source(source=source, by=cast.rosa.actor, at=now)
    assert (bytes(erased.text), bytes(erased.raw)) == (b"", b"")
    assert (erased.erased_at, erased.erased_by) == (now, cast.rosa.actor.id)
    assert "interview" not in erased.name and set(Turn.objects.values_list("speaker", flat=True)) == {""}
    with pytest.raises(NotFound, match="key no longer exists"):
        actions.read_source(source=copy, by=cast.rosa.actor, at=now)
    with pytest.raises(NotFound, match="key no longer exists"):
        queries.text_of(cast.rosa.actor, source, now)
    assert not [path for path in key_files() if str(source.id) in path.name]
    assert [event.target_id for event in events("source_erased")] == [str(source.id)]


def test_erase_source_again_keeps_the_first_tombstone(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    actions.erase_source(source=source, by=cast.rosa.actor, at=now)
    again = actions.erase_source(source=source, by=cast.grace.actor, at=now.replace(year=2027))
    assert (again.erased_at, again.erased_by) == (now, cast.rosa.actor.id)


@pytest.mark.parametrize("name", ["alice", "bob", "priya", "omar", "chen", "ada", "dana", "stranger"])
def test_erase_source_refuses_who_may_not(cast: Cast, now: datetime, name: str) -> None:
    source = a_source(an_analysis(cast))
    with pytest.raises(NotAllowed):
        actions.erase_source(source=source, by=cast.everybody()[name], at=now)
    assert queries.text_of(cast.rosa.actor, source, now) == TEXT


def test_add_source_of_an_erased_file_is_refused(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    actions.erase_source(source=a_source(analysis), by=cast.rosa.actor, at=now)
    with pytest.raises(Unready, match="was erased"):
        actions.add_source(analysis=analysis, draft=a_source_draft(), by=cast.rosa.actor, at=now)


def test_assign_speaker_sets_every_turn_of_the_label(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft("P01: One.\nI: Two?\nP01: Three."))
    participant = a_participant(analysis, "P01")
    assert (
        actions.assign_speaker(
            source=source, speaker="P01", participant=participant, by=cast.rosa.actor, at=now
        )
        == 2
    )
    assert set(source.turns.filter(participant=participant).values_list("number", flat=True)) == {1, 3}
    with pytest.raises(NotFound):
        actions.assign_speaker(
            source=source, speaker="P09", participant=participant, by=cast.rosa.actor, at=now
        )
    stray = a_participant(an_analysis(cast, analysis.study, "Another"), "P01")
    with pytest.raises(Invalid):
        actions.assign_speaker(source=source, speaker="P01", participant=stray, by=cast.rosa.actor, at=now)


def test_add_participant_twice_or_with_a_strange_consent(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    a_participant(analysis, "P01")
    with pytest.raises(Invalid, match="P01 already"):
        actions.add_participant(analysis=analysis, label="P01", by=cast.rosa.actor, at=now)
    with pytest.raises(Invalid, match="another study"):
        actions.add_participant(
            analysis=analysis,
            label="P02",
            consent=a_consent(a_study(cast, "Another")),
            by=cast.rosa.actor,
            at=now,
        )


def test_participants_for_say_where_they_speak(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(
        analysis, dataclasses.replace(a_source_draft(site=cast.site), topics_asked=(Step.CONTACT,))
    )
    a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    a_participant(analysis, "P02", source=source)
    a_participant(analysis, "P03")
    first, second, third = queries.participants_for(cast.chen.actor, analysis)
    assert first.sources == second.sources == (
        queries.SpokenIn(source.id, cast.site.id, a_source_draft().collected_on, ("contact",)),
    )  # fmt: skip
    assert (first.may_be_quoted, second.may_be_quoted, third.may_be_quoted) == (True, False, False)
    assert third.sources == () and first.group == "crack"


def test_words_of_sources_stand_nowhere_in_the_audit(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft("P01: unmistakable words.", name="unmistakable name.txt"))
    a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    theme = actions.write_theme(
        analysis=analysis, draft=actions.ThemeDraft("unmistakable theme", "unmistakable"), by=SYSTEM, at=now
    )
    actions.write_memo(
        analysis=analysis, text="unmistakable memo", title="unmistakable", about=source, by=SYSTEM, at=now
    )
    actions.apply_code(source=source, code=a_code(analysis), start=5, end=17, by=SYSTEM, at=now)
    actions.choose_quote(theme=theme, source=source, start=5, end=17, by=SYSTEM, at=now)
    queries.quotes_of(cast.rosa.actor, theme, now)
    actions.erase_source(source=source, by=SYSTEM, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_auditevent")
        assert "unmistakable" not in str(cursor.fetchall())


def test_actor_of_another_programme_is_refused_with_the_same_role(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    grant = dataclasses.replace(cast.rosa.actor.grants[0], programme_id=cast.elsewhere.id)
    lead_elsewhere = Actor(cast.rosa.actor.kind, cast.rosa.actor.id, (grant,))
    with pytest.raises(NotAllowed):
        actions.erase_source(source=source, by=lead_elsewhere, at=now)
    with pytest.raises(NotFound):
        queries.source_for(lead_elsewhere, source.id)
