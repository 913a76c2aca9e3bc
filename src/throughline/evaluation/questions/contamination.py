"""What reached the comparison sites: the share of respondents there who got or used a pipe of the programme.

Asked of one survey question that somebody names (any answer but 0 is a yes: how often counts as that it was): nothing in the records says
which question tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.estimate import Interval, Missing
from throughline.methods.intervals import SITES_DRAWN, by_drawing_sites
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

QUESTION = "contamination/1"
METHOD = "contamination.share_at_comparison_sites/1"

ANSWERED_SPEAK = Sentence(
    "Those who answered speak for those who did not, and said whose pipe it was as it was."
)
CANNOT_SHOW = Sentence(
    "It does not correct the contrast: where pipes of the programme reached the comparison sites, the arms lie nearer to each other"
    " than they would have. What people did not know to be of the programme is not in it."
)
NO_ZERO = Sentence(
    "No answer to %(asked)s is 0, and some are above 1: a 1 or a 2 is told by number here, and which of them is a no is not known. Name"
    " a question whose no is 0."
)


@dataclass(frozen=True, slots=True)
class SiteReached:
    """A comparison site in a wave: how many of `n` who answered said yes. `share` None: nobody answered."""

    site: str
    name: str
    wave: PhaseKind
    yes: int
    n: int
    share: float | None
    missing: Missing


@dataclass(frozen=True, slots=True)
class WaveReached:
    """All comparison sites in a wave, every respondent weighing the same; `no_interval`: why there is none."""

    wave: PhaseKind
    yes: int
    n: int
    share: float | None
    missing: Missing
    interval: Interval | None
    no_interval: Sentence | None


@dataclass(frozen=True, slots=True)
class ContaminationAnswer:
    asked: str
    sites: tuple[SiteReached, ...]
    waves: tuple[WaveReached, ...]
    seed: int
    cannot_show: Sentence = CANNOT_SHOW
    assumptions: tuple[Sentence, ...] = (ANSWERED_SPEAK,)
    method: str = METHOD
    question: str = QUESTION


def ask(freeze: OpenFreeze, asked: str, *, seed: int) -> ContaminationAnswer:
    """Of one question, at comparison sites. `seed` draws sites for the interval.

    Raises Invalid for a question that the survey does not have, naming those there are; Unready where no comparison site was asked, or no answer is
    a 0 and some are above 1.
    """
    check_asked(freeze, asked)
    rows = freeze.ask(
        "SELECT a.site, s.name, a.phase, a.value_nothing AS nothing, a.value <> 0 AS yes, COUNT(*) AS n FROM survey_answers AS a"
        " JOIN sites AS s ON s.site = a.site WHERE a.question = ? AND a.arm = ? GROUP BY ALL ORDER BY a.site, a.phase",
        [asked, ArmKind.COMPARISON.value],
    )
    if not rows:
        raise Unready(
            Sentence(
                "%(asked)s was asked at no comparison site: nothing is known of what reached them.",
                asked=asked,
            )
        )
    given = freeze.ask(
        "SELECT MIN(value) AS least, MAX(value) AS most FROM survey_answers WHERE question = ? AND value IS NOT NULL", [asked]
    )[0]  # fmt: skip
    if given["least"] is not None and given["least"] > 0 and given["most"] > 1:
        raise Unready(NO_ZERO.given(asked=asked))
    sites = []
    for site, name, phase in dict.fromkeys((row["site"], row["name"], row["phase"]) for row in rows):
        held = [row for row in rows if (row["site"], row["phase"]) == (site, phase)]
        n = sum(row["n"] for row in held if row["nothing"] is None)
        yes = sum(row["n"] for row in held if row["nothing"] is None and row["yes"])
        missing = Missing.from_counts(
            {row["nothing"]: row["n"] for row in held if row["nothing"] is not None}
        )
        sites.append(SiteReached(site, name, PhaseKind(phase), yes, n, yes / n if n else None, missing))
    waves = [wave for wave in PhaseKind if any(one.wave is wave for one in sites)]
    sites.sort(key=lambda one: (one.site, waves.index(one.wave)))
    told = tuple(_wave(wave, [one for one in sites if one.wave is wave], seed) for wave in waves)
    drawn = (SITES_DRAWN,) if any(one.interval for one in told) else ()
    return ContaminationAnswer(asked, tuple(sites), told, seed, assumptions=(ANSWERED_SPEAK, *drawn))


def check_asked(freeze: OpenFreeze, asked: str) -> None:
    """Raises Invalid for a question that the survey does not have, naming those there are."""
    known = [
        row["question"]
        for row in freeze.ask("SELECT DISTINCT question FROM survey_answers ORDER BY question")
    ]
    if asked not in known:
        raise Invalid(
            Sentence(
                "The survey has no question %(asked)s. It has: %(known)s.",
                asked=asked,
                known=", ".join(known) or "none",
            )
        )


def _wave(wave: PhaseKind, sites: Sequence[SiteReached], seed: int) -> WaveReached:
    yes, n = sum(one.yes for one in sites), sum(one.n for one in sites)
    counts = {one.site: (one.yes, one.n) for one in sites if one.n}
    interval, why = (
        by_drawing_sites(counts, rng=np.random.default_rng(seed))
        if counts
        else (None, Sentence("Nobody at a comparison site answered it."))
    )
    missing = Missing.sum(one.missing for one in sites)
    return WaveReached(wave, yes, n, yes / n if n else None, missing, interval, why)
