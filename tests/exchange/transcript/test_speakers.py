"""What is a speaker and what only looks like one."""

from __future__ import annotations

import pytest

from throughline.exchange.transcript.read import read_transcript


def speakers(text: str) -> list[str | None]:
    return [turn.speaker for turn in read_transcript(text.encode(), "a.txt").turns]


def words(text: str) -> list[str]:
    document = read_transcript(text.encode(), "a.txt")
    return [document.spoken(turn) for turn in document.turns]


@pytest.mark.parametrize(
    "text",
    [
        "We asked one thing: why.\n\nThey said this: because.\n\nIt was late.",
        "Note: the door was open.\n\nWe went in at 10:30 and left.\n\nhttps://example.org: see there.",
        "Findings\n\nWarning: wet floor.\nSource: the wall.\nExample: none.\n\nWe left at noon, all of us.",
        "12:30 lunch\n13:15 van\n14:00 talk",
        "Ratio 3:1 was better.\nC:\\data\\x was lost.\nstd::vector is not a person.",
        "[laughs]\n\nI came by bus.\n\n[laughs]\n\nIt was full.\n\n[pause]\n\nSo I walked.",
        "Queue at the door: long.\nWeather: cold.\n\nTuesday.\n\nQueue at the door: short.\nWeather: warm.\n\nDone.",
        "– Bonjour.\n– Bonjour, ça va ?\n– Oui : très bien.",
        "A. First choice\nB. Second choice\nC. Third choice\nA. Again the first",
        "ملاحظة: هذا نص.\n\nقال لي صديقي مرة في البيت: اذهب.\n\nثم ذهبت.\n\nوقلت له إن الأمر صعب: نعم.",
        "We met Dr. Low. He was late.\nDr. Low. He was kind.\nWe left.\nIt rained.",
    ],
)
def test_no_speaker_is_seen_where_nobody_is_named(text: str) -> None:
    assert set(speakers(text)) == {None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna: Hi.\nBen: Hello.", ["Anna", "Ben"]),
        ("anna: hi\nben: hello\nanna: so\nben: yes\nanna: well\nben: no", ["anna", "ben"] * 3),
        ("I: Hi.\nP: Hello.\nI: So.\nP: Yes.", ["I", "P", "I", "P"]),
        ("Dr. Lee: Hi.\nMs. A. Low: Hello.\nDr. Lee: So.\nMs. A. Low: Yes.", ["Dr. Lee", "Ms. A. Low"] * 2),
        ("Anna (nurse): Hi.\nBen: Hello.\nAnna (nurse): So.\nBen: Yes.", ["Anna (nurse)", "Ben"] * 2),
        ("INTERVIEWER:\nHow?\n\nP1:\nSo.\n\nINTERVIEWER:\nWhy?\n\nP1:\nHm.", ["INTERVIEWER", "P1"] * 2),
        ("Interviewer: Hi.\nINTERVIEWER: So?\nP1: Yes.\nP1: No.", ["Interviewer", "Interviewer", "P1", "P1"]),
        ("**Anna:** Hi.\n\n**Ben:** Yes.\n\nAnna: So.\n\n**Ben:** No.", ["Anna", "Ben", "Anna", "Ben"]),
        ("001 INT: Hi.\n002 P1: Yes.\n003 INT: So.\n004 P1: No.", ["INT", "P1", "INT", "P1"]),
        ("Rosa\n\nHello there.\n\nBo\n\nHi to you.\n\nRosa\n\nSo.\n\nBo\n\nYes.", ["Rosa", "Bo"] * 2),
        ("Rosa - Hello.\nBo - Hi.\nRosa - So.\nBo - Yes - now.", ["Rosa", "Bo"] * 2),
        ("[Anna]: Hello.\n[Bo]: Hi.\n[Anna]: So.\n[Bo]: Yes.", ["Anna", "Bo"] * 2),
        ("**Q:** How?\n\n**A:** So.\n\n**Q:** Why?\n\n**A:** Hm.", ["Q", "A"] * 2),
        ("МОДЕРАТОР: как?\nРеспондент 1: так.", ["МОДЕРАТОР", "Респондент 1"]),
        (
            "Entrevistadora: ¿Cómo?\n\nMaría José: Así.\n\nEntrevistadora: ¿Y?\n\nMaría José: Ya.",
            ["Entrevistadora", "María José"] * 2,
        ),
        ("<Ann> hi\n<Bo> hello\n<Ann> so\n<Bo> yes", ["Ann", "Bo", "Ann", "Bo"]),
        (
            "المحاور: كيف؟\nالمشارك ١: هكذا.\nالمحاور: لماذا؟\nالمشارك ٢: لا.",
            ["المحاور", "المشارك ١", "المحاور", "المشارك ٢"],
        ),
        ("\u202bמראיינת: איך?\n\u200fאורן\u200f: כך.\nמראיינת: למה?\nאורן: לא.", ["מראיינת", "אורן"] * 2),
        ("مصاحبه\u200cگر: چرا؟\nسارا: نه.\nمصاحبه\u200cگر: چه؟\nسارا: بله.", ["مصاحبه\u200cگر", "سارا"] * 2),
        ("प्रतिभागी: हाँ\nमीरा: क्यों\nप्रतिभागी: नहीं\nमीरा: ठीक", ["प्रतिभागी", "मीरा"] * 2),
        ("MOD: Hi.\n\nF1?: So.\n\n?: No.\n\nMOD: Well.\n\nF1: Yes.", ["MOD", "F1?", "?", "MOD", "F1"]),
        ("Low, Ann: Hi.\nHart, Bo: Hello.\nLow, Ann: So.\nHart, Bo: Yes.", ["Low, Ann", "Hart, Bo"] * 2),
        ("Rosa: Hi.\nBo: I said.\nWell, Rosa: listen.\nRosa: So.\nBo: Yes.", ["Rosa", "Bo", "Rosa", "Bo"]),
        (
            "Rosa: Hi.\n\nThe Minister for Trade (Mr Low): No.\n\nRosa: So.",
            ["Rosa", "The Minister for Trade (Mr Low)", "Rosa"],
        ),
        ("    Senator Hart. Thank you.\n    Mr. Low. We saw a\nrise.\n" * 2, ["Senator Hart", "Mr. Low"] * 2),
        ("INT: Hi.\n\nPARTICIPANT 2 – Yes.\n\nINT: So?\n\nPARTICIPANT 2 – No.", ["INT", "PARTICIPANT 2"] * 2),
        (
            "[12/03/2024, 10:01:11] Ann: Hi\n12/03/24, 10:02 - Bo: So\n[1/3/24, 9:02 PM] Ann: Yes",
            ["Ann", "Bo", "Ann"],
        ),
        (
            "10:02:11 From Ann : Hi\n10:02:40 From Bo to Ann : So\n10:03:02 From Ann : Yes",
            ["Ann", "Bo", "Ann"],
        ),
        ("Q. When?\nA. At 10:30.\nQ. So: what then?\nA. Yes: him.\nQ. Why?\nA. So.", ["Q", "A"] * 3),
        (
            "Q. When?\nA. At 10:30.\nMR. LOW: Stop.\nTHE COURT: No.\nQ. Why?\nA. So.",
            ["Q", "A", "MR. LOW", "THE COURT", "Q", "A"],
        ),
        ("10:02 AM Ann: Hi\n10:03 p.m. - Bo: So\n10:04 PM Ann: Yes", ["Ann", "Bo", "Ann"]),
        ("\u200bAnn: Hi.\nBo: So.\nAnn: Yes.", ["Ann", "Bo", "Ann"]),
        ("Study ID: 12\nInterviewee: Ann\n\nI: Hi.\nR: Yes.\nI: So?\nR: No.", ["I", "R", "I", "R"]),
        (
            "Participant 1: a.\nParticipant 2: b.\nParticipant 1: c.\nParticipant 3: d.",
            ["Participant 1", "Participant 2", "Participant 1", "Participant 3"],
        ),
    ],
)
def test_speakers_are_seen(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "00:00:05 Rosa\nHow?\n00:00:09 Bo\nSo.\n00:01:09 Rosa\nWhy?\n00:01:12 Bo\nHm.",
        "Rosa (00:05):\nHow?\n\nBo (00:09):\nSo.\n\nRosa (01:09):\nWhy?\n\nBo (01:12):\nHm.",
        "Rosa: 00:00:05 How?\nBo: 00:00:09 So.\nRosa: 00:01:09 Why?\nBo: 00:01:12 Hm.",
        "(00:05) Rosa: How?\n(00:09) Bo: So.\n(01:09) Rosa: Why?\n(01:12) Bo: Hm.",
        "00:05 - Rosa: How?\n00:09 - Bo: So.\n01:09 - Rosa: Why?\n01:12 - Bo: Hm.",
        "Rosa, 0:05\nHow?\n\nBo, 0:09\nSo.\n\nRosa, 1:09\nWhy?\n\nBo, 1:12\nHm.",
        "#00:00:05-0# Rosa: How?\n#00:00:09-0# Bo: So.\n#00:01:09-0# Rosa: Why?\n#00:01:12-0# Bo: Hm.",
        "Rosa\t0:05\t0:08\tHow?\nBo\t0:09\t0:11\tSo.\nRosa\t1:09\t1:11\tWhy?\nBo\t1:12\t1:13\tHm.",
    ],
)
def test_times_are_read_wherever_they_stand_beside_the_name(text: str) -> None:
    document = read_transcript(text.encode(), "a.txt")
    found = [(turn.speaker, turn.start_ms, document.spoken(turn)) for turn in document.turns]
    assert found == [
        ("Rosa", 5_000, "How?"),
        ("Bo", 9_000, "So."),
        ("Rosa", 69_000, "Why?"),
        ("Bo", 72_000, "Hm."),
    ]


def test_one_labelled_voice_reaches_to_the_end_of_its_paragraph() -> None:
    text = "I open it.\n\nMODERATOR: Which one?\n\nThe blue one.\n\nIt is slow.\n\nMODERATOR: Wait.\n\nNow it opens.\n\nGood."
    assert speakers(text) == [None, "MODERATOR", None, None, "MODERATOR", None, None]


def test_passing_phrases_with_colons_are_no_speakers_within_a_dialogue() -> None:
    text = (
        "MR REED: Please read it.\n\nMS LOW: The last three lines:\n\nYou say:\n\nIt was cold.\n\n"
        "MR REED: Thank you.\n\nMS LOW: Yes.\n\nThe face of it: cold."
    )
    assert set(speakers(text)) == {"MR REED", "MS LOW"}


def test_headings_and_stage_directions_lie_outside_turns() -> None:
    text = "Anna: One.\n\n(A short break)\n\nSecond hour\n-----------\n\nBen: Two.\n\n* * *\n\nAnna: Three.\n\nBen: Four."
    assert words(text) == ["One.", "Two.", "Three.", "Four."]


@pytest.mark.parametrize(
    "closing",
    [
        "Transcribed by https://example.org",
        "Rosa Low stopped transcription",
        "Transcription ended after 00:06:10",
    ],
)
def test_what_a_program_says_of_itself_is_nobodys_speech(closing: str) -> None:
    assert words(f"Rosa  0:02\nHow?\n\nBo  0:08\nSo.\n\nRosa  0:09\nHm.\n\n{closing}\n") == [
        "How?",
        "So.",
        "Hm.",
    ]


def test_line_that_begins_with_a_time_is_a_turn_of_its_own() -> None:
    text = "".join(
        f"[00:0{n}.000 --> 00:0{n + 1}.000]  It went on like this for a long while.\n" for n in range(4)
    )
    turns = read_transcript(text.encode(), "a.txt").turns
    assert [(turn.start_ms, text[turn.start : turn.start + 2]) for turn in turns] == [
        (n * 1000, "It") for n in range(4)
    ]


def test_stage_direction_within_a_turn_stays_in_it() -> None:
    text = "Anna: One.\n\n(Pause)\n\nStill one.\n\nBen: Two.\n\nAnna: Three.\n\nBen: Four."
    assert words(text)[0] == "One.\n\n(Pause)\n\nStill one."


def test_lone_time_before_a_label_is_the_turns_time() -> None:
    document = read_transcript(
        b"00:00:05\nAnna: One.\n\n00:01:00\nBen: Two.\n\nAnna: Three.\nBen: Four.", "a.txt"
    )
    assert [turn.start_ms for turn in document.turns] == [5_000, 60_000, None, None]


def test_wrapped_lines_without_speakers_join_to_paragraphs() -> None:
    wide = "This is the first line of a paragraph that was wrapped\nat a fixed width by somebody's editor, as one does it.\n"
    assert len(words(f"{wide}\n{wide}")) == 2


def test_long_line_becomes_readable_passages_without_changing_the_text() -> None:
    text = "We went there and came back with forty kits in a box. " * 2_000
    document = read_transcript(text.encode(), "a.txt")
    assert document.text == text
    assert all(100 <= turn.end - turn.start <= 900 for turn in document.turns)
    assert " ".join(words(text)) == text.strip()
    assert all(document.spoken(turn).endswith(".") for turn in document.turns)


@pytest.mark.parametrize("unit", ["沒有句號也沒有空白", "e\u0301", "👩‍👩‍👧"])
def test_endless_text_is_cut_between_characters(unit: str) -> None:
    text = unit * 3_000
    document = read_transcript(text.encode(), "a.txt")
    assert "".join(document.spoken(turn) for turn in document.turns) == text
    assert all(document.spoken(turn)[0] not in "\u0301\u200d" for turn in document.turns)


def test_short_lines_with_times_are_speech_and_no_names() -> None:
    text = "[00:12.00]It began at night\n[00:17.20]The van came\n[00:21.10]Then we left\n"
    turns = read_transcript(text.encode(), "a.txt").turns
    assert [(turn.speaker, turn.start_ms) for turn in turns] == [
        (None, 12_000),
        (None, 17_200),
        (None, 21_100),
    ]


def test_how_something_was_said_is_no_part_of_the_name() -> None:
    text = "INT: How?\nP1 (laughing): So.\nP1: Then.\nINT (to P1): Why?\nP1 [crying]: Oh.\nP3 (female): Yes.\nP3 (female): No.\n"
    assert [turn.speaker for turn in read_transcript(text.encode(), "a.txt").turns] == [
        "INT", "P1", "P1", "INT", "P1", "P3 (female)", "P3 (female)",
    ]  # fmt: skip


def test_columns_of_plain_text_say_who_speaks_where_their_header_does() -> None:
    text = "Timespan\tContent\tSpeaker\n0:00:00.0 - 0:00:12.4\tSo?\tAnn\n0:00:12.4 - 0:00:30.1\tIt was cold.\tBo\n"
    document = read_transcript(text.encode(), "a.txt")
    assert [(turn.speaker, turn.end_ms, document.spoken(turn)) for turn in document.turns] == [
        ("Ann", 12_400, "So?"),
        ("Bo", 30_100, "It was cold."),
    ]
    assert document.text == text


SAID = (
    "We waited. So: what then?",
    "So: what then? It was full.",
    "At 10:30 the van came.",
    "Problem: no money.",
)


@pytest.mark.parametrize(
    "written",
    [
        "{name}  {minute}:03\n{said}\n\n",  # Otter
        "{name} (0{minute}:03):\n{said}\n\n",
        "{name}:\n{said}\n\n",
        "[{name}] 00:0{minute}:03\n{said}\n\n",
        "{name}\t{said}\n",
        "{name}\n{minute} minutes 3 seconds{minute}:03\n{name} {minute} minutes 3 seconds\n{said}\n",  # Teams, copied
        "## {name}\n\n{said}\n\n",
    ],
)
@pytest.mark.parametrize("names", [("Rosa Low", "Bo"), ("I", "P"), ("Dr. Low", "Mrs. K.")])
def test_sentences_that_look_like_labels_are_said_by_who_stands_above_them(
    written: str, names: tuple[str, str]
) -> None:
    turns = [(names[at % 2], SAID[at % 4]) for at in range(8)]
    text = "".join(written.format(name=name, said=said, minute=at) for at, (name, said) in enumerate(turns))
    document = read_transcript(text.encode(), "a.txt")
    assert [(turn.speaker, document.spoken(turn)) for turn in document.turns] == turns


@pytest.mark.parametrize("written", ["[{}] {}\n", "{}：{}\n"])
def test_names_with_brackets_in_them_are_read_in_brackets_and_before_a_wide_colon(written: str) -> None:
    turns = [("Participant 3 (female)", "So."), ("Interviewer", "Why?")] * 2
    assert speakers("".join(written.format(*turn) for turn in turns)) == [name for name, _ in turns]


@pytest.mark.parametrize(
    "head",
    [
        "Transcript\n\nDate: 3/3/21\n\nInterviewer: Jane Low\n\nTranscriber: Bo",
        "Date: 3/3/21\n\nPlace: Saltby\n\nInterviewer: JL\n\nInterviewee: P07",
        "Interviewer: JL; Interviewee: P07; Duration: 45 min",
    ],
)
def test_what_stands_above_a_transcript_is_nobodys_speech(head: str) -> None:
    text = f"{head}\n\nI: So how did you come?\n\nP07: By bus.\n\nI: And?\n\nP07: It took hours.\n"
    assert speakers(text) == ["I", "P07"] * 2


def test_somebody_who_speaks_once_below_a_header_speaks() -> None:
    text = "Date: 3/3/21\n\nNurse: Come in.\n\nI: So?\n\nP07: By bus.\n\nI: And?\n\nP07: Fine.\n"
    assert speakers(text) == ["Nurse", *["I", "P07"] * 2]


def test_paragraphs_between_the_questions_of_the_only_one_named_are_others() -> None:
    assert (
        speakers("Int: How?\n\n\tBy bus.\n\nInt: And?\n\n\tFine.\n\nInt: Ok.\n\n\tYes.\n")
        == ["Int", None] * 3
    )
