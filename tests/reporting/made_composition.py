"""Who answered, and an outcome with the mix of before held still, as a freeze answers it, from answers made here."""

from __future__ import annotations

from typing import Any

from throughline.evaluation.questions.composition import (
    AttributeAnswer,
    CompositionAnswer,
    MixEstimate,
    WhoAnswered,
)
from throughline.evaluation.results import to_plain
from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.site_change import from_binary, site_changes
from throughline.methods.standardised import SiteStrata, Stratum, standardised
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

SITES = (("aston", "Aston"), ("brook", "Brook"), ("cove", "Cove"), ("dale", "Dale"))
EMPTY = Sentence(
    "Nobody with this value answered after, though some did before (%(empty)s).", empty="dale: 1"
)


def _counts(place: int, later: int) -> tuple[int, int, int, int]:
    """Housed: how many and of them yes; not housed: the same."""
    return 20 + 3 * place + 5 * later, 9 + place - 3 * later, 30 - place, 11 + (place * 5 + later) % 4


def composition_answer(*, few: int = 20, unknown: int = 9) -> Any:
    """Plain values. `few`: how many of those not housed answered after at Dale."""
    strata, who, cells = [], [], []
    for place, (site, name) in enumerate(SITES):
        arm = ArmKind.INTERVENTION if place < 2 else ArmKind.COMPARISON
        held = []
        for later, wave in enumerate((PhaseKind.BEFORE, PhaseKind.AFTER)):
            housed, yes, other, also = _counts(place, later)
            if (place, later) == (3, 1):
                other, also = few, few // 2
            held.append({"1": Stratum(housed, float(yes)), "0": Stratum(other, float(also))})
            who.append(WhoAnswered(site, name, arm, wave, {"0": other, "1": housed}, Missing(declined=place)))
            cells.append(
                from_binary(site=site, arm=arm, phase=wave, yes=yes + also, no=housed + other - yes - also, missing=Missing())
            )  # fmt: skip
        strata.append(SiteStrata(site, arm, *held, Missing(declined=2), unknown if place == 0 else 0))
    headline = contrast_site_changes(site_changes(cells))
    found = standardised(strata, OutcomeKind.BINARY)
    estimates = (
        MixEstimate("shared", "Shared a pipe", OutcomeKind.BINARY, headline, found, None),
        MixEstimate("cuts", "Cuts or burns", OutcomeKind.BINARY, headline, None, EMPTY),
    )
    housed_answer = AttributeAnswer(
        "housed", "Somewhere stable to live", True, ("0", "1"), tuple(who), estimates
    )
    return to_plain(CompositionAnswer((housed_answer,), None))
