"""Bytes that do not say their encoding."""

from __future__ import annotations

import pytest

from throughline.exchange.transcript.encoding import decode
from throughline.exchange.transcript.read import read_transcript


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Enquêtrice : où ça ? À l’hôpital, j’ai été reçue."),
        ("cp1252", "Participant: with José and Zoë to the café, ‘quickly’."),
        ("cp1252", "Spyrill: farðu, það er gott að fá hjálp, ýttu ekki."),
        ("cp1250", "Tazatelka: Řekla mi: běž tam, přece žiješ ďábelsky."),
        ("cp1250", "Kérdező: Azt mondta: menj el, tűrhetetlen, hogy ő itthon ül."),
        ("cp1250", "Badaczka: Poszłam. Źle się czułam, żółć mnie zalała."),
        ("cp1250", "Sudionik: Rekla je: idi, možeš ti to, šuti i pođi čim prije."),
        ("cp1254", "Görüşmeci: Programı nasıl duydunuz? Kız kardeşimden, İzmir'de."),
        ("cp1257", "Tyrėja: Iš sesers. Ji pasakė: eik, čia tau padės, žmogus juk esi."),
    ],
)
def test_latin_letters_are_read_by_the_language_they_are_of(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert "guess" in str(decoded.notes[0])


def test_tracked_deletions_of_rtf_are_no_words() -> None:
    text = rb"{\rtf1\ansi Ann: We {\deleted\revauthdel1 never {\b\deleted ever} }met.\par Bo: {\revised Yes} \{so\}.}"
    document = read_transcript(text, "a.rtf")
    assert [document.spoken(turn) for turn in document.turns] == ["We met.", "Yes {so}."]
    assert "tracked changes" in str(document.notes[0])
