"""What people wrote in their own words, and half-filled forms: sealed under the wave's own key."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.db.models import Q

from throughline.records.keyring import source_keys
from throughline.records.surveys.models import SurveyResponse, Wave
from throughline.vocabulary.errors import NotFound, Unready


def cipher_of(wave: Wave) -> Fernet | MultiFernet:
    """The wave's own key, made with the first that is sealed. NotFound where it was destroyed."""
    keys = source_keys()
    try:
        return keys.open(wave.id)
    except NotFound:
        sealed = Q(texts__isnull=False) | Q(draft__isnull=False)
        if SurveyResponse.objects.filter(sealed, wave=wave).exists():
            raise
        try:
            return keys.create(wave.id)
        except Unready:  # somebody else made it a moment ago
            return keys.open(wave.id)


def draft_of(response: SurveyResponse) -> str | None:
    """The half-filled form as it was last kept; None where there is none."""
    if response.draft is None:
        return None
    return cipher_of(response.wave).decrypt(bytes(response.draft)).decode()


def texts_of(response: SurveyResponse) -> dict[str, Any]:
    """Path -> what was written there."""
    if response.texts is None:
        return {}
    opened: dict[str, Any] = json.loads(cipher_of(response.wave).decrypt(bytes(response.texts)))
    return opened
