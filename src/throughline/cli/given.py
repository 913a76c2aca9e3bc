"""Days and names as they are given on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from throughline.vocabulary.errors import Invalid, Sentence


def day_of(text: str, option: str) -> date:
    """A day from YYYY-MM-DD; today (UTC) where nothing is given. Raises Invalid, naming the option."""
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(Sentence("%(option)s is a day, written as 2026-03-31.", option=option)) from None


def text_of(path: Path) -> str:
    """What a UTF-8 file says, with or without its mark. Raises Invalid for another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Sentence("%(path)s is not UTF-8 text.", path=path)) from None


def one_listed(text: str, known: Iterable[str], what: str) -> str:
    """A word that is one of those known. Raises Invalid, naming them."""
    if text in (there := sorted(known)):
        return text
    raise Invalid(
        Sentence(
            "There is no %(what)s called %(text)s. There are: %(names)s.",
            what=what, text=text[:80], names=", ".join(there) or "none yet",
        )
    )  # fmt: skip


def name_of(text: str, what: str, most: int = 120) -> str:
    """A name without blanks around it. Raises Invalid where nothing is left, or more than `most` characters."""
    name = text.strip()
    if not name:
        raise Invalid(Sentence("%(what)s is empty.", what=what))
    if len(name) > most:
        raise Invalid(Sentence("%(what)s is longer than %(most)s characters.", what=what, most=most))
    return name
