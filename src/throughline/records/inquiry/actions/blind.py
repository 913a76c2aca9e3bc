"""What waits while somebody codes blindly: codes, themes and what they rest on would tell coders how others read a source.

Codes and themes of an analysis stay as they were when its round was opened, whoever would change them: all coders apply the
same codebook, and nothing that is seen while they do tells of what another found.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughline.records.inquiry.models import OPEN_AND_BLIND, Assignment, shut_sources
from throughline.records.locking import hold_in_order
from throughline.rules.access import check_may_manage_codebook, check_may_write_themes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready

CODES_WAIT = Sentence(
    "You are coding blindly, with the codebook as it is. New codes and other words for codes wait until the round is"
    " closed; keep the thought as a memo."
)
CODES_WAIT_FOR_ALL = Sentence(
    "This analysis is being coded blindly, by everybody with the same codebook. New codes and other words for codes wait until"
    " the round is closed; keep the thought as a memo."
)
THEMES_WAIT = Sentence(
    "This analysis is being coded blindly. Its themes stay as they are until the round is closed, so that no coder learns from"
    " them how others read; keep the thought as a memo."
)
CHOICES_WAIT = Sentence(
    "This source is being coded blindly. What themes rest on is chosen once the round is closed; keep the thought as a"
    " memo."
)
FINDINGS_WAIT = Sentence(
    "You are coding blindly in an analysis of this study. Its freezes are shown to you once the round is closed: numbers of"
    " codes and themes would tell how others read."
)


def why_codes_wait(actor: Actor, analysis_id: UUID) -> Sentence | None:
    """Why nobody may change the codes of an analysis just now, in words for this actor; None where nothing is in the way."""
    coders = _coding(analysis_id)
    if actor.id in coders:
        return CODES_WAIT
    return CODES_WAIT_FOR_ALL if coders else None


def why_themes_wait(analysis_id: UUID) -> Sentence | None:
    """Why nobody may change the themes of an analysis just now."""
    return THEMES_WAIT if _coding(analysis_id) else None


def check_may_change_codes(by: Actor, programme_id: UUID, analysis_id: UUID) -> None:
    """NotAllowed without the permission; Unready while somebody codes blindly in this analysis."""
    check_may_manage_codebook(by, programme_id)
    hold_rounds(analysis_id)
    why = why_codes_wait(by, analysis_id)
    if why is not None:
        raise Unready(why)


def check_may_change_themes(by: Actor, programme_id: UUID, analysis_id: UUID) -> None:
    """NotAllowed without the permission; Unready while somebody codes blindly in this analysis."""
    check_may_write_themes(by, programme_id)
    hold_rounds(analysis_id)
    why = why_themes_wait(analysis_id)
    if why is not None:
        raise Unready(why)


def check_open_to_themes(by: Actor, sources: Iterable[UUID]) -> None:
    """Unready where one of these sources is coded blindly just now, but for who leads the round without coding."""
    if shut_sources(by).filter(id__in=list(sources)).exists():
        raise Unready(CHOICES_WAIT)


def check_may_look_at_findings(actor: Actor, study_id: UUID) -> None:
    """Unready for who codes blindly just now in an analysis of the study."""
    if study_id in studies_coded_blindly(actor):
        raise Unready(FINDINGS_WAIT)


def studies_coded_blindly(actor: Actor) -> set[UUID]:
    """In analyses of which an actor codes blindly just now: of these no number of codes or themes is shown to them."""
    rows = Assignment.objects.filter(OPEN_AND_BLIND, coder=actor.id)
    return set(rows.values_list("round__analysis__study_id", flat=True).distinct())


def hold_rounds(analysis_id: UUID) -> None:
    """Until the transaction ends no round of the analysis opens; who opens one waits for what is being changed."""
    hold_in_order([analysis_id])


def _coding(analysis_id: UUID) -> set[str]:
    """Who codes blindly in an analysis."""
    rows = Assignment.objects.filter(OPEN_AND_BLIND, round__analysis_id=analysis_id)
    return set(rows.values_list("coder", flat=True).distinct())
