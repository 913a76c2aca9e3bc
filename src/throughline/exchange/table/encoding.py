"""Bytes of a CSV to text. Unlike prose, a table's line ends and separators stay as they are: cells depend on them.

UTF-8 is tried before Windows-1252, because other encodings' bytes are hardly ever valid UTF-8. Nothing else is
guessed: a wrong guess would change names of sites and codes without anybody seeing it, so the mapping says it.
"""

from __future__ import annotations

import codecs
import io
from typing import TextIO

from throughline.exchange.transcript.encoding import best_of_latin
from throughline.vocabulary.errors import Invalid, Sentence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


def encoding_of(data: bytes, filename: str, said: str | None = None) -> str:
    """The name of the encoding in which all of `data` decodes. Invalid where none does."""
    candidates = _candidates(data) if said is None else (_known(said, filename),)
    for name in candidates:
        if _decodes(data, name):
            return name
    if said is not None:
        raise Invalid(
            Sentence(
                "%(file)s is not in the encoding that the mapping says (%(encoding)s). Take the line `encoding` out of"
                " the mapping, or save the file as CSV UTF-8.",
                file=filename, encoding=said,
            )
        )  # fmt: skip
    raise Invalid(
        Sentence(
            "%(file)s cannot be read as text: it is neither UTF-8 nor UTF-16 nor Windows-1252. Save it as CSV UTF-8,"
            " or say its encoding in the mapping (file: encoding).",
            file=filename,
        )
    )


def doubts_of(data: bytes, filename: str, encoding: str, said: str | None) -> tuple[Sentence, ...]:
    """A note where Windows-1252 was taken and its letters are of no language that is written in it.

    The other encoding is not taken in its place: a longer file could tell otherwise, and its rows would be other rows.
    """
    if said is not None or encoding != "cp1252":
        return ()
    likely = best_of_latin(data)
    if likely == encoding:
        return ()
    return (
        Sentence(
            "%(file)s is not UTF-8 and was read as Windows-1252, but its letters look like %(likely)s. Save it as CSV UTF-8, or say"
            " its encoding in the mapping (file: encoding).",
            file=filename, likely=likely,
        ),
    )  # fmt: skip


def text_of(data: bytes, encoding: str) -> TextIO:
    """A fresh reader of the text from its beginning, with line ends as they are."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _candidates(data: bytes) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return (name,)
    sample = data[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        # The commas, digits and line ends of a table have one zero byte each in UTF-16.
        if len(zeros) >= 4 and zeros.count(0) * 2 > len(zeros):
            return (name,)
    return ("utf-8", "cp1252")


def _known(said: str, filename: str) -> str:
    try:
        "".encode(said)  # LookupError also for codecs that are not of text, such as hex
        return codecs.lookup(said).name
    except (LookupError, UnicodeError, ValueError):
        raise Invalid(
            Sentence(
                "The mapping names an encoding for %(file)s that does not exist: %(encoding)s. Use utf-8, utf-16 or"
                " cp1252.",
                file=filename, encoding=said,
            )
        ) from None  # fmt: skip


def _decodes(data: bytes, encoding: str) -> bool:
    """Decoded piece by piece, so that checking 64 MB does not take 256."""
    view = memoryview(data)
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for start in range(0, len(view), _CHUNK):
            decoder.decode(bytes(view[start : start + _CHUNK]))
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
