"""Agreement of a closed round, where its coders differ side by side, settling it, and the agreed version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from throughline.evaluation.disagreements_leaving import release_differences
from throughline.evaluation.doors import profile_named
from throughline.evaluation.numbers import check_heads, release_figures
from throughline.methods.agreement.codings import Level
from throughline.methods.agreement.coefficient import Coefficient
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry.actions import settle_disagreement, write_agreed_version
from throughline.records.inquiry.actions.compared import Compared, Over
from throughline.records.inquiry.models import Round
from throughline.records.inquiry.queries import code_for, round_for, source_for
from throughline.records.inquiry.queries.agreement import (
    Asked,
    Difference,
    RoundAgreement,
    agreement_of,
    differences_of,
    parents_in,
)
from throughline.records.inquiry.queries.asking import InContext, in_context
from throughline.records.inquiry.queries.material import material_for
from throughline.records.inquiry.queries.workspace import coder_names
from throughline.reporting.agreement_table import agreement_tables, differences_table
from throughline.reporting.table_files import table_file
from throughline.rules.access import check_may_lead_rounds, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence, ThroughlineError
from throughline.vocabulary.study import ApproachUse
from throughline.web.inquiry.asking.leaving_views import as_download
from throughline.web.inquiry.asking.numbers_views import ask_again
from throughline.web.inquiry.asking.passages_forms import LeaveForm, NumbersForm
from throughline.web.inquiry.asking.views import leaving, leaving_numbers, quote_of
from throughline.web.inquiry.rounds.forms import SettleForm
from throughline.web.inquiry.rounds.views import round_around
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none
from throughline.web.stale import is_overtaken, mark_of

PER_PAGE = 20
LEVELS = {
    Level.CHARACTER: gettext_lazy("characters"),
    Level.TURN: gettext_lazy("turns"),
    Level.SENTENCE: gettext_lazy("sentences"),
}


def seed_of(row: Round) -> int:
    """The same round gives the same intervals."""
    return row.id.int % 2**32


@require_GET
def agreement(request: PageRequest, round_id: UUID) -> HttpResponse:
    """Per code, per source, per pair and over all; each figure opens where coders differ."""
    row, context = round_around(request, round_id)
    asked, found = _found(request, row)
    names = coder_names(row.analysis, found.compared.continuum.coders)
    context |= {
        "asked": asked,
        "levels": [(level.value, LEVELS[level], level is asked.level) for level in Level],
        "parents": [(one, one.id == asked.parent) for one in parents_in(found.compared)],
        "found": found,
        "codes": _code_rows(found, names, row),
        "sources": _source_rows(found, row),
        "over_all": [
            (_("all sources"), found.over_all),
            *((found.compared.sources[UUID(pk)].name, one) for pk, one in found.in_source.items()),
        ],
        "pooled": [(_pair(one, names), one) for one in found.pooled],
        "domain": _domain(found, names),
        "reasons": _reasons(found),
        **leaving_numbers(request, row.programme, "agreement_leave", row.id),
    }
    return render(request, "inquiry/rounds/agreement.html", context)


def _found(request: PageRequest, row: Round) -> tuple[Asked, RoundAgreement]:
    asked = Asked(
        level=_chosen(Level, request.GET.get("level"), Level.CHARACTER),
        over=_chosen(Over, request.GET.get("over"), Over.TURNS),
        parent=uuid_or_none(request.GET.get("domain")),
    )
    rng = np.random.default_rng(seed_of(row))
    return asked, agreement_of(request.actor, row.id, asked, rng=rng, at=now())


@require_POST
def agreement_leave(request: PageRequest, round_id: UUID) -> HttpResponse:
    """A file of the agreement per code and per pair of coders, who are numbers in it. It is a line of the ledger."""
    require(request, P.RELEASE_TABLES)
    row, _context = round_around(request, round_id)
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return ask_again(request, "agreement", row.id)
    asked, found = _found(request, row)
    given = form.cleaned_data
    profile = profile_named(given["profile"])
    tables = agreement_tables(found, str(LEVELS[asked.level]), profile, is_blind=row.is_blind)
    check_heads(row.analysis, [cells[0] for cells in tables[0].rows], by=request.actor, at=now())
    left = release_figures(
        analysis=row.analysis, use=ApproachUse.AGREEMENT, what="agreement of coders",
        sources=len(found.compared.sources), profile=profile, recipient=given["recipient"],
        write=lambda: table_file(given["format"], *tables), by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, "agreement", given["format"])


@require_GET
def differences(request: PageRequest, round_id: UUID) -> HttpResponse:
    """Every stretch on which coders differ, with who has the code and who left it, to be settled one by one."""
    return _differences(request, round_id)


def _differences(
    request: PageRequest, round_id: UUID, refused: SettleForm | None = None, status: int = 200
) -> HttpResponse:
    """The list; `refused` stands at its stretch as it was sent, wherever that is by now, or above the list where it is gone."""
    row, context = round_around(request, round_id)
    _row, every, compared = differences_of(request.actor, row.id)
    chosen, state, kept = _narrowed(request, every)
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    names = coder_names(row.analysis, compared.continuum.coders)
    asked = {"code": chosen["code"] or "", "source": chosen["source"] or "", "state": state}
    context |= {
        "page": page,
        "query": urlencode(asked) + "&",
        "chosen": asked,
        "codes": sorted({(one.code.name, one.code.id) for one in every}),
        "sources": sorted({(one.source.name, one.source.id) for one in every}),
        "total": len(every),
        "settled": sum(one.settlement is not None for one in every),
        "differences": _shown(
            request, row, _with_refused(page.object_list, every, refused), compared, names, refused
        ),
        "gone": refused if refused is not None and not any(map(refused.is_of, every)) else None,
        "why_not": why_not(check_may_lead_rounds, request.actor, row.programme_id),
        **leaving(request, row.programme, "differences_leave", urlencode(asked), row.id),
        "leaves": "differences",
    }
    return render(request, "inquiry/rounds/differences.html", context, status=status)


def _with_refused(
    shown: Iterable[Difference], every: Iterable[Difference], refused: SettleForm | None
) -> list[Difference]:
    """What a page shows, and first what was just said of one that is on another page by now, or settled meanwhile."""
    here = list(shown)
    if refused is None or any(map(refused.is_of, here)):
        return here
    return [one for one in every if refused.is_of(one)] + here


def _narrowed(
    request: PageRequest, every: Iterable[Difference]
) -> tuple[dict[str, UUID | None], str, list[Difference]]:
    """The code and source that the address asks for, the state, and the stretches that these leave."""
    chosen = {name: uuid_or_none(request.GET.get(name)) for name in ("code", "source")}
    state = request.GET.get("state", "")
    kept = [
        one
        for one in every
        if chosen["code"] in (None, one.code.id)
        and chosen["source"] in (None, one.source.id)
        and (not state or (one.settlement is not None) == (state == "settled"))
    ]
    return chosen, state, kept


@require_POST
def differences_leave(request: PageRequest, round_id: UUID) -> HttpResponse:
    """A file of where coders differ, side by side with what was settled, as the address narrows it. A line of the ledger."""
    require(request, P.RELEASE_WORDS)
    row, _context = round_around(request, round_id)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who gets the passages, and as what kind of file."))
        return redirect(f"{reverse('differences', args=[row.id])}?{request.GET.urlencode()}")
    _row, every, compared = differences_of(request.actor, row.id)
    given = form.cleaned_data
    left = release_differences(
        round=row, differences=_narrowed(request, every)[2], compared=compared, recipient=given["recipient"],
        write=lambda shown, withheld: table_file(
            given["format"], differences_table(_("Where coders differ"), shown, withheld)
        ),
        by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, "where-coders-differ", given["format"])


@require_POST
def settle(request: PageRequest, round_id: UUID) -> HttpResponse:
    """Decide of one stretch whether the code stands there, and say why."""
    require(request, P.LEAD_ROUNDS)
    row = round_for(request.actor, round_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _differences(request, round_id, form, 422)
    given = form.cleaned_data
    standing = next(filter(form.is_of, differences_of(request.actor, row.id)[1]), None)
    if standing is not None and is_overtaken(form, _mark(standing)):
        return _differences(request, round_id, form, 409)
    try:
        settle_disagreement(
            round=row, source=source_for(request.actor, given["source"]), code=code_for(request.actor, given["code"]),
            start=given["start"], end=given["end"], stands=given["stands"], reason=given["reason"], by=request.actor,
            at=now(),
        )  # fmt: skip
    except ThroughlineError as error:
        show_refusal(form, error)
        return _differences(request, round_id, form, error.status)
    messages.success(request, _("It is settled, and can be settled again."))
    return redirect(f"{reverse('differences', args=[row.id])}?{request.GET.urlencode()}")


@require_POST
def agreed_written(request: PageRequest, round_id: UUID) -> HttpResponse:
    """Write what all coders agree on, and what was settled to stand, as a version of its own."""
    require(request, P.LEAD_ROUNDS)
    row = round_for(request.actor, round_id)
    made = write_agreed_version(round=row, by=request.actor, at=now())
    messages.success(
        request,
        str(
            Sentence(
                "The agreed version has %(count)s passage. Not settled yet, and not in it: %(unsettled)s.",
                "The agreed version has %(count)s passages. Not settled yet, and not in it: %(unsettled)s.",
                count=made.passages,
                unsettled=made.unsettled,
            )
        ),
    )
    return redirect("round", round_id=row.id)


def _chosen(words: Any, given: str | None, otherwise: Any) -> Any:
    return words(given) if given in set(words) else otherwise


def _pair(pair: Any, names: Mapping[str, str]) -> str:
    return f"{names.get(pair.first, pair.first)} – {names.get(pair.second, pair.second)}"


def _code_rows(found: RoundAgreement, names: Mapping[str, str], row: Round) -> list[dict[str, Any]]:
    address = reverse("differences", args=[row.id])
    rows = [
        {
            "name": found.compared.codes[UUID(one.code)].name,
            "agreement": one,
            "url": f"{address}?code={one.code}",
            "pairs": [(_pair(pair, names), pair) for pair in one.pairs],
        }
        for one in found.per_code
    ]
    return sorted(rows, key=lambda one: str(one["name"]).casefold())


def _source_rows(found: RoundAgreement, row: Round) -> list[dict[str, Any]]:
    """sources x codes, in the order of the rows of codes."""
    address = reverse("differences", args=[row.id])
    order = sorted(
        range(len(found.per_code)),
        key=lambda at: found.compared.codes[UUID(found.per_code[at].code)].name.casefold(),
    )
    return [
        {
            "name": found.compared.sources[UUID(pk)].name,
            "cells": [
                {
                    "alpha": agreements[at].alpha,
                    "observed": agreements[at].observed,
                    "url": f"{address}?code={agreements[at].code}&source={pk}",
                }
                for at in order
            ],
        }
        for pk, agreements in found.by_source.items()
    ]


def _domain(found: RoundAgreement, names: Mapping[str, str]) -> dict[str, Any] | None:
    domain = found.domain
    if domain is None:
        return None
    by_id = {str(code.id): code.name for code in domain.codes}
    told: dict[str, Any] = {"parent": domain.parent.name, "torn": domain.torn}
    if domain.unitizing is not None:
        told["family"] = domain.unitizing
        told["codes"] = [(by_id[one.code], one) for one in domain.unitizing.per_code]
        told["overlaps"] = [
            {
                "coder": names.get(one.coder, one.coder), "first": by_id[one.first], "second": by_id[one.second],
                "source": found.compared.sources[UUID(one.source)].name, "characters": one.characters,
            }
            for one in domain.unitizing.overlaps[:50]
        ]  # fmt: skip
    if domain.nominal is not None:
        told["nominal"] = domain.nominal
        told["pairs"] = [(_pair(one, names), one) for one in domain.nominal.pairs]
    return told


def _reasons(found: RoundAgreement) -> list[Sentence]:
    """Assumptions, and why some figure or interval is not there: each once."""
    told: list[Sentence] = [sentence for one in found.per_code for sentence in one.assumptions]
    coefficients: Iterable[Coefficient] = (
        c for one in found.per_code for c in (one.alpha, *(pair.kappa for pair in one.pairs))
    )
    whole = [found.over_all, *found.in_source.values()]
    pooled = (
        *(c for one in whole for c in (one.observed, one.kappa, one.alpha)),
        *(c for one in found.pooled for c in (one.observed, one.kappa)),
    )
    told += [
        why for one in (*coefficients, *pooled) for why in (one.why_not, one.no_interval) if why is not None
    ]
    if found.domain is not None and found.domain.unitizing is not None:
        told += found.domain.unitizing.assumptions
    if found.domain is not None and found.domain.nominal is not None:
        told += found.domain.nominal.assumptions
    return list(dict.fromkeys(told))


def _shown(
    request: PageRequest,
    row: Round,
    chosen: Iterable[Difference],
    compared: Compared,
    names: Mapping[str, str],
    refused: SettleForm | None,
) -> list[dict[str, Any]]:
    """Differences with their words around them; opening their sources is audited."""
    held = list(chosen)
    material = material_for(request.actor, row.analysis)
    spans = Spans.of((material.numbers[str(one.source.id)], one.place.start, one.place.end) for one in held)
    contexts = in_context(material, spans, at=now())
    return [
        _side_by_side(one, context, compared, names, refused)
        for one, context in zip(held, contexts, strict=True)
    ]


def _side_by_side(
    one: Difference,
    context: InContext,
    compared: Compared,
    names: Mapping[str, str],
    refused: SettleForm | None,
) -> dict[str, Any]:
    place = {"source": one.source.id, "code": one.code.id, "start": one.place.start, "end": one.place.end}
    longer = {
        row.analyst: row.end - row.start
        for row in compared.rows
        if (row.source_id, row.code_id) == (one.source.id, one.code.id)
        and row.start < one.place.end
        and one.place.start < row.end
    }
    auto_id = f"settle-{one.source.id.hex[-6:]}-{one.code.id.hex[-6:]}-{one.place.start}-{one.place.end}-%s"
    if refused is not None and refused.is_of(one):
        form = refused
        form.auto_id = auto_id
    else:
        stands = {"stands": "yes" if one.settlement.stands else "no"} if one.settlement else {}
        form = SettleForm(initial=place | stands, auto_id=auto_id)
    return {
        "difference": one,
        "quote": quote_of(context),
        "has": [(names.get(coder, coder), longer.get(coder)) for coder in one.place.coded_by],
        "left": [names.get(coder, coder) for coder in one.place.left_by],
        "form": form,
        "seen": _mark(one),
    }


def _mark(one: Difference) -> str:
    """Of what was settled of a stretch last, if anything."""
    return mark_of(one.settlement.id if one.settlement else None)
