"""What several operations ask of a request before they act."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from throughline.api.session import acting
from throughline.records.accounts.queries import display_names
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import programme_for
from throughline.records.study.models import Outcome, Study
from throughline.records.study.queries import outcomes_beside
from throughline.rules.access import check, holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.periods import Month

Row = TypeVar("Row", bound=Model)


def programme_where(request: HttpRequest, programme_id: UUID, *permissions: Permission) -> Programme:
    """The programme, for who holds one of the permissions in it; else NotAllowed, saying who could."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    check_any(request, programme.id, *permissions)
    return programme


def check_any(request: HttpRequest, programme_id: UUID, *permissions: Permission) -> None:
    actor = acting(request)
    if not any(holds(actor, one, programme_id) for one in permissions):
        check(actor, permissions[0], programme_id)


def one_of(rows: QuerySet[Row] | Any, row_id: UUID, missing: Sentence) -> Any:
    """The row of this id among those that may be seen; NotFound, with the sentence, where there is none."""
    found = rows.filter(id=row_id).first()
    if found is None:
        raise NotFound(missing)
    return found


def all_of(rows: QuerySet[Row] | Any, ids: Iterable[UUID], missing: Sentence) -> list[Any]:
    """The rows of these ids, in their order, each once; NotFound where one is none of those that may be seen."""
    wanted = list(dict.fromkeys(ids))
    found = {row.pk: row for row in rows.filter(id__in=wanted)}
    if len(found) != len(wanted):
        raise NotFound(missing)
    return [found[one] for one in wanted]


def month_of(words: str) -> Month:
    try:
        return Month.parse(words)
    except ValueError as error:
        raise Invalid(Sentence("A month is written like 2026-02.")) from error


def tenths(number: float) -> Decimal:
    """A number as it is kept: to one decimal."""
    return Decimal(str(round(number, 1)))


def named(ids: Iterable[str | None]) -> dict[str, str]:
    """Who did something: names of accounts; system work names itself."""
    given = {one for one in ids if one}
    known = display_names({found for one in given if (found := _uuid(one)) is not None})
    return {one: known.get(one, one.removeprefix("system:")) for one in given}


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def outcome_named(study: Study, code: str) -> Outcome:
    """An outcome of the study that is no step of the line; NotFound for any other code."""
    found = outcomes_beside(study).get(code)
    if found is None:
        raise NotFound(Sentence("The study has no outcome %(code)s beside the steps of the line.", code=code))
    return found
