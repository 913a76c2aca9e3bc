"""Components that begin at sites in different months: each by its own dates, over measures that are counted by month.

A site's group is the month in which the component first ran there, whatever its arm; that month counts as with it. Months in
which it did not run any more are left out. Months are those of the series: not reported, reported in part or not whole is
missing, never a zero. Components that run beside each other at a site are shown as such, and not told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import series
from throughline.evaluation.questions.recording import COLUMNS
from throughline.evaluation.questions.series import CONTACTS, PIPES, CountedSite
from throughline.methods.series import SeriesMonth
from throughline.methods.staggered import AdoptingSite, MonthValue, StaggeredFound, staggered
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.sentences import sentence_of
from throughline.vocabulary.study import ArmKind, OutcomeSourceKind, Step

QUESTION = "staggered/1"
COUNTS = (CONTACTS, PIPES)
SHARES = (Step.CRACK_USE_TOLD.value, Step.FURTHER_NEED_TOLD.value, Step.RESPONSE.value)
MEASURES = (*COUNTS, *SHARES)
HOURS = 100  # a rate is for so many open hours

NO_TABLE = Sentence("This freeze holds no dates of components: freeze again.")
NO_DATES = Sentence(
    "No component has dates at a site of the study. Record where each ran, since when and until when, and freeze again."
)
BESIDE_THE_CONTRAST = Sentence(
    "The plan's one interval is the contrast's. This stands beside it, is exploratory and has no p value."
)


@dataclass(frozen=True, slots=True)
class CountedMonth:
    """`counted` of `of`, for a share; else a count, with open hours where they are known. Or which kind of nothing."""

    month: Month
    counted: int | Nothing
    of: int | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class ComponentSite:
    """A site's months of one measure. `begins` None: the component never ran there."""

    site: str
    name: str
    arm: ArmKind
    begins: Month | None
    months: tuple[CountedMonth, ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """The days on which a component ran at a site of the study; `to_on` None: still running when the data end."""

    site: str
    name: str
    arm: ArmKind
    component: str
    from_on: date
    to_on: date | None

    def overlaps(self, other: Spell) -> bool:
        return (self.to_on is None or other.from_on <= self.to_on) and (
            other.to_on is None or self.from_on <= other.to_on
        )

    def covers(self, month: Month) -> bool:
        """Whether it ran on any day of the month."""
        return Month.of(self.from_on) <= month and (self.to_on is None or month <= Month.of(self.to_on))


@dataclass(frozen=True, slots=True)
class Beside:
    """Another component that ran at a site at the same time. `is_same_month`: it began there in the same month, too."""

    spell: Spell
    is_same_month: bool


@dataclass(frozen=True, slots=True)
class MeasureAnswer:
    """One measure: its sites, and what was found, or `refused`. `why_counts`: why a count is no rate."""

    measure: str
    is_share: bool
    is_rate: bool
    why_counts: Sentence | None
    sites: tuple[ComponentSite, ...]
    found: StaggeredFound | None
    refused: Sentence | None
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    component: str
    spells: tuple[Spell, ...]
    beside: tuple[Beside, ...]
    measures: tuple[MeasureAnswer, ...]
    standing: Sentence = BESIDE_THE_CONTRAST


@dataclass(frozen=True, slots=True)
class StaggeredAnswer:
    """`refused`: why there is nothing at all. `seed`: of dates dealt by chance, where ways are too many for all."""

    components: tuple[ComponentAnswer, ...]
    refused: Sentence | None
    seed: int
    question: str = QUESTION


def ask(freeze: OpenFreeze, *, seed: int) -> StaggeredAnswer:
    """Every component and measure."""
    try:
        spells = spells_of(freeze)
    except Unready as refusal:
        return StaggeredAnswer((), refusal.sentence, seed)
    months = counted(freeze)
    named = sorted({one.component for one in spells})
    return StaggeredAnswer(
        tuple(
            ComponentAnswer(
                component,
                tuple(one for one in spells if one.component == component),
                beside(component, spells),
                tuple(
                    measured(measure, begun(months[measure], component, spells), seed=seed)
                    for measure in MEASURES
                ),
            )
            for component in named
        ),
        None,
        seed,
    )


def spells_of(freeze: OpenFreeze) -> tuple[Spell, ...]:
    """The dates of components at sites of the study. Raises Unready where the freeze holds none."""
    if not freeze.holds("components"):
        raise Unready(NO_TABLE)
    rows = freeze.ask(
        "SELECT c.*, s.name, s.arm FROM components AS c JOIN sites AS s ON s.site = c.site WHERE s.arm <> 'none'"
        " ORDER BY c.component, s.arm DESC, c.site, c.from_on"
    )
    if not rows:
        raise Unready(NO_DATES)
    return tuple(
        Spell(row["site"], row["name"], ArmKind(row["arm"]), row["component"], row["from_on"], row["to_on"])
        for row in rows
    )


def measure_named(outcome: str, outcomes: Sequence[Mapping[str, Any]] = ()) -> str:
    """A measure by its own word, or by the code of a study's outcome that looks at it. Raises Invalid, naming those there are."""
    if outcome in MEASURES:
        return outcome
    for row in outcomes:
        if (
            row["code"] == outcome
            and row["source"] == OutcomeSourceKind.MONITORING
            and row["measure"] in MEASURES
        ):
            return str(row["measure"])
        if row["code"] == outcome:
            raise Invalid(
                Sentence(
                    "%(outcome)s is not counted by month: a survey asks in waves, and what becomes of a referral is known later."
                    " There are: %(known)s.",
                    outcome=outcome,
                    known=tuple(MEASURES),
                )
            )
    raise Invalid(
        Sentence(
            "There is no monthly measure %(outcome)s. There are: %(known)s.",
            outcome=outcome,
            known=tuple(MEASURES),
        )
    )


def components_of(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Each component of an answer in plain values. Raises Unready where there is none at all."""
    if answer["refused"]:
        raise Unready(sentence_of(answer["refused"]))
    return list(answer["components"])


def component_named(component: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """A component of an answer in plain values. Raises Unready where there is none at all; Invalid for a name without dates."""
    held = {one["component"]: one for one in components_of(answer)}
    if component not in held:
        raise Invalid(
            Sentence(
                "No site of the study has dates of %(component)s. There are dates of: %(known)s.",
                component=component,
                known=tuple(held),
            )
        )
    return held[component]


def counted(freeze: OpenFreeze) -> dict[str, list[ComponentSite]]:
    """Each measure's months at each site, before any component is looked at."""
    of_series = series.counted(freeze)
    return {measure: [_of_count(one) for one in of_series[measure]] for measure in COUNTS} | {
        measure: _shares(freeze, measure, of_series[CONTACTS]) for measure in SHARES
    }


def _shares(freeze: OpenFreeze, measure: str, contacts: Sequence[CountedSite]) -> list[ComponentSite]:
    column = COLUMNS[Step(measure)]
    told = {
        (row["site"], row["month"]): (int(row["yes"]), int(row["known"]))
        for row in freeze.ask(
            f"SELECT site, month, CAST(SUM(CASE WHEN {column} = 'yes' THEN n ELSE 0 END) AS BIGINT) AS yes,"  # noqa: S608  (words of ours only)
            f" CAST(SUM(n) AS BIGINT) AS known FROM history WHERE {column} IN ('yes', 'no') GROUP BY site, month"
        )
    }
    return [
        ComponentSite(
            one.site, one.name, one.arm, None,
            tuple(_of_share(month, told.get((one.site, str(month.month)))) for month in one.months),
        )
        for one in contacts
    ]  # fmt: skip


def _of_count(one: CountedSite) -> ComponentSite:
    months = tuple(CountedMonth(m.month, m.count, None, m.exposure) for m in one.months)
    return ComponentSite(one.site, one.name, one.arm, None, months)


def _of_share(month: SeriesMonth, told: tuple[int, int] | None) -> CountedMonth:
    """A month that the series leaves out is left out here; one in which nobody's answer was recorded has no share."""
    if isinstance(month.count, Nothing):
        return CountedMonth(month.month, month.count)
    return (
        CountedMonth(month.month, told[0], told[1])
        if told
        else CountedMonth(month.month, Nothing.NOT_RECORDED)
    )


def begun(
    months: Sequence[ComponentSite], component: str, spells: Sequence[Spell]
) -> tuple[ComponentSite, ...]:
    """Each site with the month in which the component began there; months after that in which it did not run are left out."""
    sites = []
    for one in months:
        own = [spell for spell in spells if (spell.site, spell.component) == (one.site, component)]
        if not own:
            sites.append(one)
            continue
        begins = Month.of(min(spell.from_on for spell in own))
        kept = tuple(
            month
            if month.month < begins or any(spell.covers(month.month) for spell in own)
            else replace(month, counted=Nothing.NOT_APPLICABLE, of=None)
            for month in one.months
        )
        sites.append(replace(one, begins=begins, months=kept))
    return tuple(sites)


def beside(component: str, spells: Sequence[Spell]) -> tuple[Beside, ...]:
    """Where other components ran at the same site on days on which this one did."""
    own = [one for one in spells if one.component == component]
    return tuple(
        Beside(
            other,
            any(Month.of(mine.from_on) == Month.of(other.from_on) for mine in own if mine.site == other.site),
        )
        for other in spells
        if other.component != component
        and any(mine.site == other.site and mine.overlaps(other) for mine in own)
    )


def measured(
    measure: str, sites: Sequence[ComponentSite], *, seed: int, is_rate: bool | None = None
) -> MeasureAnswer:
    """One measure of sites that began, or did not. `is_rate` None: rates where every site wrote down hours enough."""
    is_share = measure in SHARES
    why = None
    if is_share:
        is_rate = False
    elif is_rate is None:
        why = series.why_counts([_as_series(one) for one in sites])
        is_rate = why is None
    given = [_adopting(one, is_share=is_share, is_rate=is_rate) for one in sites]
    notes = tuple(
        Sentence(
            "At %(site)s it had ended in %(count)s month: it is left out.",
            "At %(site)s it had ended in %(count)s months: these are left out.",
            site=one.name,
            count=sum(month.counted is Nothing.NOT_APPLICABLE for month in one.months),
        )
        for one in sites
        if any(month.counted is Nothing.NOT_APPLICABLE for month in one.months)
    )
    try:
        found = staggered(given, seed=seed)
    except Unready as refusal:
        return MeasureAnswer(measure, is_share, is_rate, why, tuple(sites), None, refusal.sentence, notes)
    return MeasureAnswer(measure, is_share, is_rate, why, tuple(sites), found, None, notes)


def _as_series(one: ComponentSite) -> CountedSite:
    months = tuple(SeriesMonth(month.month, month.counted, month.hours) for month in one.months)
    return CountedSite(one.site, one.name, one.arm, one.begins, months)


def _adopting(one: ComponentSite, *, is_share: bool, is_rate: bool) -> AdoptingSite:
    months = tuple(
        MonthValue(month.month, value_of(month, is_share=is_share, is_rate=is_rate)) for month in one.months
    )
    return AdoptingSite(one.site, one.begins, months, one.name)


def value_of(month: CountedMonth, *, is_share: bool, is_rate: bool) -> float | Nothing:
    """A share, a count for 100 open hours, or a count."""
    if isinstance(month.counted, Nothing):
        return month.counted
    if is_share:
        return month.counted / month.of if month.of else Nothing.NOT_RECORDED
    if is_rate:
        return HOURS * month.counted / month.hours if month.hours else Nothing.NOT_RECORDED
    return float(month.counted)
