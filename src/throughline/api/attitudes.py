"""Questionnaires of attitudes: how each is scored, and the erasure of what one person answered."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool, StrictInt, StringConstraints

from throughline.api.asked import one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import In, Label, Line, Out, answers
from throughline.records.programme.models import Programme, Site
from throughline.records.workforce.actions import define_attitude_scale, erase_assessments
from throughline.records.workforce.models import AttitudeScale
from throughline.records.workforce.queries import counted_scales, scale_for
from throughline.rules.access import check_may_record_attitudes
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.attitudes import (
    LARGEST_ANSWER,
    MOST_ITEMS,
    MOST_SUBSCALES,
    AttitudeGroup,
    ScoringKey,
    Subscale,
)
from throughline.vocabulary.errors import Invalid, Sentence

router = Router(tags=["attitudes"])
NO_SITE = Sentence("There is no such site.")
NOBODY = Sentence("Nobody of this group answered with this label at this site.")
Item = Annotated[StrictInt, Field(ge=1, le=MOST_ITEMS)]
Value = Annotated[StrictInt, Field(ge=-LARGEST_ANSWER, le=LARGEST_ANSWER)]


class SubscaleIn(In):
    """Items by number. `reversed`: those of them that count from the other end. `may_miss`: how many may be left out."""

    name: Label
    items: Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]
    reversed: Annotated[list[Item], Field(max_length=MOST_ITEMS)] = []
    higher_is_better: StrictBool = True
    may_miss: Annotated[StrictInt, Field(ge=0, lt=MOST_ITEMS)] = 0


class ScaleIn(In):
    """A scoring key as the instrument's manual says it, without the texts of items. `lowest`, `highest`: of any answer."""

    name: Label
    lowest: Value
    highest: Value
    subscales: Annotated[list[SubscaleIn], Field(min_length=1, max_length=MOST_SUBSCALES)]


class SubscaleOut(Out):
    name: str
    items: list[int]
    reversed: list[int]
    higher_is_better: bool
    may_miss: int


class ScaleOut(Out):
    """`questionnaires`: how many were handed in."""

    id: UUID
    name: str
    lowest: int
    highest: int
    subscales: list[SubscaleOut]
    questionnaires: int


class ErasureIn(In):
    """`label`: what the person wrote on theirs."""

    site_id: UUID
    group: AttitudeGroup
    label: Annotated[Line, StringConstraints(min_length=1, max_length=60)]


class ErasedOut(Out):
    questionnaires: int


@router.get(
    "/programmes/{programme_id}/attitude-scales", response=answers(list[ScaleOut]), operation_id="attitude_scales"
)  # fmt: skip
def scales(request: HttpRequest, programme_id: UUID) -> list[ScaleOut]:
    """Every questionnaire, how it is scored, and how many were handed in."""
    programme = _recording(request, programme_id)
    return [_shown(row) for row in counted_scales(acting(request), programme.id)]


@router.post(
    "/programmes/{programme_id}/attitude-scales", response=answers(ScaleOut, 201),
    operation_id="define_attitude_scale",
)  # fmt: skip
def define(request: HttpRequest, programme_id: UUID, said: ScaleIn) -> Status[Any]:
    """Say how a questionnaire is scored. Said again with the same name it is mended; 409 once answers were scored by it."""
    programme, actor = _recording(request, programme_id), acting(request)
    key = ScoringKey(
        said.lowest, said.highest,
        tuple(
            Subscale(one.name, tuple(one.items), tuple(one.reversed), one.higher_is_better, one.may_miss)
            for one in said.subscales
        ),
    )  # fmt: skip
    row = define_attitude_scale(programme=programme, name=said.name, key=key, by=actor, at=now())
    return Status(201, _shown(counted_scales(actor, programme.id).get(id=row.id)))


@router.post(
    "/attitude-scales/{scale_id}/erase", response=answers(ErasedOut), operation_id="erase_assessments"
)  # fmt: skip
def erase(request: HttpRequest, scale_id: UUID, said: ErasureIn) -> ErasedOut:
    """Destroy what one person answered, found by their own label; nobody sees what it was. 422 where there is nothing."""
    actor, scale = acting(request), scale_for(acting(request), scale_id)
    check_may_record_attitudes(actor, scale.programme_id)
    site = one_of(Site.objects.filter(programme=scale.programme_id), said.site_id, NO_SITE)
    gone = erase_assessments(scale=scale, site=site, group=said.group, label=said.label, by=actor, at=now())
    if not gone:
        raise Invalid(NOBODY, fields={"label": NOBODY})
    return ErasedOut(questionnaires=gone)


def _recording(request: HttpRequest, programme_id: UUID) -> Programme:
    programme = programme_where(request, programme_id, P.RECORD_ATTITUDES)
    check_may_record_attitudes(acting(request), programme.id)
    return programme


def _shown(row: AttitudeScale) -> ScaleOut:
    return ScaleOut(id=row.id, name=row.name, questionnaires=row.questionnaires, **row.key)  # type: ignore[attr-defined]  # counted
