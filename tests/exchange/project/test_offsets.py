"""Offsets against a plain reckoning of the same thing: encode what stands before a place and count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.project.offsets import Mark, Misplaced, OffsetMode, Ruler, detect, is_quoted
from throughline.exchange.project.quoted import settle

TEXTS = st.lists(st.sampled_from([*"ab é漢🙂\r\n ", "\r\n"]), max_size=60).map("".join)
REFI = (OffsetMode.CODE_POINTS, OffsetMode.CODE_POINTS_LF, OffsetMode.UTF16, OffsetMode.UTF16_LF)


def counted(before: str, mode: OffsetMode) -> int:
    """How a program that counts this way counts what stands before a place."""
    if mode.is_crlf_one:
        before = before.replace("\r\n", "\n")
    match mode:
        case OffsetMode.UTF16 | OffsetMode.UTF16_LF:
            return len(before.encode("utf-16-le")) // 2
        case OffsetMode.UTF8 | OffsetMode.UTF8_LF:
            return len(before.encode("utf-8"))
        case _:
            return len(before)


@given(TEXTS, st.sampled_from(OffsetMode), st.data())
def test_place_is_that_of_the_same_words_however_they_are_counted(
    raw: str, mode: OffsetMode, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    for at in (start, end):
        if raw[max(at - 1, 0) : at + 1] == "\r\n":
            return  # inside a line's end; a test of its own below
    ruler = Ruler(raw)
    mark = Mark(counted(raw[:start], mode), counted(raw[:end], mode))
    [place] = ruler.places([mark], mode)
    assert not isinstance(place, Misplaced)
    assert ruler.text[place[0] : place[1]] == raw[start:end].replace("\r\n", "\n").replace("\r", "\n")
    assert place[0] == len(raw[:start].replace("\r\n", "\n"))


def test_place_inside_a_line_end_is_the_line_end() -> None:
    assert Ruler("ab\r\ncd").places([Mark(0, 3), Mark(3, 6)], OffsetMode.CODE_POINTS) == [(0, 2), (2, 5)]


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        (Mark(3, 1), Misplaced.BACKWARDS),
        (Mark(0, 99), Misplaced.OUTSIDE),
        (Mark(-2, 1), Misplaced.OUTSIDE),
        (Mark(0, 10**30), Misplaced.OUTSIDE),
        (Mark(0, 2), Misplaced.SPLIT),
    ],
)
def test_place_that_is_none_says_why(mark: Mark, why: Misplaced) -> None:
    assert Ruler("a🙂bc").places([mark], OffsetMode.UTF16) == [why]


def test_place_in_plain_text_may_be_past_its_end() -> None:
    assert Ruler("plain").places([Mark(0, 5), Mark(0, 6)], OffsetMode.UTF8) == [(0, 5), Misplaced.OUTSIDE]


LINES = [f"Line {number} says 🙂 that the van came late on day {number}." for number in range(40)]


def marks_in(raw: str, mode: OffsetMode, word: str, *, is_quoting: bool = False) -> list[Mark]:
    """A mark on each `word`, counted as a program does."""
    marks, at = [], raw.find(word)
    while at >= 0:
        start, end = counted(raw[:at], mode), counted(raw[: at + len(word)], mode)
        marks.append(Mark(start, end, word if is_quoting else ""))
        at = raw.find(word, at + 1)
    return marks


@pytest.mark.parametrize("mode", REFI)
@pytest.mark.parametrize("believed", REFI)
@pytest.mark.parametrize("is_quoting", [True, False])
def test_detect_finds_the_mode_whatever_the_program_is_known_for(
    mode: OffsetMode, believed: OffsetMode, is_quoting: bool
) -> None:
    raw = "\r\n".join(LINES)
    marks = marks_in(raw, mode, "van came late", is_quoting=is_quoting)
    order = (believed, *(other for other in REFI if other is not believed))
    used = detect([(Ruler(raw), marks)], order, is_quote_whole=True)
    assert used is not None
    assert (used.mode, used.is_decided, used.selections) == (mode, True, 40)
    assert (used.quoted, used.quoted_equal) == ((40, 40) if is_quoting else (0, 0))
    assert used.on_edges == used.ends == 80


def test_detect_keeps_to_what_the_program_is_known_for_where_nothing_speaks_against_it() -> None:
    raw = "一二三四五六七八九十\r\n一二三四五六七八九十"
    used = detect(
        [(Ruler(raw), [Mark(12, 14)])], (OffsetMode.UTF16, OffsetMode.CODE_POINTS_LF), is_quote_whole=False
    )
    assert used is not None
    assert used.mode is OffsetMode.UTF16


def test_detect_is_not_turned_by_one_selection_inside_a_word() -> None:
    raw = "harm reduction\r\nand more"
    marks = [Mark(17, 19), Mark(0, 4)]
    used = detect(
        [(Ruler(raw), marks)], (OffsetMode.CODE_POINTS, OffsetMode.CODE_POINTS_LF), is_quote_whole=False
    )
    assert used is not None
    assert used.mode is OffsetMode.CODE_POINTS


def test_detect_without_selections_says_nothing() -> None:
    assert detect([(Ruler("text"), [])], REFI, is_quote_whole=True) is None


def test_settle_places_each_on_its_words_and_counts_the_exceptions() -> None:
    raw = "\n".join(LINES)
    marks = marks_in(raw, OffsetMode.CODE_POINTS, "late", is_quoting=True)
    marks[7] = marks_in(raw, OffsetMode.UTF16, "late", is_quoting=True)[7]
    [places], used = settle([(Ruler(raw), marks)], (OffsetMode.CODE_POINTS, OffsetMode.UTF16))
    assert used is not None
    assert used.exceptions == 1
    assert [raw[place[0] : place[1]] for place in places if not isinstance(place, Misplaced)] == ["late"] * 40


def test_settle_keeps_nothing_that_lies_on_other_words() -> None:
    [places], _ = settle(
        [(Ruler("one two three"), [Mark(0, 3, "two"), Mark(4, 7, "two"), Mark(0, 99, "two")])],
        (OffsetMode.CODE_POINTS,),
    )
    assert places == [Misplaced.OTHER_WORDS, (4, 7), Misplaced.OUTSIDE]


def test_quote_is_compared_without_regard_to_line_ends() -> None:
    assert is_quoted("a\n b", 0, 4, "a\r\n\tb", is_whole=True)
    assert not is_quoted("a b c", 0, 5, "a b", is_whole=True)
    assert is_quoted("a b c", 0, 5, "a b…", is_whole=False)
    assert not is_quoted("a b c", 0, 5, "", is_whole=False)
