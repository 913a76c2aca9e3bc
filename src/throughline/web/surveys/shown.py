"""A wave as its page shows it: progress by site, the flow as a figure and as a table, what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from throughline.records.surveys.queries import Flow, SiteProgress
from throughline.reporting.field_words import Words
from throughline.vocabulary.study import ArmKind
from throughline.web.surveys.words import ARMS, EXCLUSIONS, REASONS_NOT_ELIGIBLE


def flows_by_arm(progress: Sequence[SiteProgress]) -> dict[ArmKind, Flow]:
    """The sum over the sites that are shown; arms without one are left out."""
    found: dict[ArmKind, Flow] = {}
    for one in progress:
        found[one.arm] = found.get(one.arm, Flow()) + one.flow
    return {arm: found[arm] for arm in ArmKind if arm in found}


def series_of(flows: Mapping[ArmKind, Flow]) -> list[dict[str, Any]]:
    return [{"label": ARMS[arm]} for arm in flows]


def steps_of(flows: Mapping[ArmKind, Flow]) -> list[dict[str, Any]]:
    """The steps of the figure, each of its own denominator; what left at a step stands beside it."""
    total = sum(flows.values(), Flow())
    steps = [
        {"label": _("Approached"), "cells": [_cell(one.approached) for one in flows.values()]},
        {
            "label": _("Eligible"), "note": _left(_("Not eligible"), told(total.not_eligible, REASONS_NOT_ELIGIBLE)),
            "cells": [_cell(one.eligible, one.approached) for one in flows.values()],
        },
        {
            "label": _("Agreed to take part"), "note": _left(_("Said no"), str(total.refused) if total.refused else ""),
            "cells": [_cell(one.consented, one.eligible) for one in flows.values()],
        },
        {
            "label": _("Complete"), "note": _beside(total),
            "cells": [_cell(one.complete, one.consented if not one.elsewhere else None) for one in flows.values()],
        },
        {
            "label": _("Analysed"), "note": _left(_("Left out"), told(total.excluded, EXCLUSIONS)),
            "cells": [_cell(one.analysed, one.complete) for one in flows.values()],
        },
    ]  # fmt: skip
    # of a wave whose answers came as files alone nobody knows here who was approached
    return steps if total.approached or not total.elsewhere else steps[-2:]


def _beside(flow: Flow) -> str:
    """Who agreed and has no answers yet, and whose answers came as a file."""
    told_beside = []
    if flow.begun:
        told_beside.append(_("Begun, not complete: %(n)s") % {"n": flow.begun})
    if flow.elsewhere:
        told_beside.append(_("From files, approached elsewhere: %(n)s") % {"n": flow.elsewhere})
    return "; ".join(told_beside)


def told(counts: Mapping[str, int], words: Words) -> str:
    """`too young 2, another reason 1`, most frequent first."""
    named: dict[str, Any] = {str(word): label for word, label in words.items()}
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{named.get(code, code)} {n}" for code, n in ordered if n)


def _left(label: str, what: str) -> str:
    return f"{label}: {what}" if what else ""


def _cell(n: int, of: int | None = None) -> dict[str, Any]:
    if of is None:
        return {"n": n, "of": None, "share": 1.0 if n else 0.0}
    return {"n": n, "of": of, "share": n / of if of else None}


def columns_of(flow: Flow) -> list[int]:
    """The numbers of a row of the table, in the order of its head."""
    return [
        flow.approached, flow.eligible, flow.refused, flow.consented, flow.begun, flow.elsewhere, flow.complete,
        sum(flow.excluded.values()), flow.analysed,
    ]  # fmt: skip


def rows_of(progress: Sequence[SiteProgress]) -> list[dict[str, Any]]:
    """A row a site, then the total where there are several."""
    rows: list[dict[str, Any]] = [
        {
            "name": one.site, "arm": ARMS[one.arm], "target": one.target, "missing": one.missing, "numbers": columns_of(one.flow),
            "share": min(one.flow.analysed / one.target, 1.0) if one.target else None, "is_total": False,
            "analysed": one.flow.analysed,
        }
        for one in progress
    ]  # fmt: skip
    if len(progress) > 1:
        total = sum((one.flow for one in progress), Flow())
        wanted = [one.target for one in progress if one.target is not None]
        rows.append(
            {
                "name": _("All sites"), "arm": "", "target": sum(wanted) if wanted else None, "is_total": True,
                "missing": sum(one.missing for one in progress), "numbers": columns_of(total), "share": None,
                "analysed": total.analysed,
            }
        )  # fmt: skip
    return rows
