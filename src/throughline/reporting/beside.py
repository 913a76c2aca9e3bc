"""What was done to move the line, and whether it moved differently in the two arms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from throughline.methods.suppression import Profile
from throughline.reporting import figures, reported, wording
from throughline.reporting.checked import sites_of
from throughline.reporting.document import (
    Block,
    Bullets,
    Cell,
    FigureBlock,
    Kind,
    Paragraph,
    Section,
    TableBlock,
    say,
)
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Estimate, Material, Month
from throughline.reporting.tables import nothing, plain_table
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED
from throughline.vocabulary.programme import ProvisionKind
from throughline.vocabulary.study import OutcomeKind, OutcomeSourceKind

PROVISIONS: Mapping[str, Sentence] = {
    ProvisionKind.ADVICE: say("Advice on smoking more safely"),
    ProvisionKind.GROUP: say("A group"),
    ProvisionKind.ONE_TO_ONE: say("One-to-one work"),
    ProvisionKind.EQUIPMENT: say("Equipment other than pipes"),
    ProvisionKind.HEALTH_CARE: say("Care of lungs or wounds"),
    ProvisionKind.OUTREACH: say("Outreach"),
    ProvisionKind.OTHER: say("Something else"),
}


def exposures(material: Material) -> Section:
    """Pipes given and staff trained, by site and month: beside the line, never steps of it."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "What was done to move the line stands beside it. A month that a site did not report is a gap and a kind of "
                "nothing, never a zero."
            )
        )
    ]
    pipes, trained = say("pipes given"), say("share of active staff trained")
    asked: tuple[tuple[str, Sentence, Sentence | None, Callable[[Month], Any], bool], ...] = (
        ("pipes", say("Pipes given, by site and month"), pipes, lambda month: month.pipes_given, False),
        ("trained", _trained_title(material), trained, lambda month: month.staff_trained, True),
        ("reported", say("Contacts recorded, by site and month"), None, lambda month: month.contacts, False),
    )  # fmt: skip
    for name, title, unit, take, is_share in asked:
        if unit is not None:
            blocks += _lines(material, (name, title, unit), take, is_share)
        blocks.append(_month_table(material, name, title, take, is_share))
    if material.given_anyway:
        blocks.append(_given_anyway(material))
    marks = {Mark.DOSE} if any(_is_number(month.pipes_given) for month in material.months) else set()
    if material.trained_in is not None:
        marks.add(Mark.TRAINED)
    return Section("exposures", say("Exposures beside the line"), tuple(blocks), frozenset(marks))


def _given_anyway(material: Material) -> TableBlock:
    """Support that is there with the programme or without it: where a comparison site gives much, the arms differ by less."""
    rows = [
        (
            Cell(one["name"]), Cell(word(one["arm"])),
            Cell(PROVISIONS[one["provision"]]), Cell(wording.day_text(str(one["from_on"]))),
            Cell(wording.day_text(str(one["to_on"])) if one["to_on"] else say("still given when it was frozen")),
        )
        for one in material.given_anyway
    ]  # fmt: skip
    columns = say("Site"), say("Arm"), say("What it gives"), say("First day"), say("Last day")
    told = say(
        "Support for people who use crack that is there without the programme too. Where a comparison site gives much, "
        "the arms differ by less."
    )
    return plain_table("given-anyway", say("What sites give anyway"), columns, rows, (told,))


def _trained_title(material: Material) -> Sentence:
    """Names the courses: only the programme's own training is an exposure to it."""
    if material.trained_in is None:
        return say(
            "Share of active staff trained, by site and month: no course is marked as the programme's training"
        )
    return say(
        "Share of active staff who completed “%(courses)s”, by site and month", courses=material.trained_in
    )


def _lines(
    material: Material, called: tuple[str, Sentence, Sentence], take: Callable[[Month], Any], is_share: bool
) -> list[Block]:
    """One figure for each arm: its sites as lines. `called`: its name, its title, and what its upright axis counts."""
    blocks: list[Block] = []
    name, title, unit = called
    for arm in ("intervention", "comparison"):
        rows = [month for month in material.months if month.arm == arm]
        sites = list(dict.fromkeys(month.name for month in rows))
        values = [take(month) for month in rows]
        # Pipes are not given where there is no equipment: a figure of zeros tells nothing that the table does not.
        if not sites or len(sites) > len(figures.SERIES) or not any(_is_number(v) and v for v in values):
            continue
        shown = [
            {"month": month.month, "series": month.name, "value": value if _is_number(value) else None}
            for month, value in zip(rows, values, strict=True)
        ]
        chart = figures.months(shown, unit=str(unit), series=sites, is_share=is_share)
        told = say("%(title)s, %(arm)s sites", title=title, arm=word(arm))
        description = say(
            "A line for each site over the months; the numbers stand in the table that follows."
        )
        key = f"{name}-{arm}"
        blocks.append(figures.figure(chart, name=key, title=told, description=description))
    return blocks


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _month_table(
    material: Material, name: str, title: Sentence, take: Callable[[Month], Any], is_share: bool
) -> TableBlock:
    """Months as rows, sites as columns."""
    in_study = [month for month in material.months if month.arm != "none"]
    sites = sorted({(month.arm != "intervention", month.site, month.name) for month in in_study})
    held = {
        (month.month, month.site): _reported(_value(take(month), is_share), month, is_share)
        for month in in_study
    }
    rows = [
        (Cell(month), *(held.get((month, site), nothing("not_recorded")) for _, site, _ in sites))
        for month in sorted({month.month for month in in_study})
    ]
    columns = (say("Month"), *(say("%(site)s", site=site_name) for _, _, site_name in sites))
    return plain_table(f"{name}-table", title, columns, rows, () if is_share else reported.listed(in_study))


def _reported(cell: Cell, month: Month, is_share: bool) -> Cell:
    """A count of a month reported in part says so; who was trained is known whatever the site reported."""
    if is_share or not reported.is_partly(month):
        return cell
    return replace(cell, text=say("%(told)s (%(partly)s)", told=cell.text, partly=reported.PARTLY))


def _value(value: Any, is_share: bool) -> Cell:
    if value is None:
        return nothing("not_recorded")
    if value == SUPPRESSED:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    if isinstance(value, str):
        return Cell(
            NOTHING_LABELS[next(kind for kind in NOTHING_LABELS if kind.value == value)], Kind.NOTHING
        )
    return Cell(wording.percent_text(value) if is_share else wording.count_text(value), Kind.NUMBER)


def estimates(material: Material) -> Section:
    """Each outcome: in words, every site's change with the headline, the permutation, leave-one-out, assumptions."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Sites are compared, not people: each site's change from before to after, every site weighing the same. The "
                "interval is the answer; nothing here is called proved or disproved."
            )
        )
    ]
    shared = wording.assumptions_of_all([one.found for one in material.estimates])
    if shared:
        blocks.append(Bullets(say("Each of these estimates takes for granted"), shared))
    names = {site["site"]: site["name"] for site in material.design.run["sites"]}
    for place, estimate in enumerate(material.estimates):
        blocks += _estimate(_as_told(estimate, material.profile), f"estimate-{place}", names)
        own = tuple(one for one in wording.assumptions(estimate.found) if one not in shared)
        if own:
            blocks.append(Bullets(say("This estimate takes for granted, besides"), own))
    marks = {Mark.OUTCOMES, Mark.UNIT} if material.estimates else set()
    if any(estimate.found["headline"] for estimate in material.estimates):
        marks.add(Mark.RESULTS)
    return Section("estimates", say("Whether the arms changed differently"), tuple(blocks), frozenset(marks))


def _as_told(estimate: Estimate, profile: Profile) -> Estimate:
    """With what the profile decides of its wording: whole points where counts are rounded, and counts as it shows them.

    What share of a site's values was recorded is told of all sites or none: where few are missing at one, the totals and the
    other sites would tell how few. How many they are is not told of a survey where few are missing in an arm and phase: the
    flow tells how many answered there at all.
    """
    found = dict(estimate.found) | {"is_coarse": profile.rounding > 1}
    if found["headline"]:
        still_open = found["headline"].get("still_open", 0)
        if isinstance(still_open, int):
            shown = SUPPRESSED if profile.hides(still_open) else profile.rounded(still_open)
            found["headline"] = {**found["headline"], "still_open": shown}
    if found["changes"]:
        cells = [site[phase] for site in sites_of(found) for phase in ("before", "after")]
        is_few = any(profile.hides(_not_recorded(cell)) for cell in cells)
        is_hidden = _are_few_missing(found, profile)
        told = [
            {
                **site,
                **{
                    phase: {**site[phase], "told": SUPPRESSED if is_hidden else _recorded(site[phase], profile, is_few)}
                    for phase in ("before", "after")
                },
            }
            for site in sites_of(found)
        ]  # fmt: skip
        found["changes"] = {**found["changes"], "sites": told}
    return replace(estimate, found=found)


def _are_few_missing(found: Mapping[str, Any], profile: Profile) -> bool:
    missing: dict[tuple[str, str], int] = {}
    for cell in found["cells"]:
        place = cell["arm"], cell["phase"]
        missing[place] = missing.get(place, 0) + _not_recorded(cell)
    is_survey = found["outcome"]["source"] == OutcomeSourceKind.SURVEY
    return is_survey and any(profile.hides(count) for count in missing.values())


def _not_recorded(cell: Any) -> int:
    return int(sum(cell["missing"].values()) + cell.get("still_open", 0))


def _recorded(cell: Any, profile: Profile, is_few: bool) -> str:
    """How many values, and the share of all that hold one: what is missing or still open is in the denominator."""
    n, asked = profile.rounded(cell["n"]), profile.rounded(cell["n"] + _not_recorded(cell))
    share = SUPPRESSED if is_few else wording.percent_text(min(1.0, n / asked)) if asked else ""
    return f"{wording.count_text(n)} ({share})"


def _estimate(estimate: Estimate, name: str, names: Mapping[str, str]) -> list[Block]:
    found = estimate.found
    blocks: list[Block] = [
        Paragraph(
            say("%(outcome)s", outcome=wording.name_of(found["outcome"]).capitalize()), is_heading=True
        ),
        Paragraph(wording.standing(found), is_note=True),
    ]
    refusal = wording.refusal(found)
    if refusal is not None:
        blocks.append(Paragraph(refusal))
    if not found["changes"] or not found["leave_one_out"]:
        return blocks
    told = [*wording.headline(found), wording.permutation(found)]
    if estimate.shows_sites:
        told.append(wording.leave_one_out(found))
    blocks += [Paragraph(sentence) for sentence in told if sentence is not None]
    blocks += [Paragraph(sentence) for sentence in wording.left_out(found)]
    if estimate.shows_sites:
        blocks += [_changes(found, name, names), _values(found, name, names)]
    else:
        blocks.append(
            Paragraph(
                say("The values of single sites are suppressed: at one site at least, too few stand behind them.")
            )
        )  # fmt: skip
    return blocks


def _changes(found: Any, name: str, names: Mapping[str, str]) -> FigureBlock:
    kind, estimate = found["changes"]["kind"], found["headline"]
    scale = 100 if kind == OutcomeKind.BINARY else 1
    rows = [
        {"site": names.get(site["site"], site["site"]), "arm": site["arm"], "change": site["change"] * scale}
        for site in sorted(sites_of(found), key=lambda site: (site["arm"] != "intervention", site["site"]))
    ]
    unit = str(say("change in percentage points") if kind == OutcomeKind.BINARY else say("change"))
    headline = None
    if estimate is not None:
        headline = {
            "label": str(say("difference of arms")), "difference": estimate["difference"] * scale,
            "low": estimate["interval"]["low"] * scale, "high": estimate["interval"]["high"] * scale,
        }  # fmt: skip
    chart = figures.site_changes(rows, unit=unit, headline=headline, places=wording.places_of(found))
    title = say(
        "%(outcome)s: every site's change, and the difference between the arms",
        outcome=wording.name_of(found["outcome"]).capitalize(),
    )
    description = say(
        "A point for each site, and below them the difference with its interval; the numbers stand in the table that follows."
    )
    return figures.figure(chart, name=name, title=title, description=description)


def _values(found: Any, name: str, names: Mapping[str, str]) -> TableBlock:
    """Sites as rows: values, change, how much was recorded, and the difference without the site."""
    kind, places = found["changes"]["kind"], wording.places_of(found)
    without = {row["site"]: row for row in found["leave_one_out"]["rows"]}
    rows = [
        (
            Cell(names.get(site["site"], site["site"])),
            Cell(word(site["arm"])),
            Cell(wording.value_text(site["before"]["value"], kind), Kind.NUMBER),
            Cell(wording.value_text(site["after"]["value"], kind), Kind.NUMBER),
            Cell(wording.change_text(site["change"], kind, places), Kind.NUMBER),
            Cell(site["before"]["told"], Kind.NUMBER),
            Cell(site["after"]["told"], Kind.NUMBER),
            Cell(wording.change_text(without[site["site"]]["difference"], kind, places), Kind.NUMBER),
            _interval(without[site["site"]], kind, places),
        )
        for site in sorted(sites_of(found), key=lambda s: (s["arm"] != "intervention", s["site"]))
    ]
    columns = (
        say("Site"), say("Arm"), say("Before"), say("After"), say("Change"), say("Recorded before"), say("Recorded after"),
        say("Difference without it"), say("Interval without it"),
    )  # fmt: skip
    caption = say(
        "Each site's values, of those recorded; how many were recorded, and their share of all; and the difference without "
        "the site"
    )
    return plain_table(f"{name}-sites", caption, columns, rows)


def _interval(row: Any, kind: str, places: int) -> Cell:
    if row["interval"]:
        return Cell(wording.interval_words(row["interval"], kind, places))
    return Cell(wording.sentence_of(row["reason"]), Kind.NOTHING)
