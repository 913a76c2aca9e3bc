"""The contrast as it leaves outside a report: estimates of the arms, without what single sites recorded.

Site changes, cells and what is left without one site are figures of single sites: they leave through the door for tables, cell
by cell, only; so do between which values a difference lies as one site after another is left out, and how the changes of an arm of
two sites scatter, for with the arms' means either tells single sites. Estimates leave as they do in a report under `lt5`. Counts are told more coarsely: under 8 suppressed, the others
rounded to 5, so that two outcomes of the same people taken from each other give no small count either; estimates have four
digits, so that no fraction gives its counts away. Names that somebody typed (of outcomes, of whose success it is) stay: codes
stand for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import write_answer
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import contrast, sensitivity, subgroups
from throughline.evaluation.results import to_plain
from throughline.methods.suppression import LE7_ROUND5, LT5
from throughline.records.study.actions import ReleaseDraft, refuse_release
from throughline.records.study.models import Freeze
from throughline.rules.access import check_may_evaluate, check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind, ReleaseDoor

Plain = Mapping[str, Any]
TYPED = frozenset({"name", "success_by"})
# Of single sites, or (notes) with exact counts of answers.
OF_SITES = frozenset({"cells", "changes", "rows", "recorded", "notes", "leave_one_out", "without_site"})
DIGITS = 4
FEWEST_SITES = 2  # of an arm that is contrasted
SCATTER = tuple(f"sd_change_{arm.value}" for arm in ArmKind)
SMALL_GROUPS = Sentence(
    "At some site fewer than %(least)s people of one of the groups answered; such an estimate does not leave. Ask of a larger group.",
    least=LE7_ROUND5.threshold,
)
SENTENCE = {"text", "params"}
COUNTS = frozenset({"n", "still_open", "without", "imputed", "drawn"})


def release_contrast(
    *, freeze: Freeze, recipient: str, seed: int, by: Actor, at: datetime, groups: str = ""
) -> dict[str, Any]:
    """Ask a freeze its contrast and the table beside it, now, and let both leave: plain values, a line of the ledger.

    `groups`: a survey question by which groups are compared too. Raises NotAllowed; Invalid where the freeze is not as it was
    made, and where that question makes no groups.
    """
    check_may_evaluate(by, freeze.programme_id)
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        # First, since it may be refused.
        try:
            apart = (
                {"subgroups": groups_that_leave(to_plain(subgroups.ask(opened, by=groups)))} if groups else {}
            )
        except Invalid as refusal:
            # Why not tells of the answers: that everybody gave the same, or how many different ones there are.
            draft = ReleaseDraft(
                door=ReleaseDoor.TABLES, what=line_of(groups), recipient=recipient, profile=LT5.name, content_hash="", freeze=freeze
            )  # fmt: skip
            refuse_release(
                programme=freeze.study.programme, draft=draft, refusal=refusal.sentence, by=by, at=at
            )
            raise
        contrasts = contrast.ask(opened)
        beside = sensitivity.ask(opened, seed=seed, contrasts=contrasts)
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": LT5.name, "counts": LE7_ROUND5.name,
        "seed": seed, **pooled(to_plain(contrasts), to_plain(beside)), **apart,
    }  # fmt: skip
    write_answer(told, freeze=freeze, what=line_of(groups), profile=LT5, recipient=recipient, by=by, at=at)
    return told


def line_of(groups: str = "") -> str:
    """What its line of the ledger is called."""
    return f"contrast of the arms by {groups}"[:120] if groups else "contrast of the arms"


def pooled(contrasts: Plain, beside: Plain) -> dict[str, Any]:
    """Every outcome's headline and permutation, and its sensitivity table (None: not of a survey)."""
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


def groups_that_leave(answer: Plain) -> dict[str, Any]:
    """Groups: an estimate only where at no site a group of fewer than the threshold answered, since few people make it."""
    rows = []
    for row in answer["rows"]:
        found = row["found"]
        if found is not None and LE7_ROUND5.hides(found["smallest"]):
            found, row = None, {**row, "refused": to_plain(SMALL_GROUPS)}
        if found is not None:
            found = {name: part for name, part in found.items() if name not in ("smallest", "left_out")}
        outcome = _told(row["outcome"])
        rows.append(
            {
                "outcome": outcome,
                "value": row["value"],
                "found": _told(found),
                "refused": row["refused"],
            }
        )
    return {
        "by": answer["by"], "is_planned": answer["is_planned"], "question": answer["question"],
        "unknown": _field("missing", answer["unknown"]), "rows": rows,
    }  # fmt: skip


def as_told(part: Any) -> Any:
    """A part of an answer in plain values as it is told outside: coarse counts, four digits, nothing of single sites."""
    return _told(part)


def without_scatter_of_two(part: Plain) -> Plain:
    """A contrast without the standard deviations of its arms where one has two sites: mean and scatter of two are the two.

    Of both arms: the interval comes of both, and would tell the one from the other. Anything else is as it was.
    """
    counts = [part.get(f"n_sites_{arm.value}") for arm in ArmKind]
    if FEWEST_SITES not in counts:
        return part
    return {**part, **{name: SUPPRESSED for name in SCATTER if name in part}}


def _told(part: Any) -> Any:
    if isinstance(part, Mapping):
        if set(part) >= SENTENCE:
            return part
        told = without_scatter_of_two(part)
        return {name: _field(name, value) for name, value in told.items() if name not in OF_SITES | TYPED}
    if isinstance(part, float):
        return float(f"{part:.{DIGITS}g}")
    return [_told(one) for one in part] if isinstance(part, list) else part


def _field(name: str, value: Any) -> Any:
    if name == "differing" and value is not None and LE7_ROUND5.hides(value["drawn"]):
        return None  # how the estimate moves with so few would tell how few
    if name == "missing" and isinstance(value, Mapping):
        return {kind: _count(count) for kind, count in value.items()}
    if name in COUNTS and isinstance(value, int):
        return _count(value)
    return _told(value)


def _count(count: int) -> int | str:
    return SUPPRESSED if LE7_ROUND5.hides(count) else LE7_ROUND5.rounded(count)
