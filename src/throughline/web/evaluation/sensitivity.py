"""The sensitivity table as its template takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from throughline.records.study.models import Freeze
from throughline.reporting import sensitivity, wording
from throughline.vocabulary.errors import NotFound
from throughline.web.evaluation.around import result

Plain = Mapping[str, Any]


def tables(freeze: Freeze, outcomes: Sequence[Plain]) -> dict[str, dict[str, Any]]:
    """By the outcome's code; empty where the freeze was evaluated before there were such tables."""
    try:
        held = {one["outcome"]["code"]: one for one in result(freeze, "sensitivity")["outcomes"]}
    except NotFound:
        return {}
    return {
        found["outcome"]["code"]: table(found, held[found["outcome"]["code"]])
        for found in outcomes
        if found["outcome"]["code"] in held
    }


def table(found: Plain, beside: Plain) -> dict[str, Any]:
    """The headline first, then each way; p only where one of them has it."""
    kind = found["outcome"]["kind"]
    rows = [sensitivity.headline_row(found), *(sensitivity.row(line, kind) for line in beside["lines"])]
    return {
        "refused": wording.sentence_of(beside["refused"]) if beside["refused"] else None,
        "rows": rows,
        "has_p": any(row.p != sensitivity.NONE for row in rows),
        "refusals": [row for row in rows if row.refused is not None],
        "range": sensitivity.range_without_site(beside, kind),
        "assumptions": sensitivity.assumptions(beside),
        "methods": sensitivity.methods_of(beside),
        "differing": differing(beside.get("differing"), kind),
    }


def differing(found: Plain | None, kind: str) -> dict[str, Any] | None:
    """What if those who did not answer would have answered worse: each step, and from where on sign or interval turn."""
    if not found:
        return None

    def worse(number: float | None) -> str | None:
        return None if number is None else sensitivity.worse_text(number, found)

    return {
        "drawn": found["drawn"], "sign": worse(found["sign_at"]), "interval": worse(found["interval_at"]),
        "most": worse(found["steps"][-1]["worse"]),
        "rows": [
            {
                "worse": worse(one["worse"]), "difference": wording.change_text(one["estimate"], kind),
                "interval": wording.interval_words(one["interval"], kind),
            }
            for one in found["steps"]
        ],
    }  # fmt: skip
