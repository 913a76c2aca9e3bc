"""Codes of sources in the order in which they were collected, for saturation."""

from __future__ import annotations

from datetime import date

from throughline.methods.saturation import Saturation, saturation
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries.material import Material, coded_in
from throughline.rules.approaches import check_approach_uses
from throughline.vocabulary.study import ApproachUse


def saturation_of(material: Material, *, base_size: int, run_length: int, threshold: float) -> Saturation:
    """Of the coded sources by day of collection (those without a day last, by name). Unready where the approach does not ask.

    A source without any coding is not yet coded, and left out.
    """
    check_approach_uses(material.analysis, ApproachUse.SATURATION)
    coded = coded_in(material)
    codes: dict[int, set[str]] = {}
    for source, code in zip(coded.spans.source.tolist(), coded.code.tolist(), strict=True):
        codes.setdefault(source, set()).add(str(coded.codes[code].id))
    ids = [facts.source_id for facts in material.sources]
    days = dict(Source.objects.filter(id__in=ids).values_list("id", "collected_on"))
    order = sorted(codes, key=lambda number: (days[ids[number]] or date.max, material.sources[number].name))
    return saturation(
        [frozenset(codes[number]) for number in order],
        base_size=base_size, run_length=run_length, threshold=threshold,
    )  # fmt: skip
