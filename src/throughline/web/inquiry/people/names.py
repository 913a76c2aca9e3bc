"""Who wrote, read or coded something, by the name that the team knows."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.queries.coders import names_elsewhere
from throughline.web.request import uuid_or_none


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Actor id -> name: an account's, or that of a coder of an imported project; else the id itself."""
    wanted = set(actors)
    names = display_names({pk for one in wanted if (pk := uuid_or_none(one))})
    names |= names_elsewhere(wanted - set(names))
    return {one: names.get(one, one) for one in wanted}
