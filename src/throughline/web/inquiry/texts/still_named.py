"""Where words stand that were taken out of texts, as pages list it: a link to each place where it can be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.methods.identifiers import Known
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.still_named import StillNamed, Written, still_named
from throughline.vocabulary.actor import Actor
from throughline.web.words import Words

KINDS: Words = {
    Written.MEMO: gettext_lazy("Memos"),
    Written.CODE: gettext_lazy("Codes"),
    Written.THEME: gettext_lazy("Themes"),
    Written.CELL: gettext_lazy("Framework matrix"),
    Written.JOURNAL: gettext_lazy("Journal"),
    Written.DECISION: gettext_lazy("Trail of decisions"),
    Written.SETTLEMENT: gettext_lazy("Settlements"),
    Written.POSITION: gettext_lazy("Positions"),
}
_STAYS = frozenset({Written.JOURNAL, Written.DECISION, Written.SETTLEMENT, Written.POSITION})


def elsewhere(actor: Actor, analysis: Analysis, known: Iterable[Known]) -> list[dict[str, Any]]:
    """Where a name of the list stands."""
    return listed(still_named(actor, analysis, known))


def listed(rows: Iterable[StillNamed]) -> list[dict[str, Any]]:
    """By kind: what is called how, where it is, in how many places and earlier versions the words stand."""
    found: dict[Written, list[dict[str, Any]]] = {}
    for one in rows:
        label, url = _WHERE[one.kind](one)
        found.setdefault(one.kind, []).append(
            {"label": label, "url": url, "places": one.places, "earlier": one.earlier}
        )
    return [{"label": KINDS[kind], "rows": held, "stays": kind in _STAYS} for kind, held in found.items()]


def _day(moment: Any) -> str:
    return str(date_format(moment))


def _memo(one: StillNamed) -> tuple[str, str]:
    label = one.row.title or _("Memo of %(day)s") % {"day": _day(one.row.written_at)}
    return label, reverse("memo", args=[one.row.id])


def _cell(one: StillNamed) -> tuple[str, str]:
    cell = one.row
    url = reverse("framework_cell", args=[cell.participant_id, cell.theme_id])
    return f"{cell.participant.label}: {cell.theme.name}", url


def _of_analysis(name: str, moment: str, anchor: str = "") -> Callable[[StillNamed], tuple[str, str]]:
    def where(one: StillNamed) -> tuple[str, str]:
        return _day(getattr(one.row, moment)), f"{reverse(name)}?analysis={one.row.analysis_id}{anchor}"

    return where


_WHERE: dict[Written, Callable[[StillNamed], tuple[str, str]]] = {
    Written.MEMO: _memo,
    Written.CODE: lambda one: (one.row.name, reverse("code", args=[one.row.id])),
    Written.THEME: lambda one: (one.row.name, reverse("theme", args=[one.row.id])),
    Written.CELL: _cell,
    Written.JOURNAL: _of_analysis("journal", "written_at"),
    Written.DECISION: _of_analysis("trail", "decided_on"),
    Written.SETTLEMENT: lambda one: (one.row.round.name, reverse("round", args=[one.row.round_id])),
    Written.POSITION: _of_analysis("analysis", "written_at", "#positions"),
}
