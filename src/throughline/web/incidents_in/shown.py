"""A row of a list of incidents as it will be recorded, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from throughline.exchange.incidents_csv.rows import IncidentRow
from throughline.vocabulary.nothing import Nothing
from throughline.web.incidents.words import DOSE_ROUTES, GIVEN_BY
from throughline.web.templatetags.throughline_ui import NOTHING_WORDS
from throughline.web.words import LISTED, YES_OR_NO


def said_of(row: IncidentRow, number: int, zone: str) -> Iterator[tuple[str, Any]]:
    """What will be recorded, each with what it is. `number`: which incident of the rows that are shown; `zone`: the list's."""
    person = row.person
    yield _("Incident"), str(number)
    if isinstance(row.moment, Nothing):
        yield _("When"), NOTHING_WORDS[row.moment]
    else:
        local = row.moment.astimezone(ZoneInfo(zone))
        yield _("When"), f"{date_format(local, 'j F Y')}, {local:%H:%M}"
    yield _("Place"), _plain(row.place)
    yield _("Reported by"), GIVEN_BY[row.source]
    yield _("Age"), _plain(person.age_band)
    yield _("Gender"), LISTED["gender"].get(person.gender, person.gender)
    yield _("Died"), YES_OR_NO[person.fatal]
    yield _("Naloxone given"), YES_OR_NO[person.naloxone_given]
    for dose in person.doses:
        number_of = NOTHING_WORDS[dose.quantity] if isinstance(dose.quantity, Nothing) else dose.quantity
        yield _("Doses"), f"{number_of}, {DOSE_ROUTES[dose.route]}, {GIVEN_BY[dose.given_by]}"


def _plain(word: str) -> str:
    """An area or a band as it is, a kind of nothing in words."""
    return str(NOTHING_WORDS[Nothing(word)]) if word in set(Nothing) else word
