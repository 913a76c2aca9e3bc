"""The coding workspace: its page, and what its island asks for and sends. Places are in code points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.foundation import new_id
from throughline.records.inquiry.actions import (
    CodeDraft,
    add_code,
    add_codebook,
    read_source,
    write_memo,
)
from throughline.records.inquiry.actions.blind import why_codes_wait
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Analysis, Code, Coding, Source
from throughline.records.inquiry.queries import (
    codebooks_for,
    coding_for,
    source_for,
)
from throughline.records.inquiry.queries.texts import count_lost
from throughline.records.inquiry.queries.workspace import (
    Placed,
    beside_for,
    coded_source,
    coder_names,
    codes_for,
    feed_for,
    text_version_of,
    turn_places,
)
from throughline.rules.access import check_may_apply_code, why_not
from throughline.rules.approaches import uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, ThroughlineError
from throughline.vocabulary.study import ApproachUse, CodeOrigin, MemoKind
from throughline.web.inquiry.coding.changes import carry_out
from throughline.web.inquiry.coding.reading import HUES
from throughline.web.inquiry.coding.theming_views import theming_of
from throughline.web.inquiry.coding.wire import changes_in
from throughline.web.inquiry.coding.words import WORDS
from throughline.web.island_words import for_island
from throughline.web.request import PageRequest, has_any, in_json, now, require, uuid_or_none, words_of
from throughline.web.words import SOURCE_KINDS

Answer = dict[str, Any]


@require_GET
def code_source(request: PageRequest, source_id: UUID) -> HttpResponse:
    """The workspace of a source. `?turn=12` opens it there. Without a script the plain page does the same."""
    programme = require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    settings = {
        "counts": uses(row.analysis, ApproachUse.COUNTS),
        "readings": uses(row.analysis, ApproachUse.OTHER_READINGS),
        "may_code": why_not(check_may_apply_code, request.actor, programme.id) is None,
        "may_write": has_any(request, [P.WRITE_THEMES]),
        "may_add_code": has_any(request, [P.MANAGE_CODEBOOK])
        and why_codes_wait(request.actor, row.analysis_id) is None,
        "may_remove_any": has_any(request, [P.REMOVE_CODINGS]),
    }
    context = {
        "source": row, "analysis": row.analysis, "kind": SOURCE_KINDS[row.kind], "settings": settings,
        "words": for_island(WORDS), "me": request.actor.id,
        "why_not": why_not(check_may_apply_code, request.actor, programme.id),
        "may_write": settings["may_write"], "turn": _number(request.GET.get("turn")) or None,
        "lost": count_lost(request.actor, row), **theming_of(request, row.analysis),
    }  # fmt: skip
    return render(request, "inquiry/coding/workspace.html", context)


@require_GET
@in_json
def source_text(request: PageRequest, source_id: UUID) -> HttpResponse:
    """The words of a source and its turns: [number, place of the speaker in `speakers`, start, end]."""
    require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    text = read_source(source=row, by=request.actor, at=now())
    speakers: dict[str, int] = {}
    turns = [
        (number, speakers.setdefault(speaker, len(speakers)), start, end, of_team)
        for number, speaker, start, end, of_team in turn_places(row)
    ]
    if text_version_of(row) != row.version:
        # corrected while it was read: what was read is of two versions
        return source_text(request, source_id)
    return JsonResponse(
        {"text": text, "text_version": row.version, "speakers": list(speakers), "turns": turns}
    )


@require_http_methods(["GET", "POST"])
@in_json
def source_codings(request: PageRequest, source_id: UUID) -> HttpResponse:
    """GET: the codings that changed since `?since=`. POST: changes, each with its own answer, in their order."""
    require(request, P.SEE_SOURCES)
    if request.method == "GET":
        feed = _feed(request, source_id, _number(request.GET.get("since")))
        return JsonResponse(feed, json_dumps_params={"separators": (",", ":")})
    changes = changes_in(request.POST.get("changes", ""))
    check_may_apply_code(request.actor, require(request, P.SEE_SOURCES).id)
    source = coded_source(request.actor, source_id)
    version = _number(request.POST.get("text_version"))
    # places that are told count in this version at the latest: after a correction the page has to be loaded anew
    answers, text_version = carry_out(source, changes, version, by=request.actor, at=now)
    rows = [answer for answer in answers if isinstance(answer, Placed)]
    refusals: dict[str, Answer] = {
        str(place): {"status": answer.status, "detail": words_of(answer.sentence)}
        for place, answer in enumerate(answers)
        if isinstance(answer, ThroughlineError)
    }
    return JsonResponse(
        {**_rows(request, source.analysis, rows), "text_version": text_version, "refused": refusals}
    )


@require_http_methods(["GET", "POST"])
@in_json
def source_codes(request: PageRequest, source_id: UUID) -> HttpResponse:
    """GET: the codes in tree order, [id, name, depth, hue, definition, is in use]. POST: a code named in the text."""
    require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    made: UUID | None = None
    if request.method == "POST":
        made = named_in_text(request, row.analysis, request.POST.get("name", "")).id
    codes = [
        (str(code.id), code.name, depth, (code.colour - 1 if code.colour else place) % HUES + 1,
         code.definition, code.retired_at is None)
        for place, (code, depth) in enumerate(codes_for(request.actor, row.analysis))
    ]  # fmt: skip
    return JsonResponse({"codes": codes, "made": made})


@require_http_methods(["GET", "POST"])
@in_json
def source_beside(request: PageRequest, source_id: UUID) -> HttpResponse:
    """What is written beside a source and its codings. POST: `text` beside `coding`, or beside the source."""
    require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    if request.method == "POST":
        _write_beside(request, row)
    memos = beside_for(request.actor, row.id)
    names = coder_names(row.analysis, [one.written_by for one in memos])
    written = [
        {
            "id": one.memo_id, "coding": one.coding_id, "start": one.start, "end": one.end, "kind": one.kind,
            "title": one.title, "text": one.text, "by": names.get(one.written_by, one.written_by),
            "at": one.written_at,
        }
        for one in memos
    ]  # fmt: skip
    return JsonResponse({"memos": written})


def named_in_text(request: PageRequest, analysis: Analysis, given: str) -> Code:
    """A code by the words it was found in: the one of this name, or a new one in the analysis's first codebook."""
    name = " ".join(given.split())[:160]
    if not name:
        raise Invalid(Sentence("Name the code."), fields={"name": Sentence("Empty.")})
    there = [code for code, _depth in codes_for(request.actor, analysis)]
    same = next(
        (code for code in there if code.name.casefold() == name.casefold() and not code.retired_at), None
    )
    if same is not None:
        return same
    at = now()
    with transaction.atomic():
        book = codebooks_for(request.actor, analysis).first() or add_codebook(
            analysis=analysis, name=str(WORDS["codebook"]), by=request.actor, at=at
        )
        taken = {code.slug for code in there if code.codebook_id == book.id}
        # words without a Latin letter have no slug of their own
        slug = slugify(name)[:80] or f"code-{new_id().hex[-12:]}"
        if slug in taken:
            slug = f"{slug[:67]}-{new_id().hex[-12:]}"
        draft = CodeDraft(slug=slug, name=name, origin=CodeOrigin.INDUCTIVE)
        return add_code(codebook=book, draft=draft, by=request.actor, at=at)


def _number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 19 else 0


def _feed(request: PageRequest, source_id: UUID, since: int) -> Answer:
    feed = feed_for(request.actor, source_id, since)
    found: Answer = {"at": feed.at, "text_version": feed.text_version, "is_blind": feed.is_blind}
    if not feed.placed:
        return {**found, "codes": [], "people": [], "rows": []}
    return found | _rows(request, feed.analysis, feed.placed)


def _rows(request: PageRequest, analysis: Analysis, placed: Iterable[Placed]) -> Answer:
    """Codings as arrays that name codes and people by their place in two lists."""
    codes: dict[str, int] = {}
    people: dict[str, int] = {}
    rows = [
        (one, codes.setdefault(code, len(codes)), start, end, people.setdefault(analyst, len(people)), version, change,
         int(stands))
        for one, code, start, end, analyst, version, change, stands in placed
    ]  # fmt: skip
    me = request.actor.id
    # whoever reads their own codings alone, as with each one that is sent, is known already
    own = {me: str(request.user)} if me in people else {}
    names = own | coder_names(analysis, set(people) - {me})
    shown = [(one, str(WORDS["agreed"]) if one.startswith(AGREED) else names.get(one, one)) for one in people]
    return {"codes": list(codes), "people": shown, "rows": rows}


def _write_beside(request: PageRequest, source: Source) -> None:
    given = request.POST
    coding_id = uuid_or_none(given.get("coding"))
    coding: Coding | None = None
    if given.get("coding"):
        coding = coding_for(request.actor, coding_id) if coding_id else None
        if coding is None or coding.source_id != source.id:
            raise NotFound(Sentence("There is no such coding."))
    is_reading = given.get("kind") == MemoKind.ANOTHER_READING.value
    if is_reading and coding is not None and coding.analyst == request.actor.id:
        raise Invalid(Sentence("Another reading is a colleague's. Write a memo beside your own coding."))
    write_memo(
        analysis=source.analysis, title=given.get("title", "")[:160], text=given.get("text", ""),
        about=coding or source, kind=MemoKind.ANOTHER_READING if is_reading else MemoKind.MEMO,
        by=request.actor, at=now(),
    )  # fmt: skip
