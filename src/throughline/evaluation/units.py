"""What tables count, and who stands behind a count: contacts, client codes, referrals, respondents of a survey, who was
asked to take part in one, questionnaires of attitudes, incidents and the people of these.

Columns are those of words that the freeze's tables have, and some made from them here, for shares that are told of by
the same rows: whether a contact carries a code, whether a step is known, whether a referral entered by a day.

Contacts and codes have numbers that are the same in every freeze (`members`, under the ledger's key). Referrals and
respondents have none. A referral is numbered among those of the same site, day, door and kind, a respondent by the site
and wave that they are a number of: two freezes then differ by as many members as their counts differ by, which is what a
reader of counts could see. Who was asked to take part is numbered so too, within wave, site, through whom and how far: a form
that was filled without a network arrives late with a number of before, and would move those of all after it. Questionnaires of
attitudes are numbered within scale, site, group and moment; incidents within their day and place, the people of these within day,
age and gender.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from throughline.evaluation.frames import TEXT
from throughline.evaluation.opened import columns_of
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.referral import IncidentFlag

KNOWN_DAYS = (7, 28, 90)
STEPS = ("crack_use_told", "further_need_told", "response", "accepted", "entered", "came_back_28")
ENDS = ("accepted", "entered")

# Columns that are empty where a row is outside the step's denominator.
PARTIAL = frozenset(
    {*STEPS, "came_back_90", *(f"{step}_known" for step in STEPS), *(f"{step}_told" for step in ENDS)}
)


def _known(*steps: str) -> dict[str, str]:
    """yes, no, or unknown for whatever else a step's value is; outside its denominator nothing."""
    return {
        f"{step}_known": f"CASE WHEN t.{step} IN ('yes', 'no') THEN t.{step} WHEN t.{step} IS NOT NULL THEN 'unknown' END"
        for step in steps
    }


def _told(*steps: str) -> dict[str, str]:
    """yes and no; what is open and what nobody knows as one, since of each there are few and they change places."""
    return {
        f"{step}_told": f"CASE WHEN t.{step} IN ('yes', 'no') THEN t.{step} WHEN t.{step} IS NOT NULL THEN 'open_or_unknown' END"
        for step in steps
    }


@dataclass(frozen=True)
class Unit:
    """`source` is a FROM clause that calls the rows t; `member` numbers who is behind a row, `weight` how many they are."""

    table: str
    source: str
    member: str
    weight: str = "1"
    made: Mapping[str, str] = field(default_factory=dict)
    pinned: tuple[
        str, ...
    ] = ()  # columns that must be narrowed to one value: otherwise somebody counts twice

    def column(self, name: str) -> str:
        return self.made.get(name, f"t.{name}")

    def columns(self) -> set[str]:
        """Only words split or narrow a table: with dates and numbers a cell would be a single person."""
        return {name for name, kind in columns_of(self.table).items() if kind == TEXT} | set(self.made)


# Of what is of no site: whether it has a day that can be, and its month.
_BY_MONTH = {
    "dated": f"CASE WHEN t.occurred_on IS NULL THEN 'undated' WHEN POSITION('{IncidentFlag.DATE_OUTLIES_FILE}' IN t.flags) > 0"
    " THEN 'doubtful' ELSE 'dated' END",
    "month": "COALESCE(strftime(t.occurred_on, '%Y-%m'), 'undated')",
}


def _numbered(table: str, unit: str, number: str) -> str:
    return f"{table} AS t JOIN members AS m ON m.unit = '{unit}' AND m.number = t.{number}"


UNITS: Mapping[str, Unit] = {
    "contact": Unit(
        "history", _numbered("history", "contact", "contact_no"), "m.member", "t.n",
        _known("crack_use_told", "further_need_told", "response")
        | {"has_code": "CASE WHEN t.client_no IS NULL THEN 'without_code' ELSE 'with_code' END"},
    ),
    "code": Unit(
        "code_history", _numbered("code_history", "code", "client_no"), "m.member", made=_known(*STEPS) | _told(*ENDS), pinned=("code_window",),
    ),
    "referral": Unit(
        "referral_history",
        "(SELECT *, ROW_NUMBER() OVER (PARTITION BY site, sent_on, door, kind ORDER BY referral_no) AS place"
        " FROM referral_history) AS t",
        "CAST(hash(t.site, t.sent_on, t.door, t.kind, t.place) AS UBIGINT)",
        made=_known(*ENDS) | _told(*ENDS) | {
            f"entered_by_{day}": f"CASE WHEN t.ended_as = 'entered' AND t.days <= {day} THEN 'yes' ELSE 'no' END"
            for day in KNOWN_DAYS
        },
    ),
    "respondent": Unit(
        "survey_answers", "survey_answers AS t", "CAST(hash(t.site, t.phase, t.respondent) AS UBIGINT)",
        made={
            "answered": "COALESCE(t.value_nothing, 'value')",
            "answer_known": "CASE WHEN t.value IS NULL THEN 'unknown' WHEN t.value <> 0 THEN 'yes' ELSE 'no' END",
            "answer_value": "CASE WHEN t.value IS NULL THEN 'unknown' ELSE printf('%g', CAST(t.value AS DOUBLE)) END",
        },
        pinned=("question",),
    ),
    "incident": Unit(
        "incidents",
        "(SELECT *, ROW_NUMBER() OVER (PARTITION BY occurred_on, place_band ORDER BY incident_no) AS place FROM incidents) AS t",
        "CAST(hash(t.occurred_on, t.place_band, t.place) AS UBIGINT)",
        made=_BY_MONTH,
    ),
    "person of an incident": Unit(
        "incident_people",
        "(SELECT p.*, i.occurred_on, i.flags, ROW_NUMBER() OVER (PARTITION BY i.occurred_on, p.age_band, p.gender ORDER BY p.person_no)"
        " AS place FROM incident_people AS p JOIN incidents AS i ON i.incident_no = p.incident_no) AS t",
        "CAST(hash(t.occurred_on, t.age_band, t.gender, t.place) AS UBIGINT)",
        made=_BY_MONTH,
    ),
    "assessment": Unit(
        "assessments",
        "(SELECT *, ROW_NUMBER() OVER (PARTITION BY scale, site, respondent_group, moment ORDER BY assessment_no) AS place"
        " FROM assessments) AS t",
        "CAST(hash(t.scale, t.site, t.respondent_group, t.moment, t.place) AS UBIGINT)",
        pinned=("scale",),
    ),
    "approach": Unit(
        "approaches",
        "(SELECT *, ROW_NUMBER() OVER (PARTITION BY wave, site, through, reached, reason ORDER BY approach_no) AS place"
        " FROM approaches) AS t",
        "CAST(hash(t.wave, t.site, t.through, t.reached, t.reason, t.place) AS UBIGINT)",
        made={"step": "CASE WHEN t.through = 'elsewhere' THEN t.reached || '_elsewhere' ELSE t.reached END"},
    ),
}  # fmt: skip


def unit_of(unit: str) -> Unit:
    """Raises Invalid for a unit that the ledger does not know."""
    if unit not in UNITS:
        raise Invalid(
            Sentence("Tables count %(known)s; not %(unit)s.", known=tuple(sorted(UNITS)), unit=unit)
        )
    return UNITS[unit]


def check_columns(unit: str, names: Iterable[str]) -> None:
    """Raises Invalid for a column by which no table of this unit is split or narrowed."""
    columns = unit_of(unit).columns()
    for name in names:
        if name not in columns:
            raise Invalid(
                Sentence(
                    "A table is split by %(known)s; not by %(name)s.",
                    known=tuple(sorted(columns)),
                    name=name,
                )
            )
