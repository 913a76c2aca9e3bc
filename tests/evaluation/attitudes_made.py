"""Questionnaires of attitudes as a freeze has them, made by hand in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from throughline.evaluation.frames import FRAMES
from throughline.evaluation.opened import OpenFreeze


@dataclass(frozen=True)
class Asked:
    """One questionnaire: where, when, whose (None: no label), and its score or kind of nothing."""

    site: str
    arm: str
    moment: str
    person: int | None
    score: float | str
    group: str = "officer"


def in_memory(asked: list[Asked], scale: str = "Role", subscale: str = "support") -> OpenFreeze:
    """A freeze with only the tables of attitudes."""
    engine = duckdb.connect()
    moments = {(one.person, one.moment) for one in asked if one.person is not None}
    rows = {
        "assessments": [
            {
                "assessment_no": n, "scale": scale, "site": one.site, "arm": one.arm, "respondent_group": one.group,
                "moment": one.moment, "taken_on": None, "respondent_no": one.person, "is_of_training": False,
                "pair_after": _pair(one, "after", moments), "pair_follow_up": _pair(one, "follow_up", moments),
            }
            for n, one in enumerate(asked)
        ],
        "attitude_scores": [
            {
                "assessment_no": n, "subscale": subscale, "is_higher_better": True, "lowest": 1, "highest": 7,
                "value": None if isinstance(one.score, str) else one.score,
                "value_nothing": one.score if isinstance(one.score, str) else None,
            }
            for n, one in enumerate(asked)
        ],
    }  # fmt: skip
    for name, held in rows.items():
        schema = FRAMES[name].schema
        plain = pa.schema(
            [pa.field(f.name, pa.float64() if pa.types.is_decimal(f.type) else f.type) for f in schema]
        )
        engine.register(name, pa.Table.from_pylist(held, schema=plain).cast(schema))
    return OpenFreeze(Path("/nowhere"), _Holding(frozenset(rows)), engine)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Holding:
    tables: frozenset[str]


def _pair(one: Asked, to: str, moments: set[Any]) -> str:
    if one.moment not in ("before", to):
        return "not_applicable"
    return "linked" if {(one.person, "before"), (one.person, to)} <= moments else "alone"


def six_sites(each: int = 8) -> list[Asked]:
    """Officers of six sites, `each` linked; at intervention sites they gain more. One more of each site has no label."""
    return list(_six_sites(each))


def _six_sites(each: int) -> Iterator[Asked]:
    for place in range(6):
        arm = "intervention" if place < 3 else "comparison"
        for n in range(each):
            before = 2.0 + (n * 7 + place) % 5 / 2
            gain = (1.0 if place < 3 else 0.25) + (n + place) % 3 / 4
            yield Asked(f"site-{place}", arm, "before", place * 100 + n, before)
            yield Asked(f"site-{place}", arm, "after", place * 100 + n, before + gain)
