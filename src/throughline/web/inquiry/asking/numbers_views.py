"""Counts of codings and saturation, taken out through the door for tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from throughline.evaluation.code_tables import CodeTable, by_attribute, by_code
from throughline.evaluation.doors import profile_named
from throughline.evaluation.numbers import release_code_table, release_figures
from throughline.records.inquiry.queries.material import Material, material_for
from throughline.records.inquiry.queries.saturating import saturation_of
from throughline.reporting.table_files import counts_table, saturation_table, table_file
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import ApproachUse
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.asking.forms import FiltersForm, attribute_mark
from throughline.web.inquiry.asking.leaving_views import as_download
from throughline.web.inquiry.asking.passages_forms import NumbersForm, SaturationForm
from throughline.web.request import PageRequest, now, require


@require_POST
def code_matrix_leave(request: PageRequest) -> HttpResponse:
    """A file of codes by codes, as the address narrows them."""
    everything, filters = _asked(request)
    material = everything.narrowed_to(filters.narrowed())
    is_by_turn = request.GET.get("by") == "turn"
    return _counts(
        request, everything, lambda enough: by_code(material, is_by_turn=is_by_turn, enough=enough), "code_matrix"
    )  # fmt: skip


@require_POST
def attribute_matrix_leave(request: PageRequest) -> HttpResponse:
    """A file of codes by the attribute that the address names, or by the first there is."""
    everything, filters = _asked(request)
    offered = [attribute for attribute, _values in filters.offered.values()]
    chosen = next((one for one in offered if attribute_mark(one) == request.GET.get("by")), None) or next(
        iter(offered), None
    )
    if chosen is None:
        raise Invalid(Sentence("There is no attribute to tell sources apart by."))
    material = everything.narrowed_to(filters.narrowed())
    return _counts(
        request, everything, lambda enough: by_attribute(material, chosen, enough=enough), "attribute_matrix"
    )  # fmt: skip


@require_POST
def saturation_leave(request: PageRequest) -> HttpResponse:
    """A file of the runs of sources, with the sizes of the address."""
    everything, _filters = _asked(request)
    analysis = everything.analysis
    check_approach_uses(analysis, ApproachUse.SATURATION)
    sizes, form = SaturationForm(request.GET), NumbersForm(request.POST)
    if not sizes.is_valid():
        raise Invalid(Sentence("The sizes of the base and of a run are not whole. Show the page again."))
    if not form.is_valid():
        return ask_again(request, "saturation")
    found, given = saturation_of(everything, **sizes.sizes()), form.cleaned_data
    left = release_figures(
        analysis=analysis, use=ApproachUse.SATURATION, what="saturation", sources=found.n,
        profile=profile_named(given["profile"]), recipient=given["recipient"],
        write=lambda: table_file(given["format"], saturation_table(found)), by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, "saturation", given["format"])


def ask_again(request: PageRequest, address: str, *args: Any) -> HttpResponse:
    """Back to the page where somebody did not say who gets it."""
    messages.error(request, _("Say who gets the numbers, and as what kind of file."))
    return redirect(f"{reverse(address, args=args)}?{request.GET.urlencode()}")


def _asked(request: PageRequest) -> tuple[Material, FiltersForm]:
    programme = require(request, P.RELEASE_TABLES)
    require(request, P.SEE_SOURCES)
    everything = material_for(request.actor, chosen_analysis(around(request, programme, "ask")))
    return everything, FiltersForm(request.GET or None, everything=everything)


def _counts(
    request: PageRequest, everything: Material, count: Callable[[int], CodeTable], page: str
) -> HttpResponse:
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return ask_again(request, page)
    given = form.cleaned_data
    left = release_code_table(
        everything=everything, count=count, profile=profile_named(given["profile"]), recipient=given["recipient"],
        write=lambda table: table_file(given["format"], counts_table(table)), by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, page.replace("_", "-"), given["format"])
