"""How a client code is written, so that the same person gives the same code. The code itself is never stored."""

from __future__ import annotations

import re
import string
import unicodedata

from throughline.vocabulary.errors import Invalid, Sentence

# First letters of first and last name, date of birth as day month year, one letter for sex as the person says it.
DEFAULT_PATTERN = r"[A-Z]{2}[0-9]{8}[A-Z]"
HINT = Sentence("two initials, date of birth as DDMMYYYY, then F, M or X: for example AB01021980X")
DEFAULT_HINT = HINT.text

# Letters that Unicode does not take apart into a plain letter and a mark.
FOLDED = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "İ": "I", "ı": "I",
     "Ħ": "H", "Ŋ": "N", "Ŧ": "T"}
)  # fmt: skip


def hint_words(hint: str) -> Sentence | str:
    """A programme's rule in words: its own, or ours, which is translated."""
    return HINT if hint == DEFAULT_HINT else hint


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
        Sentence("This client code does not follow the rule: %(hint)s.", hint=hint_words(hint)),
        fields={"client_code": Sentence("Expected %(hint)s.", hint=hint_words(hint))},
    )


def one_apart(normal: str, *, pattern: str) -> set[str]:
    """The codes one element away from a normalised one, itself left out: a slip of the pen, or of the tongue.

    Another letter in one place, another digit in one place, day and month the other way round (the first two pairs of
    eight or six digits), the first two letters the other way round. Only those that follow the programme's rule; which
    dates there are is not asked, because a slip may have been made in either of two codes. If b is one apart from a, a is
    one apart from b. About 150 for the rule that programmes begin with.
    """
    found = set()
    for place, was in enumerate(normal):
        others = string.ascii_uppercase if was.isalpha() else string.digits
        found |= {normal[:place] + other + normal[place + 1 :] for other in others}
    for run in re.finditer(r"(?<![0-9])([0-9]{2})([0-9]{2})(?=(?:[0-9]{2}|[0-9]{4})(?![0-9]))", normal):
        found.add(normal[: run.start()] + run.group(2) + run.group(1) + normal[run.end() :])
    if normal[:2].isalpha():
        found.add(normal[1::-1] + normal[2:])
    found.discard(normal)
    return {code for code in found if re.fullmatch(pattern, code)}
