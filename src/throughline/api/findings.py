"""Findings of a freeze as its pages show them: exact, for who holds the study and its sources. Nothing of it leaves here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import numpy as np
from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import check_any, named, one_of, outcome_named
from throughline.api.session import acting, now
from throughline.api.shapes import In, Out, Slug, Text, answers
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import contamination, subgroups
from throughline.evaluation.questions import funnel as funnel_question
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.evaluation.words import words_of
from throughline.records.inquiry.actions import write_joint_row
from throughline.records.inquiry.actions.blind import check_may_look_at_findings
from throughline.records.inquiry.models import Theme
from throughline.records.inquiry.queries import analyses_for, joint_rows_for, themes_for
from throughline.records.study.models import Freeze, Outcome
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import Judgement, Step

router = Router(tags=["findings"])
NO_FREEZE = Sentence("There is no such freeze.")


def freeze_of(request: HttpRequest, freeze_id: UUID) -> Freeze:
    """For who may see findings as they are; counts for others pass a door. 409 for who codes blindly in its study."""
    rows = Freeze.objects.visible_to(acting(request)).select_related("study__programme")
    freeze: Freeze = one_of(rows, freeze_id, NO_FREEZE)
    check_any(request, freeze.programme_id, P.SEE_STUDY)
    check_any(request, freeze.programme_id, P.SEE_SOURCES)
    check_may_look_at_findings(acting(request), freeze.study_id)
    return freeze


Result = Literal[
    "run", "funnel", "baseline", "flow", "contrast", "sensitivity", "coverage", "exposures", "joint", "site_month",
    "series", "staggered", "composition", "attitudes", "beforehand",
]  # fmt: skip
Split = Literal["arm", "phase", "route", "site"]
Question = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_/-]{1,60}$")]
LET_GO = "let_go"


class FindingOut(Out):
    """An answer as it is kept beside the freeze: numbers, kinds of nothing as words, sentences as {text, params}."""

    freeze_id: UUID
    name: str
    answer: Any


class FunnelAsked(In):
    by: Annotated[list[Split], Field(max_length=4)] = []


class GroupsOut(FindingOut):
    """`attributes`: what groups can be made by, and whether the plan names it; `answer` is null where none was asked."""

    attributes: list[tuple[str, bool]]


class QuoteTold(Out):
    """As the door for words lets it through: no source, no label, no site."""

    text: str
    language: str
    attributes: dict[str, str]


class ThemeQuotesTold(Out):
    """`withheld`: how many may not be told: no consent, withdrawn, or not de-identified."""

    theme_id: UUID
    theme: str
    quotes: list[QuoteTold]
    withheld: int


class JudgedOut(Out):
    """Of a step or an outcome (its code), the other is null. `theme_id` is null for it as a whole; `is_later`: written after the
    freeze, which does not hold it."""

    id: UUID
    analysis_id: UUID
    step: Step | None
    outcome: str | None
    theme_id: UUID | None
    judgement: Judgement
    reason: str
    version: int
    written_at: datetime
    written_by: str
    is_later: bool


class JudgementIn(In):
    """Where the numbers of a step, or of an outcome that is no step, stand beside what people said, and why one says so. Name one of
    the two, an outcome by its code, and nobody.

    `base_version`: the version seen of what stands there, null where nothing does.
    """

    analysis_id: UUID
    step: Step | None = None
    outcome: Slug | None = None
    theme_id: UUID | None = None
    judgement: Judgement
    reason: Text
    base_version: int | None = None


@router.get("/freezes/{freeze_id}/results/{name}", response=answers(FindingOut), operation_id="finding")
def finding(request: HttpRequest, freeze_id: UUID, name: Result) -> FindingOut:
    """One of the answers of an evaluated freeze. 404 where its questions were not asked yet."""
    freeze = freeze_of(request, freeze_id)
    return FindingOut(freeze_id=freeze.id, name=name, answer=_shown(name, result_told(freeze, name)))


@router.get("/freezes/{freeze_id}/funnel", response=answers(FindingOut), operation_id="funnel")
def funnel(request: HttpRequest, freeze_id: UUID, asked: Query[FunnelAsked]) -> FindingOut:
    """The line of contacts and of codes, split as asked; asked of the freeze now where it was not before."""
    freeze = freeze_of(request, freeze_id)
    splits = funnel_question.checked_splits(asked.by)
    seed = result_told(freeze, "run")["seed"]
    held = [one for one in result_told(freeze, "funnel") if tuple(one["by"]) == splits]
    if not held:
        with _opened(freeze) as opened:
            rng = np.random.default_rng(seed)
            held = [to_plain(funnel_question.ask(opened, by=splits, rng=rng))]
    answer = held[0]
    refusal = answer["routes"]["reason"]
    if "route" in splits and refusal is not None:
        answer = answer | {"codes": []}
    return FindingOut(freeze_id=freeze.id, name="funnel", answer=answer)


@router.get("/freezes/{freeze_id}/groups", response=answers(GroupsOut), operation_id="subgroups")
def groups(request: HttpRequest, freeze_id: UUID, by: Question | None = None) -> GroupsOut:
    """Whether the arms differ more among some respondents than among others, by one attribute; asked now."""
    freeze = freeze_of(request, freeze_id)
    with _opened(freeze) as opened:
        attributes = list(subgroups.attributes_of(opened))
        answer = to_plain(subgroups.ask(opened, by=by)) if by else None
    return GroupsOut(freeze_id=freeze.id, name="groups", attributes=attributes, answer=answer)


@router.get("/freezes/{freeze_id}/contamination", response=answers(FindingOut), operation_id="contamination")
def reached(request: HttpRequest, freeze_id: UUID, question: Question) -> FindingOut:
    """What of the programme reached the comparison sites, by one question of the survey; asked now."""
    freeze = freeze_of(request, freeze_id)
    seed = result_told(freeze, "run")["seed"]
    with _opened(freeze) as opened:
        answer = to_plain(contamination.ask(opened, question, seed=seed))
    return FindingOut(freeze_id=freeze.id, name="contamination", answer=answer)


@router.get(
    "/freezes/{freeze_id}/quotes", response=answers(list[ThemeQuotesTold]), operation_id="freeze_quotes"
)
def quotes(request: HttpRequest, freeze_id: UUID) -> list[ThemeQuotesTold]:
    """The quotes of each theme, as the door for words lets them through. Opening their sources is audited."""
    freeze, actor = freeze_of(request, freeze_id), acting(request)
    found = []
    for theme in _themes(actor, freeze):
        words = words_of(theme=theme, by=actor, at=now())
        told = [
            QuoteTold(text=one.text, language=one.language, attributes=dict(one.attributes))
            for one in words.quotes
        ]
        found.append(
            ThemeQuotesTold(theme_id=theme.id, theme=theme.name, quotes=told, withheld=words.withheld)
        )
    return found


@router.get("/freezes/{freeze_id}/judgements", response=answers(list[JudgedOut]), operation_id="joint_rows")
def judgements(request: HttpRequest, freeze_id: UUID) -> list[JudgedOut]:
    """What was concluded by now, in the order of the line; outcomes after it."""
    freeze, actor = freeze_of(request, freeze_id), acting(request)
    rows = [row for analysis in _analyses(actor, freeze) for row in joint_rows_for(actor, analysis)]
    return [_judged(row, freeze) for row in rows]


@router.post(
    "/freezes/{freeze_id}/judgements", response=answers(JudgedOut, 201), operation_id="write_joint_row"
)
def judge(request: HttpRequest, freeze_id: UUID, said: JudgementIn) -> Status[Any]:
    """Judge a step or an outcome, or a theme beside it; written again, it replaces. It is in the next freeze, never in one that stands."""
    freeze, actor = freeze_of(request, freeze_id), acting(request)
    check_any(request, freeze.programme_id, P.WRITE_THEMES)
    analysis = one_of(_analyses(actor, freeze), said.analysis_id, Sentence("There is no such analysis."))
    theme = None
    if said.theme_id is not None:
        theme = one_of(themes_for(actor, analysis), said.theme_id, Sentence("There is no such theme."))
    row = write_joint_row(
        study=freeze.study, analysis=analysis, of=_of(freeze, said), theme=theme, judgement=said.judgement,
        reason=said.reason, base_version=said.base_version, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, _judged(row, freeze))


def _opened(freeze: Freeze) -> Any:
    return open_freeze(folder_of(freeze), expect=freeze.content_hash, is_checked=False)


def _analyses(actor: Actor, freeze: Freeze) -> Any:
    return analyses_for(actor, freeze.programme_id).filter(study=freeze.study)


def _themes(actor: Actor, freeze: Freeze) -> list[Theme]:
    found = [theme for analysis in _analyses(actor, freeze) for theme in themes_for(actor, analysis)]
    return [theme for theme in found if theme.status != LET_GO]


def _shown(name: str, answer: Any) -> Any:
    """As pages show it: a theme that was let go is told nowhere."""
    if name == "coverage":
        kept = [theme for theme in answer["themes"] if theme["status"] != LET_GO]
        return answer | {"themes": kept}
    if name == "joint":
        rows = [
            row | {"themes": [one for one in row["themes"] if one["theme"]["status"] != LET_GO]}
            for row in answer["rows"]
        ]
        return answer | {"rows": rows}
    return answer


def _of(freeze: Freeze, said: JudgementIn) -> Step | Outcome:
    """What is judged. Invalid where both are named, or none; NotFound for an outcome that is none, or that is a step."""
    if said.step is not None and said.outcome is None:
        return said.step
    if said.step is None and said.outcome is not None:
        return outcome_named(freeze.study, said.outcome)
    raise Invalid(Sentence("Name a step or an outcome, and not both."))


def _judged(row: Any, freeze: Freeze) -> JudgedOut:
    return JudgedOut(
        id=row.id, analysis_id=row.analysis_id, step=Step(row.step) if row.step else None,
        outcome=row.outcome or None, theme_id=row.theme_id,
        judgement=Judgement(row.judgement), reason=row.reason, version=row.version, written_at=row.written_at,
        written_by=named([row.written_by]).get(row.written_by, ""), is_later=row.written_at > freeze.frozen_at,
    )  # fmt: skip
