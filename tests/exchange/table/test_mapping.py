"""Mappings as people write them: what is wrong, in which line, and how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.mapping import pattern_of, read_mapping
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing

WHOLE = """\
name: log
site: Harrowmere
route: service
when:
  date: {column: Date, format: DD/MM/YYYY}
"""


def read(text: str) -> ContactMapping:
    return read_mapping(text, "log.yaml", ContactMapping)


def test_read_mapping_keeps_words_as_they_are_written() -> None:
    mapping = read(
        WHOLE
        + 'nothing: {No: declined, "9": dont_know, "": not_asked}\nplace: {column: P, values: {Yes: street, 007: van}}'
    )
    assert mapping.nothing == {"no": Nothing.DECLINED, "9": Nothing.DONT_KNOW, "": Nothing.NOT_ASKED}
    assert mapping.place.values == {"yes": "street", "007": "van"}
    assert mapping.when.clock.format == ("DD/MM/YYYY",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("- a\n", "is empty"),
        (WHOLE + "sites: x", r"Line 6, sites: this key is not known; did you mean `site`\?"),
        (WHOLE + "disclosures:\n  - column: C\n    topics: x\n", r"Line 8, disclosures.0.topics: .* `topic`\?"),
        (WHOLE.replace("route: service", "route: servise"), r"Line 3, route: .*did you mean `service`\?"),
        (WHOLE.replace("route: service\n", ""), r"Line 1, route: this is missing"),
        (WHOLE + "nothing: {NA: notrecorded}", r"Line 6, nothing.NA: .*did you mean `not_recorded`\?"),
        (WHOLE.replace("DD/MM/YYYY", "DD/MM/year"), r"Line 5, when.date: `DD/MM/year` is no format"),
        (WHOLE + "time_zone: Europe/Londres", r"such as Europe/London"),
        (WHOLE.replace("name: log", "name: My log!"), r"small letters"),
        (WHOLE + "kit: [{column: K}]", r"Line 6, kit.0: write either `item` or `kit`"),
        (WHOLE + "tally: n\nclient: {code: c}", r"take `client` or `tally` out"),
        (WHOLE + "client: {initials: a}", r"one is missing"),
        (WHOLE + "client: {code: c, born: {column: b}}", r"write either `code`"),
        (WHOLE + "when: {}", r"line 6: `when` is written twice"),
        (WHOLE + "a: &x [1]\nb: *x", r"line 7: aliases"),
        (WHOLE + "  bad", r"line 6"),
        ("name: [", "line 1"),
        ("? [a]\n: b", "a key must be a word"),
        ("[" * 100_000 + "]" * 100_000, "nested more than 20 deep"),
        ("name: \x00", "not YAML"),
        ("x" * 200_001, "too long"),
        (WHOLE + "disclosures: [{column: a, topic: t, values: {y: told}}, {column: b, topic: t, values: {y: told}}]", "two columns"),
        (WHOLE + "disclosures: [{column: a, topic: t, values: {y: tolled}}]", "did you mean `told`"),
        (WHOLE + "site: {column: s, always: x}", "written twice"),
        (WHOLE.replace("Harrowmere", "{column: s, always: x}"), "either one word, or `column`"),
    ],
)  # fmt: skip
def test_read_mapping_says_what_where_and_how_to_mend(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        read(text)
    assert "log.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("route: [a, b]", "keys with values belong here|a word or a text"),
        ("file: {merged: filled}", "this word is not known here; did you mean `fill`"),
        ("file: {header_line: -1}", "a number of 0 or more belongs here"),
        ("file: {header_line: two}", "a whole number belongs here"),
        ("id: []", "at least 1 belongs here"),
        ("kit: {column: K}", "a list belongs here"),
        ("nothing: none", "keys with values belong here"),
        ("time_zone: {a: b}", "a word or a text belongs here"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said_in_sentences_all_the_way_down(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        read(WHOLE.replace("route: service\n", "") + text if text.startswith("route") else WHOLE + text)
    problem = refused.value.sentence.params["problems"]
    assert isinstance(problem, Sentence) and isinstance(problem.params["what"], Sentence)
    assert refused.value.fields and all(one.params["what"] for one in refused.value.fields.values())


def test_read_mapping_tells_several_problems_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read("name: log\nroute: walk\nsite: {values: {}}\nwhen: {at: {column: t, format: ''}}\nzone: x\n")
    assert {"route", "site", "when.at", "zone"} <= set(refused.value.fields)


def test_digest_depends_on_what_is_said_and_not_on_how() -> None:
    one, other = (
        read(WHOLE),
        read(
            "# a remark\n"
            + WHOLE.replace(
                "{column: Date, format: DD/MM/YYYY}", "\n    format: [DD/MM/YYYY]\n    column: Date"
            )
        ),
    )
    assert one.digest() == other.digest()
    assert one.digest() != read(WHOLE.replace("log", "log2")).digest()


@pytest.mark.parametrize(
    ("format", "pattern"),
    [("DD/MM/YYYY", "%d/%m/%Y"), ("YYYY-MM-DD HH:mm:ss", "%Y-%m-%d %H:%M:%S"), ("D.M.YY", "%d.%m.%y"),
     ("D Mon YYYY", "%d %b %Y"), ("hh:mm am", "%I:%M %p"), ("iso", "iso"), ("%j", "%j")],
)  # fmt: skip
def test_pattern_of_formats_that_people_write(format: str, pattern: str) -> None:
    assert pattern_of(format) == pattern


@given(st.text(max_size=200))
def test_read_mapping_of_any_text_reads_or_refuses(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)
