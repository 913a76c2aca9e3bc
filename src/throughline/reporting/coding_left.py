"""How the coding behind the themes was checked, as it leaves: agreement of closed rounds, what became of disagreements, saturation.

Each is told where the analysis makes use of it, passes the same door as on its own page, and is a line of the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from throughline.evaluation.numbers import check_heads, release_figures
from throughline.evaluation.results import to_plain
from throughline.methods.agreement.codings import Level
from throughline.methods.saturation import BASE_SIZE, RUN_LENGTH, THRESHOLD
from throughline.methods.suppression import Profile
from throughline.records.inquiry.models import Analysis, Round
from throughline.records.inquiry.queries.agreement import Asked, Difference, agreement_of, differences_of
from throughline.records.inquiry.queries.material import material_for
from throughline.records.inquiry.queries.saturating import saturation_of
from throughline.reporting.agreement_table import agreement_tables
from throughline.reporting.material import Plain, Refused
from throughline.reporting.passing import Passing, for_readers
from throughline.reporting.registered import analyses_of
from throughline.rules.approaches import uses
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ApproachUse

AGREEMENT, SATURATION = "agreement of coders", "saturation"  # as the ledger calls them


def coding_left(passing: Passing) -> tuple[Plain, ...]:
    """Of each analysis that makes use of either: its question, its rounds, and its saturation; none of one that does not."""
    found = []
    for analysis in analyses_of(passing.by, passing.freeze):
        rounds = list(_rounds(passing, analysis)) if uses(analysis, ApproachUse.AGREEMENT) else []
        filled = _saturation(passing, analysis) if uses(analysis, ApproachUse.SATURATION) else None
        if rounds or filled:
            found.append({"question": analysis.question, "rounds": rounds, "saturation": filled})
    return tuple(found)


def asked_for(analyses: Iterable[Analysis], until: datetime) -> list[str]:
    """What of it a report of a freeze of that moment will ask the door for, as the ledger calls it."""
    held = list(analyses)
    closed = (rounds_of(one, until) for one in held if uses(one, ApproachUse.AGREEMENT))
    filled = any(uses(one, ApproachUse.SATURATION) for one in held)
    return [*([AGREEMENT] if any(closed) else []), *([SATURATION] if filled else [])]


def rounds_of(analysis: Analysis, until: datetime) -> Sequence[Round]:
    """The rounds that were closed by then, the first one first."""
    return list(Round.objects.filter(analysis=analysis, closed_at__lte=until).order_by("closed_at", "name"))


def _rounds(passing: Passing, analysis: Analysis) -> Iterator[dict[str, Any]]:
    for row in rounds_of(analysis, passing.freeze.frozen_at):
        try:
            told = _round(passing, row)
        except Unready as refusal:
            passing.refused.append(Refused(AGREEMENT, for_readers(refusal.sentence)))
            continue
        if _is_let_out(passing, analysis, ApproachUse.AGREEMENT, AGREEMENT, told["sources"], told):
            yield told


def _round(passing: Passing, row: Round) -> dict[str, Any]:
    """A round over all characters that participants said, with the intervals of its own page."""
    rng = np.random.default_rng(row.id.int % 2**32)
    found = agreement_of(passing.by, row.id, Asked(), rng=rng, at=passing.at)
    tables = agreement_tables(found, Level.CHARACTER.value + "s", passing.profile, is_blind=row.is_blind)
    heads = [row.name, *(cells[0] for cells in tables[0].rows)]
    check_heads(row.analysis, heads, by=passing.by, at=passing.at)
    return {
        "name": row.name, "is_blind": row.is_blind, "coders": len(found.compared.continuum.coders),
        "sources": len(found.compared.sources), "tables": [to_plain(one) for one in tables],
        "settled": settled_as_told(differences_of(passing.by, row.id)[1], passing.profile),
        "methods": sorted({*(one.method for one in found.per_code), *(one.method for one in found.pooled)}),
    }  # fmt: skip


def settled_as_told(places: Sequence[Difference], profile: Profile) -> dict[str, int | None]:
    """Stretches on which coders differ; of them settled so that the code stands, or does not, and open. None: hidden.

    They add up: where one of them is hidden, so are all but the whole.
    """
    settled = [one.settlement.stands for one in places if one.settlement is not None]
    parts = {
        "stands": sum(settled),
        "falls": len(settled) - sum(settled),
        "open": len(places) - len(settled),
    }
    is_hidden = any(profile.hides(count) for count in parts.values())
    whole = None if profile.hides(len(places)) else profile.rounded(len(places))
    return {"differing": whole} | {
        name: None if is_hidden else profile.rounded(count) for name, count in parts.items()
    }


def _saturation(passing: Passing, analysis: Analysis) -> dict[str, Any] | None:
    """With the sizes that its page begins with; None where there are too few sources, which the report says."""
    everything = material_for(passing.by, analysis)
    try:
        found = saturation_of(everything, base_size=BASE_SIZE, run_length=RUN_LENGTH, threshold=THRESHOLD)
    except Unready as refusal:
        passing.refused.append(Refused(SATURATION, refusal.sentence))
        return None
    told: dict[str, Any] = to_plain(found)
    is_let_out = _is_let_out(passing, analysis, ApproachUse.SATURATION, SATURATION, found.n, told)
    return told if is_let_out else None


def _is_let_out(
    passing: Passing, analysis: Analysis, use: ApproachUse, what: str, sources: int, told: dict[str, Any]
) -> bool:
    """Through the door for figures; what it refuses is a line of the ledger too."""

    def content() -> bytes:
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    try:
        left = release_figures(
            analysis=analysis, use=use, what=what, sources=sources, profile=passing.profile, recipient=passing.recipient,
            write=content, freeze=passing.freeze, by=passing.by, at=passing.at,
        )  # fmt: skip
    except Unready as refusal:
        passing.refuse("tables", what, refusal)
        return False
    passing.note(left.release)
    return True
