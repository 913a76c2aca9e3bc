"""The mix held still, and contamination, as they leave: estimates of the arms, and counts that passed the door for tables.

Who answered at single sites stays on the page. An estimate leaves where no value of the attribute has few answers at any site, as
groups of a contrast do; its counts are told coarsely and it with four digits (`evaluation.pooled`). The share at comparison sites
leaves where its counts do. Codes stand for names that somebody typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, release_tables, write_answer
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.pooled import SMALL_GROUPS, as_told
from throughline.evaluation.questions import contamination
from throughline.evaluation.questions.outside import WHICH_IS_YES
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.intervals import SITES_DRAWN
from throughline.methods.suppression import LE7_ROUND5, Profile, ProtectedTable
from throughline.records.study.models import Freeze
from throughline.reporting.passing import Passing
from throughline.reporting.tables import before_notes
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind, PhaseKind

Plain = Mapping[str, Any]
WHAT = "mix of respondents, and contamination"
REACHED = "what reached the comparison sites"
OF_SITES = frozenset({"sites", "only_after", "left_out", "smallest"})
NOT_OF_SITES = Sentence(
    "It is told without an interval: one from drawing sites rests on counts of single sites, which do not leave."
)


def release_composition(
    *, freeze: Freeze, asked: str, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let both leave for a recipient (`asked`: the question about pipes; "" for none); what is told is a line of the ledger.

    Raises NotAllowed; NotFound where the freeze was not evaluated; Invalid for a question that the survey does not have; Unready
    where no comparison site was asked it.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    answer = result_told(freeze, "composition")
    told: dict[str, Any] = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name, "counts": LE7_ROUND5.name,
        "question": answer["question"], "refused": answer["refused"],
        "attributes": [attribute_left(one) for one in answer["attributes"]],
    }  # fmt: skip
    if asked:
        seed = result_told(freeze, "run")["seed"]
        with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
            found = to_plain(contamination.ask(opened, asked, seed=seed))
        specs = [spec_of(asked, wave["wave"]) for wave in found["waves"]]
        passing = release_tables(
            freeze=freeze, specs=specs, profile=profile, recipient=recipient, by=by, at=at
        )
        left = [None if isinstance(one, Unready) else one.table for one in passing]
        told["contamination"] = contamination_left(found, left)
        told["notes"] = to_plain(before_notes(left))
    write_answer(told, freeze=freeze, what=WHAT, profile=profile, recipient=recipient, by=by, at=at)
    return told


def attribute_left(found: Plain) -> dict[str, Any]:
    """Estimates alone, and only those behind which no value has few answers at a site."""
    estimates = []
    for row in found["estimates"]:
        told, refused = row["found"], row["refused"]
        if told is not None and LE7_ROUND5.hides(told["smallest"]):
            told, refused = None, to_plain(SMALL_GROUPS)
        elif refused is not None and refused["text"] == WHICH_IS_YES.kept()["text"]:
            pass  # of an outcome itself, and of nobody
        elif refused is not None and (row["headline"] is not None or refused["params"]):
            refused = to_plain(SMALL_GROUPS)  # its own sentence may name sites and values that nobody gave
        if told is not None:
            kept = {name: part for name, part in told.items() if name not in OF_SITES}
            if LE7_ROUND5.hides(told["unknown"]) and kept["same_people"] is not None:
                kept["same_people"] = SUPPRESSED  # how the headline moves without so few would tell of them
            told = {**as_told(kept), "unknown": as_told({"n": told["unknown"]})["n"]}
        estimates.append(
            {"outcome": row["outcome"], "kind": row["kind"], "headline": as_told(row["headline"]),
             "found": told, "refused": refused}
        )  # fmt: skip
    return {
        **{name: part for name, part in found.items() if name not in ("who", "values", "name")},
        "estimates": estimates,
    }


def reached_of_report(passing: Passing, asked: str, seed: int) -> dict[str, Any] | None:
    """What reached the comparison sites, in a report, with its line in the ledger. None where no question was named for it.

    A question that comparison sites were not asked says so under `refused`.
    """
    if not asked or passing.door is None:
        return None
    try:
        found = to_plain(contamination.ask(passing.door.opened, asked, seed=seed))
    except Unready as refusal:
        return {"asked": asked, "waves": [], "refused": to_plain(refusal.sentence)}
    left = list(passing.tables([spec_of(asked, wave["wave"]) for wave in found["waves"]]))
    told = {**contamination_left(found, left), "refused": None}
    passing.summary(REACHED, told)
    return told


def contamination_left(found: Plain, left: Sequence[ProtectedTable | None]) -> dict[str, Any]:
    """The answer as it leaves: no single site, and no interval, nor what only an interval takes for granted."""
    waves = [wave_left(wave, table) for wave, table in zip(found["waves"], left, strict=True)]
    assumed = [one for one in found["assumptions"] if one != to_plain(SITES_DRAWN)]
    return {
        **{name: part for name, part in found.items() if name != "sites"},
        "waves": waves, "assumptions": assumed,
    }  # fmt: skip


def spec_of(asked: str, wave: str) -> TableSpec:
    """Yes, no and unknown at comparison sites in one wave."""
    return TableSpec(
        f"{asked} at comparison sites, wave {PhaseKind(wave).value}"[:120], "respondent", ("answer_known",),
        {"question": asked, "arm": ArmKind.COMPARISON.value, "phase": wave}, (),
    )  # fmt: skip


def wave_left(wave: Plain, table: ProtectedTable | None) -> dict[str, Any]:
    """The share from the counts as they left; a word where one of them did not. Kinds of nothing leave as one count.

    That of the unknown too: how many answered in the wave at all is told elsewhere, and less yes and no gives the unknown away.
    """
    counts = {value: _left(table, value) for value in ("yes", "no", "unknown")}
    yes, no = counts["yes"], counts["no"]
    made = {
        **wave,
        "interval": None,
        "no_interval": wave["no_interval"] or to_plain(NOT_OF_SITES),
        "missing": SUPPRESSED if counts["unknown"] is None else counts["unknown"],
    }
    if yes == 0 == no and counts["unknown"] is not None:
        return {**made, "yes": 0, "n": 0, "share": None}
    if yes is None or no is None or counts["unknown"] is None:
        return {**made, "yes": SUPPRESSED, "n": SUPPRESSED, "share": SUPPRESSED}
    return {**made, "yes": yes, "n": yes + no, "share": yes / (yes + no)}


def _left(table: ProtectedTable | None, value: str) -> int | None:
    if table is None:
        return None
    cell = table.cells.get((value,))
    return 0 if cell is None else cell.count
