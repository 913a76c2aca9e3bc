"""The contrast as it leaves outside a report: estimates of the arms, without what single sites recorded.

Site changes, cells and what is left without one site are figures of single sites: they leave through the door for tables, cell
by cell, only. Estimates leave as they do in a report under `lt5`. Counts are told more coarsely: under 8 suppressed, the others
rounded to 5, so that two outcomes of the same people taken from each other give no small count either; estimates have four
digits, so that no fraction gives its counts away. Names that somebody typed (of outcomes, of whose success it is) stay: codes
stand for them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import contrast, sensitivity
from throughline.evaluation.results import to_plain
from throughline.methods.suppression import LE7_ROUND5, LT5
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.records.study.models import Freeze
from throughline.rules.access import check_may_evaluate, check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ReleaseDoor

Plain = Mapping[str, Any]
TYPED = frozenset({"name", "success_by"})
OF_SITES = frozenset({"cells", "changes", "rows", "recorded"})
DIGITS = 4
SENTENCE = {"text", "params"}
COUNTS = frozenset({"n", "still_open"})


def release_contrast(*, freeze: Freeze, recipient: str, seed: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Ask a freeze its contrast and the table beside it, now, and let both leave: plain values, a line of the ledger.

    Raises NotAllowed; Invalid where the freeze is not as it was made.
    """
    check_may_evaluate(by, freeze.programme_id)
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        contrasts = contrast.ask(opened)
        beside = sensitivity.ask(opened, seed=seed, contrasts=contrasts)
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": LT5.name, "counts": LE7_ROUND5.name,
        "seed": seed, **pooled(to_plain(contrasts), to_plain(beside)),
    }  # fmt: skip
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    draft = ReleaseDraft(
        door=ReleaseDoor.TABLES, what="contrast of the arms", recipient=recipient, profile=LT5.name,
        content_hash=hashlib.sha256(plain.encode()).hexdigest(), freeze=freeze,
    )  # fmt: skip
    record_release(programme=freeze.study.programme, draft=draft, by=by, at=at)
    return told


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
        return {name: _field(name, value) for name, value in part.items() if name not in OF_SITES | TYPED}
    if isinstance(part, float):
        return float(f"{part:.{DIGITS}g}")
    return [_told(one) for one in part] if isinstance(part, list) else part


def _field(name: str, value: Any) -> Any:
    if name == "missing" and isinstance(value, Mapping):
        return {kind: _count(count) for kind, count in value.items()}
    if name in COUNTS and isinstance(value, int):
        return _count(value)
    return _told(value)


def _count(count: int) -> int | str:
    return SUPPRESSED if LE7_ROUND5.hides(count) else LE7_ROUND5.rounded(count)
