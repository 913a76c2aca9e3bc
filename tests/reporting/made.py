"""Results made by hand with the methods themselves, as an evaluation would leave them."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tests.reporting.made_beforehand import beforehand_left
from tests.reporting.made_groups import components_left, groups_left, mix_left, reached_left
from throughline.evaluation.results import to_plain
from throughline.methods.competing_risks import cumulative_incidence
from throughline.methods.contrast import contrast_site_changes, leave_one_site_out, permute_arms
from throughline.methods.coverage import OwnTurnCoding, Presence, theme_coverage
from throughline.methods.estimate import Missing
from throughline.methods.exposures import share_of_staff_trained
from throughline.methods.funnel import Funnel, may_contrast_codes
from throughline.methods.site_change import from_binary, site_changes
from throughline.methods.suppression import LT5, Profile, ProtectedTable, protect
from throughline.methods.table import crossed
from throughline.reporting import checked
from throughline.reporting.build import compose
from throughline.reporting.document import LedgerLine, Quote, Report
from throughline.reporting.material import Design, Estimate, Material, Referrals, Refused, WaveFlow
from throughline.reporting.tables import ReleasedFunnel
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind, Step

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
ARMS = {
    "ashby": ArmKind.INTERVENTION, "brook": ArmKind.INTERVENTION, "carrow": ArmKind.INTERVENTION,
    "dunmere": ArmKind.COMPARISON, "elver": ArmKind.COMPARISON, "farrow": ArmKind.COMPARISON,
}  # fmt: skip
# site -> (yes, no) before, (yes, no) after
TOLD = {
    "ashby": ((41, 79), (83, 67)), "brook": ((30, 70), (61, 49)), "carrow": ((55, 95), (88, 82)),
    "dunmere": ((38, 82), (45, 85)), "elver": ((29, 71), (30, 75)), "farrow": ((50, 100), (61, 109)),
}  # fmt: skip


def contrast(told: Any = TOLD, *, primary: bool = False) -> dict[str, Any]:
    """The contrast of one outcome as `results` keeps it."""
    cells = [
        from_binary(
            site=site, arm=ARMS[site], phase=phase, yes=yes, no=no, missing=Missing(declined=7, not_asked=11)
        )
        for site, values in told.items()
        for phase, (yes, no) in zip((PhaseKind.BEFORE, PhaseKind.AFTER), values, strict=True)
    ]
    changes = site_changes(cells)
    outcome = {
        "code": "crack-told", "name": "crack use told", "kind": "binary", "source": "monitoring",
        "measure": "crack_use_told", "rank": "primary" if primary else "exploratory", "success_by": "services",
        "direction": "higher_is_better", "is_planned": primary,
    }  # fmt: skip
    plain: dict[str, Any] = to_plain(
        {
            "outcome": outcome,
            "cells": cells,
            "changes": changes,
            "headline": contrast_site_changes(changes, planned_primary=primary),
            "permutation": permute_arms(changes, planned_primary=primary),
            "leave_one_out": leave_one_site_out(changes),
            "refused": None,
            "recorded": (),
        }
    )
    return plain


def tables_of(found: dict[str, Any], profile: Profile) -> dict[str, tuple[ProtectedTable | None, ...]]:
    """The tables behind a contrast as a door would let them through that compares with nothing."""
    if found["changes"] is None:
        return {"by_site": (None,), "overall": (None,)}
    by_site, whole = [], dict.fromkeys([("yes",), ("no",)], 0)
    for phase in ("before", "after"):
        counts = {}
        for cell in (cell for cell in found["cells"] if cell["phase"] == phase):
            yes = round(cell["value"] * cell["n"])
            counts[cell["site"], "yes"], counts[cell["site"], "no"] = yes, cell["n"] - yes
            whole["yes",], whole["no",] = whole["yes",] + yes, whole["no",] + cell["n"] - yes
            for kind, n in cell["missing"].items():
                whole[kind,] = whole.get((kind,), 0) + n
        by_site.append(protect(crossed(("site", "known"), counts, margins=[("site",)]), profile))
    return {
        "by_site": tuple(by_site), "overall": (protect(crossed(("value",), whole, margins=[]), profile),)
    }  # fmt: skip


def estimate_of(found: dict[str, Any], profile: Profile) -> Estimate:
    return checked.estimate(found, profile, **tables_of(found, profile))


def entered_tables(profile: Profile) -> checked.EnteredTables:
    """Of all referrals on every day, and by arm and phase of few before."""
    left: dict[tuple[tuple[str, ...], int], ProtectedTable | None] = {}
    for day in (7, 28, 90):
        left[(), day] = protect(
            crossed((f"entered_by_{day}",), {("yes",): 9 * day // 7, ("no",): 400}), profile
        )
        few = {("comparison", "before", "yes"): 1, ("comparison", "before", "no"): 2}
        left[("arm", "phase"), day] = protect(
            crossed(("arm", "phase", f"entered_by_{day}"), few, margins=[("arm", "phase")]), profile
        )
    return left


def months_table(profile: Profile) -> ProtectedTable:
    counts = {
        (row["site"], row["month"]): row["contacts"] for row in months() if isinstance(row["contacts"], int)
    }
    counts.setdefault(("brook", "2025-03"), 0)
    return protect(crossed(("site", "month"), counts), profile)


def without_code(profile: Profile, uncoded: int = 100) -> ProtectedTable:
    counts = {
        ("service", "with_code"): 1000 - uncoded, ("service", "without_code"): uncoded, ("peer", "with_code"): 300,
        ("peer", "without_code"): 200,
    }  # fmt: skip
    return protect(crossed(("route", "has_code"), counts), profile)


def refused_contrast() -> dict[str, Any]:
    sentence = Sentence("The %(arm)s sites recorded nothing of this outcome.", arm="comparison")
    return {
        **contrast(),
        "changes": None, "headline": None, "permutation": None, "leave_one_out": None, "refused": to_plain(sentence),
    }  # fmt: skip


def funnel(profile: Profile = LT5, *, few: int = 3) -> ReleasedFunnel:
    """Contacts by arm and phase; in one group a few declined: `few` of them."""
    told = {}
    for step, weight in ((Step.CRACK_USE_TOLD, 1), (Step.FURTHER_NEED_TOLD, 2)):
        counts = {}
        for place, (arm, phase) in enumerate(
            (a, p) for a in ArmKind for p in (PhaseKind.BEFORE, PhaseKind.AFTER)
        ):
            counts[arm.value, phase.value, "yes"] = 210 + 31 * place * weight
            counts[arm.value, phase.value, "no"] = 395 + 17 * place
            counts[arm.value, phase.value, "declined"] = few if place == 0 else 24 + place
            counts[arm.value, phase.value, "not_recorded"] = 62 + place
        told[step] = protect(crossed(("arm", "phase", step.value), counts), profile)  # fmt: skip
    return ReleasedFunnel(Funnel.CONTACTS, ("arm", "phase"), told)


def open_tables(profile: Profile) -> checked.OpenTables:
    """How many referrals are open or of unknown end; in one group a few."""
    whole = {("open",): 120, ("dont_know",): 31}
    few = {("comparison", "before", "open"): 2, ("comparison", "before", "dont_know"): 40}
    return {
        (): protect(crossed(("entered",), whole, margins=()), profile),
        ("arm", "phase"): protect(crossed(("arm", "phase", "entered"), few, margins=()), profile),
    }


def referrals(profile: Profile = LT5) -> Referrals:
    """Accepted and entered of referrals in each phase of both arms; before, few of the comparison arm entered."""
    groups = [(arm.value, phase) for arm in ArmKind for phase in ("before", "implementation", "after")]
    accepted, came = {}, {}
    for place, group in enumerate(groups):
        accepted[*group, "yes"], accepted[*group, "no"] = 60 + 7 * place, 20 + place
        accepted[*group, "open_or_unknown"] = 31 + 2 * place
        came[*group, "yes"] = 3 if group == ("comparison", "before") else 22 + 3 * place
        came[*group, "no"] = 111 + 10 * place - came[*group, "yes"]
    margins = [("arm", "phase")]
    return Referrals(
        protect(crossed(("arm", "phase", "accepted_told"), accepted, margins=margins), profile),
        protect(crossed(("arm", "phase", "entered_by_90"), came, margins=margins), profile),
    )


def entered() -> dict[str, Any]:
    rng = np.random.default_rng(5)
    sites = [site for site in ARMS for _ in range(90)]
    days = rng.integers(0, 100, size=len(sites)).astype(float)
    ends = rng.choice(["entered", "declined", "open"], size=len(sites)).tolist()
    whole = cumulative_incidence(days, ends, sites, rng=rng, resamples=50)
    few = cumulative_incidence(days[:3], ends[:3], sites[:3], rng=rng, resamples=50)
    plain: dict[str, Any] = to_plain(
        {
            "entered": [
                {"group": (), "incidence": whole, "refused": None},
                {"group": ("comparison", "before"), "incidence": few, "refused": None},
                {"group": ("comparison", "after"), "incidence": None, "refused": Sentence("No referral was made.")},
            ]
        }
    )  # fmt: skip
    return plain


PARTLY = (("dunmere", 4), ("farrow", 5))  # sites and months reported in part


def months() -> list[dict[str, Any]]:
    rows = []
    for site, arm in ARMS.items():
        for month in range(1, 7):
            is_silent = site == "brook" and month == 3
            pipes: Any = (
                Nothing.NOT_RECORDED if is_silent else (40 * month if arm is ArmKind.INTERVENTION else 0)
            )
            contacts: Any = (
                Nothing.NOT_RECORDED if is_silent else (3 if (site, month) == ("elver", 2) else 90 + month)
            )
            rows.append(
                {
                    "site": site, "name": site.title(), "arm": arm, "month": f"2025-{month:02}", "phase": "before",
                    "reporting": "none" if is_silent else "partial" if (site, month) in PARTLY else "complete", "contacts": contacts, "pipes_given": pipes, "open_hours": "140.0",
                    "staff_trained": share_of_staff_trained(month, None if is_silent else 8),
                }
            )  # fmt: skip
    plain: list[dict[str, Any]] = to_plain(rows)
    return plain


def theme() -> dict[str, Any]:
    people = [f"p{number}" for number in range(12)]
    presences = [Presence(person, "s1", True, True) for person in people]
    codings = [OwnTurnCoding(person, "s1") for person in people[:7]]
    group = {
        person: "peer worker" if place < 2 else "person who uses drugs" for place, person in enumerate(people)
    }
    plain: dict[str, Any] = to_plain(
        {
            "theme_no": 1, "analysis_no": 1, "name": "A reason to come in", "status": "kept",
            "steps": ("contact", "crack_use_told"),
            "overall": theme_coverage(presences, codings, is_open=False)[0],
            "by": {"participant_group": theme_coverage(presences, codings, is_open=False, attribute=group)},
        }
    )  # fmt: skip
    return plain


def material(profile: Profile = LT5, *, estimates: Any = None) -> Material:
    """A whole release, with one part refused."""
    routes = may_contrast_codes({"service": (900, 100), "peer": (300, 200)})
    joint = {
        "step": "crack_use_told", "numbers": [], "contrasts": [], "judgement": None,
        "themes": [{"theme": theme(), "judgement": "expansion"}],
    }  # fmt: skip
    silence = {"step": "came_back", "numbers": [], "contrasts": [], "judgement": "silence", "themes": []}
    run = {
        "evaluated_at": AT.isoformat(), "seed": 7, "questions": ["funnel/1", "contrast/1"],
        "span": {"from_on": "2024-09-01", "until_on": "2026-02-28"},
        "sites": [{"site": site, "name": site.title(), "arm": arm.value} for site, arm in ARMS.items()],
        "phases": [
            {"site": "ashby", "arm": "intervention", "phase": "before", "from_on": "2024-09-01", "to_on": "2025-02-28"},
            {"site": "ashby", "arm": "intervention", "phase": "after", "from_on": "2025-06-01", "to_on": None},
        ],
    }  # fmt: skip
    found = estimates if estimates is not None else [contrast(primary=True), refused_contrast()]
    uncoded = without_code(profile)
    return Material(
        design=Design(
            "Lantern", True, "Pipes and training", "not_recorded", "before and after", "2026-03", "ab" * 32, AT, run
        ),
        profile=profile,
        funnels=(funnel(profile),),
        without_code=uncoded,
        codes_by_route=checked.why_no_contrast(to_plain(routes), uncoded),
        estimates=tuple(estimate_of(one, profile) for one in found),
        entered=tuple(checked.entered(entered(), profile, entered_tables(profile), open_tables(profile))),
        months=tuple(checked.months(months(), profile, months_table(profile))),
        themes=checked.themes({"themes": [theme()]}, {}),
        joint=(joint, silence),
        quotes={1: (Quote("They <never> asked before.", ("intervention",), "en", False),)},
        withheld=2,
        refused=(Refused("contacts by site: crack use told", Sentence("They differ by too few.")),),
        ledger=(
            LedgerLine("tables", "contacts by arm and phase: crack use told", "cd" * 32, ""),
            LedgerLine("tables", "contacts by site: crack use told", "", "They differ by too few."),
        ),
        referrals=referrals(profile),
        flow=flow(profile),
        groups=groups_left(profile, found[0]["outcome"]),
        mix=mix_left(profile, found[0]["outcome"]["code"]),
        beforehand=beforehand_left(profile),
        reached=reached_left(profile),
        components=components_left(profile),
    )  # fmt: skip


def flow(profile: Profile = LT5, *, few: int = 3) -> tuple[WaveFlow, ...]:
    """A wave asked here, in which `few` of one arm refused; one whose answers came as files; and one that was refused."""
    ends = (
        "not_eligible",
        "refused",
        "not_complete",
        "left_out",
        "analysed",
        "left_out_elsewhere",
        "analysed_elsewhere",
    )
    asked = {"intervention": (12, few, 9, 11, 150, 0, 0), "comparison": (15, 21, 10, 13, 140, 0, 20)}
    told = {(arm, end): n for arm, counts in asked.items() for end, n in zip(ends, counts, strict=True)}
    files = {
        (arm, end): n for arm in asked for end, n in (("left_out_elsewhere", 14), ("analysed_elsewhere", 310))
    }
    tables = [protect(crossed(("arm", "step"), one, margins=[("arm",)]), profile) for one in (told, files)]
    return (
        WaveFlow("after", "after", tables[0]),
        WaveFlow("before", "before", tables[1]),
        WaveFlow("trial", "before", None),
    )


@functools.cache
def composed(profile: Profile = LT5) -> Report:
    """The report of that release, drawn once."""
    return compose(material(profile), at=AT)
