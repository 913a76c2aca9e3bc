"""Results of a freeze as they may be told today: what a withdrawal took out of the records is not told from an older freeze.

A freeze is never rewritten: its files are what its hash says. But a theme can have been called by words of somebody who
withdrew since, and a group can have had them as its only member: both are names, and are asked after when they are told. Nor does an older result count what an
analysis does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from throughline.evaluation.counting import uncounted_beside
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.results import FOLDER, read_result, to_plain
from throughline.evaluation.theme_records import theme_ids
from throughline.records.inquiry.queries.known import groups_known, theme_names_known
from throughline.records.study.models import Freeze
from throughline.vocabulary.errors import Sentence

GONE = "[withdrawn]"
GROUP = "participant_group"


def is_evaluated(freeze: Freeze) -> bool:
    """Whether its questions were asked."""
    return (folder_of(freeze) / FOLDER / "run.json").is_file()


def result_told(freeze: Freeze, name: str) -> Any:
    """A result as plain values, without names that a withdrawal took away. NotFound where it was not evaluated."""
    folder = folder_of(freeze)
    found = read_result(folder, name)
    if name == "joint":
        found["rows"] = [_with_contrasts(row) for row in found["rows"]]
    themes = list(_themes(found, name))
    if not themes:
        return found
    if any("uncounted" not in theme for theme in themes):
        take_counts_away(themes, uncounted_beside(folder))
    known = theme_names_known(freeze.study_id)
    ids = theme_ids(freeze, known)
    groups = groups_known(freeze.study_id, freeze.frozen_at)
    for theme in themes:
        if theme["name"] not in _names(theme["theme_no"], ids, known):
            theme["name"] = f"{GONE} {theme['theme_no']}"
        own = theme["by"].get(GROUP, ())
        gone = [] if groups is None else [one for one in own if one["value"] not in groups]
        for number, one in enumerate(gone, start=1):
            one["value"] = GONE if len(gone) == 1 else f"{GONE} {number}"
    return found


def _names(number: int, ids: Mapping[int, UUID] | None, known: Mapping[UUID, set[str]]) -> set[str]:
    """What a theme may be called; in an older freeze, which does not say which one it is, what any may."""
    if ids is None:
        return set().union(*known.values())
    return known[ids[number]] if number in ids else set()


def take_counts_away(themes: Iterable[dict[str, Any]], uncounted: Mapping[int, Sentence]) -> None:
    """What a result of an earlier version counted of analyses that count nothing. `uncounted`: their numbers, with why."""
    for theme in themes:
        why = uncounted.get(theme["analysis_no"])
        theme["uncounted"] = to_plain(why)
        if why is not None:
            theme |= {"overall": None, "by": {}}


def _with_contrasts(row: dict[str, Any]) -> dict[str, Any]:
    """Joint results up to joint/4 told one contrast of a row."""
    if "contrasts" in row:
        return row
    return {**row, "contrasts": [] if row["contrast"] is None else [row["contrast"]]}


def _themes(found: Any, name: str) -> Iterator[Any]:
    """The themes that a result holds, each as it stands in there."""
    if name == "coverage":
        yield from found["themes"]
    elif name == "joint":
        yield from (one["theme"] for row in found["rows"] for one in row["themes"])
