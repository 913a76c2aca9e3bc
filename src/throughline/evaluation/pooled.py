"""Estimates of the arms without what single sites recorded: what may be told where nobody suppresses cell by cell.

Site changes, cells and what is left without one site are figures of single sites: they leave through the door for tables only.
Counts are told as `le7_round5` tells them: under 8 suppressed, the others rounded to 5, so that two outcomes of the same people
taken from each other give no small count either.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import contrast, sensitivity
from throughline.evaluation.results import to_plain
from throughline.methods.suppression import LE7_ROUND5
from throughline.records.study.actions import record_evaluation
from throughline.records.study.models import Freeze
from throughline.rules.access import check_may_evaluate
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import SUPPRESSED

Plain = Mapping[str, Any]
OF_SITES = frozenset({"cells", "changes", "rows", "recorded"})
SENTENCE = {"text", "params"}
COUNTS = frozenset({"n", "still_open"})


def ask_contrast(*, freeze: Freeze, by: Actor, at: datetime, seed: int) -> dict[str, Any]:
    """Ask a freeze its contrast and the table beside it, now; plain values. Writes no result.

    Raises NotAllowed; Invalid where the freeze is not as it was made.
    """
    check_may_evaluate(by, freeze.programme_id)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        contrasts = contrast.ask(opened)
        beside = sensitivity.ask(opened, seed=seed, contrasts=contrasts)
    record_evaluation(freeze=freeze, by=by, at=at)
    return {
        "freeze": freeze.name,
        "content_hash": freeze.content_hash,
        "counts": LE7_ROUND5.name,
        "seed": seed,
        **pooled(to_plain(contrasts), to_plain(beside)),
    }


def pooled(contrasts: Plain, beside: Plain) -> dict[str, Any]:
    """Every outcome's headline, permutation and range without a site, and its sensitivity table (None: not of a survey)."""
    tables = {one["outcome"]["code"]: one for one in beside["outcomes"]}
    outcomes = []
    for found in contrasts["outcomes"]:
        table = tables.get(found["outcome"]["code"])
        outcomes.append(
            {**_told(found), "sensitivity": None if table is None else _told({**table, "outcome": None})}
        )
        if table is not None:
            del outcomes[-1]["sensitivity"]["outcome"]
    return {"questions": [contrasts["question"], beside["question"]], "outcomes": outcomes}


def _told(part: Any) -> Any:
    if isinstance(part, Mapping):
        if set(part) == SENTENCE:
            return part
        return {name: _field(name, value) for name, value in part.items() if name not in OF_SITES}
    return [_told(one) for one in part] if isinstance(part, list) else part


def _field(name: str, value: Any) -> Any:
    if name == "missing" and isinstance(value, Mapping):
        return {kind: _count(count) for kind, count in value.items()}
    if name in COUNTS and isinstance(value, int):
        return _count(value)
    return _told(value)


def _count(count: int) -> int | str:
    return SUPPRESSED if LE7_ROUND5.hides(count) else LE7_ROUND5.rounded(count)
