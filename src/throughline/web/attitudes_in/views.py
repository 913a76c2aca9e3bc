"""What officers and workers answered, through pages: a file is sent, its columns are said, tried, imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.attitudes.trying import first_attitudes
from throughline.exchange.held import seal_for
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.content import content_of_file, yaml_of
from throughline.records.programme.models import Programme, Site
from throughline.records.workforce.models import AttitudeScale
from throughline.records.workforce.queries import scale_for, scales_for
from throughline.vocabulary.errors import ThroughlineError, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.web.answers_in.forms import NOTHING_WORDS, SHOWN
from throughline.web.attitudes_in import tasks
from throughline.web.attitudes_in.forms import GROUPS, MOMENTS, ColumnsForm, SendForm
from throughline.web.attitudes_in.said import mapping_of, said
from throughline.web.attitudes_in.scales import recording
from throughline.web.attitudes_in.state import Begun
from throughline.web.imports.wizard import KEEP, LOOK, TRY, Wizard, looked
from throughline.web.request import PageRequest, now, show_refusal, words_of
from throughline.web.uploads import held_in_memory
from throughline.work.sealed import packed_file


def _beside(request: PageRequest, begun: Begun) -> dict[str, Any]:
    return {"scale": scale_for(request.actor, begun.scale)}


ATTITUDES = Wizard(
    name="attitudes", start="attitudes_in", title=gettext_lazy("Import attitudes"), kind=Begun, templates="attitudes_in",
    may=recording, beside=_beside, steps=(
        ("table", gettext_lazy("The table")), ("columns", gettext_lazy("Columns")), ("rows", gettext_lazy("First rows")),
        ("check", gettext_lazy("Check and import")),
    ),
    works={LOOK: tasks.read_attitudes, TRY: tasks.try_attitudes_file, KEEP: tasks.import_attitudes_file},
    after_reading=lambda begun: "rows" if begun.is_said else "columns",
)  # fmt: skip


@held_in_memory
@require_http_methods(["GET", "POST"])
def attitudes_in(request: PageRequest) -> HttpResponse:
    """Choose a file and its questionnaire; posting has it read in the background. Nothing of it is kept yet."""
    programme = recording(request)
    scales = scales_for(request.actor, programme.id)
    form = SendForm(request.POST or None, request.FILES or None, scales=scales)
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, programme, form.cleaned_data)
        except ThroughlineError as error:
            show_refusal(form, error)
    context = {
        "form": form,
        "open": ATTITUDES.on_their_way(request, programme),
        "has_scales": scales.exists(),
    }
    return render(request, "attitudes_in/send.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    mapping, file = given["mapping"], given["file"]
    content = content_of_file(mapping.read(), mapping.name, AttitudesMapping) if mapping else {}
    sent = Begun(
        owner=request.actor.id, programme=programme.id, scale=given["scale"].id, filename=file.name,
        file=seal_for(request.actor.id, packed_file(file.name, file.read())), mapping=content, is_said=bool(content),
    )  # fmt: skip
    return ATTITUDES.ask(programme, sent, LOOK)


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for what is needed; what is chosen is kept on the way."""
    programme, sent, beside = ATTITUDES.own(request, begun_id)
    if elsewhere := ATTITUDES.busy(programme, sent):
        return elsewhere
    scale, context = beside["scale"], ATTITUDES.around(sent, "columns") | beside
    try:
        _about, profile = looked(sent)
    except Unready as why:
        return render(request, "attitudes_in/columns.html", context | {"refused": why.sentence})
    mapping = sent.mapping if sent.is_said else {}
    form = ColumnsForm(request.POST or None, profile=profile, scale=scale, mapping=mapping)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            changed = replace(sent, mapping=said(sent.mapping, form.cleaned_data), tried="", is_said=True)
            try:
                mapping_of(changed)
                changed.keep()
                return redirect("attitudes_rows", begun_id=begun_id)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context |= {"form": form, "columns": len(profile.columns), "row_count": profile.row_count}
    return render(request, "attitudes_in/columns.html", context, status=status)


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows as they will be; posting has all rows tried in the background."""
    programme, sent, beside = ATTITUDES.own(request, begun_id)
    if elsewhere := ATTITUDES.busy(programme, sent):
        return elsewhere
    if not sent.is_said:
        return redirect("attitudes_columns", begun_id=begun_id)
    if request.method == "POST":
        return ATTITUDES.ask(programme, sent, TRY)
    context = ATTITUDES.around(sent, "rows") | beside | {
        "yaml": yaml_of(sent.content()), "back_url": reverse("attitudes_columns", args=[sent.id]),
    }  # fmt: skip
    try:
        context["rows"] = _shown(request, beside["scale"], sent)
    except ThroughlineError as error:
        context["misfit"] = words_of(error.sentence)
    return render(request, "attitudes_in/rows.html", context)


def _shown(request: PageRequest, scale: AttitudeScale, sent: Begun) -> list[dict[str, Any]]:
    """Labels are shown nowhere: that there is one is all that is said."""
    _about, profile = looked(sent)
    names = dict(Site.objects.filter(programme=scale.programme_id).values_list("id", "name"))
    found = []
    for shown, row in first_attitudes(profile=profile, mapping=mapping_of(sent), scale=scale, by=request.actor, at=now()):  # fmt: skip
        told: dict[str, Any] = {"line": shown.line, "reject": row if isinstance(row, Reject) else None}
        if not isinstance(row, Reject):
            one = row.draft
            answers = one.scores if one.scores is not None else {_("item %(n)s") % {"n": n}: a for n, a in one.answers.items()}  # fmt: skip
            told |= {
                "site": names[one.site_id], "day": one.taken_on, "group": GROUPS[one.group], "moment": MOMENTS[one.moment],
                "has_label": bool(one.label.strip()), "is_of_training": one.training_id is not None,
                "says": [(name[:SHOWN], _word(given)) for name, given in answers.items()],
            }  # fmt: skip
        found.append(told)
    return found


def _word(given: float | Nothing) -> str:
    return str(NOTHING_WORDS[given]) if isinstance(given, Nothing) else f"{given:g}"
