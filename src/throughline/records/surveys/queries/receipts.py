"""Finding a response by what its receipt says."""

from __future__ import annotations

import secrets
from uuid import UUID

from throughline.records.surveys.models import SurveyResponse, Wave
from throughline.records.surveys.queries.reading import check_may_take_out, hashed
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


def receipt_hash_of(response_id: UUID, code: str) -> str:
    """What is kept of a receipt's code, however it was written down."""
    return hashed(f"{response_id}:{''.join(code.split()).replace('-', '').upper()}")


def response_by_code(actor: Actor, wave: Wave, site_id: UUID, code: str) -> SurveyResponse:
    """By the code alone: who answered where there was no network was told no number. Without its answers.

    NotAllowed as for `response_by_number`; NotFound where no response at the site has this code.
    """
    check_may_take_out(actor, wave, site_id)
    rows = SurveyResponse.objects.filter(wave=wave, site_id=site_id).exclude(receipt_hash="")
    for response_id, kept in rows.values_list("id", "receipt_hash"):
        if secrets.compare_digest(kept, receipt_hash_of(response_id, code)):
            found = rows.select_related("wave", "site").defer("answers", "texts", "draft")
            response: SurveyResponse = found.get(id=response_id)
            return response
    raise NotFound(
        Sentence("There is no response with this code at this site. It may not have been sent yet.")
    )
