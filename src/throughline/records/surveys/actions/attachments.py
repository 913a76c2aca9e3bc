"""Files that answer a form: kept under their response's own key, opened by who reads it, destroyed with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.fernet import Fernet, MultiFernet
from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.engagement.actions.resolving import drop_forms_about
from throughline.records.keyring import source_keys
from throughline.records.programme.models import Programme
from throughline.records.surveys.models import Approach, Attachment, SurveyResponse
from throughline.rules.access import check_may_see_responses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.surveys import FILE_GIVEN
from throughline.vocabulary.waves import Exclusion

MOST_FILES = 20  # of a response
MOST_EACH = 12 << 20  # bytes
MOST_TOGETHER = 32 << 20  # bytes
LONGEST_KEY = 600


@dataclass(frozen=True)
class FileDraft:
    """A file rid of its metadata, and what its bytes say it is. `data` is in no repr: it may show somebody."""

    media_type: str
    data: bytes = field(repr=False)


def keep_files(
    response: SurveyResponse, answers: Mapping[str, object], files: Mapping[str, FileDraft]
) -> None:
    """Part of completing a response. `files`: key of an answer -> its file, of those that say that one was given.

    The key is made first: should the rest be taken back, it is left with nothing that it opens.
    """
    if not files:
        return
    total = sum(len(one.data) for one in files.values())
    if (
        len(files) > MOST_FILES
        or total > MOST_TOGETHER
        or any(len(f.data) > MOST_EACH for f in files.values())
    ):
        raise Invalid(Sentence("These are more files, or larger ones, than a response holds."))
    if any(answers.get(key) != FILE_GIVEN or len(key) > LONGEST_KEY for key in files):
        raise Invalid(Sentence("A file answers no question of this form."))
    cipher = _cipher_for(response.id)
    for number, key in enumerate(sorted(files), start=1):
        Attachment.objects.create(
            programme_id=response.programme_id, response=response, key=key, number=number,
            media_type=files[key].media_type, length_bytes=len(files[key].data), sealed=cipher.encrypt(files[key].data),
        )  # fmt: skip


def destroy_files_of(response: SurveyResponse) -> None:
    """Part of withdrawing, and its last one: the rows, then the key, with which every copy in a backup is closed for good."""
    Attachment.objects.filter(response=response).delete()
    source_keys().destroy(response.id)


def destroy_ended_files(programme: Programme, by: Actor, at: datetime) -> None:
    """Part of destroying what ended, and its last one: files of those whose consent ended elsewhere than by their receipt.

    Before them what phones sent of such people and could not be recorded: answers and files lie in that, too.
    """
    ended = Approach.objects.filter(programme=programme, consent__withdrawn_at__isnull=False)
    drop_forms_about(ended.values("id"), by, at)
    held = Attachment.objects.filter(programme=programme, response__consent__withdrawn_at__isnull=False)
    for response in SurveyResponse.objects.filter(id__in=held.values("response_id")).defer("texts", "draft"):
        audit.record(
            Event.RESPONSE_FILES_DESTROYED, target=response, programme_id=programme.id, site_id=response.site_id, by=by, at=at
        )  # fmt: skip
        destroy_files_of(response)


@transaction.atomic
def read_attachment(*, attachment: Attachment, by: Actor, at: datetime) -> bytes:
    """The file in the clear; each time it is noted who opened it. Unready where the person withdrew."""
    response: SurveyResponse = attachment.response
    check_may_see_responses(by, response.programme_id)
    consent = response.consent
    if response.exclusion == Exclusion.WITHDREW.value or (consent and consent.withdrawn_at):
        raise Unready(Sentence("This person withdrew: nobody reads what they answered any more."))
    data = source_keys().open(response.id).decrypt(bytes(attachment.sealed))
    audit.record(
        Event.RESPONSE_FILE_READ, target=attachment, programme_id=response.programme_id, by=by, at=at
    )
    return data


def _cipher_for(response_id: UUID) -> Fernet | MultiFernet:
    keys = source_keys()
    try:
        return keys.create(response_id)
    except Unready:  # made by an attempt that was taken back
        return keys.open(response_id)
