"""Short names for what has no name."""

from __future__ import annotations

from uuid import UUID

from django import template

register = template.Library()


@register.filter
def short_name(given: object) -> str:
    """The last six digits of an id, to tell clients apart on a screen. It says nothing of the client code."""
    return UUID(str(given)).hex[-6:].upper()
