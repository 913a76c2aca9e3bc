"""Questions to codings and texts: passages, matrices, words in context, saturation; and each as a file, through its door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from throughline.api.files import file_given, gives_file
from throughline.api.inquiry import asking_shapes as told
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, answers
from throughline.evaluation.code_tables import CodeTable, by_attribute, by_code
from throughline.evaluation.concordance import hits_of, with_words_around
from throughline.evaluation.doors import profile_named
from throughline.evaluation.numbers import release_code_table, release_figures
from throughline.evaluation.passages import release_passages
from throughline.records.inquiry.queries import analysis_for
from throughline.records.inquiry.queries.asking import (
    attributes_of,
    code_by_attribute,
    code_by_code,
    in_context,
    passages_by_code,
    passages_of,
    question_words,
    values_of,
)
from throughline.records.inquiry.queries.material import (
    Material,
    codes_of,
    has_agreed_version,
    material_for,
    sees_only_own,
)
from throughline.records.inquiry.queries.saturating import saturation_of
from throughline.reporting.table_files import counts_table, saturation_table, table_file
from throughline.reporting.words_files import TYPES, file_of
from throughline.rules.access import check_may_release
from throughline.rules.approaches import check_approach_uses, uses
from throughline.rules.permissions import Permission
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import ApproachUse

router = Router(tags=["asking"])
LEAVES: dict[str, Any] = {"response": FILE, "openapi_extra": gives_file(*TYPES.values())}


@router.get("/analyses/{analysis_id}/ask", response=answers(told.OfferedOut), operation_id="asked_of")
def offered(request: HttpRequest, analysis_id: UUID) -> told.OfferedOut:
    """What questions can be narrowed by, of the sources that the account reads."""
    everything = _material(request, analysis_id)
    attributes = [
        told.AskedOfOut(kind=one.kind, name=one.name, values=list(values_of(everything, one)))
        for one in attributes_of(everything)
    ]
    return told.OfferedOut(
        attributes=attributes, has_agreed_version=has_agreed_version(everything),
        is_only_own=sees_only_own(everything.actor, everything.analysis),
    )  # fmt: skip


@router.post(
    "/analyses/{analysis_id}/ask/passages", response=answers(told.PassagesOut), operation_id="ask_passages"
)
def passages(request: HttpRequest, analysis_id: UUID, asked: told.PassagesIn) -> told.PassagesOut:
    """The passages that a question means, each in its context. Opening the texts is audited."""
    material = _codes_known(_material(request, analysis_id), asked).narrowed_to(asked.narrowed())
    found = passages_of(material, asked.question())
    shown = found.where(slice(asked.offset, asked.offset + asked.limit))  # type: ignore[arg-type]  # a slice chooses too
    return told.PassagesOut(
        found=len(found),
        passages=[told.shown_in_context(one) for one in in_context(material, shown, at=now())],
    )


@router.post("/analyses/{analysis_id}/ask/passages/file", operation_id="release_passages", **LEAVES)
def passages_leave(request: HttpRequest, analysis_id: UUID, asked: told.PassagesFileIn) -> HttpResponse:
    """Let the passages of a question leave, as far as they may, through the door for words."""
    actor, everything = acting(request), _material(request, analysis_id)
    check_may_release(actor, everything.analysis.programme_id, Permission.RELEASE_WORDS)
    material = _codes_known(everything, asked).narrowed_to(asked.narrowed())
    question, codes = asked.question(), codes_of(actor, everything.analysis)
    title = question_words(question, codes)
    if question.steps:
        found = [(title, passages_of(material, question))]
    else:
        found = [(code.name, spans) for code, spans in passages_by_code(material, question, codes)]
    left = release_passages(
        material=material, found=found, what=f"passages: {title}", recipient=asked.recipient,
        write=file_of(asked.form, title), by=actor, at=now(),
    )  # fmt: skip
    return file_given(left.content, TYPES[asked.form], f"passages.{asked.form}")


@router.post(
    "/analyses/{analysis_id}/ask/codes", response=answers(told.CodeMatrixOut), operation_id="code_matrix"
)
def codes(request: HttpRequest, analysis_id: UUID, asked: told.CodeMatrixIn) -> told.CodeMatrixOut:
    """Which codes lie on the same text, or in the same turn."""
    material = _material(request, analysis_id).narrowed_to(asked.narrowed())
    found = code_by_code(material, is_by_turn=asked.is_by_turn)
    return told.CodeMatrixOut(
        codes=[UUID(one) for one in found.codes], meet=(found.passages > 0).tolist(),
        passages=found.passages.tolist() if _counts(material) else None,
    )  # fmt: skip


@router.post("/analyses/{analysis_id}/ask/codes/file", operation_id="release_code_matrix", **LEAVES)
def codes_leave(request: HttpRequest, analysis_id: UUID, asked: told.CodeMatrixFileIn) -> HttpResponse:
    """Let the matrix of codes by codes leave through the door for tables. 409 where the analysis does not count."""
    everything = _material(request, analysis_id)
    material = everything.narrowed_to(asked.narrowed())
    return _table(
        request,
        everything,
        asked,
        lambda enough: by_code(material, is_by_turn=asked.is_by_turn, enough=enough),
    )


@router.post(
    "/analyses/{analysis_id}/ask/attributes", response=answers(told.AttributeMatrixOut), operation_id="attribute_matrix"
)  # fmt: skip
def attributes(
    request: HttpRequest, analysis_id: UUID, asked: told.AttributeMatrixIn
) -> told.AttributeMatrixOut:
    """How codes spread over the values of an attribute."""
    material = _material(request, analysis_id).narrowed_to(asked.narrowed())
    found, is_counted = code_by_attribute(material, asked.attribute.attribute()), _counts(material)
    return told.AttributeMatrixOut(
        codes=[code.id for code in found.codes], values=list(found.values), is_there=(found.passages > 0).tolist(),
        passages=found.passages.tolist() if is_counted else None,
        sources=found.sources.tolist() if is_counted else None,
    )  # fmt: skip


@router.post("/analyses/{analysis_id}/ask/attributes/file", operation_id="release_attribute_matrix", **LEAVES)
def attributes_leave(
    request: HttpRequest, analysis_id: UUID, asked: told.AttributeMatrixFileIn
) -> HttpResponse:
    """Let the matrix of codes by an attribute leave through the door for tables. 409 where the analysis does not count."""
    everything = _material(request, analysis_id)
    chosen = asked.attribute.attribute()
    if chosen not in attributes_of(everything):
        raise NotFound(Sentence("There is no such attribute to tell sources apart by."))
    material = everything.narrowed_to(asked.narrowed())
    return _table(request, everything, asked, lambda enough: by_attribute(material, chosen, enough=enough))


@router.post(
    "/analyses/{analysis_id}/ask/words", response=answers(told.ConcordanceOut), operation_id="concordance"
)
def words(request: HttpRequest, analysis_id: UUID, asked: told.ConcordanceIn) -> told.ConcordanceOut:
    """Look for words in all sources, each hit in its context. What was looked for is in no log; that texts were opened is audited."""
    at = now()
    material = _material(request, analysis_id).narrowed_to(asked.narrowed())
    found = hits_of(material, asked.wanted(), at=at)
    shown = found.hits.where(slice(asked.offset, asked.offset + asked.limit))  # type: ignore[arg-type]  # a slice chooses too
    return told.ConcordanceOut(
        found=len(found.hits), searched=found.searched, is_cut=found.is_cut,
        hits=[told.shown_in_context(one) for one in in_context(material, shown, at=at, texts=found.texts)],
    )  # fmt: skip


@router.post("/analyses/{analysis_id}/ask/words/file", operation_id="release_concordance", **LEAVES)
def words_leave(request: HttpRequest, analysis_id: UUID, asked: told.ConcordanceFileIn) -> HttpResponse:
    """Let the hits of a search leave, each in its own turn, through the door for words."""
    actor, at, everything = acting(request), now(), _material(request, analysis_id)
    check_may_release(actor, everything.analysis.programme_id, Permission.RELEASE_WORDS)
    material = everything.narrowed_to(asked.narrowed())
    left = release_passages(
        material=material, found=with_words_around(material, hits_of(material, asked.wanted(), at=at)),
        what="words in context", recipient=asked.recipient, write=file_of(asked.form, "Words in context"), by=actor,
        at=at, is_found_by_codes=False,
    )  # fmt: skip
    return file_given(left.content, TYPES[asked.form], f"words-in-context.{asked.form}")


@router.post(
    "/analyses/{analysis_id}/ask/saturation", response=answers(told.SaturationOut), operation_id="saturation"
)
def saturation(request: HttpRequest, analysis_id: UUID, asked: told.SaturationIn) -> told.SaturationOut:
    """Whether the last sources still brought new codes. 409 where the analysis does not ask for it."""
    everything = _material(request, analysis_id)
    check_approach_uses(everything.analysis, ApproachUse.SATURATION)
    found = saturation_of(everything, **_sizes(asked))
    return told.SaturationOut(
        n=found.n, codes=found.codes, base=found.base, new_by_source=list(found.new_by_source), reached=found.reached,
        runs=[told.RunOut.model_validate(one) for one in found.runs],
        assumptions=[str(one) for one in found.assumptions],
    )  # fmt: skip


@router.post("/analyses/{analysis_id}/ask/saturation/file", operation_id="release_saturation", **LEAVES)
def saturation_leave(request: HttpRequest, analysis_id: UUID, asked: told.SaturationFileIn) -> HttpResponse:
    """Let the runs of sources leave through the door for tables."""
    actor, everything = acting(request), _material(request, analysis_id)
    check_may_release(actor, everything.analysis.programme_id, Permission.RELEASE_TABLES)
    check_approach_uses(everything.analysis, ApproachUse.SATURATION)
    found = saturation_of(everything, **_sizes(asked))
    left = release_figures(
        analysis=everything.analysis, use=ApproachUse.SATURATION, what="saturation", sources=found.n,
        profile=profile_named(asked.profile), recipient=asked.recipient,
        write=lambda: table_file(asked.form, saturation_table(found)), by=actor, at=now(),
    )  # fmt: skip
    return file_given(left.content, TYPES[asked.form], f"saturation.{asked.form}")


def _material(request: HttpRequest, analysis_id: UUID) -> Material:
    actor = acting(request)
    return material_for(actor, analysis_for(actor, analysis_id))


def _counts(material: Material) -> bool:
    return uses(material.analysis, ApproachUse.COUNTS)


def _codes_known(material: Material, asked: told.QuestionIn) -> Material:
    """The same, where all codes of the question are of the analysis."""
    wanted = {*asked.code_ids, *(pk for step in asked.steps for pk in step.code_ids)}
    if wanted - {code.id for code in codes_of(material.actor, material.analysis)}:
        raise NotFound(Sentence("There is no such code."))
    return material


def _sizes(asked: told.SaturationIn) -> dict[str, Any]:
    return {
        "base_size": asked.base_size,
        "run_length": asked.run_length,
        "threshold": asked.threshold / 100,
    }


def _table(
    request: HttpRequest, everything: Material, asked: told.FiguresOutIn, count: Callable[[int], CodeTable]
) -> HttpResponse:
    actor = acting(request)
    check_may_release(actor, everything.analysis.programme_id, Permission.RELEASE_TABLES)
    left = release_code_table(
        everything=everything, count=count, profile=profile_named(asked.profile), recipient=asked.recipient,
        write=lambda table: table_file(asked.form, counts_table(table)), by=actor, at=now(),
    )  # fmt: skip
    return file_given(left.content, TYPES[asked.form], f"matrix.{asked.form}")
