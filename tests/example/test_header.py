"""The block above each fictional transcript."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import yaml

from throughline.example.header import Speaker, split_header
from throughline.example.loading.words import FOLDER, READER, find_passage, transcripts
from throughline.example.parameters import read_parameters
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


def test_transcripts_are_of_all_who_are_asked_at_the_length_of_real_ones() -> None:
    """Of each kind and group as many as the evaluation needs, at every site, 800 to 2,000 words each, two in French."""
    read = [split_header(raw.decode("utf-8"), name) for name, raw in transcripts().items()]
    headers = [header for header, _ in read]
    assert {
        name
        for name, (_, body) in zip(transcripts(), read, strict=True)
        if not 800 <= len(body.split()) <= 2_000
    } == set()
    assert Counter(header.kind for header in headers) == {
        SourceKind.INTERVIEW: 19, SourceKind.FOCUS_GROUP: 2, SourceKind.OBSERVATION: 3,
    }  # fmt: skip
    assert Counter(header.language for header in headers) == {"en": 22, "fr": 2}
    assert {header.site for header in headers} == {site.name for site in read_parameters().sites}
    assert {speaker.group for header in headers for speaker in header.speakers} == {
        "person who uses crack", "peer worker", "practitioner", "police", "outreach worker",
    }  # fmt: skip
    for header, body in read:
        if header.kind is SourceKind.FOCUS_GROUP:
            spoke = {speaker.label for speaker in header.speakers if f"{speaker.label}:" in body}
            assert len(spoke) == len(header.speakers) >= 5


def test_two_analysts_coded_a_part_of_the_transcripts_both() -> None:
    by: dict[str, set[str]] = {}
    for name in ("codings-01-12.yaml", "codings-13-24.yaml"):
        for row in yaml.load(FOLDER.joinpath(name).read_bytes(), READER)["codings"]:
            by.setdefault(row["file"], set()).add(row["analyst"])
    assert set(by) == set(transcripts())
    assert Counter(len(analysts) for analysts in by.values()) == {1: 15, 2: 9}


def test_find_passage_counts_occurrences_in_code_points() -> None:
    assert find_passage("é pipe, a pipe", "pipe", 2, "a.txt") == (10, 14)


def test_find_passage_that_is_not_there_names_the_file() -> None:
    with pytest.raises(Invalid, match=r"a\.txt does not hold the passage pipe"):
        find_passage("one pipe", "pipe", 2, "a.txt")
