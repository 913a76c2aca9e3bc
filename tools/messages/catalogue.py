"""A translator's catalogue (.po): read, brought up to date with the source, written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tools.messages.found import Message

HEADER = (
    "Project-Id-Version: Throughline\nPO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\nLast-Translator: nobody yet\n"
    "Language-Team: none\nLanguage: {language}\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: {plurals}\n"
)
# How many forms a count takes, and which: of the languages that are planned. Others say it in their catalogue's header.
PLURALS = {"fr": "nplurals=2; plural=(n > 1);"}
ANY = "nplurals=2; plural=(n != 1);"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a translator wrote for a message: a text, or one for each plural form. `is_fuzzy`: to be looked at again."""

    texts: tuple[str, ...] = ("",)
    is_fuzzy: bool = False

    @property
    def is_done(self) -> bool:
        return all(self.texts) and not self.is_fuzzy


@dataclass
class Catalogue:
    header: str
    entries: dict[Message, Entry] = field(default_factory=dict)

    @property
    def forms(self) -> int:
        """How many plural forms the language has."""
        return int(self.header.partition("nplurals=")[2].partition(";")[0] or 2)

    def done(self) -> dict[Message, tuple[str, ...]]:
        """What is translated."""
        return {one: entry.texts for one, entry in self.entries.items() if entry.is_done}


def new_catalogue(language: str) -> Catalogue:
    return Catalogue(HEADER.format(language=language, plurals=PLURALS.get(language, ANY)))


def brought_up_to_date(old: Catalogue, messages: Mapping[Message, list[str]]) -> Catalogue:
    """The messages of today, with what was written for them; what nobody says any more is left out.

    A message has as many texts as the head of the catalogue says that a count has forms, also where it says so since today.
    """
    held = {}
    for one in messages:
        entry, forms = old.entries.get(one, Entry()), old.forms if one.plural else 1
        held[one] = Entry((*entry.texts, *("",) * forms)[:forms], entry.is_fuzzy)
    return Catalogue(old.header, held)


def written(catalogue: Catalogue, places: Mapping[Message, list[str]]) -> str:
    """The file. Each message with where it stands, in the order in which it was found."""
    blocks = [f'msgid ""\nmsgstr {_quoted(catalogue.header)}\n']
    for one, entry in catalogue.entries.items():
        lines = [f"#: {place}" for place in places.get(one, ())]
        flags = [*(["fuzzy"] if entry.is_fuzzy else []), *(["python-format"] if "%(" in one.text else [])]
        lines += [f"#, {', '.join(flags)}"] if flags else []
        lines += [f"msgctxt {_quoted(one.context)}"] if one.context is not None else []
        lines.append(f"msgid {_quoted(one.text)}")
        if one.plural is None:
            lines.append(f"msgstr {_quoted(entry.texts[0])}")
        else:
            lines.append(f"msgid_plural {_quoted(one.plural)}")
            lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(entry.texts)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def read(text: str) -> Catalogue:
    """A file that `written` or an editor of such files made. Raises ValueError at a line that is none of theirs."""
    catalogue = Catalogue("")
    for block in _blocks(text):
        parts, is_fuzzy = _parts(block)
        texts = tuple(value for name, value in parts.items() if name.startswith("msgstr"))
        if not parts["msgid"]:
            catalogue.header = texts[0]
            continue
        one = Message(parts["msgid"], parts.get("msgid_plural"), parts.get("msgctxt"))
        catalogue.entries[one] = Entry(texts, is_fuzzy)
    return catalogue


def misfits(catalogue: Catalogue) -> Iterator[str]:
    """Translations that leave a place out or invent one: they would break a page, or say less than the English."""
    for one, texts in catalogue.done().items():
        known = _places(one.text) | _places(one.plural or "")
        for text in texts:
            if _places(text) - known or (one.plural is None and _places(text) != known):
                yield f"{one.text!r}: {text!r}"


def _places(text: str) -> set[str]:
    return {part.partition(")")[0] for part in text.split("%(")[1:]}


def _quoted(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return _line(text) if len(lines) < 2 else "\n".join(['""', *map(_line, lines)])


def _line(text: str) -> str:
    told = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{told}"'


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line.strip())
        elif block:
            if any(not one.startswith("#") for one in block):
                yield block
            block = []


def _parts(block: list[str]) -> tuple[dict[str, str], bool]:
    parts: dict[str, str] = {}
    name, is_fuzzy = "", False
    for line in block:
        if line.startswith("#"):
            is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")
            parts[name] = ""
        if not name or not line.startswith('"'):
            raise ValueError(f"not a line of a catalogue: {line[:60]}")
        parts[name] += ast.literal_eval(line)
    return parts, is_fuzzy
