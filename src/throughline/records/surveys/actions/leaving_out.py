"""Leaving responses out of the analysis, with the reason; and people taking their answers back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.study.models import ResearchConsent, SurveyAnswer
from throughline.records.surveys.actions.attachments import destroy_files_of
from throughline.records.surveys.actions.code_parts import destroy_parts_of
from throughline.records.surveys.actions.draft_files import destroy_draft_files_of
from throughline.records.surveys.models import NO_DRAFT, Approach, FillLink, SurveyResponse
from throughline.records.surveys.queries import receipt_hash_of
from throughline.rules.access import check_may_approach, check_may_run_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.waves import Exclusion


@transaction.atomic
def exclude_response(
    *, response: SurveyResponse, reason: Exclusion, by: Actor, at: datetime
) -> SurveyResponse:
    """Leave a response out of later freezes. It stays, and is counted under its reason; whose reason is that they withdrew goes.

    Unready where it is left out already.
    """
    check_may_run_waves(by, response.programme_id)
    if reason is Exclusion.WITHDREW:
        return _withdraw(response, by, at)
    found = SurveyResponse.objects.filter(id=response.id, excluded_at=None)
    if not found.update(exclusion=reason.value, excluded_at=at, excluded_by=by.id):
        raise Unready(Sentence("This response is left out already."))
    response.refresh_from_db()
    audit.record(
        Event.RESPONSE_EXCLUDED, target=response, programme_id=response.programme_id, by=by, at=at, reason=reason.value
    )  # fmt: skip
    return response


@transaction.atomic
def include_response(*, response: SurveyResponse, by: Actor, at: datetime) -> SurveyResponse:
    """Take a response in again that was left out by mistake. Never one whose person withdrew."""
    check_may_run_waves(by, response.programme_id)
    left_out = SurveyResponse.objects.filter(id=response.id, excluded_at__isnull=False)
    if not left_out.exclude(exclusion=Exclusion.WITHDREW.value).update(
        exclusion="", excluded_at=None, excluded_by=None
    ):
        raise Unready(Sentence("This response is not left out, or its person withdrew: it stays as it is."))
    response.refresh_from_db()
    audit.record(Event.RESPONSE_INCLUDED, target=response, programme_id=response.programme_id, by=by, at=at)
    return response


@transaction.atomic
def withdraw_response(*, response: SurveyResponse, code: str, by: Actor, at: datetime) -> SurveyResponse:
    """Somebody takes their answers back, at the site where they gave them: what was said is deleted, their consent ends.

    That there was a response, and that it was withdrawn, stays and is counted. Freezes that were made before still hold it.
    NotFound where `code` is not the one on its receipt: numbers can be counted through, and nobody ends another's part so.
    """
    check_may_approach(by, response.programme_id, response.site_id)
    if not secrets.compare_digest(response.receipt_hash, receipt_hash_of(response.id, code)):
        raise NotFound(Sentence("There is no response with this number and this code at this site."))
    return _withdraw(response, by, at)


def _withdraw(response: SurveyResponse, by: Actor, at: datetime) -> SurveyResponse:
    if response.approach_id is not None:  # held first, as filling in does: else each could wait for the other
        Approach.objects.select_for_update(no_key=True).get(id=response.approach_id)
    changed = SurveyResponse.objects.filter(id=response.id).exclude(exclusion=Exclusion.WITHDREW.value).update(
        answers={}, texts=None, **NO_DRAFT, exclusion=Exclusion.WITHDREW.value, excluded_at=at, excluded_by=by.id
    )  # fmt: skip
    if not changed:
        raise Unready(Sentence("This response was withdrawn already."))
    SurveyAnswer.objects.filter(response_id=response.id).delete()
    destroy_parts_of(response)
    if response.approach_id is not None:
        FillLink.objects.filter(approach=response.approach_id, used_at=None).update(expires_at=at)
    _end_consent(response, by, at)
    response.refresh_from_db()
    audit.record(
        Event.RESPONSE_WITHDRAWN, target=response, programme_id=response.programme_id, site_id=response.site_id,
        by=by, at=at,
    )  # fmt: skip
    destroy_draft_files_of([response.id])
    destroy_files_of(response)
    return response


def _end_consent(response: SurveyResponse, by: Actor, at: datetime) -> None:
    consent = response.consent
    if consent is None or consent.withdrawn_at is not None:
        return
    ResearchConsent.objects.filter(id=consent.id, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id
    )
    audit.record(
        Event.RESEARCH_CONSENT_WITHDRAWN, target=consent, programme_id=response.programme_id, by=by, at=at
    )
