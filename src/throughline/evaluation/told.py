"""Results of a freeze as they may be told today: what a withdrawal took out of the records is not told from an older freeze.

A freeze is never rewritten: its files are what its hash says. But a theme can have been called by words of somebody who
withdrew since, and a group can have had them as its only member: both are names, and are asked after when they are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.results import read_result
from throughline.records.inquiry.queries.known import groups_known, theme_names_known
from throughline.records.study.models import Freeze

GONE = "[withdrawn]"
GROUP = "participant_group"


def result_told(freeze: Freeze, name: str) -> Any:
    """A result as plain values, without names that a withdrawal took away. NotFound where it was not evaluated."""
    found = read_result(folder_of(freeze), name)
    themes = list(_themes(found, name))
    if not themes:
        return found
    names = theme_names_known(freeze.study_id)
    groups = groups_known(freeze.study_id, freeze.frozen_at)
    for theme in themes:
        if theme["name"] not in names:
            theme["name"] = f"{GONE} {theme['theme_no']}"
        gone = [] if groups is None else [one for one in theme["by"][GROUP] if one["value"] not in groups]
        for number, one in enumerate(gone, start=1):
            one["value"] = GONE if len(gone) == 1 else f"{GONE} {number}"
    return found


def _themes(found: Any, name: str) -> Iterator[Any]:
    """The themes that a result holds, each as it stands in there."""
    if name == "coverage":
        yield from found["themes"]
    elif name == "joint":
        yield from (one["theme"] for row in found["rows"] for one in row["themes"])
