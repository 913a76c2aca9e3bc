"""How files were read, as the page shows it before they are kept, and what a person put right in it.

Nothing is kept in between but the files themselves, sealed: what was put right travels in the form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from throughline.exchange.transcript.choices import Choices
from throughline.exchange.transcript.document import TranscriptDocument, Turn
from throughline.exchange.transcript.held import Held
from throughline.exchange.transcript.putting_right import (
    Give,
    Join,
    Split,
    Step,
    put_right,
    steps_in,
    written,
)
from throughline.records.inquiry.models import Source
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.web.inquiry.familiar.reading import clock
from throughline.web.inquiry.texts.forms import sentences

SHOWN_TURNS = 20  # on a page
SHOWN_SPEAKERS = 40  # of each of many files; the fields of a form are limited
MOST_SPEAKERS = 300  # of all files
# How transcripts call who asks, in English and French; it only ticks a box that a person sees.
_TEAM = re.compile(
    r"^(i|int|inter|interviewer|interviewers|q|researcher|moderator|mod|facilitator|fac|interrogator"
    r"|enquêteur|enquêtrice|enqueteur|intervieweur|intervieweuse|chercheur|chercheuse|animateur|animatrice)[\s.]*\d*$",
    re.IGNORECASE,
)
_ACT = re.compile(r"(page|open|give|split|join|back)-(\d{1,4})(?:-(\d{1,7}))?")


@dataclass(frozen=True)
class HeardSpeaker:
    """A label as it was recognised: its place among the labels, how many turns it has, what it is to be called."""

    place: int
    label: str
    turns: int
    called: str
    is_team: bool


@dataclass(frozen=True)
class SeenTurn:
    """A turn as the page shows it. `cuts`: where it can be split, where it is opened to be put right."""

    number: int
    speaker: str
    time: str
    text: str
    is_open: bool = False
    cuts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Act:
    """What a button of the page asks for: of the file at `place`, about a turn (or a page of them)."""

    do: str
    place: int
    number: int = 1


@dataclass(frozen=True)
class Look:
    """How one file was read, before it is kept."""

    place: int
    ticket: str
    held: Held
    there: Source | None
    name: str
    are_turns: bool = True
    speakers: tuple[HeardSpeaker, ...] = ()
    more_speakers: int = 0  # so many that they are hardly speakers
    labels: tuple[str, ...] = ()
    page: Page[Turn] | None = None
    shown: tuple[SeenTurn, ...] = ()
    steps: str = ""  # as the form carries them
    step_count: int = 0
    is_at_work: bool = False  # somebody looks through its turns
    refusal: Sentence | None = None

    @property
    def turns(self) -> int:
        return self.page.paginator.count if self.page else 0

    @property
    def can_be_kept(self) -> bool:
        return self.held.document is not None and self.there is None


def act_of(given: Mapping[str, str]) -> Act | None:
    """The button that was pressed. Enter in a field of an opened turn gives it to the speaker written there."""
    asked = _ACT.fullmatch(given.get("do", ""))
    if asked is not None:
        return Act(asked[1], int(asked[2]), int(asked[3] or 1))
    opened = next((name for name in given if name.startswith("speaker-")), "")
    place, number = opened.removeprefix("speaker-"), given.get(opened.replace("speaker-", "turn-"), "")
    if place.isdecimal() and number.isdecimal():
        return Act("give", int(place), int(number))
    return None


def look_at(
    place: int,
    ticket: str,
    held: Held,
    there: Source | None,
    files: int,
    given: Mapping[str, str] | None = None,
) -> Look:
    """A file as it was read and, where its form came back (`given`), as it was put right so far."""
    original = held.document
    stem = (held.filename.rpartition(".")[0] or held.filename)[:160]
    if original is None:
        return Look(place, ticket, held, there, stem)
    given = given if given is not None else {}
    act, refusal = act_of(given), None
    act = act if act is not None and act.place == place else None
    steps: list[Step] = []
    number = int(page) if (page := given.get(f"at-{place}", "")).isdecimal() else 1
    opened = None
    before = document = original
    try:
        steps = steps_in(given.get(f"steps-{place}", ""))
        before = document = put_right(original, steps)
        if act is not None:
            number, opened, steps = _after(act, given, steps, number)
            document = put_right(original, steps)
    except ThroughlineError as error:
        refusal, steps = error.sentence, _steps_or_none(given.get(f"steps-{place}", ""))
        opened = act.number if act is not None and act.do in {"give", "split", "join"} else None
    chosen = choices_of(given, place, before) if given else None
    shown = Paginator(document.turns, SHOWN_TURNS).get_page(_page_of(opened) if opened else number)
    counts = Counter(turn.speaker for turn in document.turns)
    most = max(SHOWN_SPEAKERS, MOST_SPEAKERS // max(files, 1))
    speakers = tuple(
        HeardSpeaker(at, label, counts[label], *_called(label, chosen))
        for at, label in enumerate(document.speakers[:most])
    )
    return Look(
        place, ticket, held, there, given.get(f"name-{place}", stem), given.get(f"turns-{place}") != "none", speakers,
        max(len(document.speakers) - most, 0), document.speakers, shown,
        tuple(_seen(document, turn, number, number == opened) for number, turn in enumerate(shown.object_list, shown.start_index())),
        written(steps), len(steps), act is not None, refusal,
    )  # fmt: skip


def choices_of(given: Mapping[str, str], place: int, document: TranscriptDocument) -> Choices:
    """What the page says about the file at a place, whose turns are as the page showed them.

    What it does not say stays as recognised. Invalid where what was put right cannot be read.
    """
    called = {
        label: given.get(f"call-{place}-{number}", label) for number, label in enumerate(document.speakers)
    }
    team = {
        " ".join(called[label].split())
        for number, label in enumerate(document.speakers)
        if f"team-{place}-{number}" in given
    }
    return Choices(given.get(f"turns-{place}") != "none", called, frozenset(team - {""}))


def chosen_for(given: Mapping[str, str], place: int, document: TranscriptDocument) -> Choices:
    """All that was said of a file, as it is kept."""
    steps = tuple(steps_in(given.get(f"steps-{place}", "")))
    said = choices_of(given, place, put_right(document, steps))
    return Choices(said.are_turns, said.called, said.team, steps)


def _after(
    act: Act, given: Mapping[str, str], steps: list[Step], page: int
) -> tuple[int, int | None, list[Step]]:
    """The page to show, the turn that is open on it, and the steps with the one that was asked for."""
    speaker = given.get(f"speaker-{act.place}", "")
    match act.do:
        case "page":
            return act.number, None, steps
        case "open":
            return page, act.number, steps
        case "back":
            return page, None, steps[:-1]
        case "join":
            return _page_of(max(act.number - 1, 1)), None, [*steps, Join(act.number)]
        case "split":
            cut = given.get(f"cut-{act.place}", "")
            if not cut.isdecimal():
                raise Invalid(Sentence("Choose where the turn is split."))
            other = given.get(f"second-{act.place}", "")
            return _page_of(act.number), None, [*steps, Split(act.number, int(cut), other)]
    return _page_of(act.number), None, [*steps, Give(act.number, speaker)]


def _steps_or_none(given: str) -> list[Step]:
    try:
        return steps_in(given)
    except ThroughlineError:
        return []


def _page_of(number: int) -> int:
    return (number - 1) // SHOWN_TURNS + 1


def _called(label: str, chosen: Choices | None) -> tuple[str, bool]:
    """What a label is to be called, and whether it is of the team: as was said, or by its look."""
    if chosen is None or label not in chosen.called:
        return label, bool(_TEAM.match(label))
    called = chosen.called[label]
    return called, " ".join(called.split()) in chosen.team


def _seen(document: TranscriptDocument, turn: Turn, number: int, is_open: bool) -> SeenTurn:
    words = document.spoken(turn)
    cuts = tuple((turn.start + at, said) for at, said in sentences(words)) if is_open else ()
    return SeenTurn(number, turn.speaker or "", clock(turn.start_ms), words, is_open, cuts)
