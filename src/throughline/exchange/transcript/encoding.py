"""Bytes to text: which encoding, which line ends, and what could not be read.

UTF-8 is tried before anything else, because other encodings' bytes are hardly ever valid UTF-8. Windows-1252
accepts nearly every byte, so it is believed only where the outcome looks like a Western European language;
the statistical guess comes last.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass

from charset_normalizer import from_bytes

from throughline.vocabulary.errors import Invalid, Sentence

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝŸšžŠŽðþ‘’‚“”„«»‹›…–—•·°§£€©®™´¿¡ªº\u00a0\u00ad"
)
# The letters beyond a to z of the languages that an eight-bit encoding was made for. What reads as one of them is told
# from the same bytes in another encoding by there being no language with such a set of letters.
_LANGUAGES = {
    "cp1252": "áéíóúüñª äöüß àâæçéèêëîïôùûüÿœ àèéìíîòóùú áàâãçéêíóôõúü åäöéü æøåéóô éëïóöüè áðéíóúýþæö àéèíïòóúüç õäöüšž áéíóú",
    "cp1250": "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű čćđšž ăâîşţșț čšž ëç",
    "cp1254": "çğıöşüâîû",
    "cp1257": "ąčęėįšųūž āčēģīķļņšūž õäöüšž",
}  # fmt: skip
_LETTERS_IN_A_ROW = re.compile(r"[À-ÖØ-öø-ÿ]{4}")
_LINE_ENDS = re.compile(r"\r\n|\r|\x85|\u2028|\u2029|\x0b|\x0c")
# Neither XML 1.0 (and so no project exchange) nor PostgreSQL text can hold these.
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SAMPLE_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with line feeds only, the encoding's name, and notes on what was guessed or lost."""

    text: str
    encoding: str
    notes: tuple[Sentence, ...] = ()


def decode(data: bytes, filename: str) -> Decoded:
    """Text of `data`; line ends become line feeds and the byte order mark goes. Raises Invalid."""
    text, encoding, notes = _decoded(data, filename)
    scrubbed, lost = scrub(text)
    if lost > 8 and lost > len(text) // 500:
        raise Invalid(
            Sentence(
                "%(file)s is not text: it holds %(count)s control character. Save it as plain text (UTF-8), Word"
                " or PDF and upload that.",
                "%(file)s is not text: it holds %(count)s control characters. Save it as plain text (UTF-8), Word"
                " or PDF and upload that.",
                file=filename,
                count=lost,
            )
        )
    if lost:
        notes = [
            *notes,
            Sentence(
                "Characters that no text can hold and that were replaced by \ufffd: %(count)s.", count=lost
            ),
        ]
    return Decoded(scrubbed, encoding, tuple(notes))


def scrub(text: str) -> tuple[str, int]:
    """Text with line feeds as its only line ends and without unkeepable characters; how many were replaced."""
    return _UNKEEPABLE.subn("\ufffd", _LINE_ENDS.sub("\n", text))


def _decoded(data: bytes, filename: str) -> tuple[str, str, list[Sentence]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _with_mark(data, name)
    wide = _wide_without_mark(data)
    if wide is not None:
        return wide[0], wide[1], [Sentence("The file does not say its encoding; it was read as UTF-16.")]
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        return _not_utf8(data, filename)


def _with_mark(data: bytes, name: str) -> tuple[str, str, list[Sentence]]:
    try:
        return data.decode(name), name, []
    except UnicodeDecodeError:
        text = data.decode(name, errors="replace")
        return text, name, [_unreadable(text.count("\ufffd"))]


def _wide_without_mark(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark shows in its zero bytes: line ends and blanks have one zero byte each."""
    sample = data[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        others = sample[0::2] if name == "utf-16-le" else sample[1::2]
        if len(zeros) >= 4 and zeros.count(0) * 10 >= len(zeros) * 3 and others.count(0) * 50 < len(others):
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                return None
    return None


def _not_utf8(data: bytes, filename: str) -> tuple[str, str, list[Sentence]]:
    patched = data.decode("utf-8", errors="replace")
    bad = patched.count("\ufffd")
    good = sum(1 for char in patched if char > "\x7f") - bad
    if good >= 10 * bad:
        return patched, "utf-8", [_unreadable(bad)]
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = None
    if western is not None and _looks_western(western):
        name = best_of_latin(data)
        return data.decode(name, errors="replace"), name, [_guessed(name.replace("cp", "Windows-"))]
    return _guess(data, western, filename)


def best_of_latin(data: bytes) -> str:
    """Windows-1252, unless its letters are of no language and another encoding's are all of one. The first megabyte tells."""
    data = data[:1_000_000]
    shares = {
        name: _share_of_a_language(data, name, alphabets.split()) for name, alphabets in _LANGUAGES.items()
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.99 and shares["cp1252"] < 0.95 else "cp1252"


def _share_of_a_language(data: bytes, name: str, alphabets: list[str]) -> float:
    """How much of the letters beyond a to z belongs to the language that fits best, 0 to 1."""
    text = data.decode(name, errors="replace")
    letters = Counter(char for char in text.lower() if char > "\x7f" and (char.isalpha() or char == "\ufffd"))
    total = sum(letters.values())
    return max(sum(letters[char] for char in set(one)) for one in alphabets) / total if total else 0.0


def _looks_western(text: str) -> bool:
    foreign = [char for char in text if char > "\x7f"]
    letters = sum(1 for char in text if char.isalpha())
    known = sum(1 for char in foreign if char in _WESTERN)
    accented = sum(1 for char in foreign if char.isalpha())
    return known * 20 >= len(foreign) * 19 and accented * 4 <= letters and not _LETTERS_IN_A_ROW.search(text)


def _guess(data: bytes, western: str | None, filename: str) -> tuple[str, str, list[Sentence]]:
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    if best is not None:
        text = data.decode(best.encoding, errors="replace")
        lost = text.count("\ufffd")
        if lost * 100 <= len(text):
            return text, best.encoding, [_guessed(best.encoding), *([_unreadable(lost)] if lost else [])]
    if western is not None and sum(1 for char in western if char.isalpha()) * 2 >= len(western):
        return western, "cp1252", [_guessed("Windows-1252")]
    raise Invalid(
        Sentence(
            "%(file)s cannot be read as text: no known encoding fits. Open it in the program that wrote it and save"
            " it as plain text in UTF-8.",
            file=filename,
        )
    )


def _guessed(name: str) -> Sentence:
    return Sentence(
        "The file is not UTF-8; it was read as %(encoding)s, which is a guess. If letters look wrong, save the file"
        " as UTF-8 and upload it again.",
        encoding=name,
    )


def _unreadable(count: int) -> Sentence:
    return Sentence("Characters that could not be read and stand as \ufffd: %(count)s.", count=count)
