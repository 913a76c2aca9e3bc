"""Interrupted series as a freeze answers them, from months made here."""

from __future__ import annotations

from typing import Any

from tests.methods.test_series import a_series
from throughline.evaluation.questions.series import CountedSite, SeriesAnswer, fitted
from throughline.evaluation.results import to_plain
from throughline.methods.series import SeriesMonth
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind


def counted_sites() -> tuple[CountedSite, ...]:
    """Two sites in each arm; one month not reported, and one site whose phases no one gave."""
    names = (("aston", "Aston"), ("brook", "Brook"), ("cove", "Cove"), ("dale", "Dale"))
    made = []
    for number, (site, name) in enumerate(names):
        arm = ArmKind.INTERVENTION if number < 2 else ArmKind.COMPARISON
        one = a_series(
            number, site=site, arm=arm, gaps=(3,) if number == 1 else (), change=0.4 if number < 2 else 0
        )
        made.append(CountedSite(site, name, arm, one.starts, one.months))
    bare = tuple(SeriesMonth(one.month, Nothing.NOT_RECORDED) for one in made[0].months)
    return (*made, CountedSite("elm", "Elm", ArmKind.COMPARISON, None, bare))


def series_answer() -> Any:
    """Plain values, as a page and a report get them."""
    sites = counted_sites()
    return to_plain(
        SeriesAnswer(
            (fitted("contacts", sites, is_rate=True), fitted("crack_use_told", sites, is_rate=False))
        )
    )
