"""A freeze's findings: funnel, estimates, joint display, themes, one page per site and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import funnel as funnel_question
from throughline.evaluation.results import to_plain
from throughline.evaluation.theme_records import themes_found
from throughline.evaluation.told import is_evaluated
from throughline.evaluation.words import Words
from throughline.evaluation.words import words_of as quotes_at_the_door
from throughline.records.inquiry.models import Theme
from throughline.records.inquiry.queries import analyses_for, quotes_of, themes_for
from throughline.records.programme.models import Site
from throughline.records.study.models import Freeze
from throughline.records.study.queries import outcomes_beside
from throughline.reporting import wording
from throughline.reporting.field_words import listed
from throughline.reporting.judged import reasons_of
from throughline.reporting.labels import word
from throughline.reporting.material import row_name, wholes
from throughline.reporting.theme_counts import counted
from throughline.reporting.wording import coverage_text, sentence_of
from throughline.rules.access import check_may_write_themes, may
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import OutcomeSourceKind
from throughline.web.evaluation import beforehand, sensitivity, shown
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.evaluation.forms import FunnelForm
from throughline.web.request import PageRequest, now
from throughline.web.templatetags.throughline_ui import NOTHING_WORDS
from throughline.web.words import ROUTES, STEPS, borne_on

BY_DEFAULT = ("arm", "phase")


@require_GET
def funnel(request: PageRequest, name: str) -> HttpResponse:
    """The line of contacts or of codes, split as asked, with the exposures beside it."""
    freeze = freeze_of(request, name)
    if not is_evaluated(freeze):
        return render(request, "evaluation/not_evaluated.html", {"freeze": freeze}, status=200)
    form = FunnelForm(request.GET if "of" in request.GET else {"by": BY_DEFAULT, "of": "contacts"})
    given = form.cleaned_data if form.is_valid() else {"by": [], "of": "contacts"}
    by = tuple(one for one, _words in form.fields["by"].choices if one in given["by"])  # type: ignore[attr-defined]  # a ChoiceField
    kind = given["of"] or "contacts"
    context = shared(request, freeze, "evaluation_funnel")
    names = shown.site_names(context["run"])
    moved = result(freeze, "exposures")
    answer = _funnel_answer(freeze, by, context["run"]["seed"])
    reason = answer["routes"]["reason"]
    is_refused = kind == "codes" and "route" in by and reason is not None
    groups = [] if is_refused else answer[kind]
    context |= {
        "form": form,
        "kind": kind,
        "refusal": sentence_of(reason) if is_refused else None,
        "routes": [
            {"route": ROUTES.get(route, route), "share": Nothing.NOT_APPLICABLE if share is None else share}
            for route, share in answer["routes"]["without_code"].items()
        ],
        "panels": shown.funnel_panels(groups, names),
        "rows": shown.funnel_rows(groups, names),
        "kinds": [NOTHING_WORDS[one] for one in Nothing],
        "entered": shown.entered_rows(answer["entered"], names),
        "exposures": shown.exposure_series(moved["rows"], context["run"]),
        "given_anyway": shown.given_anyway(moved),
    }
    return render(request, "evaluation/funnel.html", context)


def _funnel_answer(freeze: Freeze, by: tuple[str, ...], seed: int) -> Any:
    """From the results where this split was asked; else asked now, of the freeze that they were taken from."""
    splits = funnel_question.checked_splits(by)
    for answer in result(freeze, "funnel"):
        if tuple(answer["by"]) == splits:
            return answer
    with open_freeze(folder_of(freeze), expect=freeze.content_hash, is_checked=False) as opened:
        return to_plain(funnel_question.ask(opened, by=splits, rng=np.random.default_rng(seed)))


@require_GET
def estimates(request: PageRequest, name: str) -> HttpResponse:
    """Every outcome in words, with all site changes, permutation, leave-one-out and what it takes for granted."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_estimates")
    outcomes = result(freeze, "contrast")["outcomes"]
    names = shown.site_names(context["run"])
    beside = sensitivity.tables(freeze, outcomes)
    before = beforehand.steps(freeze)
    context |= {
        "overview": shown.overview(outcomes),
        "outcomes": [
            shown.outcome(found, names, number)
            | {
                "beside": beside.get(found["outcome"]["code"]),
                "beforehand": before.get(found["outcome"]["measure"])
                if found["outcome"]["source"] == OutcomeSourceKind.MONITORING
                else None,
            }
            for number, found in enumerate(outcomes)
        ],
    }
    return render(request, "evaluation/estimates.html", context)


@require_GET
def joint(request: PageRequest, name: str) -> HttpResponse:
    """Numbers, what people said, and quotes side by side."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_joint")
    names = shown.site_names(context["run"])
    # Opening sources is audited: each theme's once for the page, though it may bear on several steps.
    found = result(freeze, "joint")["rows"]
    themes = themes_found(
        freeze, [one["theme"] for row in found for one in row["themes"]], _themes(request, freeze)
    )
    opened = {
        number: quotes_at_the_door(theme=theme, by=request.actor, at=now())
        for number, theme in themes.items()
    }
    reasons = reasons_of(request.actor, freeze, found, themes)
    rows = []
    for row in found:
        beside = [one for one in row["themes"] if one["theme"]["status"] != "let_go"]
        quotes, withheld = _quotes(opened, [one["theme"]["theme_no"] for one in beside])
        rows.append(
            {
                "name": STEPS[row["step"]]
                if row["step"]
                else wording.name_of(row["contrasts"][0]["outcome"]),
                "numbers": shown.joint_numbers(row, names),
                "refused": None if row["step"] else wording.refusal(row["contrasts"][0]),
                "said": [
                    {
                        "theme": one["theme"]["name"],
                        **_counted_or_said(one["theme"], themes),
                        "judgement": shown.JUDGEMENTS.get(one["judgement"] or ""),
                        "reason": reasons.get((row_name(row), one["theme"]["theme_no"])),
                    }
                    for one in beside
                ],
                "whole": [
                    {
                        "analysis": analysis,
                        "judgement": shown.JUDGEMENTS[judgement],
                        "reason": reasons.get((row_name(row), analysis)),
                    }
                    for analysis, judgement in wholes(row)
                ],
                "quotes": quotes,
                "withheld": withheld,
            }
        )
    whys = _whys([one["theme"] for row in found for one in row["themes"]])
    return render(
        request,
        "evaluation/joint.html",
        context
        | {
            "rows": rows,
            "whys": whys,
            "judges": may(check_may_write_themes, request.actor, freeze.programme_id),
        },
    )


def _counted_or_said(theme: Mapping[str, Any], themes: Mapping[int, Theme]) -> dict[str, Any]:
    """n of N; or, of a theme that is not counted, what lies at its centre as it is written now."""
    if theme["overall"]:
        return {"covered": coverage_text(theme["overall"])}
    held = themes.get(theme["theme_no"])
    return {"concept": held.central_concept if held else ""}


def _whys(themes: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """Why themes are not counted, each reason once."""
    found = [sentence_of(theme["uncounted"]) for theme in themes if theme.get("uncounted")]
    return list({str(sentence): sentence for sentence in found}.values())


def _themes(request: PageRequest, freeze: Freeze) -> list[Theme]:
    analyses = analyses_for(request.actor, freeze.programme_id).filter(study=freeze.study)
    return [theme for analysis in analyses for theme in themes_for(request.actor, analysis)]


def _quotes(opened: Mapping[int, Words], numbers: Sequence[int]) -> tuple[list[dict[str, Any]], int]:
    """Quotes as the door would let them through, so that who reads over a shoulder learns no more."""
    held = [opened[number] for number in numbers if number in opened]
    quotes = [
        {
            "text": quote.text,
            "who": ", ".join(shown.word(value, {}) for _name, value in quote.attributes),
            "language": quote.language,
        }
        for words in held
        for quote in words.quotes
    ]
    return quotes, sum(words.withheld for words in held)


@require_GET
def themes(request: PageRequest, name: str) -> HttpResponse:
    """How many of those who could have spoken to a theme did: n of N, without percentages. Uncounted ones by their centre."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_themes")
    found = [theme for theme in result(freeze, "coverage")["themes"] if theme["status"] != "let_go"]
    outcomes = outcomes_beside(freeze.study)
    told, written = counted(found), themes_found(freeze, found, _themes(request, freeze))
    rows = [
        {
            "theme": theme,
            "borne_on": borne_on(theme["steps"], theme.get("outcomes", ()), outcomes),
            **_counted_or_said(theme, written),
        }
        for theme in found
    ]
    context |= {
        "themes": [row for row in rows if "covered" in row],
        "uncounted": [row for row in rows if "concept" in row],
        "whys": _whys(found),
        "tables": shown.coverage_tables(told, shown.site_names(context["run"])) if told else [],
        "assumptions": [sentence_of(one) for one in told[0]["overall"]["assumptions"]] if told else [],
    }
    return render(request, "evaluation/themes.html", context)


@require_GET
def site_month(request: PageRequest, name: str, site: str, month: str) -> HttpResponse:
    """One site's month: dose, how completely it was recorded, what was told, and quotes from the site."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_funnel")
    pages = [page for page in result(freeze, "site_month")["pages"] if page["month"]["site"] == site]
    found = next((page for page in pages if page["month"]["month"] == month), None)
    if found is None:
        raise NotFound(Sentence("There is no such site and month in this freeze."))
    kinds = listed(freeze.programme_id, "item_kind", with_retired=True)
    months = [page["month"]["month"] for page in pages]
    place = months.index(month)
    context |= {
        "page": found,
        "month": found["month"],
        "arm": shown.word(found["month"]["arm"], {}),
        "phase": shown.word(found["month"]["phase"], {}),
        "earlier": months[place - 1] if place else None,
        "later": months[place + 1] if place + 1 < len(months) else None,
        "routes": [(ROUTES.get(route, route), n) for route, n in found["contacts_by_route"].items()],
        "items": [(kinds.get(kind, kind), n) for kind, n in found["items_given"].items()],
        "steps": [_step(step) for step in found["steps"]],
        "trained": found["month"]["staff_trained"],
        "quotes": _quotes_of_site(request, freeze, found["month"]["name"]),
        "kinds": [NOTHING_WORDS[one] for one in Nothing],
    }
    return render(request, "evaluation/site_month.html", context)


def _step(step: Any) -> dict[str, Any]:
    values = step["values"]
    return {
        "label": STEPS[step["step"]],
        "n": step["n"],
        "yes": values.get("yes", 0),
        "no": values.get("no", 0),
        "open": values.get("open", 0),
        "missing": [values.get(kind.value, 0) for kind in Nothing],
        "recorded": Nothing.NOT_APPLICABLE if step["share_recorded"] is None else step["share_recorded"],
    }


def _quotes_of_site(request: PageRequest, freeze: Freeze, name: str) -> list[dict[str, Any]]:
    """Chosen quotes from sources of the site; who may see this page may see its sources."""
    site = Site.objects.filter(programme_id=freeze.programme_id, name=name).first()
    if site is None:
        return []
    quotes = []
    for theme in _themes(request, freeze):
        for quote in quotes_of(request.actor, theme, now()).shown:
            if quote.site_id == site.id and quote.is_deidentified:
                groups = sorted({speaker.group for speaker in quote.speakers})
                quotes.append(
                    {
                        "text": quote.text,
                        "who": ", ".join(map(word, groups)),
                        "where": theme.name,
                        "language": quote.language,
                    }
                )
    return list({quote["text"]: quote for quote in quotes}.values())
