"""What every page of the evaluation asks: who may look, which freeze, its results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from throughline.evaluation.told import result_told
from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions.blind import check_may_look_at_findings
from throughline.records.programme.models import Programme
from throughline.records.study.models import Freeze
from throughline.records.study.queries import freeze_named
from throughline.rules.access import check_may_evaluate, check_may_freeze, check_may_release, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence
from throughline.web.request import PageRequest, require, uuid_or_none


def looking(request: PageRequest) -> Programme:
    """Who may see findings as they are: whoever holds the study and its sources. Counts for others pass a door."""
    programme = require(request, P.SEE_STUDY)
    require(request, P.SEE_SOURCES)
    return programme


def freeze_of(request: PageRequest, name: str) -> Freeze:
    """Unready for who codes blindly in an analysis of its study."""
    programme = looking(request)
    freeze = freeze_named(request.actor, programme.id, name)
    check_may_look_at_findings(request.actor, freeze.study_id)
    return freeze


def result(freeze: Freeze, name: str) -> Any:
    """Plain values of a result; NotFound where the freeze was not evaluated."""
    return result_told(freeze, name)


def shared(request: PageRequest, freeze: Freeze, tab: str) -> dict[str, Any]:
    """Context of every page of a freeze."""
    return {"freeze": freeze, "study": freeze.study, "tab": tab, "run": result(freeze, "run")}


def why_not_freeze(request: PageRequest, programme: Programme) -> Sentence | None:
    return why_not(check_may_freeze, request.actor, programme.id) or why_not(
        check_may_evaluate, request.actor, programme.id
    )


def people_named(ids: Iterable[str | None]) -> dict[str, str]:
    """Who did something: names of accounts; system work names itself."""
    given = {one for one in ids if one}
    known = display_names({found for one in given if (found := uuid_or_none(one)) is not None})
    return {one: known.get(one, one.removeprefix("system:")) for one in given}


def why_not_report(request: PageRequest, programme: Programme) -> Sentence | None:
    """The report takes both doors."""
    for door in (P.RELEASE_TABLES, P.RELEASE_WORDS):
        refusal = why_not(check_may_release, request.actor, programme.id, door)
        if refusal is not None:
            return refusal
    return None
