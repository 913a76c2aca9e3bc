"""Transcripts that come in: many files at once, and what was put right in how each was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from throughline.exchange.transcript.choices import Choices
from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.held import Held
from throughline.exchange.transcript.load import About
from throughline.records.inquiry.models import Source
from throughline.vocabulary.nothing import Nothing
from throughline.web.inquiry.familiar.reading import clock
from throughline.web.inquiry.sources.facts_forms import FactsForm

SHOWN_TURNS = 20
SHOWN_SPEAKERS = 40
NOT_RECORDED = Nothing.NOT_RECORDED.value
# How transcripts call who asks, in English and French; it only ticks a box that a person sees.
_TEAM = re.compile(
    r"^(i|int|inter|interviewer|interviewers|q|researcher|moderator|mod|facilitator|fac|interrogator"
    r"|enquêteur|enquêtrice|enqueteur|intervieweur|intervieweuse|chercheur|chercheuse|animateur|animatrice)[\s.]*\d*$",
    re.IGNORECASE,
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none too."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class UploadForm(FactsForm):
    """Transcripts, and what the files do not say of themselves: it is told of all of them alike."""

    transcripts = FilesField(
        label=_("Transcripts"), required=False, allow_empty_file=True,
        help_text=_(
            "One or many: Word, OpenDocument, RTF, PDF, plain text, Markdown, or captions (VTT, SRT); each up to 25 MB,"
            " together up to 64 MB."
        ),
    )  # fmt: skip
    is_deidentified = forms.BooleanField(
        label=_("Names, places and dates that give somebody away have been taken out"), required=False
    )
    field_order = ["transcripts"]

    def about(self, name: str) -> About:
        given = self.cleaned_data
        return About(
            name=name, kind=given["kind"], site=given["site"],
            collected_on=given["collected_on"] or Nothing.NOT_RECORDED,
            guide_version=given["guide_version"].strip() or NOT_RECORDED, topics_asked=tuple(given["topics_asked"]),
            language=given["language"], is_deidentified=given["is_deidentified"],
        )  # fmt: skip

    def carried(self) -> list[tuple[str, str]]:
        """What was filled in, as hidden fields of the next page."""
        given = cast(QueryDict, self.data)  # of a request
        return [
            (name, value) for name in self.fields if name != "transcripts" for value in given.getlist(name)
        ]


@dataclass(frozen=True)
class HeardSpeaker:
    """A label as it was recognised: its place among the labels, how many turns it has, whether it looks like one's own."""

    place: int
    label: str
    turns: int
    looks_like_team: bool


@dataclass(frozen=True)
class FirstTurn:
    speaker: str
    time: str
    text: str


@dataclass(frozen=True)
class Look:
    """How one file was read, before it is kept."""

    place: int
    ticket: str
    held: Held
    there: Source | None
    name: str
    turns: int
    speakers: tuple[HeardSpeaker, ...]
    first_turns: tuple[FirstTurn, ...]

    @property
    def more_speakers(self) -> int:
        """How many labels are not shown: so many that they are hardly speakers."""
        return max(len(self.held.document.speakers) - SHOWN_SPEAKERS, 0) if self.held.document else 0

    @property
    def can_be_kept(self) -> bool:
        return self.held.document is not None and self.there is None


def look_at(place: int, ticket: str, held: Held, there: Source | None) -> Look:
    document = held.document
    stem = held.filename.rpartition(".")[0] or held.filename
    if document is None:
        return Look(place, ticket, held, there, stem, 0, (), ())
    counts = Counter(turn.speaker for turn in document.turns)
    speakers = tuple(
        HeardSpeaker(number, label, counts[label], bool(_TEAM.match(label)))
        for number, label in enumerate(document.speakers[:SHOWN_SPEAKERS])
    )
    first = tuple(
        FirstTurn(turn.speaker or "", clock(turn.start_ms), document.spoken(turn))
        for turn in document.turns[:SHOWN_TURNS]
    )
    return Look(place, ticket, held, there, stem[:160], len(document.turns), speakers, first)


def choices_of(given: Mapping[str, str], place: int, document: TranscriptDocument) -> Choices:
    """What the page says about the file at a place. What it does not say stays as recognised."""
    called = {
        label: given.get(f"call-{place}-{number}", label)
        for number, label in enumerate(document.speakers[:SHOWN_SPEAKERS])
    }
    team = {
        " ".join(called[label].split())
        for number, label in enumerate(document.speakers[:SHOWN_SPEAKERS])
        if f"team-{place}-{number}" in given
    }
    return Choices(given.get(f"turns-{place}") != "none", called, frozenset(team - {""}))
