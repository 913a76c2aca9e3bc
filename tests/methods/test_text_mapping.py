"""Places carried over a correction: exact outside the edits, widened inside one, lost with their words."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.text_mapping import (
    Edit,
    TextMapping,
    mapping_between,
    mapping_of_labels,
    mapping_of_replacements,
    with_replacements,
)

WORDS = st.lists(
    st.sampled_from(["pipe", "foil", "and", "then", "I", "said", "so", "no", "roof", "Zoë", "🙂", "屋根", "\n", ". "]),
    max_size=40,
)  # fmt: skip


def carried(old: str, new: str, words: str) -> str | None:
    start = old.index(words)
    found = mapping_between(old, new).span(start, start + len(words))
    return None if found is None else new[slice(*found)]


@pytest.mark.parametrize(
    ("old", "new", "words", "expected"),
    [
        ("He came in for a pip.", "He came in for a pipe.", "a pip", "a pipe"),  # a letter at the end of it
        ("He came in for a pip.", "He came in for a pipe.", "pip", "pipe"),
        ("hte pipe", "the pipe", "hte", "the"),
        ("from Leeds then", "from Bradford then", "Leeds", "Bradford"),  # a name heard wrong
        ("one two three", "one and two three", "two three", "two three"),  # put in before it
        ("one two three", "one two and three", "two three", "two and three"),  # put in within it
        ("one two three", "one two, three", "one two", "one two"),  # put in after it
        ("one two three", "one three", "two ", None),
        ("one two three", "one three", "two three", "three"),
        ("我昨天没有地方住。", "我昨晚没有地方住。", "没有地方", "没有地方"),
        ("我昨天没有地方住。", "我昨晚没有地方住。", "昨天没有", "昨晚没有"),
        ("a reason to come", "a reeson to come", "son to", "son to"),  # a border within a changed word
        ("Zoë 🙂 said so", "Zoë 🙂🙂 said so", "said", "said"),
    ],
)  # fmt: skip
def test_passage_keeps_its_words_where_it_has_them(
    old: str, new: str, words: str, expected: str | None
) -> None:
    assert carried(old, new, words) == expected


def test_sentence_replaced_by_another_is_lost_and_its_neighbours_are_not() -> None:
    kept = "I had no roof over me at that time."
    old = f"First. {kept} They asked me whether I wanted to see somebody about my chest, and I did not. Last."
    new = f"First. {kept} [The recording breaks off: eleven minutes of music from next door are heard here.] Last."
    gone = "They asked me whether I wanted to see somebody about my chest, and I did not."
    assert carried(old, new, gone) is None
    assert carried(old, new, kept) == kept
    assert carried(old, new, f"{kept} They asked me") == kept + " "
    assert carried(old, new, "Last.") == "Last."


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_edits_make_the_new_text_of_the_old(old_words: list[str], new_words: list[str]) -> None:
    old, new = " ".join(old_words), " ".join(new_words)
    mapping = mapping_between(old, new)
    assert mapping.new_length == len(new)
    reached = moved = 0
    for edit in mapping.edits:
        kept = edit.start - reached
        assert old[reached : edit.start] == new[reached + moved : reached + moved + kept]
        assert old[edit.start : edit.start + edit.head] == new[edit.start + moved :][: edit.head]
        reached, moved = edit.end, moved + edit.growth
    assert old[reached:] == new[reached + moved :]


@given(WORDS, WORDS, st.data())
@settings(max_examples=200, deadline=None)
def test_passage_outside_the_edits_keeps_its_very_words(
    old_words: list[str], new_words: list[str], data: st.DataObject
) -> None:
    old, new = " ".join(old_words), " ".join(new_words)
    mapping = mapping_between(old, new)
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    found = mapping.span(start, end)
    touching = [edit for edit in mapping.edits if edit.start < end and edit.end > start]
    if not touching and not any(start < edit.start < end for edit in mapping.edits):
        assert found is not None and new[slice(*found)] == old[start:end]
    if found is not None:
        assert 0 <= found[0] < found[1] <= len(new)
        # every kept character of the passage is still in it
        for place in range(start, end):
            if not any(edit.start <= place < edit.end for edit in mapping.edits):
                assert found[0] <= mapping.start_of(place) < found[1]
    covering = [
        [edit for edit in mapping.edits if edit.start <= place < edit.end] for place in range(start, end)
    ]
    stands = any(edit.stands for edits in covering for edit in edits)
    keeps = any(
        not edits and old[place] not in " \n."
        for place, edits in zip(range(start, end), covering, strict=True)
    )
    assert (found is not None) == (stands or keeps or not any(covering))
    near = mapping.near(start, end)
    assert 0 <= near[0] <= near[1] <= len(new)


@given(WORDS, WORDS)
@settings(max_examples=100, deadline=None)
def test_order_of_places_is_kept(old_words: list[str], new_words: list[str]) -> None:
    old = " ".join(old_words)
    mapping = mapping_between(old, " ".join(new_words))
    starts = [mapping.start_of(place) for place in range(len(old) + 1)]
    ends = [mapping.end_of(place) for place in range(len(old) + 1)]
    assert starts == sorted(starts) and ends == sorted(ends)


def test_replacement_stands_for_what_was_there() -> None:
    text = "Jane Smith saw Jane in Leeds."
    parts = [(0, 10, "[worker 3]"), (15, 19, "[worker 3]"), (23, 28, "[town A]")]
    new, mapping = with_replacements(text, parts), mapping_of_replacements(text, parts)
    assert new == "[worker 3] saw [worker 3] in [town A]."
    for words, expected in [
        ("Smith saw", "[worker 3] saw"), ("Leeds", "[town A]"), ("saw", "saw"), ("Jane Smith", "[worker 3]"),
    ]:  # fmt: skip
        start = text.index(words)
        found = mapping.span(start, start + len(words))
        assert found is not None and new[slice(*found)] == expected


@pytest.mark.parametrize(
    ("old", "new", "turn", "expected"),
    [
        ("A: so we went\nB: no", "A: And so we went\nB: no", "so we went", "And so we went"),
        ("A: we went\nB: no", "A: we went there\nB: no", "we went", "we went there"),
        ("A: we went\nB: no", "A: [unclear]\nB: no", "we went", "[unclear]"),
        ("A: we went\nB: no", "A: we went\nB: no, never", "we went", "we went"),
        ("A: we went\nB: no", "A: \nB: no", "we went", ""),
    ],
)  # fmt: skip
def test_turn_owns_what_is_written_at_its_borders(old: str, new: str, turn: str, expected: str) -> None:
    start = old.index(turn)
    assert new[slice(*mapping_between(old, new).wide(start, start + len(turn)))] == expected


def test_edits_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        TextMapping([Edit(5, 8, 0), Edit(2, 3, 0)], "x" * 10)
    with pytest.raises(ValueError, match="outside"):
        TextMapping([Edit(5, 18, 0)], "x" * 10)


def test_long_text_with_many_corrections_takes_no_quadratic_time() -> None:
    generator = random.Random(3)
    words = ["pipe", "foil", "came", "asked", "told", "night", "because", "nothing", "Yeah", "no"]
    lines = ["Yeah." if number % 3 else " ".join(generator.choices(words, k=30)) for number in range(12_000)]
    old = "\n".join(lines)
    for number in range(0, 12_000, 60):
        lines[number] = lines[number].replace("pipe", "pipes", 1)
    del lines[5000:5010]
    new = "\n".join(lines)
    assert len(old) > 600_000
    begun = time.process_time()
    mapping = mapping_between(old, new)
    assert time.process_time() - begun < 20
    place = old.index(lines[9000])
    found = mapping.span(place, place + len(lines[9000]))
    assert found is not None and new[slice(*found)] == lines[9000]


NAMES = st.lists(
    st.sampled_from(["Zoë", "Dr Ada Lovelace-Byron", "Leeds", "07700 900123", "屋根"]), min_size=1, max_size=5
)


@given(
    NAMES,
    st.lists(
        st.sampled_from(["I went.", "and then I saw them there", "屋根 said so"]), min_size=1, max_size=4
    ),
)
@settings(max_examples=60, deadline=None)
def test_label_stands_for_what_it_replaced_however_long_that_was(names: list[str], said: list[str]) -> None:
    """As the mapping does that still knows what was replaced, for each name and for what is said around it."""
    old, parts, rest = "", [], []
    for number, name in enumerate(names):
        words = said[number % len(said)]
        rest.append((len(old), len(old) + len(words)))
        old += f"{words} "
        parts.append((len(old), len(old) + len(name), f"[person {number + 1}]"))
        old += f"{name}, "
    new = with_replacements(old, parts)
    told, exact = mapping_of_labels(old, new), mapping_of_replacements(old, parts)
    assert (told.old_length, told.new_length) == (len(old), len(new))
    for start, end in [*rest, *((start, end) for start, end, _ in parts)]:
        assert told.span(start, end) == exact.span(start, end)
