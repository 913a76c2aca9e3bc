"""Reading to the end, journals, memos written anew and found again, recordings, facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast
from tests.examples import examples
from tests.records.made import (
    a_code,
    a_participant,
    a_source,
    a_source_draft,
    an_analysis,
    an_analyst,
    events,
)
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import JournalEntry, MemoRevision, Recording, RecordingPiece
from throughline.records.inquiry.queries.derived import Derived, derived_by
from throughline.records.inquiry.queries.familiarisation import (
    entry_for,
    journal_for,
    memos_found,
    notes_of,
    read_through,
)
from throughline.records.inquiry.queries.recordings import bytes_of, recording_of
from throughline.records.keyring import source_keys
from throughline.records.study.actions import add_study_site, set_phase
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, MemoKind, PhaseKind, SourceKind, Step

pytestmark = pytest.mark.django_db


def test_rewrite_memo_keeps_what_it_was_and_is_for_its_writer(cast: Cast, now: datetime) -> None:
    rosa, una = cast.rosa.actor, an_analyst(cast).actor
    memo = actions.write_memo(analysis=an_analysis(cast), text="Shame?", title="First", by=rosa, at=now)
    later = now + timedelta(hours=1)
    memo = actions.rewrite_memo(memo=memo, text="Pride.", base_version=1, by=rosa, at=later)
    assert (memo.text, memo.title, memo.version, memo.written_at) == ("Pride.", "", 2, later)
    was = MemoRevision.objects.get(memo=memo)
    assert (was.version, was.title, was.text, was.written_at) == (1, "First", "Shame?", now)
    with pytest.raises(Unready, match="meanwhile"):
        actions.rewrite_memo(memo=memo, text="x", base_version=1, by=rosa, at=later)
    with pytest.raises(NotAllowed, match="colleague"):
        actions.rewrite_memo(memo=memo, text="x", base_version=2, by=una, at=later)
    with pytest.raises(Invalid):
        actions.rewrite_memo(memo=memo, text=" ", base_version=2, by=rosa, at=later)


def test_memos_are_found_by_kind_by_what_they_are_about_by_writer_and_by_words(
    cast: Cast, now: datetime
) -> None:
    analysis, rosa, una = an_analysis(cast), cast.rosa.actor, an_analyst(cast).actor
    source, code = a_source(analysis), a_code(analysis)
    for place, (about, kind, by, text) in enumerate(
        [
            (None, MemoKind.MEMO, rosa, "Été: the first summer"),
            (source, MemoKind.NOTE, una, "She laughs\nhere"),
            (code, MemoKind.MEMO, una, "Wide"),
        ]
    ):
        actions.write_memo(
            analysis=analysis, text=text, about=about, kind=kind, by=by, at=now + timedelta(minutes=place)
        )

    def found(**sought: str) -> list[str]:
        ids = memos_found(rosa, analysis, **sought)
        texts = {memo.id: memo.text.split()[0] for memo in analysis.memos.all()}
        return [texts[pk] for pk in ids]

    assert found() == ["Wide", "She", "Été:"]
    assert found(about="analysis") == ["Été:"] and found(about="code") == ["Wide"]
    assert found(kind="note") == ["She"] and found(analyst=una.id) == ["Wide", "She"]
    assert found(words="ÉTÉ") == ["Été:"] and found(words="laughs here") == ["She"]
    assert found(words="laughs", about="code") == []


def test_notes_stand_with_the_whole_first_then_by_place(cast: Cast, now: datetime) -> None:
    source, rosa = a_source(an_analysis(cast)), cast.rosa.actor
    for start, text in ((9, "late"), (2, "early"), (None, "whole")):
        actions.write_memo(
            analysis=source.analysis, text=text, about=source, kind=MemoKind.NOTE, start=start,
            end=None if start is None else start + 3, by=rosa, at=now,
        )  # fmt: skip
    assert [note.text for note in notes_of(rosa, source)] == ["whole", "early", "late"]


def test_mark_read_once_by_each_and_the_table_shows_it(cast: Cast, now: datetime) -> None:
    analysis, rosa, una = an_analysis(cast), cast.rosa.actor, an_analyst(cast).actor
    source = a_source(analysis)
    raw = a_source(analysis, a_source_draft("P01: Mary said so.", name="raw", is_deidentified=False))
    actions.mark_read(source=source, by=una, at=now)
    with pytest.raises(Unready, match="already"):
        actions.mark_read(source=source, by=una, at=now)
    with pytest.raises(NotAllowed):
        actions.mark_read(source=raw, by=una, at=now)
    table = read_through(rosa, analysis)
    assert set(table.analysts) == {rosa.id, una.id}
    days = {row.name: dict(zip(table.analysts, read, strict=True)) for row, read in table.rows}
    assert days == {source.name: {una.id: now, rosa.id: None}, "raw": {una.id: None, rosa.id: None}}
    assert [row.name for row, _ in read_through(una, analysis).rows] == [source.name]
    assert len(events("source_read_through")) == 1


def test_journal_is_ones_own_until_it_is_shared_for_good(cast: Cast, now: datetime) -> None:
    analysis, rosa, una = an_analysis(cast), cast.rosa.actor, an_analyst(cast).actor
    entry = actions.write_journal(analysis=analysis, text="I did not want to hear it.", by=una, at=now)
    assert list(journal_for(una, analysis)) == [entry] and not journal_for(rosa, analysis).exists()
    with pytest.raises(NotFound):
        entry_for(rosa, entry.id)
    with pytest.raises(NotAllowed):
        actions.share_journal(entry=entry, by=rosa, at=now)
    actions.share_journal(entry=entry, by=una, at=now)
    assert list(journal_for(rosa, analysis)) == [entry]
    with pytest.raises(Unready):
        actions.share_journal(entry=entry, by=una, at=now)
    assert not JournalEntry.objects.visible_to(cast.dana.actor).exists()


def test_recording_lies_in_sealed_pieces_and_any_part_of_it_is_heard(cast: Cast, now: datetime) -> None:
    source, rosa = a_source(an_analysis(cast)), cast.rosa.actor
    data = b"RIFF" + bytes(range(256)) * 9_000  # over two pieces
    draft = actions.RecordingDraft("audio/wav", data, "0" * 64)
    held = actions.add_recording(source=source, draft=draft, by=rosa, at=now)
    assert held.pieces.count() == 3 and not any(data[:40] in bytes(one.sealed) for one in held.pieces.all())
    assert recording_of(rosa, source) == held
    assert recording_of(an_analyst(cast).actor, source) is None, "a voice names its speaker"
    with pytest.raises(NotAllowed):
        actions.hear_recording(recording=held, by=cast.chen.actor, at=now)

    @settings(max_examples=examples(25), deadline=None)
    @given(st.integers(0, len(data) - 1), st.integers(0, len(data) - 1))
    def any_part(one: int, other: int) -> None:
        first, last = sorted((one, other))
        assert b"".join(bytes_of(held, first, last)) == data[first : last + 1]

    any_part()
    other = actions.RecordingDraft("audio/ogg", b"OggS", "1" * 64)
    actions.add_recording(source=source, draft=other, by=rosa, at=now)
    assert (Recording.objects.count(), RecordingPiece.objects.count()) == (1, 1)
    with pytest.raises(Invalid):
        actions.add_recording(
            source=source, draft=actions.RecordingDraft("video/quicktime", b"x"), by=rosa, at=now
        )


def test_erasing_a_source_takes_its_recording_and_marks_no_more(cast: Cast, now: datetime) -> None:
    source, rosa = a_source(an_analysis(cast)), cast.rosa.actor
    draft = actions.RecordingDraft("audio/ogg", b"OggS", "1" * 64)
    held = actions.add_recording(source=source, draft=draft, by=rosa, at=now)
    source = actions.erase_source(source=source, by=SYSTEM, at=now)
    assert not RecordingPiece.objects.exists()
    with pytest.raises(NotFound):
        source_keys().open(held.source_id)
    for action in (actions.add_recording, actions.mark_read, actions.describe_source):
        given_of = {
            "add_recording": {"draft": draft}, "mark_read": {},
            "describe_source": {"facts": actions.SourceFacts("x", SourceKind.DOCUMENT)},
        }[action.__name__]  # fmt: skip
        with pytest.raises(NotFound):
            action(source=source, by=SYSTEM, at=now, **given_of)


def test_describe_source_says_all_its_facts_and_arm_and_phase_follow(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    source = a_source(analysis)
    placed = add_study_site(study=analysis.study, site=cast.site, arm=ArmKind.INTERVENTION, by=SYSTEM, at=now)
    set_phase(
        study_site=placed,
        kind=PhaseKind.BEFORE,
        from_on=date(2025, 1, 1),
        to_on=date(2025, 6, 30),
        by=SYSTEM,
        at=now,
    )
    facts = actions.SourceFacts(
        " Talk 7 ", SourceKind.FOCUS_GROUP, cast.site, date(2025, 6, 30), "2.1", (Step.RESPONSE, Step.CONTACT),
        "fr", {"recruited  through": " peers ", "empty": " "},
    )  # fmt: skip
    source = actions.describe_source(source=source, facts=facts, by=rosa, at=now)
    source.refresh_from_db()
    assert (source.name, source.kind, source.site, source.language) == (
        "Talk 7",
        "focus_group",
        cast.site,
        "fr",
    )
    assert source.topics_asked == ["contact", "response"]
    assert source.attributes == {"recruited through": "peers"}
    assert derived_by(analysis)(source) == Derived(ArmKind.INTERVENTION, PhaseKind.BEFORE)
    nowhere = actions.SourceFacts("Talk 7", SourceKind.DOCUMENT, None, Nothing.NOT_APPLICABLE)
    source = actions.describe_source(source=source, facts=nowhere, by=rosa, at=now)
    source.refresh_from_db()
    assert (source.collected_on, source.collected_on_nothing) == (None, "not_applicable")
    assert derived_by(analysis)(source) == Derived(None, None)


def test_describe_refuses_what_is_too_much_and_participants_are_described(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    source, person = a_source(analysis), a_participant(analysis)
    for attributes in ({f"a{n}": "x" for n in range(61)}, {"a": "x" * 401}, {"a" * 81: "x"}):
        with pytest.raises(Invalid):
            actions.describe_source(
                source=source, facts=actions.SourceFacts("x", SourceKind.DOCUMENT, attributes=attributes), by=rosa,
                at=now,
            )  # fmt: skip
        with pytest.raises(Invalid):
            actions.describe_participant(
                participant=person, group="g", attributes=attributes, by=rosa, at=now
            )
    actions.describe_participant(participant=person, group="", attributes={"age": "40s"}, by=rosa, at=now)
    person.refresh_from_db()
    assert (person.group, person.attributes) == ("not_recorded", {"age": "40s"})
