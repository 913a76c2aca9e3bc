"""The door for words, for where coders differ: each stretch as quotes leave (passages.py), with who has the code and what was settled.

Coders are numbers, in the order of the agreement's own file. A reason is an analyst's own words: one in which a name of the list
stands is kept back, and its stretch leaves without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.evaluation.numbers import check_heads
from throughline.evaluation.passages import LeavingPassage, PassagesLeft, leaving
from throughline.evaluation.words import NOTHING_TO_LEAVE, PROFILE, free_of_names
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry.actions.compared import Compared
from throughline.records.inquiry.models import Round
from throughline.records.inquiry.queries.agreement import Difference
from throughline.records.inquiry.queries.material import Material, material_for
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ReleaseDoor

KEPT_BACK, STANDS, FALLS, OPEN = "(kept back)", "stands", "does not stand", "not settled"


@dataclass(frozen=True)
class LeavingDifference:
    """A stretch on which coders differ, as it may leave. `coded_by` and `left_by`: numbers of coders."""

    code: str
    passage: LeavingPassage
    coded_by: tuple[int, ...]
    left_by: tuple[int, ...]
    settled: str
    reason: str  # "" where nothing is settled


def release_differences(
    *,
    round: Round,
    differences: Sequence[Difference],
    compared: Compared,
    recipient: str,
    write: Callable[[Sequence[LeavingDifference], int], bytes],
    by: Actor,
    at: datetime,
) -> PassagesLeft:
    """Let stretches on which coders of a closed round differ leave, as a file that `write` makes of them and of how many were
    kept back.

    `differences` and `compared`: as queries.agreement.differences_of tells them, in whole or in part. Raises NotAllowed; Unready
    where a name of the list stands in a code's, and, after a line in the ledger, where none may leave.
    """
    programme = round.programme
    check_may_release(by, programme.id, Permission.RELEASE_WORDS)
    analysis = round.analysis
    check_heads(analysis, {one.code.name for one in differences}, by=by, at=at)
    material = material_for(by, analysis)
    shown, withheld = _leaving(material, differences, compared, by, at)
    what = f"where coders differ: {round.name}"
    if not shown:
        refuse_release(
            programme=programme, draft=_draft(what, recipient, b""), refusal=NOTHING_TO_LEAVE, by=by, at=at
        )
        raise Unready(NOTHING_TO_LEAVE)
    content = write(shown, withheld)
    line = record_release(programme=programme, draft=_draft(what, recipient, content), by=by, at=at)
    return PassagesLeft(content, line, len(shown), withheld)


def _leaving(
    material: Material, differences: Sequence[Difference], compared: Compared, by: Actor, at: datetime
) -> tuple[list[LeavingDifference], int]:
    found = [
        (str(place), Spans.of([(material.numbers[one.source.id.hex], one.place.start, one.place.end)]))
        for place, one in enumerate(differences)
        if one.source.id.hex in material.numbers
    ]
    passages, _ = leaving(material, found, by=by, at=at)
    fit = [(differences[int(passage.found_by)], passage) for passage in passages]
    reasons = [one.settlement.reason if one.settlement else "" for one, _ in fit]
    fine = free_of_names(material.analysis, reasons, by=by, at=at)
    coders = {coder: number for number, coder in enumerate(compared.continuum.coders, start=1)}
    told = [
        LeavingDifference(
            one.code.name, passage, tuple(sorted(coders[who] for who in one.place.coded_by)),
            tuple(sorted(coders[who] for who in one.place.left_by)),
            OPEN if one.settlement is None else STANDS if one.settlement.stands else FALLS,
            reason if is_fine else KEPT_BACK,
        )
        for (one, passage), reason, is_fine in zip(fit, reasons, fine, strict=True)
    ]  # fmt: skip
    return told, len(differences) - len(told)


def _draft(what: str, recipient: str, content: bytes) -> ReleaseDraft:
    return ReleaseDraft(
        door=ReleaseDoor.WORDS, what=what[:120], recipient=recipient, profile=PROFILE,
        content_hash=hashlib.sha256(content).hexdigest() if content else "",
    )  # fmt: skip
