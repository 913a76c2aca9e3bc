"""Passages that a question or a search found, taken out through the door for words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from throughline.evaluation.concordance import hits_of, with_words_around
from throughline.evaluation.passages import release_passages
from throughline.records.inquiry.queries.asking import passages_by_code, passages_of, question_words
from throughline.records.inquiry.queries.material import codes_of, has_agreed_version, material_for
from throughline.reporting.words_files import TYPES, file_of
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.asking.forms import AskForm
from throughline.web.inquiry.asking.passages_forms import LeaveForm, WordsForm
from throughline.web.request import PageRequest, now, require


@require_POST
def passages_leave(request: PageRequest) -> HttpResponse:
    """A file of the passages that the question in the address means. It is a line of the ledger."""
    programme = require(request, P.RELEASE_WORDS)
    require(request, P.SEE_SOURCES)
    analysis = chosen_analysis(around(request, programme, "ask"))
    everything = material_for(request.actor, analysis)
    codes = codes_of(request.actor, analysis)
    asked = AskForm(
        request.GET, everything=everything, codes=codes, has_agreed=has_agreed_version(everything)
    )
    form = LeaveForm(request.POST)
    if not asked.is_valid():
        raise Invalid(Sentence("The question is not whole. Ask it again, and then take its passages out."))
    if not form.is_valid():
        messages.error(request, _("Say who gets the passages, and as what kind of file."))
        return redirect(f"{reverse('ask')}?{request.GET.urlencode()}")
    material, question = everything.narrowed_to(asked.narrowed()), asked.question()
    title, as_file = question_words(question, codes), form.cleaned_data["format"]
    if question.steps:
        found = [(title, passages_of(material, question))]
    else:
        found = [(code.name, spans) for code, spans in passages_by_code(material, question, codes)]
    left = release_passages(
        material=material, found=found, what=f"passages: {title}",
        recipient=form.cleaned_data["recipient"], write=file_of(as_file, title), by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, "passages", as_file)


@require_POST
def concordance_leave(request: PageRequest) -> HttpResponse:
    """A file of the hits of a search, each in its own turn. What was looked for is in no line of the ledger."""
    programme = require(request, P.RELEASE_WORDS)
    require(request, P.SEE_SOURCES)
    analysis = chosen_analysis(around(request, programme, "ask"))
    everything = material_for(request.actor, analysis)
    search, form = WordsForm(request.POST, everything=everything), LeaveForm(request.POST)
    if not search.is_valid():
        raise Invalid(Sentence("The search is not whole. Look again, and then take its passages out."))
    if not form.is_valid():
        messages.error(request, _("Say who gets the passages, and as what kind of file."))
        return redirect(f"{reverse('concordance')}?analysis={analysis.id}")
    at, as_file = now(), form.cleaned_data["format"]
    material = everything.narrowed_to(search.narrowed())
    left = release_passages(
        material=material, found=with_words_around(material, hits_of(material, search.wanted(), at=at)),
        what="words in context", recipient=form.cleaned_data["recipient"], write=file_of(as_file, "Words in context"),
        by=request.actor, at=at, is_found_by_codes=False,
    )  # fmt: skip
    return as_download(left.content, "words-in-context", as_file)


def as_download(content: bytes, name: str, form: str) -> HttpResponse:
    """A file that left, csv, xlsx or docx, to be saved."""
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
