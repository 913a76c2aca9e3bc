"""Codings marked on an earlier text: they end where one would lie by now that had been there before the corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast
from tests.examples import examples
from tests.records.inquiry.test_texts import corrected, text_of
from tests.records.made import TEXT, a_code, a_participant, a_source, a_source_draft, an_analysis, an_analyst
from throughline.records.foundation import new_id
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.aliases import Replacement
from throughline.records.inquiry.actions.earlier import EarlierTextGone
from throughline.records.inquiry.models import Analysis, Coding, CodingRevision, Source
from throughline.records.inquiry.queries.texts import lost_in_source
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import AliasKind, Approach

pytestmark = pytest.mark.django_db
WORDS = [f"w{number}" for number in range(40)]
LINES = [WORDS[n : n + 8] for n in range(0, 40, 8)]


@pytest.fixture
def source(cast: Cast) -> Source:
    return a_source(an_analysis(cast))


def late(
    source: Source, code: Any, by: Any, now: datetime, words: str, version: int = 1, **more: Any
) -> Coding:
    """Put on words of the first text, which has been corrected since."""
    start = TEXT.index(words)
    return actions.apply_code(
        source=source,
        code=code,
        start=start,
        end=start + len(words),
        text_version=version,
        by=by,
        at=now,
        **more,
    )


def test_late_coding_lies_on_its_words_or_is_kept_as_lost(cast: Cast, now: datetime, source: Source) -> None:
    code, rosa = a_code(source.analysis), cast.rosa.actor
    corrected(source, 1, "Well then, what is a pipe for, and why?", rosa, now)
    corrected(source, 2, "It is a real reason to come in.", rosa, now)
    kept = late(source, code, rosa, now, "reason to come")
    assert text_of(source)[kept.start : kept.end] == "reason to come" and kept.lost_in is None
    gone = late(source, code, rosa, now, "Zoë said 🙂 so.")
    assert gone.lost_in == 3
    lost = {one.coding.id: one.words for one in lost_in_source(rosa, source, now)}
    assert lost == {gone.id: "Zoë said 🙂 so."}
    # places marked on a text in between count in that one
    then = text_of(source)
    place = then.index("Not for me")
    corrected(source, 1, "What is a pipe for?", rosa, now)
    coding = actions.apply_code(
        source=source, code=code, start=place, end=place + 10, text_version=3, by=rosa, at=now
    )
    assert text_of(source)[coding.start : coding.end] == "Not for me" and coding.start != place
    with pytest.raises(Invalid, match=f"it has {len(TEXT)} characters"):
        actions.apply_code(source=source, code=code, start=0, end=9_999, text_version=1, by=rosa, at=now)
    for version in (0, 5):
        with pytest.raises(EarlierTextGone):
            late(source, code, rosa, now, "Not for me", version=version)


def test_late_coding_sent_again_moved_removed_and_put_back(cast: Cast, now: datetime, source: Source) -> None:
    code, rosa, one = a_code(source.analysis), cast.rosa.actor, new_id()
    other = late(source, a_code(source.analysis, "other"), rosa, now, "Zoë said 🙂 so.")
    corrected(source, 2, "It is a real reason to come in.", rosa, now)
    first = late(source, code, rosa, now, "reason", coding_id=one)
    assert late(source, code, rosa, now, "reason", coding_id=one).start == first.start
    place = TEXT.index("come in"), TEXT.index("come in") + 7
    moved: dict[str, Any] = {
        "start": place[0],
        "end": place[1],
        "base_version": 1,
        "text_version": 1,
        "by": rosa,
        "at": now,
    }
    for _ in range(2):  # the answer was lost
        coding = actions.move_coding(coding=first, **moved)
        assert (text_of(source)[coding.start : coding.end], coding.version) == ("come in", 2)
    # onto words that went: lost; one whose words went onto some that are there: it stands on them
    gone = TEXT.index("Zoë"), TEXT.index("Zoë") + 3
    coding = actions.move_coding(
        coding=first, **moved | {"start": gone[0], "end": gone[1], "base_version": 2}
    )
    assert (coding.lost_in, CodingRevision.objects.filter(coding=first).count()) == (2, 2)
    other.refresh_from_db()
    assert other.lost_in == 2
    coding = actions.move_coding(coding=other, **moved)
    assert (text_of(source)[coding.start : coding.end], coding.lost_in) == ("come in", None)
    # taken off and put back while its words were there: kept as lost; asked for later, it is said
    actions.remove_coding(coding=first, by=rosa, at=now)
    with pytest.raises(Unready, match="no longer there"):
        actions.restore_coding(coding=first, by=rosa, at=now)
    back = actions.restore_coding(coding=first, text_version=1, by=rosa, at=now)
    assert (back.removed_at, back.lost_in) == (None, 2)


def test_late_coding_on_a_name_lies_on_what_stands_for_it(cast: Cast, now: datetime) -> None:
    draft = a_source_draft(
        "P01: Doctor Margaret Featherstonehaugh-Cholmondeley saw me. Then I left.", is_deidentified=False
    )
    source, rosa = a_source(an_analysis(cast), draft), cast.rosa.actor
    code, name = a_code(source.analysis), "Doctor Margaret Featherstonehaugh-Cholmondeley"
    start = draft.text.index(name)
    actions.deidentify_source(
        source=source, replacements=[Replacement(start, start + len(name), AliasKind.PERSON, "worker 3")],
        base_version=1, by=rosa, at=now,
    )  # fmt: skip
    for words, expected in (
        (name, "[worker 3]"),
        (f"{name} saw", "[worker 3] saw"),
        ("Then I left", "Then I left"),
    ):
        begin = draft.text.index(words)
        coding = actions.apply_code(
            source=source, code=code, start=begin, end=begin + len(words), text_version=1, by=rosa, at=now
        )
        assert text_of(source)[coding.start : coding.end] == expected
    # who could never read that version learns nothing of how long a name in it was
    with pytest.raises(NotAllowed):
        actions.apply_code(
            source=source, code=code, start=0, end=3, text_version=1, by=an_analyst(cast).actor, at=now
        )


def test_late_coding_on_a_text_that_is_gone_is_said(cast: Cast, now: datetime, source: Source) -> None:
    code, rosa = a_code(source.analysis), cast.rosa.actor
    who = a_participant(source.analysis, "P02")
    actions.assign_speaker(source=source, speaker="P02", participant=who, by=rosa, at=now)
    other = a_participant(source.analysis, "P01")
    actions.assign_speaker(source=source, speaker="P01", participant=other, by=rosa, at=now)
    corrected(source, 1, "What is a pipe for, then?", rosa, now)
    actions.withdraw_participant(participant=who, by=cast.grace.actor, at=now)
    with pytest.raises(EarlierTextGone, match="kept no longer"):
        late(source, code, rosa, now, "pipe")
    assert not Coding.objects.exists()


def test_code_merged_meanwhile_stands_for_what_it_became(cast: Cast, now: datetime, source: Source) -> None:
    old, new, rosa, one = a_code(source.analysis), a_code(source.analysis, "new"), cast.rosa.actor, new_id()
    last = a_code(source.analysis, "last")
    sent = late(source, old, rosa, now, "pipe", coding_id=one)
    actions.merge_codes(code=old, into=new, by=rosa, at=now)
    actions.merge_codes(code=new, into=last, by=rosa, at=now)
    assert late(source, old, rosa, now, "pipe", coding_id=one).id == sent.id
    assert late(source, old, rosa, now, "reason").code_id == last.id
    (coding,) = actions.apply_codes(source=source, drafts=[actions.CodingDraft(new, 0, 4)], by=rosa, at=now)
    assert coding.code_id == last.id


LINE = st.tuples(
    st.integers(0, len(LINES) - 1),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(0, 2),
    st.booleans(),
)
SPAN = st.tuples(st.integers(0, 39), st.integers(0, 39)).map(sorted)


@settings(
    max_examples=examples(25),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(  # one line, of which a word stayed
    corrections=[(4, [*[False] * 7, True], 2, False)], spans=[[2, 39]]
)
@given(corrections=st.lists(LINE, min_size=1, max_size=4), spans=st.lists(SPAN, min_size=1, max_size=6))
def test_late_coding_ends_as_one_that_was_there(
    cast: Cast, now: datetime, corrections: Any, spans: Any
) -> None:
    """Two code the same passages, one before the corrections and one after them, with places of the first text.

    Every word stands once: what each should hold is known without any diff.
    """
    draft = a_source_draft("\n".join(f"P{n}: " + " ".join(line) for n, line in enumerate(LINES)))
    analysis = Analysis.objects.first() or an_analysis(cast)
    source = a_source(analysis, replace(draft, file_hash=new_id().hex))
    code, early, after = a_code(analysis, new_id().hex), SYSTEM, cast.rosa.actor
    places = []
    for first, last in {tuple(span) for span in spans}:
        start = f"{draft.text} ".replace("\n", " ").index(f" {WORDS[first]} ") + 1
        end = f"{draft.text} ".replace("\n", " ").index(f" {WORDS[last]} ") + 1 + len(WORDS[last])
        places.append((start, end, set(WORDS[first : last + 1])))
    there = [
        actions.apply_code(source=source, code=code, start=a, end=b, by=early, at=now) for a, b, _ in places
    ]
    lines = [list(line) for line in LINES]
    for number, stays, new, is_whole in corrections:
        line = [word for word, kept in zip(lines[number], stays, strict=False) if kept] or lines[number][:1]
        lines[number] = [*line, *(f"new{new}" for _ in range(new))]
        whole = "\n".join(f"P{n}: " + " ".join(line) for n, line in enumerate(lines))
        words = whole if is_whole else " ".join(lines[number])
        row = Source.objects.get(id=source.id)
        actions.correct_text(
            source=row,
            text=words,
            turn=None if is_whole else number + 1,
            base_version=row.version,
            by=after,
            at=now,
        )
    late = [
        actions.apply_code(source=source, code=code, start=a, end=b, text_version=1, by=after, at=now)
        for a, b, _ in places
    ]
    text, left = text_of(source), {word for line in lines for word in line}
    for one, other, (_, _, said) in zip(there, late, places, strict=True):
        one.refresh_from_db()
        other.refresh_from_db()
        held = said & left
        if other.lost_in is None:
            assert {w for w in text[other.start : other.end].split() if w in WORDS} == held
        else:
            assert not held or any(held == mine & left for _, _, mine in places if mine != said)
        # of two that came to lie on one place either is the one that is lost
        assert (one.start, one.end) == (other.start, other.end) or one.lost_in or other.lost_in
    assert len({(x.start, x.end) for x in late if x.lost_in is None}) == sum(x.lost_in is None for x in late)


def test_blind_coder_is_told_the_same_whatever_others_do(cast: Cast, now: datetime) -> None:
    """Two sources, the same work of one blind coder at the same moments; on one of them another works as well."""
    analysis = an_analysis(cast)
    Analysis.objects.update(approach=Approach.CODING_RELIABILITY.value)
    una, ben = an_analyst(cast, "Una").actor, an_analyst(cast, "Ben").actor
    code, feeds = a_code(analysis), []
    for is_busy in (False, True):
        source = a_source(analysis, replace(a_source_draft(), file_hash=str(is_busy)))

        def others(minute: int, source: Source = source, is_busy: bool = is_busy) -> None:
            at = now + timedelta(minutes=minute, seconds=30)
            for start in range(minute % 3 + 1 if is_busy else 0):
                coding = actions.apply_code(
                    source=source, code=code, start=start, end=start + minute + 9, by=ben, at=at
                )
                if start:
                    actions.remove_coding(coding=coding, by=ben, at=at)

        told, mine = [], []
        for minute in range(6):
            at = now + timedelta(minutes=minute)
            others(minute)
            mine.append(
                actions.apply_code(
                    source=source,
                    code=code,
                    start=minute,
                    end=minute + 4,
                    by=una,
                    at=at + timedelta(seconds=59),
                )
            )
            if minute == 3:
                actions.move_coding(
                    coding=mine[1], start=0, end=2, base_version=1, by=una, at=at + timedelta(seconds=59)
                )
                actions.remove_coding(coding=mine[2], by=una, at=at + timedelta(seconds=59))
            since = {0, 1, mine[0].change, mine[-1].change - 1, mine[-1].change, 2**53, 10**18}
            for asked in sorted(since):
                feed = feed_for(una, source.id, asked)
                rows = [one._replace(id="") for one in feed.placed]
                told.append((feed.at, feed.text_version, feed.is_blind, rows))
        feeds.append(told)
        assert all(one.change < 2**53 for one in mine)
    assert feeds[0] == feeds[1]


def test_numbers_rise_though_the_clock_goes_back(cast: Cast, now: datetime, source: Source) -> None:
    code, rosa = a_code(source.analysis), cast.rosa.actor
    numbers = [
        late(source, code, rosa, now - timedelta(hours=back), words).change
        for back, words in enumerate(["pipe", "reason", "come in", "Not for me"])
    ]
    assert numbers == sorted(set(numbers)) and numbers[0] == int(now.timestamp() * 1_000_000)
