"""A turn cut into marked pieces: the text is never changed, for offsets count on it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from throughline.web.templatetags.throughline_transcript import stripes, turn_text
from throughline.web.transcript import Mark, pieces_of

_texts = st.text(alphabet="ab <&>\n😀é𝒹\u0301", min_size=1, max_size=40)
_marks = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30), st.sampled_from("XYZ")).map(
        lambda part: Mark(part[0], part[0] + part[1], part[2], 1)
    ),
    max_size=6,
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


@given(_texts, st.integers(0, 20), _marks)
def test_pieces_joined_are_the_text_again(text: str, start: int, marks: list[Mark]) -> None:
    assert "".join(piece.text for piece in pieces_of(text, start, marks)) == text


@given(_texts, st.integers(0, 20), _marks)
def test_every_code_point_is_under_exactly_its_codings(text: str, start: int, marks: list[Mark]) -> None:
    at = start
    for piece in pieces_of(text, start, marks):
        for _point in piece.text:
            assert set(piece.marks) == {mark for mark in marks if mark.start <= at < mark.end}
            at += 1


@given(_texts, _marks)
def test_turn_text_shows_exactly_the_text(text: str, marks: list[Mark]) -> None:
    reader = _Reader()
    reader.feed(turn_text(text, 0, marks))
    reader.close()
    assert reader.text == text


def test_turn_text_says_where_it_stands_in_code_points() -> None:
    html = turn_text("a😀b", 1000)
    assert 'data-start="1000"' in html
    assert 'data-end="1003"' in html


def test_overlapping_codes_are_told_apart_and_named() -> None:
    html = turn_text("abcd", 0, [{"start": 0, "end": 3, "code": "X", "hue": 1}, Mark(2, 4, "Y", 2)])
    assert '<mark class="hue-2 is-overlap" data-codes="X; Y">c</mark>' in html


def test_stripes_name_each_code_once_and_escape_it() -> None:
    codings = [Mark(0, 2, "<x>", 1), Mark(3, 4, "<x>", 1), Mark(9, 12, "Z", 2)]
    html = stripes(codings, 0, 9)
    assert html.count("&lt;x&gt;") == 1
    assert "Z" not in html
