"""Files of a response, for who reads it: what they are, without opening any."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from throughline.records.surveys.models import Attachment, SurveyResponse
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.waves import Exclusion


def attachments_of(actor: Actor, response: SurveyResponse) -> list[Attachment]:
    """In the order of their numbers."""
    rows = Attachment.objects.visible_to(actor).filter(response=response).defer("sealed")
    return list(rows.order_by("number"))


def attachment_for(actor: Actor, response_id: UUID, number: int) -> Attachment:
    """By its number within a response. NotFound alike where there is none, and where the actor does not read that response."""
    rows = Attachment.objects.visible_to(actor).select_related("response__wave", "response__consent")
    found: Attachment | None = rows.filter(response_id=response_id, number=number).first()
    if found is None:
        raise NotFound(Sentence("There is no such file."))
    return found


def ids_withdrawn() -> set[UUID]:
    """Responses, of every programme, whose person took them back or whose consent ended: no key of theirs is put in place again."""
    gone = Q(exclusion=Exclusion.WITHDREW.value) | Q(consent__withdrawn_at__isnull=False)
    return set(SurveyResponse.objects.filter(gone).values_list("id", flat=True))
