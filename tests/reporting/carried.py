"""What numbers the results behind a report carry, section by section and row by row, and which of its numbers none does."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tests.reporting.made import AT
from tests.reporting.read_back import CODES, parsed
from throughline.evaluation.questions.sensitivity import Way
from throughline.evaluation.questions.staggered import HOURS
from throughline.methods.intervals import LEAST_SITES
from throughline.methods.suppression import LT5
from throughline.methods.table import ALL
from throughline.reporting.reading import phase_days
from throughline.vocabulary.errors import Sentence


def _leaves(value: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, Mapping) and set(value) == {"number", "places", "is_signed"}:
        yield f"{value['number']:,.{value['places']}f}"  # as a sentence keeps what stands in it
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(name)
            yield from _leaves(one)
    elif isinstance(value, Sentence):
        yield str(value)
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


HIDDEN_CELL = re.compile(r'(<td class="suppressed">)(.*?)(</td>)', re.S)
TOKEN = re.compile(r"(?<![\d.])\.?\d[\d,]*(?:\.\d+)?%?")


def _tokens(text: str) -> set[str]:
    """Numbers as they stand, a percentage with its sign."""
    return {token.rstrip(",") for token in TOKEN.findall(CODES.sub("", text))}


def _carried(given: Any) -> set[str]:
    """Every way in which a number of a result may be written; worked out here, not by the code that writes them."""
    found: set[str] = set()
    for leaf in _leaves(given):
        if isinstance(leaf, bool) or leaf is None:
            continue
        if isinstance(leaf, int):
            found.add(f"{leaf:,}")
        elif isinstance(leaf, float):
            size = abs(leaf)
            found |= {
                f"{100 * size:.0f}%",
                f"{size:.2f}",
                f"{size:.2f}".lstrip("0"),
                f"{size:.3f}".lstrip("0"),
            }
        elif isinstance(leaf, (str, date, datetime)):
            found |= _tokens(str(leaf)) | _of_a_day(str(leaf))
    return found


def _of_a_day(text: str) -> set[str]:
    """The numbers of a day as it is read, and of a moment: 1 Sep 2024, 2:30 p.m."""
    if not re.match(r"\d{4}-\d\d-\d\d(?!\d)", text):
        return set()
    at = datetime.fromisoformat(text)
    moment = {str(at.hour % 12 or 12), f"{at.minute:02}"} if len(text) > len("2024-09-01") else set()
    return {str(at.day), str(at.year)} | moment


def _points(given: Any, profile: Any) -> list[str]:
    """Changes of shares in points: whole ones where counts are rounded."""
    return [
        f"{abs(100 * leaf):.{0 if profile.rounding > 1 else 1}f}"
        for leaf in _leaves(given)
        if isinstance(leaf, float)
    ]


def _groups(*tables: Any) -> dict[tuple[str, ...], list[Any]]:
    """The counts of each group as they left, and their shares of the whole group, as percentages alone."""
    counts: dict[tuple[str, ...], list[list[int]]] = {}
    for table in tables:
        own: dict[tuple[str, ...], list[int]] = {}
        for key, told in table.released().items():
            if isinstance(told, int):
                own.setdefault(key[:-1], []).append(told)
        for key, held in own.items():
            counts.setdefault(key, []).append(held)
    return {
        key: [[*held, *(f"{100 * one / max(held):.0f}%" for one in held if max(held))] for held in some]
        for key, some in counts.items()
    }


def _sites(estimate: Any, profile: Any) -> Iterator[list[Any]]:
    """What a row of an estimate's sites may tell."""
    found = estimate.found
    if not found["changes"]:
        return
    without = {row["site"]: row for row in found["leave_one_out"]["rows"]}
    for site in found["changes"]["sites"]:
        cells = (site["before"], site["after"])
        asked = [profile.rounded(cell["n"] + sum(cell["missing"].values())) for cell in cells]
        recorded = [f"{100 * cell['n'] / of:.0f}%" for cell, of in zip(cells, asked, strict=True)]
        apart = without[site["site"]]
        changed = [site["change"], apart["difference"], apart["interval"]]
        yield [[(cell["value"], cell["n"]) for cell in cells], recorded, _points(changed, profile), apart["interval"], apart["reason"]]  # fmt: skip


def _added(table: Any, arm: str) -> list[int]:
    """Whatever a reader can add up from the cells of an arm that left, or take from its total."""
    cells = {
        key[1]: cell.count for key, cell in table.cells.items() if key[0] == arm and cell.count is not None
    }
    whole = cells.pop(ALL, None)
    sums = {
        sum(some) for size in range(len(cells) + 1) for some in itertools.combinations(cells.values(), size)
    }
    return sorted(sums | ({abs(whole - one) for one in sums} if whole is not None else set()))


def _ways(estimate: Any, profile: Any) -> Iterator[list[Any]]:
    """What a row of a sensitivity table may tell: differences in points, ratios as they are, both with degrees of freedom."""
    names = [(str(way), *_points([0.95], profile), "CR1 CR2 CR3 95%") for way in Way]
    for line in [{"estimate": estimate.found["headline"]}, *estimate.beside["lines"]]:
        one = line["estimate"] or {}
        sizes = [one.get(name) for name in ("estimate", "difference")] + [one.get("interval")]
        counted = [one.get(name) for name in ("n", "at_least_as_far", "draws", "p_value")]
        df = [f"{value:.1f}".removesuffix(".0") for value in [one.get("df")] if value is not None]
        is_ratio = line.get("way") in ("odds_ratio", "rate_ratio")
        yield [names, sizes if is_ratio else _points(sizes, profile), counted, df]


def _moved(one: Any, change: float) -> str:
    """How much more at the sites that began: points of a share, else the measure's own unit."""
    return f"{abs(change) * (100 if one['is_share'] else 1):.1f}"


def _rows_of(given: Any) -> dict[str, list[Any]]:
    """For each section the results of which a row of its tables tells: one, never a number of another."""
    run, funnels = given.design.run, [table for one in given.funnels for table in one.tables.values()]
    measured = [one for measure in given.series for one in measure["sites"] if one["found"]]
    return {
        "done": [*([one for one in run["phases"] if one["site"] == site["site"]] for site in run["sites"]), *given.waves],
        "flow": [[_added(one.table, arm) for arm in ("intervention", "comparison")] for one in given.flow if one.table],
        "baseline": [(one["row"], "0% (0)") for one in given.baseline],  # a value that an arm does not have
        "contacts": [one for table in funnels for some in _groups(table).values() for one in some],
        "codes": [*_groups(given.without_code).values()],
        "exposures": [
            [name, [getattr(month, told) for month in given.months if month.month == name]]
            for name in {month.month for month in given.months}
            for told in ("pipes_given", "staff_trained", "contacts")
        ],
        "estimates": [row for one in given.estimates if one.shows_sites for row in _sites(one, given.profile)],
        "sensitivity": [row for one in given.estimates if one.beside for row in _ways(one, given.profile)],
        "groups": [[_points(row["found"], given.profile), f"{row['value']:g} {row['found']['difference']['df']:g}"]
                   for one in given.groups for row in one["rows"] if row["found"]],
        "mix": [
            *([_points([row["headline"], row["found"]], given.profile), row["found"]["contrast"]["n"], row["found"]["unknown"]]
              for one in given.mix for row in one["estimates"] if row["found"]),
            *([row["counts"], row["n"], [f"{100 * count / row['n']:.0f}%" for count in row["counts"] if count is not None and row["n"]]]
              for one in given.mix for row in one["who"]),
        ],
        "components": [
            *([spell["from_on"], spell["to_on"]] for one in given.components for spell in one["spells"]),
            *([_moved(one, one["found"]["overall"]), one["found"]["n_begun"], one["found"]["n"], one["found"]["missing"], HOURS,
               one["found"]["permutation"]] for part in given.components for one in part["measures"] if one["found"]),
            *([abs(since), *(_moved(one, point["att"]) for part in given.components for one in part["measures"] if one["found"]
                             for point in one["found"]["since_start"] if point["since"] == since)] for since in range(-24, 25)),
        ],
        "series": [
            *(list(measure["interaction"]) for measure in given.series),
            *([one["found"]["n"], one["found"]["main"], one["found"]["beside"]] for one in measured),
            *(row for measure in given.series for row in _months(measure)),
        ],
        "entered": [
            *([one.n, one.sites, one.still_open, one.unknown, one.refused,
               [(day["share"], day["interval"], day["reason"]) for day in one.by_day]] for one in given.entered),
            *_groups(given.referrals.accepted, given.referrals.entered).values(),
        ],
        "themes": [one for theme in given.themes for one in (theme["overall"], *theme["by"].values())],
        "ledger": [line.what for line in given.ledger],
    }  # fmt: skip


def _months(measure: Any) -> list[list[Any]]:
    """Each month with what every site counted in it, for 100 open hours where the series is one of rates."""
    rows: dict[str, list[Any]] = {}
    for site in measure["sites"]:
        for one in site["counted"]["months"]:
            is_rate = measure["is_rate"] and isinstance(one["count"], int) and one["exposure"]
            rows.setdefault(one["month"], [one["month"]]).append(
                f"{100 * one['count'] / one['exposure']:.1f}" if is_rate else one["count"]
            )
    return list(rows.values())


def _words_of(given: Any) -> dict[str, Any]:
    """For each section what its sentences may tell beside the rows of its tables."""
    profile, run = given.profile, given.design.run
    headlines = [[one.found["headline"], _points(one.found["headline"], profile)] for one in given.estimates]
    shared = [
        run["span"],
        profile.threshold,
        profile.name,
        profile.rounding if profile.rounding > 1 else None,
    ]
    of_rows = _rows_of(given)
    lengths = [days for lengths in phase_days(run).values() for days in lengths]
    told: dict[str, Any] = {
        "short": headlines,
        "flow": [_added(one.table, arm) for one in given.flow if one.table for arm in ("intervention", "comparison")],
        "done": [given.design, run["seed"], run["questions"], given.analyses],
        "reading": [lengths, 28],
        "baseline": [one["row"].get(name) for one in given.baseline for name in ("assumptions", "no_interval", "cannot_show", "refused")],
        "contacts": [sum(month.arm == arm and month.reporting == kind for month in given.months) for arm in ("intervention", "comparison") for kind in ("none", "partial")],
        "codes": [given.codes_by_route],
        "exposures": [(month.month, month.name) for month in given.months],
        "estimates": [
            headlines,
            [len(one.found["changes"]["sites"]) for one in given.estimates if one.found["changes"]],
            [[one.found[name] for name in ("outcome", "permutation", "refused")] for one in given.estimates],
            [_points(one.found["leave_one_out"], profile) for one in given.estimates],
        ],
        "series": [
            [HOURS] + [len(measure[arm]["sites"]) for arm in ("intervention", "comparison", "apart") if measure[arm]] + [{name: one for name, one in measure.items() if name not in ("sites", "interaction")}]
            + [(site["refused"], site["found"] and (site["found"]["main"], site["found"]["cannot_show"])) for site in measure["sites"]]
            for measure in given.series
        ],
        "groups": [(one["unknown"], [row["refused"] for row in one["rows"]], [f"{row['value']:g}" for row in one["rows"]]) for one in given.groups],
        "mix": [[row["refused"] for row in one["estimates"]] for one in given.mix],
        "beforehand": [
            [(one["no_trends"], one["no_placebo"]) for one in given.beforehand],
            [f"{abs(100 * leaf):.2f}" for one in given.beforehand for leaf in _leaves(one["trends"]) if isinstance(leaf, float)],
            [_points(one["placebo"], LT5) for one in given.beforehand], "95%",
            [[one["trends"][name] for name in ("n", "sites", "left_out", "missing")] for one in given.beforehand if one["trends"]],
        ],
        "reached": [given.reached],
        "components": [
            HOURS,
            [(one["standing"], one["spells"], one["beside"]) for one in given.components],
            [(one["found"] and (one["found"]["assumptions"], one["found"]["left_out"], one["found"]["no_interval"]),
              one["refused"], one["notes"], one["why_counts"]) for part in given.components for one in part["measures"]],
        ],
        "sensitivity": [
            [_points([one.beside["without_site"]], profile) if one.beside["without_site"] else None,
             [(line["refused"], line["estimate"] and line["estimate"]["assumptions"]) for line in one.beside["lines"]],
             "CR1 CR2 CR3"]
            for one in given.estimates if one.beside
        ],
        "entered": [one.by_day for one in given.entered],
        "joint": [headlines, [of_rows[name] for name in ("contacts", "codes", "entered", "themes")], [quote for quotes in given.quotes.values() for quote in quotes], 90],
        "refused": [given.refused, given.withheld, [one.found["refused"] for one in given.estimates]],
        "limits": [LEAST_SITES],
    }  # fmt: skip
    return {name: [told.get(name), shared] for name in {*told, *of_rows}} | {
        "above": [given.design, profile.name, f"{AT:%-d %Y %H %M}"]
    }


Allowed = tuple[
    dict[str, list[set[str]]], dict[str, set[str]]
]  # by section: of each row's result, of sentences


def allowed(given: Any) -> Allowed:
    rows = {name: [_carried(one) for one in results] for name, results in _rows_of(given).items()}
    return rows, {name: _carried(told) for name, told in _words_of(given).items()}


def not_carried(page: str, allowed: Allowed) -> list[tuple[str, set[str]]]:
    """Rows of tables and sections with the numbers in them that no result there carries."""
    found = []
    parts = re.split(r'<section aria-labelledby="([^"]+)">', page.partition("</main>")[0])
    for anchor, part in zip(["above", *parts[1::2]], parts[::2], strict=True):
        results = allowed[0].get(anchor, [])
        for body in re.findall(r"<tbody>(.*?)</tbody>", part, re.S):
            for row in body.split("</tr>"):
                told = _tokens(" ".join(parsed(row).cells))
                if told and not any(told <= one for one in results):
                    found.append((f"{anchor}: {' | '.join(parsed(row).cells)}", told))
        told = _tokens(" ".join(parsed(re.sub(r"<tbody>.*?</tbody>", "", part, flags=re.S)).text))
        if told - allowed[1][anchor]:
            found.append((anchor, told - allowed[1][anchor]))
    return found
