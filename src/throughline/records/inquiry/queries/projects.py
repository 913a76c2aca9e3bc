"""What an export of a coded project is made from: the rows of an analysis that an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Coding,
    Memo,
    Participant,
    Source,
    SourceVersion,
    Turn,
)
from throughline.records.inquiry.queries.coders import names_elsewhere
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.records.keyring import source_keys
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import TextChange

_TAKEN_OUT = (TextChange.DEIDENTIFIED.value, TextChange.WITHDRAWN.value)


def project_sources(actor: Actor, analysis: Analysis) -> list[Source]:
    """The sources whose words the actor may read, their sealed texts with them; erased ones are gone.

    Nor is one among them in which the words of somebody who withdrew consent have not given way to a mark yet.
    """
    rows: Any = Source.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    left = Turn.objects.filter(
        source=OuterRef("pk"),
        participant__withdrawn_at=None,
        participant__consent__withdrawn_at__isnull=False,
    )
    return list(rows.filter(~Exists(left), erased_at__isnull=True).select_related("analysis").defer("raw"))


def project_codes(actor: Actor, analysis: Analysis) -> list[Code]:
    """The codes by book and place: those in use, and retired ones that came with a project or that something stands under."""
    rows: Any = Code.objects.visible_to(actor).filter(codebook__analysis=analysis_for(actor, analysis.id))
    codes: dict[UUID, Code] = {
        code.id: code for code in rows.order_by("codebook__name", "codebook_id", "place")
    }
    standing: Any = Coding.objects.visible_to(actor).standing()
    used = set(
        standing.filter(code__codebook__analysis=analysis).order_by().values_list("code_id", flat=True).distinct()
    )  # fmt: skip
    carried = set(Carried.objects.filter(analysis=analysis, kind="code").values_list("row", flat=True))
    kept: set[UUID] = set()
    for code in codes.values():
        is_told = code.retired_at is None or (code.merged_into_id is None and code.id in carried)
        at = code.id if is_told or code.id in used else None
        while at is not None and at not in kept:
            kept.add(at)
            at = codes[at].parent_id if at in codes else None
    return [code for code in codes.values() if code.id in kept]


def project_memos(actor: Actor, analysis: Analysis) -> list[Memo]:
    rows: Any = Memo.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    return list(rows)


def project_participants(actor: Actor, analysis: Analysis) -> list[Participant]:
    rows: Any = Participant.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    return list(rows)


def spoken_in(analysis: Analysis, sources: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Participant -> those of the sources in which they speak."""
    wanted, found = set(sources), dict[UUID, list[UUID]]()
    turns = Turn.objects.filter(participant__analysis=analysis).order_by("participant_id", "source_id")
    for participant, source in turns.values_list("participant_id", "source_id").distinct():
        if participant is not None and source in wanted:
            found.setdefault(participant, []).append(source)
    return found


def analysis_of_study(study: Study, name: str) -> Analysis:
    """For the command line: by its name, or the only one of the study where `name` is empty."""
    rows = Analysis.objects.filter(study=study).select_related("programme", "study").order_by("name")
    found = list((rows.filter(name__iexact=name) if name else rows)[:2])
    if len(found) == 1:
        one: Analysis = found[0]
        return one
    names = "; ".join(rows.values_list("name", flat=True)) or "none yet"
    raise NotFound(Sentence("Say which analysis with --analysis. There are: %(names)s.", names=names))


def analyst_names(analysis: Analysis, actors: set[str]) -> dict[str, str]:
    """Analyst -> the name to show: of an account, or of a coder of an imported project; else the actor's own word."""
    accounts = display_names({UUID(one) for one in actors if _is_uuid(one)})
    return {one: one for one in actors} | names_elsewhere(actors, analysis) | accounts


def _is_uuid(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True


def text_then(source: Source, version: int) -> str | None:
    """The text as it was in a version: to find places again, never to be shown. None where that version is gone."""
    first = SourceVersion.objects.filter(source=source, version=version).first()
    if first is None or not first.text:
        return None
    return source_keys().open(source.id).decrypt(bytes(first.text)).decode()


def is_reworded(source: Source) -> bool:
    """Whether names or somebody's words were taken out since: what was said of a passage before may still hold them."""
    return SourceVersion.objects.filter(source=source, change__in=_TAKEN_OUT).exists()
