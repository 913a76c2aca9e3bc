"""Results as the templates take them: words for codes, cells for figures, rows for tables. No arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.methods.funnel import DENOMINATOR_LABELS, Denominator
from throughline.reporting import wording
from throughline.reporting.field_words import PROVISIONS
from throughline.vocabulary.chain import Route
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, Judgement, OutcomeKind, OutcomeRank, PhaseKind, Step
from throughline.web.request import words_of
from throughline.web.words import ROUTES, STEPS

Plain = Mapping[str, Any]
MOST_SERIES = 4

ARMS: Mapping[str, Promise] = {
    ArmKind.INTERVENTION: gettext_lazy("intervention"),
    ArmKind.COMPARISON: gettext_lazy("comparison"),
}
PHASES: Mapping[str, Promise] = {
    PhaseKind.BEFORE: gettext_lazy("before"),
    PhaseKind.IMPLEMENTATION: gettext_lazy("implementation"),
    PhaseKind.AFTER: gettext_lazy("after"),
}
JUDGEMENTS: Mapping[str, Promise] = {
    Judgement.CONFIRMATION: gettext_lazy("confirmation"),
    Judgement.EXPANSION: gettext_lazy("expansion"),
    Judgement.DISCORDANCE: gettext_lazy("discordance"),
    Judgement.SILENCE: gettext_lazy("silence"),
}
OUTSIDE = {"none": gettext_lazy("outside the study"), "mixed": gettext_lazy("of several")}
_ORDER = (*ArmKind, *PhaseKind, *Route)


def site_names(run: Plain) -> dict[str, str]:
    return {site["site"]: site["name"] for site in run["sites"]}


def word(code: str, names: Mapping[str, str]) -> str:
    """A value of a split as it is read."""
    for words in (ARMS, PHASES, ROUTES, OUTSIDE, names):
        if code in words:
            return str(words[code])
    return code


def group_words(group: Sequence[str], names: Mapping[str, str]) -> str:
    """The name of a group; what is said twice ("outside the study") is said once."""
    return ", ".join(dict.fromkeys(word(code, names) for code in group)) or _("all")


def place(code: str) -> int:
    """Arms, phases and routes in their own order; sites by name after them."""
    return list(_ORDER).index(code) if code in list(_ORDER) else len(_ORDER)


def in_order(groups: Iterable[Plain]) -> list[Plain]:
    return sorted(groups, key=lambda group: [(place(code), code) for code in group["group"]])


def funnel_panels(groups: Sequence[Plain], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A figure for each value of all splits but the last; its series are the last one's, at most four."""
    held: dict[tuple[str, ...], list[Plain]] = {}
    for group in in_order(groups):
        if "none" not in group["group"]:
            held.setdefault(tuple(group["group"][:-1]), []).append(group)
    panels = []
    for outer, within in held.items():
        if len(within) > MOST_SERIES:
            return []
        series = [
            {"label": word(group["group"][-1], names) if group["group"] else _("all")} for group in within
        ]
        panels.append(
            {
                "title": ", ".join(word(code, names) for code in outer),
                "series": series,
                "steps": _funnel_steps(within),
            }
        )
    return panels


def _funnel_steps(groups: Sequence[Plain]) -> list[dict[str, Any]]:
    steps = []
    for row in groups[0]["steps"]:
        own = [next(s for s in group["steps"] if s["step"] == row["step"]) for group in groups]
        steps.append(
            {
                "label": STEPS[row["step"]],
                "note": denominator(row["denominator"]),
                "cells": [
                    {
                        "n": step["yes"],
                        "of": step["n"],
                        "share": step["share"] if step["share"] is not None else Nothing.NOT_APPLICABLE,
                    }
                    for step in own
                ],
            }
        )
    return steps


def denominator(code: str) -> str:
    return words_of(DENOMINATOR_LABELS[Denominator(code)])


def funnel_rows(groups: Sequence[Plain], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every group and step with everything that is known of it."""
    return [
        {
            "group": group_words(group["group"], names),
            "step": STEPS[step["step"]],
            "of": denominator(step["denominator"]),
            "counts": step,
            "share": step["share"] if step["share"] is not None else Nothing.NOT_APPLICABLE,
            "missing": [step["missing"][kind.value] for kind in Nothing],
        }
        for group in in_order(groups)
        for step in group["steps"]
    ]


def entered_rows(rows: Sequence[Plain], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "group": group_words(row["group"], names),
            "days": [
                {"day": day["day"], "text": _entered(day)}
                for day in (row["incidence"]["by_day"] if row["incidence"] else ())
            ],
            "refused": words_of(wording.sentence_of(row["refused"])) if row["refused"] else "",
        }
        for row in in_order(rows)
    ]


def _entered(day: Plain) -> str:
    if day["share"] is None:
        return words_of(wording.sentence_of(day["reason"]))
    return wording.entered_by_day(day)


def exposure_series(rows: Sequence[Plain], run: Plain) -> list[dict[str, Any]]:
    """For each site in an arm: pipes and staff trained by month, and the month its implementation began."""
    begun = {
        phase["site"]: str(phase["from_on"])[:7]
        for phase in run["phases"]
        if phase["phase"] == PhaseKind.IMPLEMENTATION
    }
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (place(row["arm"]), row["site"], row["month"])):
        if row["arm"] not in ARMS:
            continue
        site = found.setdefault(
            row["site"],
            {"site": row["site"], "name": row["name"], "arm": ARMS[row["arm"]], "from": begun.get(row["site"], ""),
             "pipes": [], "trained": [], "months": []},
        )  # fmt: skip
        trained = row["staff_trained"]
        site["pipes"].append({"label": row["month"], "value": row["pipes_given"]})
        share = trained["nothing"] if trained["share"] is None else round(trained["share"] * 100)
        site["trained"].append({"label": row["month"], "value": share})
        site["months"].append(row["month"])
    return list(found.values())


def given_anyway(answer: Plain) -> list[dict[str, Any]]:
    """What sites give anyway; none of a freeze that is older than the question."""
    return [
        {"name": one["name"], "arm": ARMS.get(one["arm"], ""), "provision": PROVISIONS[one["provision"]],
         "from_on": date.fromisoformat(str(one["from_on"])), "to_on": one["to_on"] and date.fromisoformat(str(one["to_on"]))}
        for one in answer.get("given_anyway") or ()
    ]  # fmt: skip


def overview(outcomes: Sequence[Plain]) -> list[dict[str, Any]]:
    """The headline of every outcome that is a share, on one axis in percentage points."""
    rows = []
    for found in outcomes:
        estimate = found["headline"]
        if estimate is None:
            rows.append(
                {
                    "label": wording.name_of(found["outcome"]),
                    "estimate": None,
                    "low": None,
                    "high": None,
                    "text": _("not compared"),
                }
            )
        elif found["changes"]["kind"] == OutcomeKind.BINARY:
            rows.append(_headline_row(wording.name_of(found["outcome"]), found, is_primary(found)))
    return rows


def is_primary(found: Plain) -> bool:
    """Whether a locked plan names the outcome as primary."""
    return bool(found["outcome"]["is_planned"] and found["outcome"]["rank"] == OutcomeRank.PRIMARY)


def _headline_row(label: str, found: Plain, is_headline: bool) -> dict[str, Any]:
    estimate, kind = found["headline"], found["changes"]["kind"]
    scale = 100 if kind == OutcomeKind.BINARY else 1
    interval = estimate["interval"]
    return {
        "label": label, "estimate": estimate["difference"] * scale, "low": interval["low"] * scale,
        "high": interval["high"] * scale, "headline": is_headline,
        "text": f"{wording.change_text(estimate['difference'], kind)} ({wording.interval_words(interval, kind)})",
    }  # fmt: skip


def outcome(found: Plain, names: Mapping[str, str], number: int) -> dict[str, Any]:
    """All of one outcome: sentences, the forest of its sites, the difference without each site, what was recorded."""
    told = [*wording.headline(found), wording.permutation(found), wording.leave_one_out(found)]
    return {
        "anchor": f"outcome-{number}",
        "name": wording.name_of(found["outcome"]),
        "standing": wording.standing(found),
        "refused": wording.refusal(found),
        "told": [sentence for sentence in told if sentence is not None],
        "left_out": wording.left_out(found),
        "notes": wording.sentences_of(found.get("notes", ())),
        "assumptions": wording.assumptions(found),
        "methods": wording.methods_of(found),
        "unit": _("percentage points") if found["outcome"]["kind"] == OutcomeKind.BINARY else _("change"),
        "forest": _forest(found, names),
        "sites": _site_rows(found, names),
        "recorded": _recorded(found, names),
    }


def _forest(found: Plain, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The difference of the arms with its interval; below it every site's change, which has none."""
    if found["headline"] is None:
        return []
    kind = found["changes"]["kind"]
    scale = 100 if kind == OutcomeKind.BINARY else 1
    rows = [_headline_row(_("Difference of the arms"), found, True)]
    for site in sorted(found["changes"]["sites"], key=lambda s: (place(s["arm"]), s["site"])):
        change = site["change"] * scale
        rows.append(
            {
                "label": word(site["site"], names), "note": ARMS[site["arm"]], "estimate": change, "low": change,
                "high": change, "text": wording.change_text(site["change"], kind),
            }
        )  # fmt: skip
    return rows


def _site_rows(found: Plain, names: Mapping[str, str]) -> list[dict[str, Any]]:
    if found["headline"] is None:
        return []
    kind = found["changes"]["kind"]
    without = {row["site"]: row for row in found["leave_one_out"]["rows"]}
    return [
        {
            "site": word(site["site"], names),
            "arm": ARMS[site["arm"]],
            "before": _cell(site["before"], kind),
            "after": _cell(site["after"], kind),
            "change": wording.change_text(site["change"], kind),
            "without": wording.change_text(without[site["site"]]["difference"], kind),
            "interval": wording.interval_words(without[site["site"]]["interval"], kind),
        }
        for site in sorted(found["changes"]["sites"], key=lambda s: (place(s["arm"]), s["site"]))
    ]


def _cell(cell: Plain, kind: str) -> dict[str, Any]:
    return {
        "value": wording.value_text(cell["value"], kind),
        "n": cell["n"],
        "missing": wording.missing_words(cell["missing"]),
    }


def _recorded(found: Plain, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Share of contacts with the step recorded, a series for each site."""
    series: dict[str, list[dict[str, Any]]] = {}
    for row in found["recorded"]:
        share = Nothing.NOT_APPLICABLE if row["share"] is None else round(row["share"] * 100)
        series.setdefault(row["site"], []).append({"label": row["month"], "value": share})
    return [{"name": word(site, names), "points": points} for site, points in series.items()]


def coverage_tables(themes: Sequence[Plain], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A table for each attribute: themes as rows, its values as columns, n of N."""
    titles = {"participant_group": _("group"), "site": _("site"), "arm": _("arm"), "phase": _("phase")}
    tables = []
    for name, title in titles.items():
        codes = sorted(
            {row["value"] for theme in themes for row in theme["by"][name]}, key=lambda c: (place(c), c)
        )
        rows = []
        for theme in themes:
            held = {row["value"]: row for row in theme["by"][name]}
            rows.append(
                {
                    "name": theme["name"],
                    "cells": [
                        wording.coverage_text(held[code]) if code in held else Nothing.NOT_APPLICABLE
                        for code in codes
                    ],
                }
            )
        tables.append(
            {"name": name, "title": title, "columns": [word(code, names) for code in codes], "rows": rows}
        )
    return tables


def joint_numbers(row: Plain, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A few numbers: of a step its share by arm, before and after; of an outcome how each arm changed; and how far they differ."""
    numbers = []
    for one in sorted(row["numbers"], key=lambda one: [place(code) for code in one["group"]]):
        arm, phase = one["group"]
        if arm not in ARMS or phase not in (PhaseKind.BEFORE, PhaseKind.AFTER):
            continue
        step = one["numbers"]
        share = wording.percent_text(step["share"]) if step["share"] is not None else Nothing.NOT_APPLICABLE
        is_contact = row["step"] == Step.CONTACT
        numbers.append(
            {
                "label": f"{word(arm, names)}, {word(phase, names)}",
                "value": step["n"] if is_contact else share,
                "note": "" if is_contact else denominator(step["denominator"]),
            }
        )
    compared = [found for found in row["contrasts"] if found["headline"]]
    for found in compared:
        numbers += _compared(found, of_each_arm=not row["step"], of_several=len(compared) > 1)
    return numbers


def _compared(found: Plain, *, of_each_arm: bool, of_several: bool) -> list[dict[str, Any]]:
    """Of a step that several outcomes are, each difference says of which it is."""
    kind, headline = found["changes"]["kind"], found["headline"]
    changed = [(ARMS[arm], headline[f"mean_change_{arm}"]) for arm in ArmKind] if of_each_arm else []
    label = _("Difference of the changes of the arms' average sites")
    if of_several:
        label = f"{wording.name_of(found['outcome'])}: {label}"
    if found.get("adjusted"):
        covariates = ", ".join(found["adjusted"]["adjustment"]["covariates"])
        label = _("%(label)s, adjusted for %(covariates)s") % {"label": label, "covariates": covariates}
    return [
        *(
            {"label": _("%(arm)s, change of the average site") % {"arm": arm}, "value": wording.change_text(change, kind)}
            for arm, change in changed
        ),
        {
            "label": label,
            "value": wording.change_text(headline["difference"], kind),
            "note": wording.interval_words(headline["interval"], kind),
        },
    ]  # fmt: skip
