"""Figures attacked: the true value of a hidden cell goes through the profile's whole range, the sums stay as they were told,
and nothing of what is drawn, read out or written changes by a byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.template import Context, Template

from tests.reporting import made
from throughline.methods.funnel import Funnel
from throughline.methods.suppression import LT5, Profile, ProtectedTable, protect
from throughline.methods.table import ALL, Key, crossed
from throughline.reporting import beside, checked, line
from throughline.reporting.document import FigureBlock, Section
from throughline.reporting.tables import ReleasedFunnel
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind, Step

FEW = ("elver", "2025-02")
HIDDEN: Key = ("intervention", "before", "declined")
TAGS = Template(
    "{% load throughline_figures %}{% funnel steps series %}{% month_series points 'Contacts' %}"
    "{% forest_plot rows axis_label='contacts' %}"
)


def step_table(truth: int, profile: Profile) -> ProtectedTable:
    """Contacts by arm, phase and answer, in which `truth` declined in one group: what they are more or fewer stands elsewhere."""
    counts: dict[Key, int] = {}
    for place, (arm, phase) in enumerate((a.value, p) for a in ArmKind for p in ("before", "after")):
        sign = 1 if place in (0, 3) else -1
        few = 3 if place == 0 else 24 + place
        counts[arm, phase, "yes"], counts[arm, phase, "no"] = 241 + 31 * place, 395 + 17 * place
        counts[arm, phase, "declined"] = few + sign * (truth - 3)
        counts[arm, phase, "not_recorded"] = 62 + place - sign * (truth - 3)
    return protect(crossed(("arm", "phase", "crack_use_told"), counts), profile)


def month_rows(truth: int, profile: Profile) -> list[dict[str, object]]:
    """The site-month with 3 contacts has `truth`, and three others of its site and month make up for it."""
    rows = made.months()
    for row in rows:
        if row["site"] in ("elver", "ashby") and row["month"] in ("2025-01", "2025-02"):
            sign = 1 if (row["site"] == "elver") == (row["month"] == "2025-02") else -1
            # Of all months these are told least of, so that they are hidden for its sake, whatever it is.
            row["contacts"] = truth if (row["site"], row["month"]) == FEW else 40 + sign * (truth - 3)
    return rows


def months_table(rows: list[dict[str, object]], profile: Profile) -> ProtectedTable:
    held = {(row["site"], row["month"]): n for row in rows if isinstance(n := row["contacts"], int)}
    held.setdefault(("brook", "2025-03"), 0)
    return protect(crossed(("site", "month"), held), profile)  # type: ignore[arg-type]  # words by hand


def sections(truth: int, profile: Profile) -> Iterator[Section]:
    """The report's sections that show these counts, with all their figures and tables."""
    funnel = ReleasedFunnel(Funnel.CONTACTS, ("arm", "phase"), {Step.CRACK_USE_TOLD: step_table(truth, profile)})  # fmt: skip
    rows = month_rows(truth, profile)
    months = tuple(checked.months(rows, profile, months_table(rows, profile)))
    material = replace(made.material(profile), funnels=(funnel,), months=months)
    yield line.contacts(material)
    yield beside.exposures(material)


def page(truth: int, profile: Profile) -> str:
    """The same counts in the figures of pages."""
    table = step_table(truth, profile)
    months = months_table(month_rows(truth, profile), profile).released()
    groups = [(arm.value, phase) for arm in ArmKind for phase in ("before", "after")]
    steps = [
        {
            "label": value,
            "cells": [
                {"n": table.released()[*group, value], "of": table.released()[*group, ALL], "share": table.share((*group, value), (*group, ALL))}
                for group in groups
            ],
        }
        for value in ("yes", "declined")
    ]  # fmt: skip
    points = [{"label": month, "value": n} for (site, month), n in sorted(months.items()) if site == "elver" and month != ALL]  # fmt: skip
    rows = [{"label": month, "estimate": n, "low": n, "high": n, "text": n} for (site, month), n in sorted(months.items()) if site == "elver"]  # fmt: skip
    return TAGS.render(Context({"steps": steps, "series": [{"label": " ".join(group)} for group in groups], "points": points, "rows": rows}))  # fmt: skip


def test_no_figure_tells_a_hidden_value() -> None:
    drawn, shown = set(), set()
    for truth in range(1, LT5.threshold):
        assert step_table(truth, LT5).released()[HIDDEN] == SUPPRESSED
        found = list(sections(truth, LT5))
        assert sum(isinstance(block, FigureBlock) for section in found for block in section.blocks) >= 3
        drawn.add(repr(found))
        shown.add(page(truth, LT5))
    assert len(drawn) == len(shown) == 1
    assert SUPPRESSED in drawn.pop()
    assert page(15, LT5) not in shown, "what is large enough is told"
