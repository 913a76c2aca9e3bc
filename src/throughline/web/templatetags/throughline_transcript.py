"""A turn of a transcript with its codings: marked words, and stripes with the codes' names in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from throughline.web.transcript import Piece, marks_within, pieces_of

register = template.Library()


def _piece_html(piece: Piece) -> SafeString:
    if not piece.marks:
        return escape(piece.text)
    overlap = " is-overlap" if len({mark.code for mark in piece.marks}) > 1 else ""
    return format_html(
        '<mark class="hue-{}{}" data-codes="{}">{}</mark>',
        piece.marks[-1].hue,
        overlap,
        "; ".join(dict.fromkeys(mark.code for mark in piece.marks)),
        piece.text,
    )


@register.simple_tag
def turn_text(text: str, start: int, codings: Sequence[Any] = ()) -> SafeString:
    """The words of one turn; what stands in the paragraph is exactly the text, for offsets count on it."""
    inner = mark_safe("".join(_piece_html(piece) for piece in pieces_of(text, start, codings)))  # noqa: S308  # each piece is escaped
    return format_html(
        '<p class="turn-text" data-turn-text data-start="{}" data-end="{}">{}</p>',
        str(start),
        str(start + len(text)),
        inner,
    )


@register.simple_tag
def stripes(codings: Sequence[Any], start: int, end: int) -> SafeString:
    """The names of the codes that touch [start, end), each beside a bar of its hue; empty where none does."""
    marks = {mark.code: mark for mark in marks_within(codings, start, end)}
    if not marks:
        return mark_safe('<div class="stripes"></div>')
    names = format_html_join(
        "", '<li class="stripe hue-{}">{}</li>', ((mark.hue, mark.code) for mark in marks.values())
    )
    return format_html('<ul class="stripes">{}</ul>', names)
