"""Filters of the report's templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from throughline.reporting.document import Cell, FigureBlock
from throughline.reporting.html import cell_html
from throughline.reporting.html import words as said
from throughline.vocabulary.errors import Sentence

register = template.Library()


@register.filter
def words(given: Sentence | str) -> str:
    """A sentence, translated; the template escapes it."""
    return said(given)


@register.filter
def cell(given: Cell) -> SafeString:
    return cell_html(given)


@register.filter
def drawing(figure: FigureBlock) -> SafeString:
    """The SVG of a figure, which figures.figure has made and escaped."""
    return mark_safe(figure.svg)  # noqa: S308  # made by figures.figure
