"""What is half filled: kept as it is, sealed; never written over by a page that has not seen it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from throughline.records.audit import actions as audit
from throughline.records.surveys.actions.draft_files import (
    NO_FILES,
    HalfFiles,
    choose_draft_files,
    destroy_draft_files_of,
    keep_draft_files,
)
from throughline.records.surveys.actions.responses import (
    Base,
    StaleDraft,
    check_filling,
    locked_for,
    sealed_for,
)
from throughline.records.surveys.models import NO_DRAFT, SurveyResponse
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event

Drafts = Mapping[str, bytes | UUID | None]


@transaction.atomic
def save_response(
    *,
    response: SurveyResponse,
    draft: str,
    files: HalfFiles = NO_FILES,
    base: Base | None = None,
    holder: str = "",
    by: Actor,
    at: datetime,
) -> SurveyResponse:
    """Keep a half-filled form as it is, sealed, in place of what was kept of it before; an empty one keeps nothing.

    `files` that it names go with it, sealed each under a key of its own; those that no draft names any more are destroyed.

    The first time is noted, and not each time that a page does so by itself. `base`: the draft that the page began from;
    StaleDraft where a newer one stands. Unready once it is complete.
    """
    check_filling(response.approach, response, by=by, at=at)
    locked = _open(response, holder, by)
    StaleDraft.check(locked, base)
    changed: Drafts = {"draft": sealed_for(response.wave, draft)} if draft else {**NO_DRAFT}
    written = _written(locked, {**changed, "draft_page": base.page if base else None}, by, at)
    if draft:
        keep_draft_files(locked, files)
    else:
        destroy_draft_files_of([locked.id])
    return written


@transaction.atomic
def keep_beside(
    *,
    response: SurveyResponse,
    draft: str,
    files: HalfFiles = NO_FILES,
    holder: str = "",
    by: Actor,
    at: datetime,
) -> SurveyResponse:
    """What a page had that came too late, kept beside the newer draft until the person chooses. The first such one stays."""
    check_filling(response.approach, response, by=by, at=at)
    locked = _open(response, holder, by)
    if locked.draft is not None and locked.draft_beside is None and draft:
        sealed = sealed_for(response.wave, draft)
        SurveyResponse.objects.filter(id=response.id).update(draft_beside=sealed)
        keep_draft_files(response, files, is_beside=True)
        _audit(response, by, at)
    response.refresh_from_db()
    return response


@transaction.atomic
def choose_draft(
    *, response: SurveyResponse, is_beside: bool, holder: str = "", by: Actor, at: datetime
) -> SurveyResponse:
    """Go on with the draft, or with the one beside it; the other is destroyed. Nothing happens where there are not two."""
    check_filling(response.approach, response, by=by, at=at)
    locked = _open(response, holder, by)
    if locked.draft_beside is None:
        return locked
    changed: Drafts = {"draft": bytes(locked.draft_beside)} if is_beside else {}
    found = _written(locked, {**changed, "draft_beside": None, "draft_page": None}, by, at)
    _audit(response, by, at)
    choose_draft_files(locked, is_beside=is_beside)
    return found


def _open(response: SurveyResponse, holder: str, by: Actor) -> SurveyResponse:
    locked = locked_for(response, holder, by)
    if locked.completed_at is not None or locked.excluded_at is not None:
        raise Unready(Sentence("This response is complete: it does not change any more."))
    return locked


def _written(locked: SurveyResponse, changed: Drafts, by: Actor, at: datetime) -> SurveyResponse:
    rows = SurveyResponse.objects.filter(id=locked.id)
    rows.update(**changed, draft_version=F("draft_version") + 1)
    if locked.draft is None:
        _audit(locked, by, at)
    locked.refresh_from_db()
    return locked


def _audit(response: SurveyResponse, by: Actor, at: datetime) -> None:
    audit.record(
        Event.RESPONSE_SAVED, target=response, programme_id=response.programme_id, site_id=response.site_id, by=by, at=at
    )  # fmt: skip
