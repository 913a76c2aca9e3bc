"""The codebook: its tree, what each code means and was, and codes in and out of use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions import (
    CodeDraft,
    add_code,
    add_codebook,
    change_code,
    move_code,
    reinstate_code,
    retire_code,
)
from throughline.records.inquiry.actions.blind import why_codes_wait
from throughline.records.inquiry.models import Analysis, Code, Codebook
from throughline.records.inquiry.queries import CodeNode, code_for, code_tree, codebooks_for
from throughline.records.inquiry.queries.codebooks import codebook_for, revisions_of
from throughline.rules.access import check_may_manage_codebook, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.vocabulary.study import CodeOrigin
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.codebook.forms import COLOURS, CodeForm, KeepForm, NewCodeForm, PlaceForm
from throughline.web.inquiry.coding.forms import MemoForm
from throughline.web.inquiry.coding.reading import counts_codes, hues_of
from throughline.web.inquiry.familiar.reading import written_on
from throughline.web.request import (
    PageRequest,
    has_any,
    now,
    require,
    show_refusal,
    uuid_or_none,
    words_of,
)
from throughline.web.words import CODE_CHANGES, CODE_ORIGINS, CODE_PARTS

SHOWN = 160  # letters of a definition in the tree


@dataclass
class Branch:
    """A code in the tree with what is below it; counts where the approach counts."""

    code: Code
    hue: int
    codings: int | None
    below: list[Branch] = field(default_factory=list)
    is_first: bool = True
    is_last: bool = True


@require_GET
def codebook(request: PageRequest) -> HttpResponse:
    """The codes of a book as a tree, with what may be done to them."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "codebook")
    analysis = chosen_analysis(context)
    books = list(codebooks_for(request.actor, analysis))
    book = _chosen(request, books)
    nodes = code_tree(request.actor, book) if book else []
    context |= {
        "books": books,
        "book": book,
        "branches": branches_of(nodes, hues_of(nodes), is_counted=counts_codes(analysis)),
        "counts": counts_codes(analysis),
        "why_not": _why_not(request, programme.id, analysis.id),
        "keep_form": KeepForm(),
    }
    return render(request, "inquiry/codebook/codebook.html", context)


def _why_not(request: PageRequest, programme_id: UUID, analysis_id: UUID) -> Sentence | None:
    """Why one may not change these codes: by one's roles, or while one codes blindly."""
    why = why_not(check_may_manage_codebook, request.actor, programme_id)
    return why or why_codes_wait(request.actor, analysis_id)


def _chosen(request: PageRequest, books: list[Codebook]) -> Codebook | None:
    pk = uuid_or_none(request.GET.get("book"))
    return next((book for book in books if book.id == pk), books[0] if books else None)


def branches_of(nodes: list[CodeNode], hues: dict[UUID, int], *, is_counted: bool) -> list[Branch]:
    """Codes in tree order -> the branches at the top."""
    found = {
        node.code.id: Branch(node.code, hues[node.code.id], node.codings if is_counted else None)
        for node in nodes
    }
    top: list[Branch] = []
    for node in nodes:
        parent = found.get(node.code.parent_id) if node.code.parent_id else None
        siblings = parent.below if parent else top
        one = found[node.code.id]
        if siblings:
            siblings[-1].is_last, one.is_first = False, False
        siblings.append(one)
    return top


@require_POST
def codebook_begun(request: PageRequest) -> HttpResponse:
    """The first codebook of an analysis."""
    programme = require(request, P.MANAGE_CODEBOOK)
    analysis: Analysis = chosen_analysis(around(request, programme, "codebook"))
    if not codebooks_for(request.actor, analysis).exists():
        add_codebook(analysis=analysis, name=_("Codebook"), by=request.actor, at=now())
        messages.success(request, _("The codebook is begun. Add its first code, or import one."))
    return redirect(f"{reverse('codebook')}?analysis={analysis.id}")


@require_http_methods(["GET", "POST"])
def new_code(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """Add a code, with what it means and where it stands."""
    programme = require(request, P.MANAGE_CODEBOOK)
    book = codebook_for(request.actor, codebook_id)
    nodes = code_tree(request.actor, book)
    initial = {"origin": CodeOrigin.INDUCTIVE.value, "colour": 0, "parent": request.GET.get("under", "")}
    form = NewCodeForm(request.POST or None, initial=initial, nodes=nodes)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                code = _added(request, book, nodes, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("“%(code)s” is in the codebook.") % {"code": code.name})
                return redirect(address_of(book, code))
    context = around(request, programme, "codebook", analysis=book.analysis) | {"book": book, "form": form}
    return render(request, "inquiry/codebook/new_code.html", context, status=status)


def _added(request: PageRequest, book: Codebook, nodes: list[CodeNode], form: NewCodeForm) -> Code:
    words = form.words()
    parent = _within(nodes, form.cleaned_data["parent"])
    draft = CodeDraft(
        slug=free_slug(words.name, nodes), name=words.name, origin=words.origin, parent=parent.slug if parent else None,
        definition=words.definition, include=words.include, exclude=words.exclude, example=words.example,
        colour=words.colour,
    )  # fmt: skip
    return add_code(codebook=book, draft=draft, by=request.actor, at=now())


def free_slug(name: str, nodes: list[CodeNode]) -> str:
    """A slug that no code of the book has. Invalid for a name without letters."""
    base = slugify(name, allow_unicode=False)[:70] or slugify(name, allow_unicode=True)[:70]
    if not base:
        raise Invalid(
            Sentence("A code needs a name with letters in it."), fields={"name": Sentence("No letters.")}
        )
    taken = {node.code.slug for node in nodes}
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _within(nodes: list[CodeNode], given: str) -> Code | None:
    pk = uuid_or_none(given)
    return next((node.code for node in nodes if node.code.id == pk), None)


def address_of(book: Codebook, code: Code | None = None) -> str:
    """The tree, at a code."""
    at = f"#code-{code.id}" if code else ""
    return f"{reverse('codebook')}?analysis={book.analysis_id}&book={book.id}{at}"


@require_http_methods(["GET", "POST"])
def code(request: PageRequest, code_id: UUID) -> HttpResponse:
    """What a code means; posting writes it anew. Beside it what it was, and what else may be done."""
    programme = require(request, P.SEE_SOURCES)
    row = code_for(request.actor, code_id)
    book = codebook_for(request.actor, row.codebook_id)
    why = _why_not(request, programme.id, book.analysis_id)
    form = CodeForm(request.POST or None, initial=CodeForm.of(row))
    status = 200
    if request.method == "POST":
        check_may_manage_codebook(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                change_code(
                    code=row, words=form.words(), base_version=form.cleaned_data["base_version"], by=request.actor,
                    at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The code is written anew; what it was is kept."))
                return redirect("code", code_id=row.id)
    nodes = code_tree(request.actor, book)
    node = next(one for one in nodes if one.code.id == row.id)
    context = around(request, programme, "codebook", analysis=book.analysis) | {
        "code": row, "book": book, "hue": hues_of(nodes)[row.id], "form": None if why else form, "why_not": why,
        "place_form": PlaceForm(initial={"parent": str(row.parent_id or "")}, nodes=nodes, code=row, auto_id="place_%s"),
        "codings": node.codings if counts_codes(book.analysis) else None,
        "merged_into": row.merged_into, "history": history_of(request, row), "origin": CODE_ORIGINS[row.origin],
        "memos": written_on(request.actor, row), "memo_form": MemoForm(auto_id="memo_%s"),
        "may_write": has_any(request, [P.WRITE_THEMES]), "may_recode": has_any(request, [P.APPLY_CODE]),
    }  # fmt: skip
    return render(request, "inquiry/codebook/code.html", context, status=status)


def history_of(request: PageRequest, row: Code) -> list[dict[str, Any]]:
    """What was done to a code, newest first: by whom, when, and what each part was."""
    revisions = list(revisions_of(request.actor, row))
    names = display_names({pk for one in revisions if (pk := uuid_or_none(one.changed_by))})
    later: dict[str, Any] = {name: getattr(row, name) for name in CODE_PARTS if name != "parent"}
    later["parent"] = row.parent.slug if row.parent else None
    found = []
    for one in revisions:
        parts = [
            (label, _shown(name, one.was[name]), _shown(name, later[name]))
            for name, label in CODE_PARTS.items()
            if name in one.was and one.was[name] != later[name]
        ]
        found.append(
            {
                "what": CODE_CHANGES.get(one.was.get("what", "changed"), ""),
                "who": names.get(one.changed_by, one.changed_by),
                "at": one.changed_at,
                "parts": parts,
            }
        )
        later = one.was
    return found


def _shown(name: str, value: Any) -> Any:
    if name == "origin":
        return CODE_ORIGINS.get(value, value)
    if name == "colour":
        return dict(COLOURS).get(value, value)
    return value or ""


@require_POST
def code_moved(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """Put a code elsewhere in the tree: one step by a button (`move=<id> up`), or where it was dragged or chosen."""
    require(request, P.MANAGE_CODEBOOK)
    book = codebook_for(request.actor, codebook_id)
    nodes = code_tree(request.actor, book)
    given, _space, way = request.POST.get("move", "").partition(" ")
    row = _within(nodes, given or request.POST.get("code", ""))
    if row is None:
        raise Invalid(Sentence("Say which code to move."))
    if way:
        parent, before = _step(nodes, row, way)
    else:
        parent = _within(nodes, request.POST.get("parent", ""))
        before = _within(nodes, request.POST.get("before", ""))
    try:
        move_code(code=row, parent=parent, before=before, by=request.actor, at=now())
    except Invalid as error:
        messages.error(request, words_of(error.sentence))
    back = request.POST.get("back")
    return redirect("code", code_id=row.id) if back == "code" else redirect(address_of(book, row))


def _step(nodes: list[CodeNode], row: Code, way: str) -> tuple[Code | None, Code | None]:
    """Parent and next sibling after one step up, down, in (under the sibling above) or out (beside its parent)."""
    codes = {node.code.id: node.code for node in nodes}
    parent = codes.get(row.parent_id) if row.parent_id else None
    siblings = [node.code for node in nodes if node.code.parent_id == row.parent_id]
    place = next(n for n, one in enumerate(siblings) if one.id == row.id)
    if way == "up" and place > 0:
        return parent, siblings[place - 1]
    if way == "down":
        return parent, siblings[place + 2] if place + 2 < len(siblings) else None
    if way == "in" and place > 0:
        return siblings[place - 1], None
    if way == "out" and parent is not None:
        uncles = [node.code for node in nodes if node.code.parent_id == parent.parent_id]
        after = next(n for n, one in enumerate(uncles) if one.id == parent.id) + 1
        grandparent = codes.get(parent.parent_id) if parent.parent_id else None
        return grandparent, uncles[after] if after < len(uncles) else None
    raise Invalid(Sentence("The code cannot go further that way."))


@require_POST
def code_retired(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Take a code out of use; what it was put on keeps it."""
    require(request, P.MANAGE_CODEBOOK)
    row = retire_code(code=code_for(request.actor, code_id), by=request.actor, at=now())
    messages.success(request, _("“%(code)s” is retired. Its passages keep it.") % {"code": row.name})
    return redirect("code", code_id=row.id)


@require_POST
def code_reinstated(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Bring a retired code back into use."""
    require(request, P.MANAGE_CODEBOOK)
    row = reinstate_code(code=code_for(request.actor, code_id), by=request.actor, at=now())
    messages.success(request, _("“%(code)s” is in use again.") % {"code": row.name})
    return redirect("code", code_id=row.id)
