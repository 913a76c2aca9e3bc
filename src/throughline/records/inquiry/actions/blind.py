"""What waits while somebody codes blindly: codes and what themes rest on would tell others how they read a source."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughline.records.inquiry.models import OPEN_AND_BLIND, Assignment, shut_sources
from throughline.rules.access import check_may_manage_codebook
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready

CODES_WAIT = Sentence(
    "You are coding blindly, with the codebook as it is. New codes and other words for codes wait until the round is"
    " closed; keep the thought as a memo."
)
CHOICES_WAIT = Sentence(
    "This source is being coded blindly. What themes rest on is chosen once the round is closed; keep the thought as a"
    " memo."
)


def why_codes_wait(actor: Actor, analysis_id: UUID) -> Sentence | None:
    """Why an actor may not change the codes of an analysis just now; None where nothing is in the way."""
    coding = Assignment.objects.filter(OPEN_AND_BLIND, coder=actor.id, round__analysis_id=analysis_id)
    return CODES_WAIT if coding.exists() else None


def check_may_change_codes(by: Actor, programme_id: UUID, analysis_id: UUID) -> None:
    """NotAllowed without the permission; Unready while one codes blindly in this analysis."""
    check_may_manage_codebook(by, programme_id)
    if why_codes_wait(by, analysis_id) is not None:
        raise Unready(CODES_WAIT)


def check_open_to_themes(by: Actor, sources: Iterable[UUID]) -> None:
    """Unready where one of these sources is coded blindly just now, but for who leads the round without coding."""
    if shut_sources(by).filter(id__in=list(sources)).exists():
        raise Unready(CHOICES_WAIT)
