"""A study or a freeze as a command names it."""

from __future__ import annotations

from typing import Any

from throughline.vocabulary.errors import NotFound, Sentence


def freeze_named(name: str, programme: str, study: str) -> Any:
    """The freeze of that name, whichever programme has the only one; or the newest. Raises NotFound."""
    from throughline.records.study.models import Freeze

    if name and not programme and not study:
        known = list(Freeze.objects.filter(name=name).select_related("study__programme")[:2])
        if len(known) == 1:
            return known[0]
    rows = Freeze.objects.filter(study=study_named(programme, study)).select_related("study__programme")
    found = (rows.filter(name=name) if name else rows.order_by("-frozen_at", "-id")).first()
    if found is None:
        raise NotFound(Sentence("There is no such freeze. Make one: throughline freeze NAME"))
    return found


def study_named(programme: str, title: str) -> Any:
    """The study of that title, or the only one there is. Raises NotFound, naming those there are."""
    from throughline.records.programme.queries import programme_named
    from throughline.records.study.models import Study

    rows = Study.objects.filter(programme=programme_named(programme)).select_related("programme")
    found = list((rows.filter(title=title) if title else rows).order_by("title"))
    if len(found) == 1:
        return found[0]
    titles = "; ".join(rows.order_by("title").values_list("title", flat=True)) or "none yet"
    raise NotFound(Sentence("Say which study with --study. There are: %(titles)s.", titles=titles))
