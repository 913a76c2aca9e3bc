"""The block above the rule in each fictional transcript: what kind of source it is, where, when, who speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import PhaseKind, SourceKind

FICTION = "FICTION"
_PARTICIPANT = re.compile(r"(P\d+) \(group: ([^;()]+); phase: ([a-z]+)\)")
_RULE = re.compile(r"^---\s*$", re.MULTILINE)
_NAMES = ("Kind", "Site", "Date", "Language", "Guide", "Participants", "Interviewer")


@dataclass(frozen=True, slots=True)
class Speaker:
    label: str
    group: str
    phase: PhaseKind


@dataclass(frozen=True, slots=True)
class Header:
    kind: SourceKind
    site: str
    day: date
    language: str
    guide: str
    speakers: tuple[Speaker, ...]


def split_header(text: str, filename: str) -> tuple[Header, str]:
    """The header and what follows its rule. Raises Invalid, naming the file and what is missing."""
    parts = _RULE.split(text, maxsplit=1)
    if len(parts) != 2 or not parts[0].startswith(FICTION):
        raise Invalid(
            Sentence(
                "%(file)s does not begin with a line that says FICTION and a block above ---.", file=filename
            )
        )
    fields = dict(line.split(": ", 1) for line in parts[0].splitlines()[1:] if ": " in line)
    missing = [name for name in _NAMES if name not in fields]
    if missing:
        raise Invalid(
            Sentence("The header of %(file)s lacks: %(names)s.", file=filename, names=tuple(missing))
        )
    try:
        header = Header(
            kind=SourceKind(fields["Kind"].strip().replace(" ", "_")), site=fields["Site"].strip(),
            day=date.fromisoformat(fields["Date"].strip()), language=fields["Language"].strip(),
            guide=fields["Guide"].strip(),
            speakers=tuple(
                Speaker(label, group.strip(), PhaseKind(phase))
                for label, group, phase in _PARTICIPANT.findall(fields["Participants"])
            ),
        )  # fmt: skip
    except ValueError as error:
        raise Invalid(
            Sentence("The header of %(file)s cannot be read: %(why)s.", file=filename, why=str(error))
        ) from error
    if not header.speakers:
        raise Invalid(Sentence("The header of %(file)s names no participant.", file=filename))
    return header, parts[1].lstrip("\n")
