"""Interrupted series as they leave: fitted again from the months that passed the door for tables, and from nothing else.

A site of which one month did not leave is not told at all, nor is it part of any mean: a series without the month in which
few came would tell of them, and so would a mean over sites. Under a profile that rounds, the fits are of rounded counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, release_tables, write_answer
from throughline.evaluation.questions.series import (
    CONTACTS,
    CRACK_USE_TOLD,
    PIPES,
    CountedSite,
    SiteSeriesAnswer,
    fitted,
)
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.series import SeriesMonth
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.records.study.models import Freeze
from throughline.reporting import incidents_left
from throughline.reporting.summaries import ARMS, BY_MONTH
from throughline.reporting.tables import before_notes
from throughline.reporting.wording import sentence_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

Plain = Mapping[str, Any]
TOLD_BY_MONTH = TableSpec(
    "contacts in which crack use was told, by site and month", "contact", ("site", "month"),
    {"arm": ARMS, "crack_use_told": "yes"},
)  # fmt: skip
TABLES = {CONTACTS: BY_MONTH, CRACK_USE_TOLD: TOLD_BY_MONTH}


def release_series(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let the series leave for a recipient: their tables pass the door, and what is told is a line of the ledger.

    Raises NotAllowed; NotFound where the freeze was not evaluated.
    """
    result = result_told(freeze, "series")
    counted = result.get("incidents")
    specs = TABLES | (incidents_left.TABLES if counted else {})
    passing = release_tables(
        freeze=freeze, specs=list(specs.values()), profile=profile, recipient=recipient, by=by, at=at
    )
    left = {
        measure: None if isinstance(one, Unready) else one.table
        for measure, one in zip(specs, passing, strict=True)
    }
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name,
        "question": result["question"], "measures": list(as_left(result, profile, left)),
        "incidents": incidents_left.incidents_left(counted, profile, left), "notes": to_plain(before_notes(left.values())),
    }  # fmt: skip
    write_answer(
        told, freeze=freeze, what="interrupted series", profile=profile, recipient=recipient, by=by, at=at
    )
    return told


def as_left(result: Plain, profile: Profile, left: Mapping[str, ProtectedTable | None]) -> Iterator[Plain]:
    """Each measure whose table was asked for (`left`: None where the door refused it), in plain values.

    Pipes are things: a month's are told where the month's contacts left, and as the profile shows counts.
    """
    for found in result["measures"]:
        measure = found["measure"]
        if measure not in left and measure != PIPES:
            continue
        table = left.get(CONTACTS if measure == PIPES else measure)
        sites = [_counted(answer["counted"]) for answer in found["sites"]]
        kept, withheld = [], []
        for site in sites:
            shown = _shown(site, measure, table, profile)
            if shown is None:
                withheld.append(site)
            else:
                kept.append(shown)
        made: dict[str, Any] = to_plain(fitted(measure, kept, is_rate=found["is_rate"]))
        made["why_counts"] = found["why_counts"]
        made["sites"] += [to_plain(_withheld(site)) for site in withheld]
        yield made


def _shown(
    site: CountedSite, measure: str, table: ProtectedTable | None, profile: Profile
) -> CountedSite | None:
    """The site with its months as they left; None where one of them did not."""
    months = []
    for one in site.months:
        count = one.count
        if not isinstance(count, Nothing):
            told = _left(table, site.site, one.month)
            if told is None or (measure == PIPES and profile.hides(count)):
                return None
            count = profile.rounded(count) if measure == PIPES else told
        months.append(SeriesMonth(one.month, count, one.exposure))
    return CountedSite(site.site, site.name, site.arm, site.starts, tuple(months), site.notes)


def _left(table: ProtectedTable | None, site: str, month: Month) -> int | None:
    """A month's count as it left. One that has no cell was nobody's: no other site has a count in that month either."""
    if table is None:
        return None
    cell = table.cells.get((site, str(month)))
    return 0 if cell is None else cell.count


def _withheld(site: CountedSite) -> SiteSeriesAnswer:
    why = Sentence(
        "The months of %(site)s are suppressed: too few stand behind one of them at least, or its table did not leave.",
        site=site.name,
    )
    return SiteSeriesAnswer(CountedSite(site.site, site.name, site.arm, site.starts, ()), None, why)


def _counted(plain: Plain) -> CountedSite:
    """A site of a result, as it was asked."""
    return CountedSite(
        site=plain["site"],
        name=plain["name"],
        arm=ArmKind(plain["arm"]),
        starts=Month.parse(plain["starts"]) if plain["starts"] else None,
        months=tuple(
            SeriesMonth(
                Month.parse(one["month"]),
                Nothing(one["count"]) if isinstance(one["count"], str) else one["count"],
                one["exposure"],
            )
            for one in plain["months"]
        ),
        notes=tuple(sentence_of(note) for note in plain["notes"]),
    )
