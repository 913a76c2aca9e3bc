"""Correcting a text: codings, quotes, passages, memos and turns stay on their words; what lost them is kept and said."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    TEXT,
    a_code,
    a_participant,
    a_source,
    a_source_draft,
    a_theme,
    an_analysis,
    an_analyst,
    events,
)
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import (
    Analysis,
    Coding,
    CodingRevision,
    FrameworkCell,
    FrameworkPassage,
    Memo,
    Source,
    SourceVersion,
    ThemePassage,
    ThemeQuote,
    Turn,
)
from throughline.records.inquiry.queries.texts import lost_in_source, versions_of
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.records.keyring import source_keys
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready

pytestmark = pytest.mark.django_db
SAID = "It is a reason to come in."


@pytest.fixture
def source(cast: Cast) -> Source:
    return a_source(an_analysis(cast))


def text_of(source: Source) -> str:
    row = Source.objects.get(id=source.id)
    return source_keys().open(row.id).decrypt(bytes(row.text)).decode()


def coded(source: Source, words: str, code: Any = None, text: str = TEXT, by: Any = SYSTEM) -> Coding:
    start = text.index(words)
    return actions.apply_code(
        source=source, code=code or a_code(source.analysis, f"code-{start}-{len(words)}"), start=start,
        end=start + len(words), by=by, at=source.added_at,
    )  # fmt: skip


def said_under(coding: Any) -> str:
    coding.refresh_from_db()
    return text_of(coding.source)[coding.start : coding.end]


def words_of_turns(source: Source) -> list[tuple[int, str, str]]:
    text = text_of(source)
    return [(t.number, t.speaker, text[t.start : t.end]) for t in source.turns.order_by("number")]


def corrected(source: Source, turn: int, words: str, by: Any, now: datetime) -> Source:
    base = Source.objects.get(id=source.id).version
    return actions.correct_text(source=source, text=words, turn=turn, base_version=base, by=by, at=now)


def test_correct_text_of_a_turn_moves_all_that_comes_after(cast: Cast, now: datetime, source: Source) -> None:
    before, within, after = (
        coded(source, "pipe"),
        coded(source, "reason to come"),
        coded(source, "Not for me"),
    )
    row = corrected(
        source, 2, "It is a real reason to come in, isn't it. Zoë said 🙂 so.", cast.rosa.actor, now
    )
    assert (row.version, row.characters) == (2, len(text_of(source)))
    assert [said_under(one) for one in (before, within, after)] == ["pipe", "reason to come", "Not for me"]
    assert words_of_turns(source)[1:] == [
        (2, "P01", "It is a real reason to come in, isn't it. Zoë said 🙂 so."), (3, "P02", "Not for me."),
    ]  # fmt: skip
    assert [event.target_id for event in events("text_corrected")] == [str(source.id)]


def test_correct_text_numbers_what_moved_and_nothing_else(cast: Cast, now: datetime, source: Source) -> None:
    before, after = coded(source, "pipe"), coded(source, "Not for me")
    since = feed_for(cast.rosa.actor, source.id, 0).at
    corrected(source, 2, "Well, it is a reason to come in.", cast.rosa.actor, now)
    changed = feed_for(cast.rosa.actor, source.id, since)
    assert [one.id for one in changed.placed] == [str(after.id)] and changed.at > since
    before.refresh_from_db()
    after.refresh_from_db()
    assert (before.version, after.version) == (1, 1)


def test_correct_text_keeps_a_coding_whose_words_went(cast: Cast, now: datetime, source: Source) -> None:
    gone = coded(source, "Zoë said 🙂 so.")
    corrected(source, 2, SAID, cast.rosa.actor, now)
    gone.refresh_from_db()
    assert gone.lost_in == 2 and not Coding.objects.all().standing().exists()
    (lost,) = lost_in_source(cast.rosa.actor, source, now)
    assert (lost.coding.id, lost.words) == (gone.id, "Zoë said 🙂 so.")
    analyst = an_analyst(cast)
    (lost,) = lost_in_source(analyst.actor, source, now)
    assert (lost.coding.id, lost.words) == (gone.id, None)


def test_correct_text_seals_what_was(cast: Cast, now: datetime, source: Source) -> None:
    corrected(source, 2, SAID, cast.rosa.actor, now)
    version = SourceVersion.objects.get()
    assert b"reason" not in bytes(version.text) + bytes(version.turns)
    earlier = actions.read_version(version=version, by=cast.rosa.actor, at=now)
    assert earlier.text == TEXT and [turn["speaker"] for turn in earlier.turns] == [
        "Interviewer",
        "P01",
        "P02",
    ]
    assert events("source_read")[-1].reason == "earlier_version"
    assert list(versions_of(cast.rosa.actor, source)) == [version]
    analyst = an_analyst(cast)
    assert not versions_of(analyst.actor, source).exists()
    with pytest.raises(NotAllowed):
        actions.read_version(version=version, by=analyst.actor, at=now)


def test_correct_text_of_a_version_that_is_no_longer(cast: Cast, now: datetime, source: Source) -> None:
    corrected(source, 2, SAID, cast.rosa.actor, now)
    with pytest.raises(Unready, match="meanwhile"):
        actions.correct_text(source=source, text="x", turn=3, base_version=1, by=cast.rosa.actor, at=now)
    with pytest.raises(Unready, match="meanwhile"):
        actions.correct_turns(
            source=source, change=actions.GiveTurn(3, "P01"), base_version=1, by=cast.rosa.actor, at=now
        )
    assert Source.objects.get().version == 2 and SourceVersion.objects.count() == 1


@pytest.mark.parametrize(("turn", "words", "error"), [(9, "x", NotFound), (2, " \r\n ", Invalid)])
def test_correct_text_that_cannot_be(
    cast: Cast, now: datetime, source: Source, turn: int, words: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        corrected(source, turn, words, cast.rosa.actor, now)
    assert text_of(source) == TEXT


def test_correct_text_with_the_same_words_changes_nothing(cast: Cast, now: datetime, source: Source) -> None:
    corrected(source, 3, "Not for me.\r\n", cast.rosa.actor, now)
    assert Source.objects.get().version == 1 and not SourceVersion.objects.exists()


def test_correct_text_as_a_whole_carries_turns(cast: Cast, now: datetime, source: Source) -> None:
    here = coded(source, "Not for me")
    new = TEXT.replace("What is", "So what is").replace("Not for me.", "It's not for me, never was.")
    actions.correct_text(source=source, text=new, base_version=1, by=cast.rosa.actor, at=now)
    assert text_of(source) == new and said_under(here).endswith("ot for me")
    assert [words for _, _, words in words_of_turns(source)] == [
        "So what is a pipe for?", "It is a reason to come in. Zoë said 🙂 so.", "It's not for me, never was.",
    ]  # fmt: skip


def everything_on(analysis: Analysis, source: Source, words: str, now: datetime) -> list[Any]:
    """A quote, two kinds of passage and a memo on the same words."""
    start = TEXT.index(words)
    place = {"programme_id": source.programme_id, "source": source, "start": start, "end": start + len(words)}
    theme = a_theme(analysis, f"On {words}")
    cell = FrameworkCell.objects.create(
        programme_id=source.programme_id, analysis=analysis, theme=theme, summary="x", written_at=now,
        written_by="x", participant=a_participant(analysis, f"P{start}"),
    )  # fmt: skip
    return [
        ThemeQuote.objects.create(**place, theme=theme, chosen_at=now, chosen_by="x"),
        ThemePassage.objects.create(**place, theme=theme, placed_at=now, placed_by="x"),
        FrameworkPassage.objects.create(**place, cell=cell),
        Memo.objects.create(**place, analysis=analysis, text="x", written_at=now, written_by="x"),
    ]


def test_correct_text_carries_quotes_passages_and_memos(cast: Cast, now: datetime, source: Source) -> None:
    kept = everything_on(source.analysis, source, "Not for me", now)
    gone = everything_on(source.analysis, source, "Zoë said 🙂 so.", now)
    corrected(source, 2, "So it is a reason to come in.", cast.rosa.actor, now)
    assert [said_under(one) for one in kept] == ["Not for me"] * 4
    for one in gone:
        one.refresh_from_db()
        assert (one.lost_in, one.start) == (2, TEXT.index("Zoë"))


def test_correct_text_where_two_come_to_lie_on_one_place(cast: Cast, now: datetime, source: Source) -> None:
    code = a_code(source.analysis)
    # the older one stays; of two made within a millisecond that is the one with the lower id
    one, two = sorted((coded(source, text, code) for text in ("Zoë said", "said")), key=lambda it: it.id)
    theme = a_theme(source.analysis)
    quotes = [
        ThemeQuote.objects.create(
            programme_id=source.programme_id, theme=theme, source=source, start=coding.start, end=coding.end,
            chosen_at=now, chosen_by="x",
        )
        for coding in (one, two)
    ]  # fmt: skip
    quotes.sort(key=lambda it: it.id)
    corrected(source, 2, "It is a reason to come in. Said 🙂 so.", cast.rosa.actor, now)
    assert said_under(one) == "Said" and one.lost_in is None
    two.refresh_from_db()
    assert two.lost_in == 2  # shown as lost, never dropped
    corrected(source, 2, "Oh. It is a reason to come in. Said 🙂 so.", cast.rosa.actor, now)
    assert said_under(quotes[0]) == "Said" and ThemeQuote.objects.count() == 2


def test_correct_text_carries_a_removed_coding_for_who_puts_it_back(
    cast: Cast, now: datetime, source: Source
) -> None:
    removed = actions.remove_coding(coding=coded(source, "Not for me"), by=SYSTEM, at=now)
    moved = coded(source, "Not for")
    actions.move_coding(coding=moved, start=moved.start, end=moved.end + 3, base_version=1, by=SYSTEM, at=now)
    corrected(source, 1, "And what is a pipe for, would you say?", cast.rosa.actor, now)
    assert said_under(actions.restore_coding(coding=removed, by=SYSTEM, at=now)) == "Not for me"
    past = CodingRevision.objects.get()
    assert text_of(source)[past.start : past.end] == "Not for"


def test_codings_that_change_places_do_not_stumble_over_each_other(cast: Cast, now: datetime) -> None:
    words = "aa " * 40
    source = a_source(an_analysis(cast), a_source_draft(f"P01: {words.strip()}."))
    code = a_code(source.analysis)
    codings = [
        actions.apply_code(source=source, code=code, start=5 + 3 * n, end=7 + 3 * n, by=SYSTEM, at=now)
        for n in range(40)
    ]
    corrected(source, 1, "bb " + words.strip() + ".", cast.rosa.actor, now)
    starts = sorted(Coding.objects.values_list("start", flat=True))
    assert (
        starts == [8 + 3 * n for n in range(40)] and len(codings) == Coding.objects.all().standing().count()
    )


@pytest.mark.parametrize("seed", range(4))
def test_codings_keep_their_words_through_many_corrections(cast: Cast, now: datetime, seed: int) -> None:
    """Every word stands once, so what a coding should hold is known without any diff."""
    chance = random.Random(seed)
    words = [f"w{number}" for number in range(120)]
    lines = [words[n : n + 12] for n in range(0, 120, 12)]
    draft = a_source_draft("\n".join(f"P{n}: " + " ".join(line) for n, line in enumerate(lines)))
    source = a_source(an_analysis(cast), draft)
    code = a_code(source.analysis)
    held: dict[Any, set[str]] = {}
    for _ in range(40):
        first, last = sorted(chance.sample(range(120), 2))
        start, end = _place(draft.text, words[first]), _place(draft.text, words[last]) + len(words[last])
        for coding in actions.apply_codes(
            source=source, drafts=[actions.CodingDraft(code, start, end)], by=SYSTEM, at=now
        ):
            held[coding.id] = set(words[first : last + 1])
    new = 0
    for _ in range(8):
        number = chance.randrange(len(lines))
        line = [word for word in lines[number] if chance.random() > 0.3] or [lines[number][0]]
        for _ in range(chance.randrange(3)):
            line.insert(chance.randrange(len(line) + 1), f"new{new}")
            new += 1
        lines[number] = line
        corrected(source, number + 1, " ".join(line), cast.rosa.actor, now)
    text, left = text_of(source), {word for line in lines for word in line}
    for coding in Coding.objects.filter(id__in=held):
        expected = held[coding.id] & left
        if coding.lost_in is None:
            assert {w for w in text[coding.start : coding.end].split() if w in words} == expected
        else:  # its words went, or another coding came to lie on all that is left of them
            assert not expected or any(expected == held[one] & left for one in held if one != coding.id)


def _place(text: str, word: str) -> int:
    return f"{text} ".replace("\n", " ").index(f" {word} ") + 1


def turned(source: Source, change: Any, by: Any, now: datetime) -> Source:
    base = Source.objects.get(id=source.id).version
    return actions.correct_turns(source=source, change=change, base_version=base, by=by, at=now)


def test_correct_turns_gives_a_turn_to_its_speaker_and_participant(
    cast: Cast, now: datetime, source: Source
) -> None:
    participant = a_participant(source.analysis, "P01", source=source)
    turned(source, actions.GiveTurn(3, "P01"), cast.rosa.actor, now)
    assert Turn.objects.get(number=3).participant == participant
    turned(source, actions.GiveTurn(3, "P09"), cast.rosa.actor, now)
    turn = Turn.objects.get(number=3)
    assert (turn.speaker, turn.participant, turn.is_team) == ("P09", None, False)
    assert len(events("turns_corrected")) == 2 and Source.objects.get().version == 3


def test_correct_turns_splits_and_joins(cast: Cast, now: datetime, source: Source) -> None:
    here = coded(source, "Not for me")
    ids = list(source.turns.order_by("number").values_list("id", flat=True))
    turned(source, actions.SplitTurn(2, TEXT.index("Zoë"), "P02"), cast.rosa.actor, now)
    assert words_of_turns(source)[1:] == [
        (2, "P01", SAID), (3, "P02", "Zoë said 🙂 so."), (4, "P02", "Not for me."),
    ]  # fmt: skip
    turned(source, actions.JoinTurns(3), cast.rosa.actor, now)
    assert words_of_turns(source)[2:] == [(3, "P02", "Zoë said 🙂 so. Not for me.")]
    assert said_under(here) == "Not for me" and "P02:" not in text_of(source)
    assert list(source.turns.order_by("number").values_list("id", flat=True))[:2] == ids[:2]
    with pytest.raises(Invalid, match="last turn"):
        turned(source, actions.JoinTurns(3), cast.rosa.actor, now)
    with pytest.raises(Invalid, match="between its words"):
        turned(source, actions.SplitTurn(1, source.turns.get(number=1).start), cast.rosa.actor, now)


def test_correct_turns_renames_a_speaker(cast: Cast, now: datetime, source: Source) -> None:
    participant = a_participant(source.analysis, "P01", source=source)
    turned(source, actions.RenameSpeaker("P01", "Woman 1"), cast.rosa.actor, now)
    assert Turn.objects.get(speaker="Woman 1").participant == participant
    turned(source, actions.RenameSpeaker("P02", "Woman 1"), cast.rosa.actor, now)
    assert Turn.objects.filter(speaker="Woman 1", participant=participant).count() == 2
    with pytest.raises(NotFound):
        turned(source, actions.RenameSpeaker("P02", "x"), cast.rosa.actor, now)
    with pytest.raises(Invalid):
        turned(source, actions.RenameSpeaker("Woman 1", "x" * 121), cast.rosa.actor, now)


def test_correct_turns_does_not_join_two_participants(cast: Cast, now: datetime, source: Source) -> None:
    for label in ("P01", "P02"):
        a_participant(source.analysis, label, source=source)
    with pytest.raises(Unready, match="Two participants"):
        turned(source, actions.JoinTurns(2), cast.rosa.actor, now)


def test_corrections_of_an_erased_source(cast: Cast, now: datetime, source: Source) -> None:
    actions.erase_source(source=source, by=cast.rosa.actor, at=now)
    with pytest.raises(NotFound):
        corrected(source, 1, "x", cast.rosa.actor, now)
