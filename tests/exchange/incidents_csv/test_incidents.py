"""Lists of incidents: a row per person, grouped, recognised again, with what looks wrong flagged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cast import Cast
from throughline.exchange.incidents_csv.load import import_incidents
from throughline.exchange.incidents_csv.mapping import IncidentMapping, age_band
from throughline.exchange.incidents_csv.rows import MappedIncidents, map_rows
from throughline.exchange.table.cells import ValueKind
from throughline.exchange.table.importing import ImportReport
from throughline.exchange.table.mapping import read_mapping
from throughline.exchange.table.origins import Origins
from throughline.exchange.table.read import read_table
from throughline.records.referral.actions import DoseDraft
from throughline.records.referral.models import Incident, IncidentPerson
from throughline.vocabulary.errors import Invalid, NotAllowed
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import DoseRoute, GivenBy, IncidentFlag, YesNo

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
MAPPING = """\
name: town
kind: incidents
time_zone: America/New_York
nothing: {NA: not_recorded, "?": dont_know}
incident: no
person: victim
when: {at: {column: when, format: MM/DD/YYYY HH:mm}}
place: {column: ward}
age_band: {column: age, values: {child: 10-14}}
gender: {column: sex, values: {F: woman, M: man}}
fatal: {column: died, values: {Y: yes, N: no}}
naloxone: {column: nal, values: {Y: yes, N: no}}
doses: {column: doses, nothing: {"": not_asked}}
dose_route: nasal
given_by: police
source: police
"""
HEADER = "no,victim,when,ward,age,sex,died,nal,doses\n"


def mapping_of(text: str = MAPPING) -> IncidentMapping:
    return read_mapping(text, "town.yaml", IncidentMapping)


def mapped(rows: str, mapping: IncidentMapping | None = None) -> MappedIncidents:
    chosen = mapping or mapping_of()
    return map_rows(read_table((HEADER + rows).encode(), "town.csv"), chosen, Origins(bytes(32), chosen), NOW)


def load(cast: Cast, rows: str) -> ImportReport:
    return import_incidents(
        data=(HEADER + rows).encode(), filename="town.csv", mapping=mapping_of(), programme=cast.programme,
        by=cast.alice.actor, clock=lambda: NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('Total,,,,,,,,"12,345"\n', "a total of others"),
        (",,,GRAND TOTAL:,,,,17,<5\n", "a total of others"),
        ('7,1,01/04/2025 00:42,NA,NA,F,N,Y,"1,000"\n', "may stand for thousands"),
        ("7,1,01/04/2025 00:42,NA,NA,F,N,Y,2.000\n", "may stand for thousands"),
        ("Note: preliminary,1,,,,,,,\n", "says nothing beside its id"),
    ],
)
def test_totals_and_thousands_are_no_people_and_no_doses(row: str, why: str) -> None:
    found = mapped(row)
    assert found.drafts == () and [why in str(one.reason) for one in found.rejects] == [True]


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("18 - 24 years", "18-24"), ("25–34", "25-34"), ("<18", "0-17"), ("Under 18 years", "0-17"), ("65 and over", "65+"),
        ("25\u201134", "25-34"), ("25 Through 34", "25-34"), ("Age 25-34", "25-34"), ("17 or younger", "0-17"), ("<=17", "0-17"),
        ("25 à 34 ans", "25-34"), ("65 ans et plus", "65+"), ("75plus", "75+"), ("Aged 34", None),
        ("≥ 65", "65+"), ("Over 64", "65+"), ("80 yrs or older", "80+"), ("34", None), ("14-Oct", None), ("<1", None),
    ],
)  # fmt: skip
def test_bands_of_ages_are_known_as_people_write_them(written: str, band: str | None) -> None:
    assert age_band(written) == band


def test_header_below_a_title_is_told_with_its_line() -> None:
    data = b"County EMS report,,\nGenerated 3/1/2024,,\n\nIncident,Date,Doses\n1,2024-01-02,2\n"
    chosen = mapping_of()
    with pytest.raises(Invalid, match=r"header seems to stand in line 4.*header_line: 4"):
        map_rows(read_table(data, "town.csv"), chosen, Origins(bytes(32), chosen), NOW)


def test_map_rows_groups_people_into_incidents() -> None:
    found = mapped(
        "7,1,01/04/2025 00:42,NA,30 to 34,F,N,Y,2\n"
        "8,1,01/05/2025 10:00,Mill ward,80 - *,M,?,N,0\n"
        "7,2,01/04/2025 00:40,Dock ward,child,M,Y,Y,\n"
    )
    assert (len(found.drafts), found.rejects) == (2, ())
    first, second = found.drafts
    assert first.occurred_at == datetime(2025, 1, 4, 5, 40, tzinfo=UTC)
    assert (first.place_band, [person.age_band for person in first.people]) == (
        "Dock ward",
        ["30-34", "10-14"],
    )
    assert [person.fatal for person in (*first.people, *second.people)] == [
        YesNo.NO,
        YesNo.YES,
        YesNo.DONT_KNOW,
    ]
    assert first.people[0].doses == (DoseDraft(2, DoseRoute.NASAL, GivenBy.POLICE),)
    assert first.people[1].doses == (DoseDraft(Nothing.NOT_ASKED, DoseRoute.NASAL, GivenBy.POLICE),)
    assert (second.people[0].age_band, second.people[0].naloxone_given, second.people[0].doses) == (
        "80+",
        YesNo.NO,
        (),
    )
    assert first.reports[0].source is GivenBy.POLICE
    assert [note.params["count"] for note in found.notes] == [1]


def test_map_rows_rejects_what_could_name_a_person_or_contradicts_itself() -> None:
    found = mapped(
        "1,1,01/04/2025 00:42,12 Mill Street,30 to 34,F,N,Y,1\n"
        "1,2,01/04/2025 00:42,Mill ward,34,F,N,Y,1\n"
        "1,3,01/04/2025 00:42,Mill ward,30 to 34,F,N,N,1\n"
        "NA,1,01/04/2025 00:42,Mill ward,30 to 34,F,N,N,0\n"
        "1,4,13/04/2025 00:42,Mill ward,30 to 34,F,N,N,0\n"
        "2,1,01/04/2025 00:42,Mill ward,30 to 34,F,N,N,0\n"
        "2,1,01/04/2025 00:42,Mill ward,30 to 34,M,N,N,0\n"
    )
    assert [(reject.line, reject.column, reject.kind) for reject in found.rejects] == [
        (2, "ward", ValueKind.TEXT), (3, "age", ValueKind.NUMBER), (4, "doses", ValueKind.NUMBER),
        (5, "no", ValueKind.TEXT), (6, "when", ValueKind.DATE), (8, "victim", ValueKind.NUMBER),
    ]  # fmt: skip
    assert len(found.drafts) == 1


def test_map_rows_without_a_person_column_counts_equal_rows_as_different_people() -> None:
    row = "7,,01/04/2025 00:42,Mill ward,30 to 34,F,N,Y,1\n"
    (incident,) = mapped(row * 3, mapping_of(MAPPING.replace("person: victim\n", ""))).drafts
    assert len({person.origin_key for person in incident.people}) == 3


def test_map_rows_keeps_an_unknown_time_and_flags_a_stray_one() -> None:
    usual = "".join(f"{at},1,06/{1 + at % 28:02d}/2025 10:00,Mill ward,child,F,N,N,0\n" for at in range(60))
    found = mapped(usual + "900,1,06/01/1925 10:00,NA,child,F,N,N,0\n901,1,?,NA,child,F,N,N,0\n")
    assert found.rejects == ()
    flagged = [draft for draft in found.drafts if draft.flags]
    assert [draft.flags for draft in flagged] == [frozenset({IncidentFlag.DATE_OUTLIES_FILE})]
    assert flagged[0].occurred_at == datetime(1925, 6, 1, 14, 0, tzinfo=UTC)
    assert found.drafts[-1].occurred_at is Nothing.DONT_KNOW
    assert found.drafts[-1].place_band == "not_recorded"


@pytest.mark.parametrize(
    ("written", "band"),
    [("30 to 34", "30-34"), ("30 - 34", "30-34"), ("0–9", "0-9"), ("80 - *", "80+"), ("100+", "100+"), ("34", None),
     ("34-30", None), ("12 Mill", None), ("", None)],
)  # fmt: skip
def test_age_band_as_written(written: str, band: str | None) -> None:
    assert age_band(written) == band


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("id: no", "`incident` and `person` in place of `id`"), ("persons: x", "did you mean `person`"),
        ("source: polise", "did you mean `police`"), ("age_band: {column: a, values: {x: old}}", "no band of ages"),
    ],
)  # fmt: skip
def test_read_mapping_of_incidents_says_what_is_wrong(line: str, told: str) -> None:
    key = line.partition(":")[0]
    kept = [kept for kept in MAPPING.splitlines() if not kept.startswith(f"{key}:")]
    with pytest.raises(Invalid, match=told):
        mapping_of("\n".join([*kept, line]))


def test_import_incidents_again_with_one_more_person_adds_one(cast: Cast) -> None:
    rows = "7,1,01/04/2025 00:42,Dock ward,30 to 34,F,N,Y,2\n8,1,01/05/2025 10:00,Mill ward,80 - *,M,?,N,0\n"
    first = load(cast, rows)
    assert (first.rows_read, first.imported, first.known, first.rejected) == (2, 2, 0, 0)
    again = load(cast, rows + "7,2,01/04/2025 00:42,Dock ward,child,M,N,N,0\n9,1,bad,,,,,,\n")
    assert (again.rows_read, again.imported, again.known, again.rejected) == (4, 1, 2, 1)
    assert Incident.objects.visible_to(cast.alice.actor).count() == 2
    assert Incident.objects.get(place_band="Dock ward").people.count() == 2


def test_import_incidents_by_who_may_not(cast: Cast) -> None:
    for name, actor in cast.everybody().items():
        if name == "alice":
            continue
        with pytest.raises(NotAllowed):
            import_incidents(
                data=b"",
                filename="x.csv",
                mapping=mapping_of(),
                programme=cast.programme,
                by=actor,
                clock=lambda: NOW,
            )
    assert not IncidentPerson.objects.exists()
