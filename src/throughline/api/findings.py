"""Findings of a freeze as its pages show them: exact, for who holds the study and its sources. Nothing of it leaves here."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from throughline.api.asked import check_any, one_of
from throughline.api.session import acting
from throughline.records.study.models import Freeze
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence

NO_FREEZE = Sentence("There is no such freeze.")


def freeze_of(request: HttpRequest, freeze_id: UUID) -> Freeze:
    """For who may see findings as they are; counts for others pass a door."""
    rows = Freeze.objects.visible_to(acting(request)).select_related("study__programme")
    freeze: Freeze = one_of(rows, freeze_id, NO_FREEZE)
    check_any(request, freeze.programme_id, P.SEE_STUDY)
    check_any(request, freeze.programme_id, P.SEE_SOURCES)
    return freeze
