"""Who coded, wrote or read something: by the name that the team knows, beside the id that stays."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.api.shapes import Out
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.workspace import coder_names


class WhoOut(Out):
    """`id` is an account's, or of a coder of an imported project; `name` is the id where nobody is called that any more."""

    id: str
    name: str


def people_of(analysis: Analysis, ids: Iterable[str]) -> dict[str, WhoOut]:
    wanted = set(ids)
    names = coder_names(analysis, wanted)
    return {one: WhoOut(id=one, name=names.get(one, one)) for one in wanted}
