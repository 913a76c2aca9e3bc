"""Names that the records still know: what an older freeze called something may have been taken out by a withdrawal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.records.inquiry.models import Participant, Theme, ThemeRevision


def theme_names_known(study_id: UUID) -> dict[UUID, set[str]]:
    """What each theme of a study is called, and what it was called before somebody renamed it."""
    now = Theme.objects.filter(analysis__study_id=study_id).values_list("id", "name")
    known = {theme: {name} for theme, name in now}
    before = ThemeRevision.objects.filter(theme__analysis__study_id=study_id).values_list("theme_id", "was")
    for theme, was in before:
        known[theme].add(str(was.get("name", "")))
    return known


def groups_known(study_id: UUID, since: datetime) -> frozenset[str] | None:
    """The groups that participants of a study are in; None where nobody withdrew since, so that every name still holds."""
    people = Participant.objects.filter(analysis__study_id=study_id)
    if not people.filter(withdrawn_at__gte=since).exists():
        return None
    return frozenset(people.values_list("group", flat=True))
