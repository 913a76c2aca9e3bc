"""Rows of a list of incidents -> incidents with their people, or rejects. Pure.

The whole file is mapped before anything is written: the rows of an incident need not stand together, and which date
is stray only the whole file tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from throughline.exchange.incidents_csv.mapping import MOST_PLACE, IncidentMapping, age_band
from throughline.exchange.incidents_csv.strays import main_stretch
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import (
    Cells,
    Reject,
    Rejected,
    ValueKind,
    count_in,
    moment_in,
    word_in,
)
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import Translated, folded
from throughline.exchange.table.origins import Origins, names_in
from throughline.records.referral.actions import DoseDraft, IncidentDraft, PersonDraft, ReportDraft
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import DoseRoute, GivenBy, IncidentFlag, YesNo

NOT_RECORDED = Nothing.NOT_RECORDED.value


@dataclass(frozen=True)
class MappedIncidents:
    """What a file says: incidents in the order of their first rows, rejected rows, and notes for who imports it."""

    drafts: tuple[IncidentDraft, ...]
    rejects: tuple[Reject, ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One row: a person, and the incident (its origin key) with what this row says of it."""

    line: int
    incident: str
    moment: datetime | Nothing
    place: str
    source: GivenBy
    person: PersonDraft


@dataclass(slots=True)
class _Incident:
    """Rows of one incident as they come together."""

    rows: list[IncidentRow] = field(default_factory=list)

    @property
    def moment(self) -> datetime | Nothing:
        """The earliest that a row says."""
        moments = [row.moment for row in self.rows if not isinstance(row.moment, Nothing)]
        return min(moments) if moments else self.rows[0].moment

    @property
    def place(self) -> str:
        """The first that a row says."""
        return next((row.place for row in self.rows if row.place != NOT_RECORDED), NOT_RECORDED)

    @property
    def is_at_odds(self) -> bool:
        places = {row.place for row in self.rows} - {NOT_RECORDED}
        return len({row.moment for row in self.rows}) > 1 or len(places) > 1


def map_rows(
    document: TableDocument, mapping: IncidentMapping, origins: Origins, now: datetime
) -> MappedIncidents:
    """All incidents of a file. `now`: when its report was received; nothing can have happened later.

    Raises Invalid where the mapping names columns that the document does not have.
    """
    incidents: dict[str, _Incident] = {}
    rejects: list[Reject] = []
    for row in rows_of(document, mapping, origins, now):
        if isinstance(row, Reject):
            rejects.append(row)
        else:
            incidents.setdefault(row.incident, _Incident()).rows.append(row)
    moments = [moment for one in incidents.values() if not isinstance(moment := one.moment, Nothing)]
    stretch = main_stretch(moments)
    drafts = tuple(_draft(key, one, stretch, now) for key, one in incidents.items())
    return MappedIncidents(drafts, tuple(rejects), _notes(drafts, incidents.values()))


def rows_of(
    document: TableDocument, mapping: IncidentMapping, origins: Origins, now: datetime
) -> Iterator[IncidentRow | Reject]:
    """Each row by itself, in the order of the file. Raises as `map_rows` does."""
    zone = ZoneInfo(mapping.time_zone)
    for cells in cells_of(document, mapping):
        if isinstance(cells, Reject):
            yield cells
            continue
        try:
            yield _row(cells, mapping, origins, zone, now)
        except Rejected as rejected:
            yield Reject(cells.line, rejected.column, rejected.kind, rejected.reason)


def _draft(
    key: str, incident: _Incident, stretch: tuple[datetime, datetime] | None, now: datetime
) -> IncidentDraft:
    moment = incident.moment
    is_stray = (
        stretch is not None and not isinstance(moment, Nothing) and not stretch[0] <= moment <= stretch[1]
    )
    return IncidentDraft(
        occurred_at=moment,
        people=tuple(row.person for row in incident.rows),
        origin_key=key,
        place_band=incident.place,
        flags=frozenset({IncidentFlag.DATE_OUTLIES_FILE} if is_stray else ()),
        reports=(ReportDraft(incident.rows[0].source, now),),
    )


def _notes(drafts: tuple[IncidentDraft, ...], incidents: Iterable[_Incident]) -> tuple[Sentence, ...]:
    notes = []
    strays = sum(1 for draft in drafts if IncidentFlag.DATE_OUTLIES_FILE in draft.flags)
    at_odds = sum(1 for one in incidents if one.is_at_odds)
    if strays:
        notes.append(
            Sentence(
                "Incidents whose date lies far outside the rest of the file: %(count)s. They are kept and flagged.",
                count=strays,
            )
        )
    if at_odds:
        notes.append(
            Sentence(
                "Incidents whose rows do not agree on when or where: %(count)s. The earliest time and the first place"
                " are kept.",
                count=at_odds,
            )
        )
    return tuple(notes)


def _row(
    cells: Cells, mapping: IncidentMapping, origins: Origins, zone: ZoneInfo, now: datetime
) -> IncidentRow:
    incident = names_in(cells, mapping.incident)
    names = {*mapping.incident, *(mapping.person or ())}
    if not any(cells.text(column) for column in mapping.columns() if column not in names):
        raise Rejected(
            "", ValueKind.ROW, Sentence("The row says nothing beside its id: often a note below a table.")
        )
    if mapping.person is None:
        person_key = origins.of_content(cells)
    else:
        person_key = origins.of_columns(cells, "person", [*mapping.incident, *mapping.person])
    naloxone, doses = _naloxone(cells, mapping)
    person = PersonDraft(
        origin_key=person_key,
        age_band=_age(cells, mapping.age_band),
        gender=_or_kind(word_in(cells, mapping.gender)),
        fatal=YesNo(word_in(cells, mapping.fatal)),
        naloxone_given=naloxone,
        doses=doses,
    )
    return IncidentRow(
        line=cells.line,
        incident=origins.key_of("incident", incident),
        moment=moment_in(cells, mapping.when, zone, now),
        place=_place(cells, mapping.place),
        source=_given_by(cells, mapping.source),
        person=person,
    )


def _naloxone(cells: Cells, mapping: IncidentMapping) -> tuple[YesNo, tuple[DoseDraft, ...]]:
    """Whether naloxone was given, and the doses: each may say what the other does not; they must not contradict."""
    said = None if mapping.naloxone is None else YesNo(word_in(cells, mapping.naloxone))
    if mapping.doses is None:
        return said or YesNo.NOT_RECORDED, ()
    number = count_in(cells, mapping.doses, most=100)
    if isinstance(number, Nothing):
        given = YesNo(number) if said is None else said
        quantity: int | Nothing = number
    else:
        given = YesNo.YES if number else YesNo.NO
        quantity = number
        if said in (YesNo.YES, YesNo.NO) and said is not given:
            why = Sentence("The number of doses and whether naloxone was given contradict each other.")
            raise cells.reject(mapping.doses.column, why)
    if given is not YesNo.YES:
        return given, ()
    route = word_in(cells, mapping.dose_route)
    dose = DoseDraft(
        quantity=quantity,
        route=DoseRoute.NOT_RECORDED if isinstance(route, Nothing) else DoseRoute(route),
        given_by=_given_by(cells, mapping.given_by),
    )
    return given, (dose,)


def _given_by(cells: Cells, spec: Translated) -> GivenBy:
    word = word_in(cells, spec)
    return GivenBy.NOT_RECORDED if isinstance(word, Nothing) else GivenBy(word)


def _or_kind(word: str | Nothing) -> str:
    return word.value if isinstance(word, Nothing) else word


def _age(cells: Cells, spec: Translated) -> str:
    """A band of ages, translated or as written; a single age is more than a list of incidents may tell."""
    word = word_in(cells, spec, is_open=True)
    if isinstance(word, Nothing) or word in set(Nothing):
        return str(word)
    band = age_band(word)
    if band is None:
        raise cells.reject(
            str(spec.column), Sentence("No band of ages such as 30-34 or 80+. Add it to `values`.")
        )
    return band


def _place(cells: Cells, spec: Translated) -> str:
    """An area, translated or as written; what could be an address is rejected."""
    word = word_in(cells, spec, is_open=True)
    if isinstance(word, Nothing):
        return word.value
    is_translated = spec.column is None or folded(cells.text(spec.column)) in spec.values
    if not is_translated and (len(word) > MOST_PLACE or any(char.isdigit() for char in word)):
        why = Sentence(
            "This could be an address: it holds digits or is long. Name a coarse area, or translate it in `values`."
        )
        raise cells.reject(str(spec.column), why)
    return word
