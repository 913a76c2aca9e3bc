"""What a checklist is: its items with their official number, in words of our own, and what of a report tells each."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.reporting.document import say
from throughline.reporting.marks import Mark
from throughline.vocabulary.errors import Sentence

IN_THE_TEXT = say("not recorded: write it in the text that is handed in; Throughline has no page for it")


def under(page: Sentence) -> Sentence:
    """Where Throughline records it, and the report tells it from there."""
    return say("not recorded: record it under %(page)s", page=page)


def kept_under(page: Sentence) -> Sentence:
    """Where Throughline keeps it, though no report tells it: whoever hands it in does."""
    return say(
        "not recorded in a report: keep it under %(page)s, and tell it in the text that is handed in",
        page=page,
    )


ANALYSIS = say("Inquiry, Analysis, “Say it anew”")
POSITIONS = say("Inquiry, Analysis, “Where the analysts stand”")
TRAIL = say("Inquiry, Analysis, “The trail”")
SOURCES = say("Inquiry, the facts of each source")
RECORDINGS = say("Inquiry, the recording of each source")
MEMOS = say("Inquiry, Memos")
CODEBOOK = say("Inquiry, Codebook")
THEMES = say("Inquiry, Themes")
JOINT = say("Evaluation, Joint display")
ASKED = say("Evaluation, “Ask again”, and ask for the report anew")


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `told_by`: marks of the sections that tell it; without any of them `otherwise` says where it belongs.

    `besides`: what of the item no report tells, even where `told_by` is there: then it is told in part.
    """

    number: str
    topic: Sentence
    otherwise: Sentence = IN_THE_TEXT
    told_by: tuple[Mark, ...] = ()
    besides: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """`source` is the reference; `note` what a reader has to know of the numbers."""

    code: str
    name: str
    source: str
    items: tuple[Item, ...]
    note: Sentence | None = None
