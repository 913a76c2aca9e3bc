"""Attitudes before and after as they leave: estimates whose questionnaires passed the door for tables.

How many questionnaires of a scale were handed in, by group, arm and moment, and how many of these are linked, is a table that passes the
door; a change is told where the counts behind it were. Scores have counts of their own, which differ by the few who left out
items: these are told coarsely, as a contrast's are, and means of all only where they rest on no more than the linked, or on many
more. Nothing is told site by site, nor of an arm of which one site answered. An interval leaves where no site has few people, and so do changes of site means and the arms'
contrast: in these the few at a site weigh as much as the many at another, and could be worked out beside the mean of all people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, release_tables, write_answer
from throughline.evaluation.pooled import FEWEST_SITES, as_told
from throughline.evaluation.questions.attitudes import PAIR, QUESTION
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.suppression import LE7_ROUND5, Profile, ProtectedTable
from throughline.records.study.models import Freeze
from throughline.reporting.attitudes_words import FEW, FEW_AT_SITE, FEW_WEIGH, ONE_SITE, TWO_SITES
from throughline.reporting.passing import Passing
from throughline.reporting.tables import before_notes
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import Moment
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.nothing import SUPPRESSED

Plain = Mapping[str, Any]
Tables = Mapping[tuple[str, str], ProtectedTable | None]
WHAT = "attitudes before and after"
LINKED, ALONE = "linked", "alone"
OF_SITES = frozenset({"smallest"})


def specs_of(answer: Plain) -> list[tuple[tuple[str, str], TableSpec]]:
    """Scale and later moment -> its table, in the order of the answer."""
    keys = dict.fromkeys((row["scale"], row["to"]) for row in answer["rows"])
    return [(key, _spec(*key)) for key in keys]


def _spec(scale: str, to: str) -> TableSpec:
    pair = PAIR[Moment(to)]
    return TableSpec(
        f"questionnaires of {scale}: before and {to.replace('_', ' ')}"[:120], "assessment", ("respondent_group", "arm", "moment", pair),
        {"scale": scale, pair: (LINKED, ALONE)}, (),
    )  # fmt: skip


def release_attitudes(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let attitudes leave for a recipient; what is told is a line of the ledger, beside those of its tables.

    Raises NotAllowed; NotFound where the freeze was not asked for them.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    answer = result_told(freeze, "attitudes")
    asked = specs_of(answer)
    passing = release_tables(
        freeze=freeze, specs=[spec for _, spec in asked], profile=profile, recipient=recipient, by=by, at=at
    )
    tables = {
        key: None if isinstance(one, Unready) else one.table
        for (key, _), one in zip(asked, passing, strict=True)
    }
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name, "counts": LE7_ROUND5.name,
        **attitudes_left(answer, tables, profile), "notes": to_plain(before_notes(tables.values())),
    }  # fmt: skip
    write_answer(told, freeze=freeze, what=WHAT, profile=profile, recipient=recipient, by=by, at=at)
    return told


def of_report(passing: Passing, run: Plain) -> dict[str, Any] | None:
    """As it leaves in a report, with its line in the ledger; nothing of a freeze that was asked before there was the question."""
    if QUESTION not in run["questions"]:
        return None
    answer = result_told(passing.freeze, "attitudes")
    asked = specs_of(answer)
    if not asked:
        return None
    left = passing.tables([spec for _, spec in asked])
    told = attitudes_left(
        answer, {key: table for (key, _), table in zip(asked, left, strict=True)}, passing.profile
    )
    passing.summary(WHAT, told)
    return told


def attitudes_left(answer: Plain, tables: Tables, profile: Profile) -> dict[str, Any]:
    """The answer as it leaves. `tables`: those of `specs_of` as the door let them through; None: it was refused."""
    rows = [_Row(row, tables.get((row["scale"], row["to"])), profile) for row in answer["rows"]]
    for whole in rows:
        if whole.found["arm"] is None:
            whole.beside([one for one in rows if one is not whole and one.key == whole.key])
    told = {(one.key, one.found["arm"]): one for one in rows}
    contrasts = []
    for found in answer["contrasts"]:
        arms = [one for (key, arm), one in told.items() if key == _key(found) and arm is not None]
        contrasts.append(_contrast_left(found, arms, profile))
    return {
        "question": answer["question"], "refused": answer["refused"], "cannot_show": answer["cannot_show"],
        "rows": [one.left() for one in rows], "contrasts": contrasts,
    }  # fmt: skip


def _key(found: Plain) -> tuple[str, ...]:
    return tuple(found[name] for name in ("scale", "subscale", "group", "to"))


class _Row:
    """One row on its way out: whether its linked, and whether all of it, may be told."""

    def __init__(self, found: Plain, table: ProtectedTable | None, profile: Profile) -> None:
        self.found, self.profile, self.key = found, profile, _key(found)
        pair = {
            (moment, word): _count(table, found["group"], found["arm"], moment, word)
            for moment in (Moment.BEFORE.value, found["to"])
            for word in (LINKED, ALONE)
        }
        self.before = _sum(pair[Moment.BEFORE.value, LINKED], pair[Moment.BEFORE.value, ALONE])
        self.after = _sum(pair[found["to"], LINKED], pair[found["to"], ALONE])
        self.both = pair[Moment.BEFORE.value, LINKED]
        n_before, n_after, n_both = self.counts
        hides = profile.hides
        self.tells_linked = (
            self.both is not None and pair[found["to"], LINKED] is not None and not hides(n_both)
        )
        self.tells_all = (
            None not in (self.before, self.after)
            and not any(map(hides, self.counts))
            # else the scores of the few who are in the means and in no pair could be worked out
            and not hides(n_before - n_both)
            and not hides(n_after - n_both)
        )
        # of few not even this is told
        self.is_of_one_site = (self.tells_linked or self.tells_all) and 1 in self.sites
        if self.is_of_one_site:
            self.tells_linked = self.tells_all = False

    @property
    def tells_sites(self) -> bool:
        """Whether no site with a change, nor all sites without one, have few people."""
        sites = self.found["sites"]
        if not self.tells_all or sites is None:
            return False
        without = self.found["n_before"] + self.found["n_after"] - sites["n"]
        return not self.profile.hides(sites["smallest"]) and not self.profile.hides(without)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.found["n_before"], self.found["n_after"], self.found["n_both"]

    @property
    def sites(self) -> tuple[int, ...]:
        """How many have a score before, and then; and of how many each change is."""
        changes = (self.found[part] for part in ("paired", "sites"))
        return (
            self.found["sites_before"], self.found["sites_after"], *(one["n_sites"] if one else 0 for one in changes),
        )  # fmt: skip

    def beside(self, arms: Sequence[_Row]) -> None:
        """Everybody less the arms that are told gives those that are not, and sites outside the study."""
        left = [
            whole - sum(parts) for whole, *parts in zip(self.sites, *(arm.sites for arm in arms), strict=True)
        ]
        self.is_of_one_site |= any(arm.is_of_one_site for arm in arms) or (bool(arms) and 1 in left)
        rest = [
            whole - sum(parts)
            for whole, *parts in zip(self.counts, *(arm.counts for arm in arms), strict=True)
        ]
        is_apart = bool(arms) and not any(map(self.profile.hides, rest)) and not self.is_of_one_site
        if arms:
            self.tells_linked &= is_apart and all(arm.tells_linked or not arm.counts[2] for arm in arms)
            self.tells_all &= is_apart and all(arm.tells_all or not any(arm.counts) for arm in arms)

    def left(self) -> dict[str, Any]:
        found, few = self.found, to_plain(ONE_SITE if self.is_of_one_site else FEW)
        linked = found["paired"] if self.tells_linked else None
        sites = found["sites"] if self.tells_sites else None
        # that there is nobody is told where the counts that say so are
        why_no_pairs = found["paired_refused"] if self.tells_linked else few
        why_no_sites = found["sites_refused"] or to_plain(FEW_WEIGH) if self.tells_all else few
        return {
            **{name: found[name] for name in ("scale", "subscale", "is_higher_better", "lowest", "highest", "group", "arm", "to")},
            "questionnaires": {
                name: SUPPRESSED if count is None else count
                for name, count in (("before", self.before), ("after", self.after), ("both", self.both))
            },
            "n_before": _coarse(found["n_before"]) if self.before is not None else SUPPRESSED,
            "n_after": _coarse(found["n_after"]) if self.after is not None else SUPPRESSED,
            "n_both": _coarse(found["n_both"]) if self.both is not None else SUPPRESSED,
            "missing_before": self._missing("missing_before", self.before),
            "missing_after": self._missing("missing_after", self.after),
            **{name: self._mean(name) for name in ("mean_before", "mean_after")},
            "paired": _change_left(linked, self.profile),
            "paired_refused": None if linked else why_no_pairs,
            "sites": _change_left(sites, self.profile),
            "sites_refused": None if sites else why_no_sites,
        }  # fmt: skip

    def _missing(self, name: str, questionnaires: int | None) -> Any:
        """By kind of nothing; of few not even that there is none of a kind."""
        if questionnaires is None:
            return dict.fromkeys(self.found[name], SUPPRESSED)
        return as_told({"missing": self.found[name]})["missing"]

    def _mean(self, name: str) -> Any:
        """Suppressed, but where there is none."""
        return as_told(self.found[name]) if self.tells_all or self.found[name] is None else SUPPRESSED


def _change_left(found: Plain | None, profile: Profile) -> dict[str, Any] | None:
    if found is None:
        return None
    kept = {name: part for name, part in found.items() if name not in OF_SITES}
    if found["interval"] is not None and (
        profile.hides(found["smallest"]) or found["n_sites"] == FEWEST_SITES
    ):
        # the mean of two sites and how far it may lie off are the two sites
        why = FEW_AT_SITE if profile.hides(found["smallest"]) else TWO_SITES
        kept |= {
            "interval": None, "standard_error": None, "df": None, "no_interval": to_plain(why),
        }  # fmt: skip
    left: dict[str, Any] = as_told(kept)
    return left


def _contrast_left(found: Plain, arms: Sequence[_Row], profile: Profile) -> dict[str, Any]:
    told, refused = found["found"], found["refused"]
    if told is not None and (profile.hides(found["smallest"]) or not all(arm.tells_sites for arm in arms)):
        told, refused = None, to_plain(FEW_WEIGH if all(arm.tells_all for arm in arms) else FEW)
    kept = {name: part for name, part in found.items() if name not in OF_SITES}
    return {**kept, "found": as_told(told), "refused": refused}


def _count(table: ProtectedTable | None, group: str, arm: str | None, moment: str, word: str) -> int | None:
    """A count as it left; of everybody the sum over arms and sites outside the study, where all of them left.

    A value that the table does not hold was counted for nobody.
    """
    if table is None:
        return None
    total = 0
    for key, cell in table.cells.items():
        if (key[0], *key[2:]) == (group, moment, word) and arm in (None, key[1]):
            if cell.count is None:
                return None
            total += cell.count
    return total


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _coarse(count: int) -> Any:
    return as_told({"n": count})["n"]
