"""What a report is made of: only what passed a door, or was checked under the same profile and written into the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from throughline.methods.suppression import Profile, ProtectedTable
from throughline.reporting.document import LedgerLine, Quote
from throughline.reporting.tables import ReleasedFunnel
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED

Plain = Mapping[str, Any]
Place = tuple[
    str, int | str | None
]  # of a judgement: the name of a row, and a theme's number; for the row as a whole the analysis's name


def row_name(row: Plain) -> str:
    """Of a row of the joint display, for finding it again; `step`, or else `outcome`, holds a code."""
    return str(row["step"] or f"outcome {row['outcome']}")


def wholes(row: Plain) -> tuple[tuple[str | None, str], ...]:
    """What was judged of such a row as a whole, by analysis. An earlier version's result has one, and names no analysis."""
    if "whole" in row:
        return tuple((one["analysis"], one["judgement"]) for one in row["whole"])
    return ((None, row["judgement"]),) if row.get("judgement") else ()


@dataclass(frozen=True, slots=True)
class Design:
    """The study and its freeze: plain facts that tell nothing about a person."""

    programme: str
    is_fiction: bool
    study: str
    registration: str
    design: str
    freeze: str
    content_hash: str
    frozen_at: datetime
    run: Plain

    @property
    def site_names(self) -> dict[str, str]:
        return {site["site"]: site["name"] for site in self.run["sites"]}


@dataclass(frozen=True, slots=True)
class Analysed:
    """How a team analysed what people said: plain facts in its own words, which held no name of its lists."""

    question: str
    approach: str
    orientation: str
    theory: str


@dataclass(frozen=True, slots=True)
class WaveHeld:
    """A wave that was open when the data were frozen, or before: what it asked with (empty: answers came from elsewhere), and its days."""

    code: str
    phase: str
    instrument: str
    version: str
    opens_on: date
    closes_on: date | None


@dataclass(frozen=True, slots=True)
class WaveFlow:
    """A wave's people by arm and by where they ended, as the door let it through; None: it was refused."""

    wave: str
    phase: str
    table: ProtectedTable | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A contrast as it leaves. `shows_sites`: each site's values rest on counts that may be shown; else none is.

    `beside`: its sensitivity table as it leaves; None where there is none.
    """

    found: Plain
    shows_sites: bool
    beside: Plain | None = None


@dataclass(frozen=True, slots=True)
class EnteredShare:
    """Share entered by a day in one group: what may be told of it, or that it is suppressed or refused.

    Of `n` referrals of `sites` sites, `still_open` had no end when the data ended; of `unknown` nobody told the end.
    """

    group: tuple[str, ...]
    by_day: tuple[Plain, ...]
    refused: Sentence | None
    is_suppressed: bool
    n: int | str = SUPPRESSED
    still_open: int | str = SUPPRESSED
    unknown: int | str = SUPPRESSED
    sites: int | str = SUPPRESSED


@dataclass(frozen=True, slots=True)
class Referrals:
    """Counts of referrals by arm and phase as they left: accepted (open and unknown as one), and entered by the last day
    that is asked for. None: the door refused the table."""

    accepted: ProtectedTable | None = None
    entered: ProtectedTable | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A site's month of exposures: a number, a kind of nothing, or suppressed."""

    site: str
    name: str
    arm: str
    month: str
    contacts: int | str
    pipes_given: int | str
    staff_trained: float | str
    reporting: str = "complete"


@dataclass(frozen=True, slots=True)
class Refused:
    """What did not leave, and the sentence that said why."""

    what: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of one release. `quotes` by the theme's number; `withheld` counts chosen quotes that may not leave; `concepts`
    says, by number too, what lies at the centre of each theme that is not counted; `reasons` why something was judged so.
    """

    design: Design
    profile: Profile
    funnels: tuple[ReleasedFunnel, ...]
    without_code: ProtectedTable | None
    codes_by_route: Sentence | None
    estimates: tuple[Estimate, ...]
    entered: tuple[EnteredShare, ...]
    months: tuple[Month, ...]
    themes: tuple[Plain, ...]
    joint: tuple[Plain, ...]
    quotes: Mapping[int, tuple[Quote, ...]]
    withheld: int
    refused: tuple[Refused, ...]
    ledger: tuple[LedgerLine, ...]
    trained_in: str | None = None  # the courses that count as trained; None: none is marked
    given_anyway: tuple[
        Plain, ...
    ] = ()  # what sites give with the programme or without; facts of sites, of nobody
    referrals: Referrals = field(default_factory=Referrals)
    analyses: tuple[Analysed, ...] = ()
    concepts: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[Place, str] = field(default_factory=dict)
    coded: tuple[Plain, ...] = ()  # how the coding was checked, of analyses that make use of it
    waves: tuple[WaveHeld, ...] = ()
    baseline: tuple[Plain, ...] = ()  # variables as they left; none where the freeze was not asked for them
    flow: tuple[WaveFlow, ...] = ()  # none where the freeze is older than the question
    groups: tuple[Plain, ...] = ()  # attributes as they left, planned ones first
    mix: tuple[Plain, ...] = ()  # the same, with who answered; none where the freeze was not asked
    beforehand: tuple[Plain, ...] = ()  # steps as they left; none where the freeze was not asked for them
    reached: Plain | None = None  # what reached comparison sites; None where no question was named for it
    components: tuple[Plain, ...] = ()  # as they left; none of a freeze without their dates
    attitudes: Plain | None = None  # as they left; None where the freeze was not asked for them
    series: tuple[Plain, ...] = ()  # measures as they left; none where the freeze was not asked for them
    incidents: Plain | None = None  # month by month as they left; None where none was frozen
