"""Taguette projects: words on their places, authors from the log, refusals in the list."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.taguette.files import Taguette
from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.offsets import Mark, Misplaced, OffsetMode
from throughline.exchange.project.report import Kind
from throughline.exchange.project.tables import tables_of
from throughline.exchange.taguette.html import text_of, words_of
from throughline.exchange.taguette.read import _WANTED, read_taguette
from throughline.vocabulary.errors import Invalid


def words(document: ProjectDocument) -> list[str]:
    return [source.selected(one) for source, one in document.selections()]


def test_highlights_lie_on_their_words_counted_in_bytes() -> None:
    taguette = Taguette("<p>‘Café’ they look <b>away</b> &amp; laugh.</p>\n<p>End</p>")
    raw = "‘Café’ they look away & laugh."
    for number, word in enumerate(["they", "look away", "& laugh"], 1):
        start = len(raw[: raw.index(word)].encode())
        taguette.highlight(number, start, start + len(word.encode()), f"<p>{html.escape(word)}</p>")
    reading = read_taguette(taguette.bytes(), "vans.sqlite3")
    assert words(reading.document) == ["they", "look away", "& laugh"]
    assert reading.report.offsets is not None
    assert reading.report.offsets.mode is OffsetMode.UTF8
    assert (reading.report.offsets.quoted_equal, reading.report.offsets.quoted) == (3, 3)
    assert reading.document.sources[0].text == "‘Café’ they look away & laugh.\nEnd"
    assert (reading.document.name, reading.document.codes[0].description) == ("Vans", "Looks")


def test_paragraphs_without_a_line_end_between_them_get_one_and_offsets_follow() -> None:
    taguette = Taguette("<h1>One</h1><p>Two<br>Three</p><div><p>Four</p></div>")
    for number, (start, end, word) in enumerate(
        [(0, 3, "One"), (3, 6, "Two"), (6, 11, "Three"), (3, 15, "TwoThreeFour")], 1
    ):
        taguette.highlight(number, start, end, word)
    document = read_taguette(taguette.bytes(), "x").document
    assert document.sources[0].text == "One\nTwo\nThree\nFour"
    assert words(document) == ["One", "Two", "Three", "Two\nThree\nFour"]


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab é漢🙂&<\n"), max_size=8), max_size=6),
    st.sampled_from(["p", "b", "h2"]),
    st.data(),
)
def test_carried_places_hold_the_same_words_but_for_line_ends(
    pieces: list[str], tag: str, data: st.DataObject
) -> None:
    contents = "".join(f"<{tag} class='a>b'>{html.escape(piece)}</{tag}>" for piece in pieces)
    text = text_of(contents)
    raw = "".join(pieces)
    assert text.ruler.text == raw
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    mark = Mark(len(raw[:start].encode()), len(raw[:end].encode()))
    [place] = text.ruler.places([mark], OffsetMode.UTF8)
    assert not isinstance(place, Misplaced)
    first, last = text.carry(*place)
    assert text.text[first:last].replace("\n", "") == raw[start:end].replace("\n", "")
    assert (
        start == end
        or not text.breaks
        or text.text[first:last].strip("\n") == text.text[first:last]
        or "\n" in raw
    )


def test_words_of_a_snippet_are_without_tags() -> None:
    assert words_of("<p>a <i>b</i> &lt;c&gt;</p><!-- d -->") == "a b <c>"


def test_tags_that_never_end_cost_no_more_than_their_length() -> None:
    assert words_of('<a "' * 200_000).startswith("<a ")
    assert words_of("<" * 1_000_000) == "<" * 1_000_000


def test_log_says_who_coded_what() -> None:
    taguette = Taguette()
    taguette.highlight(1, 0, 4, "They", [1, 2])
    taguette.highlight(2, 5, 9, "look", [1])
    taguette.highlight(3, 10, 14, "away", [1])
    taguette.log("ann", type="highlight_add", highlight_id=1, start_offset=0, end_offset=4, tags=[1])
    taguette.log("bo", type="highlight_add", highlight_id=1, start_offset=0, end_offset=4, tags=[1, 2])
    taguette.log("bo", type="highlight_add", highlight_id=2, start_offset=5, end_offset=9, tags=[-77])
    taguette.log("ann", type="highlight_add", highlight_id=9, tags=[1])
    taguette.log("ann", type="highlight_delete", highlight_id=9)
    taguette.run(
        "INSERT INTO commands (user_login, project_id, payload) VALUES ('ann', 1, 'no JSON'), ('ann', 1, '[]')"
    )
    document = read_taguette(taguette.bytes(), "x").document
    names = {user.guid: user.name for user in document.users} | {None: "nobody knows"}
    laid = [names[coding.by] for _, _, coding in document.codings()]
    assert laid == ["ann", "bo", "bo", "nobody knows"]
    [first, *_] = document.sources[0].selections
    assert (names[first.made.by], names[first.made.changed_by]) == ("ann", "bo")


def test_merged_and_deleted_tags_are_followed() -> None:
    taguette = Taguette()
    taguette.highlight(1, 0, 4, "They", [2])
    taguette.log("ann", type="highlight_add", highlight_id=1, tags=[5])
    taguette.log("bo", type="tag_merge", src_tag_id=5, dest_tag_id=2)
    taguette.log("bo", type="highlight_add", highlight_id=1, tags=[2, 3])
    taguette.log("bo", type="tag_delete", tag_id=3)
    document = read_taguette(taguette.bytes(), "x").document
    [(_, _, coding)] = document.codings()
    assert [user.name for user in document.users if user.guid == coding.by] == ["ann"]


def test_guids_are_the_same_in_a_later_copy() -> None:
    taguette = Taguette()
    taguette.highlight(1, 0, 4, "They")
    before = read_taguette(taguette.bytes(), "x").document
    taguette.highlight(2, 5, 9, "look")
    after = read_taguette(taguette.bytes(), "y").document
    assert after.sources[0].selections[0] == before.sources[0].selections[0]
    assert len(after.sources[0].selections) == 2


@pytest.mark.parametrize(
    ("start", "end", "snippet", "says"),
    [
        (0, 4, "look", "not those that the file quotes"),
        (0, 999, "They", "past the end"),
        (9, 5, "look", "before its beginning"),
        (-4, 2, "Th", "past the end"),
        ("x", 4, "They", "no offsets"),
        ("--1", 4, "They", "no offsets"),
        (None, 4, "They", "no offsets"),
        (0, 2**63 - 1, "They", "past the end"),
    ],
)
def test_highlight_that_is_no_place_is_listed_with_its_tags(
    start: object, end: object, snippet: str, says: str
) -> None:
    taguette = Taguette()
    taguette.highlight(1, 5, 9, "look", [1])
    taguette.highlight(2, start, end, snippet, [1, 2])
    report = read_taguette(taguette.bytes(), "x").report
    assert (report.count(Kind.SELECTION).found, report.count(Kind.SELECTION).understood) == (2, 1)
    assert (report.count(Kind.CODING).found, report.count(Kind.CODING).understood) == (3, 1)
    [refusal] = [one for one in report.refusals if one.kind is Kind.SELECTION]
    assert says in str(refusal.reason)


def test_rows_that_hang_in_the_air_are_listed() -> None:
    taguette = Taguette()
    taguette.highlight(1, 0, 4, "They", [1, 99])
    taguette.run("INSERT INTO highlights VALUES (7, 55, 0, 4, 'They')")
    taguette.run("INSERT INTO highlight_tags VALUES (7, 1), (8, 1)")
    report = read_taguette(taguette.bytes(), "x").report
    assert (report.count(Kind.CODING).found, report.count(Kind.CODING).understood) == (4, 1)
    assert (report.count(Kind.SELECTION).found, report.count(Kind.SELECTION).understood) == (2, 1)


def test_file_of_several_projects_asks_which() -> None:
    taguette = Taguette()
    taguette.highlight(1, 0, 4, "They")
    taguette.run("INSERT INTO projects VALUES (2, 'Other', '', '2023-01-01')")
    with pytest.raises(Invalid, match=r"2 projects: 1 \(Vans\), 2 \(Other\)"):
        read_taguette(taguette.bytes(), "x")
    assert read_taguette(taguette.bytes(), "x", "Other").report.count(Kind.CODING).found == 0
    assert read_taguette(taguette.bytes(), "x", "1").report.count(Kind.CODING).understood == 1
    with pytest.raises(Invalid, match="Say which"):
        read_taguette(taguette.bytes(), "x", "3")


def test_rows_with_one_number_stay_apart() -> None:
    """A table without a primary key, as no Taguette makes it."""
    taguette = Taguette()
    taguette.base.executescript(
        "CREATE TABLE h AS SELECT * FROM highlights; DROP TABLE highlights; ALTER TABLE h RENAME TO highlights;"
    )
    taguette.highlight(1, 0, 4, "They")
    taguette.run("INSERT INTO highlights VALUES (1, 1, 5, 9, 'look')")
    document = read_taguette(taguette.bytes(), "x").document
    assert words(document) == ["They", "look"]


def test_passwords_and_addresses_never_leave_the_file() -> None:
    tables = tables_of(Taguette().bytes(), "x", wanted=_WANTED, needed=(), program="Taguette")
    assert [row.cells for row in tables.of("users")] == [{"login": "ann"}, {"login": "bo"}]
