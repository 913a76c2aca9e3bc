"""What somebody puts right in how a transcript was read; and a reading put aside and taken up again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.transcript.choices import Choices, as_chosen
from throughline.exchange.transcript.held import Held, packed, unpacked
from throughline.exchange.transcript.putting_right import Give, Join, Split, steps_in, written
from throughline.exchange.transcript.read import read_transcript
from throughline.vocabulary.errors import Invalid, Sentence

TALK = "Anna: What was it like?\n\nP07: Zoë said 🙂 it was fine.\n\nAna: And then?\n\nP07: I went.\n"


def test_two_labels_called_alike_are_one_speaker_and_an_empty_one_is_nobody() -> None:
    document = read_transcript(TALK.encode(), "talk.txt")
    chosen = as_chosen(document, Choices(called={"Ana": " Anna ", "P07": " "}))
    assert [turn.speaker for turn in chosen.turns] == ["Anna", None, "Anna", None]
    assert chosen.text == document.text and [turn.start for turn in chosen.turns] == [
        turn.start for turn in document.turns
    ]
    assert as_chosen(document, Choices()) == document


def test_steps_put_turns_right_one_after_another_and_leave_the_text() -> None:
    document = read_transcript(TALK.encode(), "talk.txt")
    steps = (Split(2, TALK.index("it was"), "Ana"), Join(2), Give(3, " Anna  B "), Give(1, ""))
    assert steps_in(written(steps)) == list(steps)
    chosen = as_chosen(document, Choices(steps=steps, called={"Ana": "Anna"}))
    assert chosen.text == document.text
    assert [(turn.speaker, chosen.spoken(turn)) for turn in chosen.turns] == [
        (None, "What was it like?\n\nP07: Zoë said 🙂"),
        ("Anna", "it was fine."),
        ("Anna B", "And then?"),
        ("P07", "I went."),
    ]


@pytest.mark.parametrize(
    "given",
    [
        "{",
        "[1]",
        '[["give",1]]',
        '[["split",1,"a",""]]',
        '[["join",true,2]]',
        "[" * 9_000,
        '[["give",9,"x"]]',
    ],
)
def test_what_is_no_step_of_this_file_is_refused(given: str) -> None:
    document = read_transcript(TALK.encode(), "talk.txt")
    with pytest.raises(Invalid):
        as_chosen(document, Choices(steps=tuple(steps_in(given))))


def test_no_turns_gives_paragraphs_that_hold_every_word() -> None:
    document = read_transcript(TALK.encode(), "talk.txt")
    chosen = as_chosen(document, Choices(are_turns=False, called={"Ana": "x"}))
    assert [chosen.spoken(turn) for turn in chosen.turns] == TALK.strip().split("\n\n")
    assert {turn.speaker for turn in chosen.turns} == {None}


@given(st.text(min_size=1, max_size=200))
def test_paragraphs_hold_all_but_white_space_of_any_text(text: str) -> None:
    try:
        document = read_transcript(text.encode("utf-8", "replace"), "any.txt")
    except Invalid:
        return
    chosen = as_chosen(document, Choices(are_turns=False))
    held = "".join(chosen.spoken(turn) for turn in chosen.turns)
    assert "".join(held.split()) == "".join(document.text.split())


def test_reading_put_aside_is_the_same_when_it_is_taken_up() -> None:
    data = TALK.encode()
    held = Held("talk.txt", data, read_transcript(data, "talk.txt"))
    assert unpacked(packed(held)) == held
    vtt = b"WEBVTT\n\n00:01.000 --> 00:02.500\n<v Anna>Hello.</v>\n"
    captions = Held("a.vtt", vtt, read_transcript(vtt, "a.vtt"))
    assert unpacked(packed(captions)) == captions
    refused = Held("x.txt", refused=Sentence("%(file)s is %(count)s times wrong.", file="x.txt", count=3))
    assert unpacked(packed(refused)) == refused
    for broken in (b"", b"\x00" * 8, packed(held)[:40], b"\xff" * 30):
        with pytest.raises(Invalid, match="Choose the file again"):
            unpacked(broken)
