"""Names that the records still know: what an older freeze called something may have been taken out by a withdrawal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.records.inquiry.models import Participant, Theme, ThemeRevision


def theme_names_known(study_id: UUID) -> frozenset[str]:
    """What themes of a study are called, and what they were called before somebody renamed them."""
    now = Theme.objects.filter(analysis__study_id=study_id).values_list("name", flat=True)
    before = ThemeRevision.objects.filter(theme__analysis__study_id=study_id).values_list("was", flat=True)
    return frozenset(now) | {str(was.get("name", "")) for was in before}


def groups_known(study_id: UUID, since: datetime) -> frozenset[str] | None:
    """The groups that participants of a study are in; None where nobody withdrew since, so that every name still holds."""
    people = Participant.objects.filter(analysis__study_id=study_id)
    if not people.filter(withdrawn_at__gte=since).exists():
        return None
    return frozenset(people.values_list("group", flat=True))
