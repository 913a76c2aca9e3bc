"""Cells of a matrix of codes. There may be ten thousand: they are joined here, where a template would take seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def pair_cells(row: dict[str, Any], counts: bool) -> SafeString:
    """`row`: `start` of an address up to a code's id, `relation`, `own` id, and `cells` (id, n); ids are UUIDs in words. Without counts: presence."""
    start, own = escape(row["start"]), row["own"]
    middle = escape(f"&relation={quote(row['relation'])}&b=")
    meet, apart = escape(_("they meet")), escape(_("they do not meet"))
    label = "" if counts else f' aria-label="{meet}"'
    none = "0" if counts else f'<span aria-hidden="true">–</span><span class="visually-hidden">{apart}</span>'
    return mark_safe("".join(_cells(row["cells"], start, own, middle, label, none, counts)))  # noqa: S308  (escaped above; the rest are ids and numbers)


def _cells(
    cells: Iterable[tuple[str, int]], start: str, own: str, middle: str, label: str, none: str, counts: bool
) -> Iterable[str]:
    for code, n in cells:
        if not n:
            yield f'<td class="num muted">{none}</td>'
            continue
        shown = str(int(n)) if counts else "●"
        address = f"{start}{own}" if code == own else f"{start}{own}{middle}{code}"
        kind = "num is-own" if code == own else "num"
        yield f'<td class="{kind}"><a href="{address}"{label}>{shown}</a></td>'
