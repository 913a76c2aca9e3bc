"""The block above each fictional transcript."""

from __future__ import annotations

from datetime import date

import pytest

from throughline.example.header import Speaker, split_header
from throughline.example.loading.words import find_passage, transcripts
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import PhaseKind, SourceKind

TEXT = """FICTION - written for the Throughline example.
Kind: focus group
Site: Quillford
Date: 2025-11-25
Language: en
Guide: v2
Participants: P30 (group: practitioner; phase: after), P33 (group: outreach worker; phase: after)
Interviewer: I2

---

FACILITATOR: Thanks, everyone.
"""


def test_split_header_reads_what_stands_above_the_rule() -> None:
    header, body = split_header(TEXT, "a.txt")
    assert (header.kind, header.site, header.day) == (SourceKind.FOCUS_GROUP, "Quillford", date(2025, 11, 25))
    assert header.speakers == (
        Speaker("P30", "practitioner", PhaseKind.AFTER),
        Speaker("P33", "outreach worker", PhaseKind.AFTER),
    )
    assert body == "FACILITATOR: Thanks, everyone.\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("FICTION", "NOTES"), "a.txt does not begin with a line that says FICTION"),
        (("\n---\n", "\n"), "a.txt does not begin with a line that says FICTION"),
        (("Guide: v2\n", ""), "The header of a.txt lacks: Guide"),
        (("focus group", "chat"), "The header of a.txt cannot be read"),
        (("2025-11-25", "November"), "The header of a.txt cannot be read"),
        (("(group", "[group"), "P33"),
    ],
)
def test_split_header_where_something_is_wrong_says_what(change: tuple[str, str], sentence: str) -> None:
    text = TEXT.replace(*change)
    if sentence == "P33":
        text = text.replace("(group", "[group")
        sentence = "The header of a.txt names no participant"
    with pytest.raises(Invalid, match=sentence):
        split_header(text, "a.txt")


def test_every_transcript_has_a_header_and_is_labelled_as_fiction() -> None:
    given = transcripts()
    assert len(given) == 24
    labels = []
    for name, raw in given.items():
        header, body = split_header(raw.decode("utf-8"), name)
        assert "FICTION" not in body
        labels += [speaker.label for speaker in header.speakers]
    assert len(set(labels)) == len(labels)


def test_find_passage_counts_occurrences_in_code_points() -> None:
    assert find_passage("é pipe, a pipe", "pipe", 2, "a.txt") == (10, 14)


def test_find_passage_that_is_not_there_names_the_file() -> None:
    with pytest.raises(Invalid, match=r"a\.txt does not hold the passage pipe"):
        find_passage("one pipe", "pipe", 2, "a.txt")
