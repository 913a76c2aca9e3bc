"""Who coded in another program, and who that is here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions.rounds import came_together, came_with
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Analysis, Coder, Coding, Source
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


@dataclass(frozen=True)
class CameWith:
    """A coder of an imported project; `joined_to` is an account's name, or nothing. `codings`: of those one may see."""

    coder: Coder
    joined_to: str
    codings: int


def coders_elsewhere(actor: Actor, analysis: Analysis) -> list[CameWith]:
    """By name; agreed versions are not among them."""
    rows = list(
        Coder.objects.visible_to(actor)
        .filter(analysis=analysis_for(actor, analysis.id))
        .exclude(actor__startswith=AGREED)
        .order_by("name", "id")
    )
    names = display_names({UUID(one.joined_to) for one in rows if one.joined_to})
    seen = Coding.objects.visible_to(actor).standing().filter(source__analysis=analysis)
    found = list(seen.filter(analyst__in=[one.actor for one in rows]).values_list("analyst", flat=True))
    return [CameWith(one, names.get(one.joined_to, ""), found.count(one.actor)) for one in rows]


@dataclass(frozen=True)
class ToCompare:
    """What came with imported projects and can be compared: coders by name, and sources that two of them coded, by name.

    `coded_by`: source -> the coders who coded it, by actor.
    """

    coders: tuple[Coder, ...]
    sources: tuple[Source, ...]
    coded_by: Mapping[UUID, frozenset[str]]


def to_compare(actor: Actor, analysis: Analysis) -> ToCompare:
    """Of what an actor may see, and what is in no round yet."""
    seen = Coding.objects.visible_to(actor).filter(id__in=came_with(analysis).values("id"))
    read = came_together(analysis, seen.order_by().values_list("source_id", "analyst").distinct())
    sources = Source.objects.visible_to(actor).filter(id__in=list(read), erased_at=None).defer("text", "raw")
    held = {one.id: one for one in sources.order_by("name", "id")}
    coders = Coder.objects.visible_to(actor).filter(analysis=analysis, actor__in=set().union(*read.values()))
    return ToCompare(
        tuple(coders.order_by("name", "id")), tuple(held.values()), {pk: frozenset(read[pk]) for pk in held}
    )


def coder_for(actor: Actor, coder_id: UUID) -> Coder:
    found: Coder | None = (
        Coder.objects.visible_to(actor).filter(id=coder_id).select_related("analysis").first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such coder."))
    return found


def names_elsewhere(actors: Iterable[str], analysis: Analysis | None = None) -> dict[str, str]:
    """Analyst -> the name that came with an imported project; with it who that is here, where it was said."""
    rows = Coder.objects.filter(actor__in=list(actors))
    if analysis is not None:
        rows = rows.filter(analysis=analysis)
    held = list(rows.values_list("actor", "name", "joined_to"))
    names = display_names({UUID(joined) for _, _, joined in held if joined})
    return {actor: f"{names[joined]} ({name})" if joined in names else name for actor, name, joined in held}
