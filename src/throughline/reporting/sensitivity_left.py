"""The sensitivity table as it leaves in a report: beside a headline that left, on no more than that headline rests on.

Each line is of the same answers as the headline, so it tells how many only where the headline's count left, and in those words.
Under a profile that rounds, every line of shares is estimated again from each site's rounded counts; where it is adjusted it
cannot be, and none is told. What is left without one site, and reasons that name a site, are told only where single sites are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from throughline.evaluation.questions.contrast import Outcome
from throughline.evaluation.questions.sensitivity import OutcomeSensitivity, from_answers
from throughline.evaluation.results import to_plain
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.imputation import IMPUTED
from throughline.methods.suppression import LE7_ROUND5, Profile
from throughline.reporting.checked import NOT_FROM_ROUNDED
from throughline.reporting.document import say
from throughline.reporting.material import Estimate, Plain
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import ArmKind, OutcomeKind, OutcomeRank, OutcomeSourceKind, PhaseKind

NOT_HERE = say(
    "It cannot be estimated from these answers; the page of the estimates says why to who may see it."
)

FEW_MISSING = say(
    "What if those who did not answer differ is not told: few are missing of one kind, and how the difference moves would tell how "
    "few."
)


def as_left(
    estimate: Estimate,
    found: Plain,
    table: Plain,
    profile: Profile,
    *,
    seed: int,
    kinds: Collection[Nothing] = IMPUTED,
) -> Plain:
    """The table of one outcome. `found`: its contrast as it was asked, before anything was rounded or suppressed; `kinds`: of
    nothing, that were drawn."""
    is_share = found["outcome"]["kind"] == OutcomeKind.BINARY
    if profile.rounding > 1 and is_share and table["lines"]:
        table = (
            {**table, "lines": [], "without_site": None, "refused": to_plain(NOT_FROM_ROUNDED)}
            if found["outcome"].get("covariates")
            else _again(found, profile, seed)
        )
    headline, asked = estimate.found["headline"], found["headline"]
    told = headline["n"] if headline and asked else SUPPRESSED
    n = asked["n"] if asked else None
    is_same = profile.rounding > 1 and is_share
    return {
        **table,
        "refused": _reason(table["refused"], estimate.shows_sites),
        "lines": [
            {
                **line,
                "estimate": line["estimate"]
                and {**line["estimate"], "n": told if is_same or line["estimate"]["n"] == n else SUPPRESSED},
                "refused": _reason(line["refused"], estimate.shows_sites),
            }
            for line in table["lines"]
        ],
        **_differing(found, table, profile, kinds),
        "without_site": table["without_site"] if estimate.shows_sites else None,
        "without_site_refused": _reason(table["without_site_refused"], estimate.shows_sites),
    }


def _differing(found: Plain, table: Plain, profile: Profile, kinds: Collection[Nothing]) -> dict[str, Any]:
    """What if those who did not answer differ, where it tells of no few.

    How fast the difference moves tells how many answers were drawn at the intervention sites after. So these are at least the
    threshold, and so are, or are none, those by whom they differ from each count of missing answers that a reader may hold: of a
    kind in all, of several kinds, of all kinds in that arm and phase.
    """
    asked = table.get("differing")
    if not asked or profile.rounding > 1:
        return {"differing": None, "differing_refused": None}
    sites = {one["site"] for one in found["changes"]["sites"]}
    drawn: dict[tuple[str, str, str], int] = {}
    others: dict[tuple[str, str, str], int] = {}
    for cell in found["cells"]:
        for kind, count in cell["missing"].items():
            is_late = cell["arm"] == ArmKind.INTERVENTION and cell["phase"] == PhaseKind.AFTER
            is_drawn = is_late and cell["site"] in sites and kind in {one.value for one in kinds}
            place = (cell["arm"], cell["phase"], kind)
            part = drawn if is_drawn else others
            part[place] = part.get(place, 0) + count
    whole = sum(drawn.values())
    apart = [whole, *(_apart(drawn, others, held) for held in _counts_of_missing())]
    if any(LE7_ROUND5.hides(count) for count in apart):
        return {"differing": None, "differing_refused": to_plain(FEW_MISSING)}
    return {"differing": asked, "differing_refused": None}


def _counts_of_missing() -> Iterator[tuple[frozenset[str], bool]]:
    """Kinds of nothing that a reader may hold as one count: each, those that may be drawn, all; of the whole survey, and of
    the intervention sites after alone."""
    several = [frozenset([kind.value]) for kind in Nothing]
    several += [frozenset(kind.value for kind in IMPUTED), frozenset(kind.value for kind in Nothing)]
    for is_late in (False, True):
        yield from ((kinds, is_late) for kinds in several)


def _apart(
    drawn: Mapping[tuple[str, str, str], int],
    others: Mapping[tuple[str, str, str], int],
    held: tuple[frozenset[str], bool],
) -> int:
    """How many are drawn and not in that count, or in it and not drawn."""
    kinds, is_late = held
    late = (ArmKind.INTERVENTION.value, PhaseKind.AFTER.value)
    in_it = sum(
        count
        for (arm, phase, kind), count in others.items()
        if kind in kinds and (not is_late or (arm, phase) == late)
    )
    return in_it + sum(count for (_, _, kind), count in drawn.items() if kind not in kinds)


def _reason(sentence: Mapping[str, Any] | None, shows_sites: bool) -> Any:
    """Why not, in words; one that names a site or a count only where sites are told."""
    return to_plain(NOT_HERE) if sentence and sentence["params"] and not shows_sites else sentence


def _again(found: Plain, profile: Profile, seed: int) -> Plain:
    """Every line from as many people as the rounded counts tell of; refused where these leave a site or an arm empty."""
    outcome = _outcome(found["outcome"])
    try:
        made = from_answers(outcome, _rounded_answers(found, profile), seed=seed)
    except (Unready, Invalid) as refusal:
        made = OutcomeSensitivity(outcome, (), None, refusal.sentence)
    plain: dict[str, Any] = to_plain(made)
    return plain


def _rounded_answers(found: Plain, profile: Profile) -> Answers:
    sites = found["changes"]["sites"]
    site, after, y = [], [], []
    for place, one in enumerate(sites):
        for phase in (PhaseKind.BEFORE, PhaseKind.AFTER):
            cell = one[phase.value]
            yes = round(cell["value"] * cell["n"])
            for value, count in ((1.0, profile.rounded(yes)), (0.0, profile.rounded(cell["n"] - yes))):
                site += [place] * count
                after += [phase is PhaseKind.AFTER] * count
                y += [value] * count
    return answers_of(
        kind=OutcomeKind.BINARY, sites=[one["site"] for one in sites], arms=[ArmKind(one["arm"]) for one in sites],
        site=np.array(site, np.intp), is_after=np.array(after, bool), y=np.array(y, float), missing=Missing(),
    )  # fmt: skip


def _outcome(plain: Plain) -> Outcome:
    return Outcome(
        code=plain["code"], name=plain["name"], kind=OutcomeKind(plain["kind"]), source=OutcomeSourceKind(plain["source"]),
        measure=plain["measure"], rank=OutcomeRank(plain["rank"]), success_by=plain["success_by"],
        direction=plain["direction"], is_planned=plain["is_planned"],
    )  # fmt: skip
