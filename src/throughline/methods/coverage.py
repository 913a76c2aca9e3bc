"""How many of the participants who could have spoken of a theme did, and what a quote may say about who speaks.

Estimates: theme coverage n of N, by no attribute or by one. It is a count of people met, not an estimate of anything
    beyond them: it has no interval, no percentage and no test, on purpose.
Formula: N = participants with a source in which the theme's question was asked (its guide version has it) or, for an open
    theme, who spoke in a source. n = those of N with a coding of the theme on a turn of their own, in any of their
    sources. A coding on an interviewer's or another's turn counts for nobody else. Participants outside N with such a
    coding are told apart as `unasked`: they raised it themselves.
    Quote: of group, site, arm and phase the largest choice of which at least 3 participants (the speaker among them)
    share every value; of choices equally large the one that comes first in that order.
Source: Guest, Namey, Chen (2020) PLoS ONE 15(5):e0232076 (what a source could have given); Hannah and Lautsch (2011) J
    Manag Inquiry 20:14-22 (on counting in qualitative work); the quote rule is k-anonymity with k = 3, Sweeney (2002).
Assumptions: a participant has one identifier over all sources; a turn has one speaker.
When not to use it: to compare groups by share; to say that a theme is more important; where sources were not yet coded
    for the theme (leave these sources out). The quote rule looks at one quote: that a speaker carries fewer attributes
    than others may itself hint at who they are. A person reads each quote before it leaves.
Checked against: hand examples; brute force over choices; properties (tests/methods/test_coverage.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing

METHOD = "coverage.theme/1"
LEAST_SHARING = 3
PREFERENCE = ("group", "site", "arm", "phase")

OWN_TURNS = Sentence(
    "Only what participants said on their own turns counts; what an interviewer said does not."
)
ASKED = Sentence("Counted among the participants whose interview had the question asked.")
SPOKE = Sentence("No question was put for this theme; counted among the participants who spoke.")
NO_SHARE = Sentence(
    "These are people who were met, not a sample: the counts are not shares of a wider group."
)


@dataclass(frozen=True, slots=True)
class Presence:
    """One participant in one source: whether the theme's question was asked there, and whether they spoke."""

    participant: str
    source: str
    asked: bool
    spoke: bool


@dataclass(frozen=True, slots=True)
class OwnTurnCoding:
    """A coding of the theme on a turn: `participant` is who speaks there, None for interviewers and unnamed voices."""

    participant: str | None
    source: str


@dataclass(frozen=True, slots=True)
class ThemeCoverage:
    """`n` of `of` participants; `missing` were in no source that counts, `unasked` of these spoke of it all the same.

    `value` is the value of the one attribute that was split by, or None for everyone.
    """

    value: str | None
    n: int
    of: int
    unasked: int
    missing: Missing
    assumptions: tuple[Sentence, ...]
    method: str = METHOD


def theme_coverage(
    presences: Iterable[Presence],
    codings: Iterable[OwnTurnCoding],
    *,
    is_open: bool,
    attribute: Mapping[str, str] | None = None,
) -> tuple[ThemeCoverage, ...]:
    """Coverage of one theme: one row, or with `attribute` (participant -> value) one row a value, in order.

    `is_open` says that the theme has no question of its own. A participant without the attribute is counted under
    "not_recorded". Raises Invalid for a coding of a participant in a source in which they were not.
    """
    rows = list(presences)
    present = {(row.participant, row.source) for row in rows}
    coded: set[str] = set()
    for coding in codings:
        if coding.participant is None:
            continue
        if (coding.participant, coding.source) not in present:
            raise Invalid(
                Sentence(
                    "Participant %(participant)s has a coded turn in source %(source)s but is not among its participants.",
                    participant=coding.participant,
                    source=coding.source,
                )
            )
        coded.add(coding.participant)
    counted = {row.participant for row in rows if (row.spoke if is_open else row.asked)}
    if is_open:
        counted |= coded  # a coded turn of one's own is speaking, whatever the list of participants says
    people = sorted({row.participant for row in rows})
    if attribute is None:
        return (_coverage(None, people, counted, coded, is_open),)
    groups: dict[str, list[str]] = {}
    for person in people:
        groups.setdefault(attribute.get(person, Nothing.NOT_RECORDED.value), []).append(person)
    return tuple(_coverage(value, groups[value], counted, coded, is_open) for value in sorted(groups))


def finest_shared_attributes(
    participant: str,
    attributes: Mapping[str, Mapping[str, str]],
    *,
    minimum: int = LEAST_SHARING,
    preference: Sequence[str] = PREFERENCE,
) -> tuple[tuple[str, str], ...]:
    """What a quote of `participant` may carry: (attribute, value) pairs in the order of preference; () where nothing.

    `attributes` holds every participant of the analysis. An attribute that the speaker lacks, or that is a kind of
    nothing, is not carried. Raises Invalid for a participant who is not among them or a minimum under 2.
    """
    if minimum < 2:
        raise Invalid(
            Sentence("At least 2 participants share what a quote carries; 3 unless there is a reason.")
        )
    if participant not in attributes:
        raise Invalid(
            Sentence("Participant %(participant)s is not among the participants.", participant=participant)
        )
    own = {name: value for name, value in attributes[participant].items() if value not in set(Nothing)}
    names = [name for name in preference if name in own]
    for size in range(len(names), 0, -1):
        # combinations() keeps the order of `names`: the first that fits is the one preferred.
        for chosen in itertools.combinations(names, size):
            sharing = sum(
                all(other.get(name) == own[name] for name in chosen) for other in attributes.values()
            )
            if sharing >= minimum:
                return tuple((name, own[name]) for name in chosen)
    return ()


def _coverage(
    value: str | None, people: Sequence[str], counted: set[str], coded: set[str], is_open: bool
) -> ThemeCoverage:
    of = [person for person in people if person in counted]
    left = [person for person in people if person not in counted]
    missing = Missing(not_recorded=len(left)) if is_open else Missing(not_asked=len(left))
    return ThemeCoverage(
        value=value,
        n=sum(person in coded for person in of),
        of=len(of),
        unasked=sum(person in coded for person in left),
        missing=missing,
        assumptions=(SPOKE if is_open else ASKED, OWN_TURNS, NO_SHARE),
    )
