"""How the arms moved before the programme, as it leaves: estimates without their months, each where no half of a site's months counts few."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import write_answer
from throughline.evaluation.pooled import as_told
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.suppression import LE7_ROUND5, Profile
from throughline.records.study.models import Freeze
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence

Plain = Mapping[str, Any]
WHAT = "how the arms moved before the programme"  # as the ledger calls it
FROM_SINGLE = Sentence(
    "It rests on single months and cannot be taken from rounded counts; it leaves under a profile that does not round."
)
FEW = Sentence("At some site too few contacts stand behind it, so it is not told.")


def release_beforehand(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let it leave for a recipient, step by step; what is told is a line of the ledger.

    Raises NotAllowed; NotFound where the freeze was not asked it.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    answer = result_told(freeze, "beforehand")
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name, "counts": LE7_ROUND5.name,
        "question": answer["question"], "cannot_show": answer["cannot_show"],
        "steps": [left(one, profile) for one in answer["steps"]],
    }  # fmt: skip
    write_answer(told, freeze=freeze, what=WHAT, profile=profile, recipient=recipient, by=by, at=at)
    return told


def left(found: Plain, profile: Profile) -> dict[str, Any]:
    """As it leaves: no months, and estimates only where no half of a site's months counts few."""
    kept = {name: found[name] for name in ("step", "trends", "no_trends", "placebo", "no_placebo")}
    if profile.rounding > 1 or (found["placebo"] and LE7_ROUND5.hides(found["placebo"]["smallest"])):
        why = to_plain(FEW if profile.rounding == 1 else FROM_SINGLE)
        return kept | {"trends": None, "no_trends": why, "placebo": None, "no_placebo": why}
    if found["placebo"] is None:
        return kept | {"trends": None, "no_trends": found["no_placebo"]}
    without = {name: one for name, one in found["placebo"].items() if name != "smallest"}
    told_so: dict[str, Any] = as_told(kept | {"placebo": without})
    return told_so
