"""How many people spoke of each theme, as it leaves by itself: counts of three people and more, names of no list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from throughline.evaluation.doors import write_answer
from throughline.evaluation.told import result_told
from throughline.methods.suppression import Profile
from throughline.records.study.models import Freeze
from throughline.reporting import checked
from throughline.reporting.named import look_for_names
from throughline.reporting.theme_counts import counted
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor

COVERAGE = "theme coverage"  # as the ledger calls it


def release_coverage(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let counts of themes leave for a recipient: a line of the ledger, or none where no analysis of the freeze counts.

    `themes` are those that are counted, `uncounted` says why others are not. Raises NotAllowed; NotFound where the freeze was not
    evaluated; Unready where a name of a list stands in what is told as it was registered.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    answer, run = result_told(freeze, "coverage"), result_told(freeze, "run")
    asked = {"coverage": answer, "run": run, "contrast": {"outcomes": ()}, "exposures": {}}
    named = look_for_names(freeze, asked, (), by=by, at=at)
    themes = checked.themes(named.coverage(answer), {site["site"]: site["arm"] for site in run["sites"]})
    whys = [theme["uncounted"] for theme in themes if theme.get("uncounted")]
    told: dict[str, Any] = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "question": answer["question"],
        "themes": list(counted(themes)), "uncounted": [why for n, why in enumerate(whys) if why not in whys[:n]],
    }  # fmt: skip
    if told["themes"]:
        write_answer(told, freeze=freeze, what=COVERAGE, profile=profile, recipient=recipient, by=by, at=at)
    return told
