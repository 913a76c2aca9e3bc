"""What may give somebody away: found by shape and by place, on transcripts made up for this; replaced without a rest."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from throughline.methods.identifiers import (
    Known,
    Rule,
    is_ahv_number,
    is_nhs_number,
    is_nir_number,
    labels_in,
    occurrences,
    proposals_in,
    replaced,
)
from throughline.methods.text_mapping import with_replacements
from throughline.vocabulary.study import AliasKind

# {kind|what gives somebody away}; everybody and everything in it is made up.
ENGLISH = """Interviewer: Thanks for coming in. Can you say who you are, for the tape?
{person|Marlene Askew}: My name is {person|Marlene}. Marlene Askew. I was born on {date|14 March 1979} in {place|Oldham}, but we moved to {place|Todmorden} when I was six.
Interviewer: And how did you come to the van?
{person|Marlene Askew}: My keyworker {person|Deshawn} told me. He's called {person|Deshawn Pryce}, he works at {organisation|Calder House}. I rang him on {phone|07700 900461} and he said come {date|3rd of May}. Before that {person|Dr Okonkwo|Okonkwo} at {organisation|Royal Pennine Hospital} had me on methadone for four years. My NHS number is {health_number|943 476 5919}, they never got it right.
Interviewer: Did anybody else help?
{person|Marlene Askew}: My sister {person|Tracey}. She's at {place|22 Albion Terrace}, {postcode|OL14 5QT}. Email her, {email|tracey.askew79@example.org}. Or look at {link|www.pipesupport.example.org/todmorden}. On Facebook she's {link|@traceyaskew}. Then I met {person|Gaz} under the bridge near {place|Hebden}. He said go to {place|Halifax}. So I did. In {date|June 2021} I had the pipe. I've not seen PC {person|Whitlock} since, thank God. The office line is {phone|01632 960 733}, or {phone|+44 1632 960733}. I told {person|Mrs Bell|Bell} about it on {date|12/04/2022}, and {person|Gaz} came along. Deshawn's lot were kind. It was the first Christmas without crack. English people never ask. I'm from here. Nobody at the NHS did.
"""
FRENCH = """Enquêtrice : Merci d'être venue. Comment vous appelez-vous ?
{person|Solange} : Je m'appelle {person|Solange Mercier}, j'habite {place|7 rue des Tanneurs}, {postcode|38000 Grenoble}. Je suis née le {date|2 février 1986}.
Enquêtrice : Et qui vous a parlé des pipes ?
{person|Solange} : Mon éducateur {person|Idriss}. Il travaille à {place|Échirolles}. Il m'a donné le {phone|06 39 98 12 34}. Ensuite Mme {person|Vasseur} m'a reçue, en {date|mars 2020}. Mon numéro de sécu, c'est {health_number|2 86 02 38 185 042 61}. À {place|Genève} j'avais le {phone|022 555 01 23}, et l'AHV {health_number|756.9217.0769.85}. Écrivez à {email|solange.m@exemple.fr}. Lundi je retourne voir {person|Idriss}. On m'a dit que c'était gratuit. Le Caarud ferme à midi.
"""

# Written after the patterns and not used to mend them: what share of such talk they find.
HELD_OUT = """INT: Where did you stay that winter?
P07: With {person|Shaz} and {person|Little Tony}, in a squat on {place|Brindle Street}. {person|Shaz} had the key. Everyone calls me {person|Sparrow} but that's between us. I come off the train from {place|Wigan} on the {date|11th November}, I'll not forget it.
INT: Did you see anyone?
P07: {person|Moira} at the chemist. Never Dr. {person|Haleem}, no. My lad {person|Connor} was seven then, his school were {organisation|St Jude}'s. I was at the {organisation|Bluebell Centre} twice. {place|Accrington} is worse. They've my number, {phone|07700-900-882}. my mate {person|dazza} got nicked the week after, ask sergeant {person|Holroyd}. Somebody wrote to {email|mo.hussain@nhs.example.uk} for me. {person|Hussain} never answered. It was {date|Bonfire Night}, and then the {date|9th of January}. We're four doors from the {place|Railway Tavern}. DOB {date|23.7.81}. I've a place at {place|9 Fold Close} now.
"""


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text and what in it is marked; {kind|shown|given away} where only a part of it gives away."""
    text, found = "", []
    for part in re.split(r"(\{[^}]*\})", marked):
        if part.startswith("{"):
            kind, shown, *within = part[1:-1].split("|")
            inner = within[0] if within else shown
            start = len(text) + shown.index(inner)
            found.append((start, start + len(inner), kind))
            text += shown
        else:
            text += part
    return text, found


def recall(marked: str, language: str) -> tuple[dict[str, tuple[int, int]], list[str], float]:
    """Kind -> (found, of), what was missed, and which share of the proposals was right."""
    text, expected = unmarked(marked)
    speakers = re.findall(r"^([^:\n]{1,30}?) ?:", text, re.MULTILINE)
    found = proposals_in(text, speakers=speakers, language=language)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    missed = []
    for start, end, kind in expected:
        counts[kind][1] += 1
        if any(one.start <= start and end <= one.end for one in found):
            counts[kind][0] += 1
        else:
            missed.append(text[start:end])
    marks = [(start, end) for start, end, _ in expected]
    again = occurrences(text, [text[start:end] for start, end in marks])
    right = sum(any(one.start < end and start < one.end for start, end in [*marks, *again]) for one in found)
    return {kind: (a, b) for kind, (a, b) in counts.items()}, missed, right / len(found)


@pytest.mark.parametrize(("marked", "language"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_proposals_find_what_is_marked(marked: str, language: str) -> None:
    counts, missed, precision = recall(marked, language)
    print(language, counts, missed, round(precision, 2))
    assert missed == [] and precision > 0.9
    text, expected = unmarked(marked)
    for one in proposals_in(text, language=language):
        for start, end, kind in expected:
            if (one.start, one.end) == (start, end) and kind not in ("organisation", "place", "person"):
                assert one.kind.value == kind


def test_proposals_on_talk_that_they_were_not_made_for() -> None:
    counts, missed, precision = recall(HELD_OUT, "en")
    found, of = (sum(one) for one in zip(*counts.values(), strict=True))
    print("held out", counts, f"{found} of {of}", missed, round(precision, 2))
    assert (found, of) == (20, 23) and precision > 0.9
    # Missed: what opens a sentence and stands nowhere else, and what has no capital. A reader sees them.
    assert missed == ["Moira", "Accrington", "dazza"]


def test_proposals_miss_what_only_a_reader_sees() -> None:
    """Said on the page too: patterns are no reader."""
    text = "she's the only blind busker by the old mill and everyone calls her sparrow."
    assert proposals_in(text) == []


def by_hand(digits: str) -> bool:
    """The NHS's own description: weights 10 to 2, remainder by 11 from 11; 11 counts as 0, 10 never occurs."""
    total = sum(int(digits[n]) * (10 - n) for n in range(9))
    remainder = total % 11
    check = 11 - remainder
    if check == 11:
        check = 0
    return check != 10 and str(check) == digits[9]


@given(st.text("0123456789", min_size=10, max_size=10))
@example("9434765919")
@example("4010232137")
@settings(max_examples=200, deadline=None)
def test_nhs_number_is_told_by_its_check_digit(digits: str) -> None:
    assert is_nhs_number(digits) == (by_hand(digits) and len(set(digits)) > 1)
    assert sum(is_nhs_number(digits[:9] + last) for last in "0123456789") <= 1


def test_other_health_numbers_are_told_by_theirs() -> None:
    assert is_ahv_number("7569217076985") and not is_ahv_number("7569217076986")
    assert is_nir_number("255081416802538") and not is_nir_number("255081416802539")
    assert is_nir_number("286022A18504225") == (97 - int("2860219185042") % 97 == 25)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("ring 020 7946 0958 now", "phone", "020 7946 0958"), ("ring (01632) 960733", "phone", "(01632) 960733"),
        ("call +1 (415) 555-0132.", "phone", "+1 (415) 555-0132"), ("call 415-555-0132.", "phone", "415-555-0132"),
        ("au 0033 6 39 98 12 34.", "phone", "0033 6 39 98 12 34"), ("am +41 79 555 01 23", "phone", "+41 79 555 01 23"),
        ("at SW1A 1AA, London", "postcode", "SW1A 1AA"), ("à CH-1201 Genève", "postcode", "CH-1201 Genève"),
        ("on March 12th, 1984 it", "date", "March 12th, 1984"), ("le 1er mai", "date", "1er mai"),
        ("on 1984-03-12", "date", "1984-03-12"), ("on 12.03.84", "date", "12.03.84"), ("née en 1984.", "date", "1984"),
        ("https://x.example/a?b=1.", "link", "https://x.example/a?b=1"), ("Sister Agnes said", "person", "Agnes"),
        ("called O’Malley, then", "person", "O’Malley"), ("Jean-Luc’s van, said Jean-Luc", "person", "Jean-Luc"),
    ],
)  # fmt: skip
def test_shapes(text: str, kind: str, found: str) -> None:
    said = [
        (one.kind.value, text[one.start : one.end])
        for one in proposals_in(text, language="fr" if "CH-" in text else "en")
    ]
    assert (kind, found) in said


@pytest.mark.parametrize(
    "text",
    [
        "It may be. We may 3 times ask, in March.", "About 12,000 people, 2500 Kits and 300 of 1,000 pipes.",
        "I'd 4 pipes at 10 each in 2019.", "Crack. I said I was OK, God. On Monday. The NHS, the GP.", "No. 12345678901234",
        "Q: Why? A: Because. P01: Yes.",
    ],
)  # fmt: skip
def test_what_gives_nobody_away_is_left_alone(text: str) -> None:
    said = [text[one.start : one.end] for one in proposals_in(text, speakers=["Q", "A", "P01"])]
    assert said in ([], ["Kits"])


def test_list_of_the_project_weighs_most() -> None:
    known = [Known(AliasKind.PERSON, "worker 3", ("Kay", "kayleigh  brown"))]
    text = "KAYLEIGH\nBrown’s van. kay told okay Kay's friend."
    found = [(text[one.start : one.end], one.label, one.rule) for one in proposals_in(text, known=known)]
    assert found == [
        ("KAYLEIGH\nBrown", "worker 3", Rule.LIST), ("kay", "worker 3", Rule.LIST), ("Kay", "worker 3", Rule.LIST),
    ]  # fmt: skip


def test_longer_name_takes_the_label_of_what_it_holds() -> None:
    known = [Known(AliasKind.PERSON, "worker 3", ("Kay",)), Known(AliasKind.PLACE, "town A", ("Leeds",))]
    text = "I saw Kay Brown there, and Kay. Then Leeds General Hospital."
    found = [(text[one.start : one.end], one.label) for one in proposals_in(text, known=known)]
    assert found == [("Kay Brown", "worker 3"), ("Kay", "worker 3"), ("Leeds General Hospital", None)]


def test_labels_of_speakers_that_are_names() -> None:
    known = [Known(AliasKind.PERSON, "worker 3", ("PO4",))]
    assert labels_in(["Interviewer", "P01", "Jane", "PO4", "Speaker 2", "Q", "Dr Patel"], known) == {
        "Jane": None, "PO4": "worker 3", "Dr Patel": None,
    }  # fmt: skip


NAMES = st.sampled_from(
    ["Ann", "Ann Lee", "Lee Park", "O'Neil", "Zoë", "小明", "x@y.org", "07700 900461", "St. Anne"]
)
PIECES = st.lists(
    st.one_of(NAMES, st.sampled_from([" ", "  ", "\n", ". ", "'s ", "’", "anne", "LEE", "park", "the ", "说", "-"])),
    max_size=25,
)  # fmt: skip


def _ends_a_word(sign: str) -> bool:
    return sign.isalnum() and ord(sign) < 0x2E80


def left_over(text: str, term: str) -> bool:
    """Whether a term still stands in a text as a word of its own: told without any pattern of the module."""

    def plain(words: str) -> str:
        return unicodedata.normalize("NFC", " ".join(words.split())).replace("’", "'").casefold()

    held, wanted = plain(text), plain(term)
    at = held.find(wanted)
    while at >= 0:
        before, after = held[at - 1 : at], held[at + len(wanted) : at + len(wanted) + 1]
        if not any(
            _ends_a_word(edge) and beside.isalnum()
            for edge, beside in ((wanted[0], before), (wanted[-1], after))
        ):
            return True
        at = held.find(wanted, at + 1)
    return False


@given(PIECES, st.lists(NAMES, max_size=5, unique=True), st.data())
@settings(max_examples=200, deadline=None)
def test_no_accepted_term_is_left_and_again_changes_nothing(
    pieces: list[str], terms: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces)
    everywhere = {term: f"thing {number}" for number, term in enumerate(terms)}
    chosen = []
    if len(text) > 1:
        start = data.draw(st.integers(0, len(text) - 1))
        chosen = [(start, data.draw(st.integers(start + 1, len(text))), "some one")]
    parts = replaced(text, chosen, everywhere)
    new = with_replacements(text, parts)
    assert [term for term in terms if left_over(new, term)] == []
    assert replaced(new, [], everywhere) == []
    assert all(one[1] <= two[0] for one, two in pairwise(parts))
    assert all(label.startswith("[") and label.endswith("]") for _, _, label in parts)
