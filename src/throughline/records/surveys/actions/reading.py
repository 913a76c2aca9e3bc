"""Reading what somebody answered, own words too: each time it is noted who did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.surveys.models import SurveyResponse
from throughline.records.surveys.queries import texts_of
from throughline.rules.access import check_may_see_responses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.waves import Exclusion


@transaction.atomic
def read_response(*, response: SurveyResponse, by: Actor, at: datetime) -> dict[str, Any]:
    """Path -> what was answered, with what was written in own words. NotFound where the wave's key was destroyed.

    Unready where the person withdrew.
    """
    check_may_see_responses(by, response.programme_id)
    consent = response.consent
    if response.exclusion == Exclusion.WITHDREW.value or (consent and consent.withdrawn_at):
        raise Unready(Sentence("This person withdrew: nobody reads what they answered any more."))
    told = {**response.answers, **texts_of(response)}
    audit.record(Event.RESPONSE_READ, target=response, programme_id=response.programme_id, by=by, at=at)
    return told
