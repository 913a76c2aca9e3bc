"""How a client code is written, so that the same person gives the same code. The code itself is never stored."""

from __future__ import annotations

import re
import unicodedata

from throughline.vocabulary.errors import Invalid, Sentence

# First letters of first and last name, date of birth as day month year, one letter for sex as the person says it.
DEFAULT_PATTERN = r"[A-Z]{2}[0-9]{8}[A-Z]"
DEFAULT_HINT = "two initials, date of birth as DDMMYYYY, then F, M or X: for example AB01021980X"


# Letters that Unicode does not take apart into a plain letter and a mark.
FOLDED = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "İ": "I", "ı": "I",
     "Ħ": "H", "Ŋ": "N", "Ŧ": "T"}
)  # fmt: skip


def normalise(code: str) -> str:
    """Upper case, without accents, spaces or punctuation: `ab-01.02.1980 f` is `AB01021980F`.

    A letter or digit that has no plain form stays, and so does not follow any rule: dropping it would make two
    people's codes the same.
    """
    plain = unicodedata.normalize("NFKD", code.translate(FOLDED).upper().translate(FOLDED))
    return "".join(letter for letter in plain if letter.isalnum()).upper()


def check_code(code: str, *, pattern: str, hint: str) -> str:
    """The normalised code. Invalid, without repeating what was typed, where it does not follow the programme's rule."""
    normal = normalise(code)
    if re.fullmatch(pattern, normal):
        return normal
    raise Invalid(
        Sentence("This client code does not follow the rule: %(hint)s.", hint=hint),
        fields={"client_code": Sentence("Expected %(hint)s.", hint=hint)},
    )
