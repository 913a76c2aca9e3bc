"""Captions: every word and every time kept; an independent reader (pysubs2) sees the same cues."""

from __future__ import annotations

import re

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.transcript.captions import read_captions
from throughline.exchange.transcript.read import read_transcript
from throughline.vocabulary.errors import Invalid

WORDS = st.text(alphabet="abcdefgh éü.,!?' ", min_size=1, max_size=40).filter(
    lambda text: bool(text.strip(" .,!?'"))
)


def turns(text: str) -> list[tuple[str | None, int | None, int | None, str]]:
    body, found, _ = read_captions(text, "a.vtt")
    return [(turn.speaker, turn.start_ms, turn.end_ms, body[turn.start : turn.end]) for turn in found]


def srt(cues: list[tuple[int, int, str]]) -> str:
    subs = pysubs2.SSAFile()
    subs.events = [pysubs2.SSAEvent(start=start, end=end, text=text) for start, end, text in cues]
    return subs.to_string("srt")


@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 3_000), WORDS), min_size=1, max_size=40))
def test_captions_written_by_pysubs2_keep_every_word_and_their_span(cues: list[tuple[int, int, str]]) -> None:
    placed = [(start, start + length, " ".join(text.split())) for start, length, text in sorted(cues)]
    body, found, _ = read_captions(srt(placed), "a.srt")
    assert body.split() == " ".join(text for _, _, text in placed).split()
    assert found[0].start_ms == placed[0][0]
    assert {turn.start_ms for turn in found} <= {start for start, _, _ in placed}
    assert {turn.end_ms for turn in found} <= {end for _, end, _ in placed}
    assert max(turn.end_ms or 0 for turn in found) == max(end for _, end, _ in placed)


def test_caption_that_is_a_number_is_not_taken_for_the_next_ones_number() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nHow many?\n\n00:02.100 --> 00:03.000\n42\n"
    assert turns(text) == [(None, 1_000, 3_000, "How many? 42")]


def test_captions_without_blank_lines_between_them_are_read() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n"
    assert turns(text) == [(None, 1_000, 3_000, "One. Two.")]


def test_blank_line_within_a_caption_loses_no_words() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nand more.\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n"
    assert turns(text) == [(None, 1_000, 3_000, "One and more. Two.")]


def test_unreadable_time_keeps_the_words_and_is_told() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:0x.000\nOne.\n\n00:02.000 --> 00:03.000\nTwo.\n\n00:03.000 --> ?\nThree.\n"
    body, found, notes = read_captions(text, "a.vtt")
    assert body == "One. Two. Three."
    assert (found[0].start_ms, found[0].end_ms) == (2_000, 3_000)
    assert [str(note) for note in notes] == [
        "Captions with a time that cannot be read: 2. Their words stand with the caption before."
    ]


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [
        ("0:0:0.0 --> 0:0:3.540", "0:1:5.2 --> 0:1:7.95", [(0, 3_540), (65_200, 67_950)]),
        ("00:00:01 --> 00:00:03", "00:01:05 --> 00:01:07", [(1_000, 3_000), (65_000, 67_000)]),
        (
            "00:00:01:500 --> 00:00:03:000",
            "00:01:05:000 --> 00:01:07:000",
            [(1_500, 3_000), (65_000, 67_000)],
        ),
        ("0:00:01.000,0:00:03.000", "0:01:05.000,0:01:07.000", [(1_000, 3_000), (65_000, 67_000)]),
    ],
    ids=["without zeros", "whole seconds", "colon before milliseconds", "SubViewer"],
)
def test_times_as_other_programs_write_them(first: str, second: str, times: list[tuple[int, int]]) -> None:
    text = f"{first}\nAt 10:30, 11:45 or so.\n\n{second}\nTwo.\n"
    document = read_transcript(text.encode(), "a.txt")
    assert [(turn.start_ms, turn.end_ms) for turn in document.turns] == times
    assert document.text == "At 10:30, 11:45 or so.\n\nTwo."


def test_two_voices_in_one_caption_are_two_turns() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>One?</v>\n<v Bo>Two.</v>\n"
    assert turns(text) == [("Ann", 1_000, 2_000, "One?"), ("Bo", 1_000, 2_000, "Two.")]


def test_rolling_captions_are_kept_once() -> None:
    shown = [
        "we begin",
        "at the harbour",
        "and walk",
        "along the wall",
        "until noon",
        "then rest",
        "and go on",
    ]
    cues = [
        (at * 1_000, at * 1_000 + 900, "\\N".join(shown[max(0, at - 1) : at + 1])) for at in range(len(shown))
    ]
    body, _, notes = read_captions(srt(cues), "a.srt")
    assert body == " ".join(shown)
    assert "rolling" in str(notes[0])


def test_chevrons_begin_another_voice() -> None:
    text = srt(
        [(0, 900, ">> Hello there."), (1_000, 1_900, ">> MAYOR: Good morning."), (2_000, 2_900, "Sit down.")]
    )
    assert turns(text) == [(None, 0, 900, "Hello there."), ("MAYOR", 1_000, 2_900, "Good morning. Sit down.")]


def test_pause_begins_a_passage() -> None:
    text = srt([(0, 900, "one"), (1_000, 1_900, "two"), (5_000, 5_900, "three")])
    assert [turn[3] for turn in turns(text)] == ["one two", "three"]


def test_chinese_captions_join_without_blanks() -> None:
    assert turns(srt([(0, 900, "我們先"), (1_000, 1_900, "介紹一下。")]))[0][3] == "我們先介紹一下。"


def test_formatting_goes_and_braces_that_are_words_stay() -> None:
    text = '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="#fff">We</font> <i>go</i> {inaudible} 3 < 4 &lt;3\n'
    assert turns(text)[0][3] == "We go {inaudible} 3 < 4 <3"


def test_text_without_captions_is_refused() -> None:
    with pytest.raises(Invalid, match=re.escape("a.srt holds no caption")):
        read_captions("1\nsome text", "a.srt")


def test_speaker_in_the_name_of_a_cue_is_read() -> None:
    cues = ((1, "Ann Low", "Hello."), (2, "Bo &amp; Kit", "Hi."))
    text = "".join(f'\n\n{n} "{name}" (31415)\n00:0{n}.000 --> 00:0{n}.900\n{said}' for n, name, said in cues)
    assert [turn.speaker for turn in read_transcript(f"WEBVTT{text}".encode(), "a.vtt").turns] == [
        "Ann Low",
        "Bo & Kit",
    ]


def test_pronouns_and_commas_belong_to_the_name() -> None:
    said = ("Low, Ann: So.", "Bo (they/them): Yes.", "Low, Ann: Why?", "\u200fBo (they/them): No.")
    text = "WEBVTT" + "".join(f"\n\n00:0{n}.000 --> 00:0{n}.900\n{words}" for n, words in enumerate(said))
    turns = read_transcript(text.encode(), "a.vtt").turns
    assert [turn.speaker for turn in turns] == ["Low, Ann", "Bo (they/them)"] * 2


@pytest.mark.parametrize("arrow", ["->", "–>", "→"])
def test_arrow_that_a_word_processor_made_is_read(arrow: str) -> None:
    text = f"1\n00:00:00,000 {arrow} 00:00:02,000\nHello\n\n2\n00:00:05,000 {arrow} 00:00:06,000\nthere\n"
    assert [turn.start_ms for turn in read_transcript(text.encode(), "a.srt").turns] == [0, 5000]


def test_names_above_the_words_of_captions_are_speakers() -> None:
    said = (("Low, Ann", "Shall we begin?"), ("Bo Hart", "Yes. I came: see."), ("Low, Ann", "Good."))
    text = "\n\n".join(f"0:0:{n}.92 --> 0:0:{n}.99\n{name}\n{words}" for n, (name, words) in enumerate(said))
    turns = read_transcript(text.encode(), "a.txt").turns
    assert [turn.speaker for turn in turns] == [name for name, _ in said]


def test_words_on_the_line_of_the_times_are_kept_and_places_on_the_screen_are_none() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000 Hello.\n\n2\n00:00:02,000 --> 00:00:03,000 X1:40 Y1:2\nThere.\n"
    assert turns(text)[0][3] == "Hello. There."


def test_everybody_is_seen_where_every_caption_begins_with_who_speaks() -> None:
    names = (
        "Ann",
        "iPhone (2)",
        "Staff - Mill Lane",
        "bo@example.org",
        "Ann",
        "iPhone (2)",
        "+44 7700 900123",
    )
    cues = (f"00:0{n}.000 --> 00:0{n}.900\n{name}: So: {n}." for n, name in enumerate(names))
    turns = read_transcript("\n\n".join(("WEBVTT", *cues)).encode(), "a.vtt").turns
    assert [turn.speaker for turn in turns] == list(names)
