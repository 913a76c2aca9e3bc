"""Interrupted series of what sites counted by month: contacts, pipes given, contacts in which crack use was told; and incidents,
which are of no site, as they are.

The intervention month of a site is the one in which its implementation began (its after phase, where it has no
implementation); it counts as with the programme, though it may have begun within it. Comparison sites have the month that
the study's phases give them. Rates are per open hour where sites wrote their hours down, else there are counts, and a
sentence says so. A month that was not reported, was reported in part, or was not whole is missing, never a zero.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import incidents
from throughline.evaluation.questions.incidents import IncidentsAnswer
from throughline.methods.series import SeriesMonth, SiteFound, SiteSeries, interrupted
from throughline.methods.series_together import Together, arms_apart, controlled, together
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind, PhaseKind

QUESTION, WITHOUT_INCIDENTS = "series/2", "series/1"
CONTACTS, PIPES, CRACK_USE_TOLD = "contacts", "pipes_given", "crack_use_told"
MEASURES = (CONTACTS, PIPES, CRACK_USE_TOLD)
MOST_WITHOUT_HOURS = 0.2  # of a site's counted months, for a rate

NOT_IN_PARTS = Sentence("A month that was reported in part is missing: its count is not the month's.")


@dataclass(frozen=True, slots=True)
class CountedSite:
    """A site's months of one measure within the study's phases. `starts` None: no phase says when the programme began."""

    site: str
    name: str
    arm: ArmKind
    starts: Month | None
    months: tuple[SeriesMonth, ...]
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteSeriesAnswer:
    """A site with its months and what was found; `refused` where it could not even be described."""

    counted: CountedSite
    found: SiteFound | None
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class MeasureSeries:
    """One measure: its sites; then the sites of each arm together, the arms set against each other, and one fit with
    interaction (by quasi-Poisson and with Newey-West's covariance). `not_given`: why a part of these is not there."""

    measure: str
    is_rate: bool
    why_counts: Sentence | None
    sites: tuple[SiteSeriesAnswer, ...]
    intervention: Together | None
    comparison: Together | None
    apart: Together | None
    interaction: tuple[Together, ...]
    not_given: Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """`incidents`: those of the whole programme, month by month; None where none was recorded."""

    measures: tuple[MeasureSeries, ...]
    incidents: IncidentsAnswer | None = None
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> SeriesAnswer:
    """Every measure. What cannot be fitted is described, and says why."""
    measures = tuple(fitted(measure, sites) for measure, sites in counted(freeze).items())
    return SeriesAnswer(measures, incidents.ask(freeze))


def counted(freeze: OpenFreeze) -> dict[str, tuple[CountedSite, ...]]:
    """The months of every measure and site of the study, intervention sites first."""
    rows = freeze.ask(
        "SELECT m.*, s.name, s.opened_on, s.closed_on, COALESCE(h.told, 0) AS told FROM site_month AS m"
        " JOIN sites AS s ON s.site = m.site"
        " LEFT JOIN (SELECT site, month, CAST(SUM(n) AS BIGINT) AS told FROM history WHERE crack_use_told = 'yes'"
        " GROUP BY site, month) AS h ON h.site = m.site AND h.month = m.month"
        " WHERE m.arm <> 'none' ORDER BY m.arm DESC, m.site, m.month"
    )
    until: date | None = freeze.ask("SELECT until_on FROM span")[0]["until_on"]
    starts = _starts(freeze)
    own: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        own.setdefault(row["site"], []).append(row)
    return {
        measure: tuple(_counted(measure, held, starts.get(site), until) for site, held in own.items())
        for measure in MEASURES
    }


def fitted(measure: str, sites: Sequence[CountedSite], *, is_rate: bool | None = None) -> MeasureSeries:
    """The fits of one measure. `is_rate` None: rates where every site wrote down hours enough. Chance enters nowhere."""
    why = why_counts(sites) if is_rate is None else None
    per_hour = why is None if is_rate is None else is_rate
    answers = tuple(_site(site, per_hour) for site in sites)
    found = [one.found for one in answers if one.found is not None]
    not_given: dict[str, Sentence] = {}
    parts: dict[str, Together | None] = {}
    asked: tuple[tuple[str, Callable[[], Together]], ...] = (
        ("intervention", lambda: together([one for one in found if one.arm == ArmKind.INTERVENTION])),
        ("comparison", lambda: together([one for one in found if one.arm == ArmKind.COMPARISON])),
        ("apart", lambda: arms_apart(found)),
    )
    for name, given in asked:
        try:
            parts[name] = given()
        except Unready as refusal:
            parts[name], not_given[name] = None, refusal.sentence
    interaction: tuple[Together, ...] = ()
    try:
        interaction = controlled([_series(one) for one in sites if one.starts], is_rate=per_hour)
    except Unready as refusal:
        not_given["interaction"] = refusal.sentence
    return MeasureSeries(measure, per_hour, why, answers, parts["intervention"], parts["comparison"], parts["apart"], interaction, not_given)  # fmt: skip


def why_counts(sites: Sequence[CountedSite]) -> Sentence | None:
    """Why there are counts and not rates: the sites that left open hours out. None: there are rates."""
    without = []
    for site in sites:
        held = [one for one in site.months if not isinstance(one.count, Nothing)]
        if sum(one.exposure is None for one in held) > MOST_WITHOUT_HOURS * len(held):
            without.append(site.name)
    if not without:
        return None
    return Sentence(
        "Open hours are not written down for enough months at %(sites)s, so that these are counts, not rates: where sites"
        " opened longer, more is counted.",
        sites=tuple(without),
    )


def _site(site: CountedSite, is_rate: bool) -> SiteSeriesAnswer:
    if site.starts is None:
        refused = Sentence(
            "No phase of the study says when the programme began at %(site)s. Give the site an implementation or after phase.",
            site=site.name,
        )
        return SiteSeriesAnswer(site, None, refused)
    found = interrupted(_series(site), is_rate=is_rate)
    return SiteSeriesAnswer(site, found, found.refused)


def _series(site: CountedSite) -> SiteSeries:
    if site.starts is None:
        raise Unready(
            Sentence("No phase of the study says when the programme began at %(site)s.", site=site.name)
        )
    return SiteSeries(site.site, site.arm, site.months, site.starts, site.name)


def _starts(freeze: OpenFreeze) -> dict[str, Month]:
    """The month in which each site's implementation began, else its after phase."""
    rows = freeze.ask(
        "SELECT site, MIN(from_on) AS from_on FROM phases WHERE phase IN (?, ?) GROUP BY site",
        [PhaseKind.IMPLEMENTATION.value, PhaseKind.AFTER.value],
    )
    return {row["site"]: Month.of(row["from_on"]) for row in rows}


def _counted(
    measure: str, rows: Sequence[dict[str, Any]], starts: Month | None, until: date | None
) -> CountedSite:
    within = [row for row in rows if row["phase"] != "none"]
    notes = []
    outside = sum(row["phase"] == "none" and row["contacts"] is not None for row in rows)
    if outside:
        notes.append(
            Sentence(
                "%(count)s month of %(site)s holds contacts and lies outside all phases of the study: it is left"
                " out.",
                "%(count)s months of %(site)s hold contacts and lie outside all phases of the study: they are"
                " left out.",
                count=outside,
                site=rows[0]["name"],
            )
        )
    if any(row["reporting"] == "partial" for row in within):
        notes.append(NOT_IN_PARTS)
    return CountedSite(
        site=rows[0]["site"],
        name=rows[0]["name"],
        arm=ArmKind(rows[0]["arm"]),
        starts=starts,
        months=tuple(_month(measure, row, until) for row in within),
        notes=tuple(notes),
    )


def _month(measure: str, row: dict[str, Any], until: date | None) -> SeriesMonth:
    month = Month.parse(row["month"])
    hours = None if row["open_hours"] is None else float(row["open_hours"])
    count = row["contacts"]
    if count is None or row["reporting"] in ("partial", "none") or not _is_whole(month, row, until):
        nothing = Nothing.NOT_RECORDED if count is not None else Nothing(row["contacts_nothing"])
        return SeriesMonth(month, nothing, hours)
    value = {CONTACTS: count, PIPES: row["pipes_given"], CRACK_USE_TOLD: row["told"]}[measure]
    return SeriesMonth(month, int(value), hours)


def _is_whole(month: Month, row: dict[str, Any], until: date | None) -> bool:
    """Whether the site was there, and the data went on, through the whole month."""
    first = month.first()
    last = first.replace(day=calendar.monthrange(month.year, month.month)[1])
    if row["opened_on"] > first or (row["closed_on"] is not None and row["closed_on"] < last):
        return False
    return row["reporting"] == "complete" or (until is not None and until >= last)
