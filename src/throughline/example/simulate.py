"""The fictional programme from its parameters and a seed: pure, without clock or database; the same every time.

`simulate` draws everything. `simulate_monitoring` draws contacts and what was told at them only: the same rows, for
who needs many seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.example import asking, coming, equipment, referring, telling
from throughline.example.arrays import (
    Attendance,
    Clients,
    ContactBarriers,
    Contacts,
    Disclosures,
    Floats,
    IncidentRows,
    Ints,
    KitLines,
    Needs,
    ReferralEvents,
    Referrals,
    SurveyAnswers,
    Told,
)
from throughline.example.chance import Stream, stream
from throughline.example.parameters import Parameters
from throughline.example.respondents import Respondent, draw_respondents
from throughline.example.shelves import Shelves, draw_shelves


@dataclass(frozen=True, slots=True)
class Monitoring:
    contacts: Contacts
    told: Told
    first_contact: Ints  # of each client


@dataclass(frozen=True, slots=True)
class Simulated:
    """Everything that the programme recorded. Rows point at each other by place."""

    parameters: Parameters
    seed: int
    contacts: Contacts
    passed_on: Ints  # of each contact: others that something was taken for; -1: not recorded
    clients: Clients
    told: Told
    disclosures: Disclosures
    needs: Needs
    contact_barriers: ContactBarriers
    kit_lines: KitLines
    shelves: Shelves
    referrals: Referrals
    referral_events: ReferralEvents
    incidents: IncidentRows
    survey: SurveyAnswers
    respondents: Mapping[tuple[int, int, int], Respondent]  # by phase, site and number
    attendance: Attendance
    open_hours: Floats


def simulate_monitoring(parameters: Parameters, seed: int) -> Monitoring:
    contacts = coming.draw_contacts(parameters, stream(seed, Stream.CONTACTS))
    contacts, first = coming.meet(parameters, contacts, stream(seed, Stream.CLIENTS))
    told = telling.draw_told(parameters, contacts, first.size, stream(seed, Stream.TOLD))
    return Monitoring(contacts, told, first)


def simulate_survey(parameters: Parameters, seed: int) -> SurveyAnswers:
    return asking.draw_survey(parameters, stream(seed, Stream.SURVEY))


def simulate(parameters: Parameters, seed: int | None = None) -> Simulated:
    """Draw the whole programme. Without a seed the parameters' own is taken."""
    p, number = parameters, parameters.seed if seed is None else seed
    seen = simulate_monitoring(p, number)
    contacts, told = seen.contacts, seen.told
    supplied = equipment.is_supplied(p, contacts)
    kit, passed_on = equipment.draw_kit(p, contacts, told, supplied, stream(number, Stream.KIT))
    chance = stream(number, Stream.NEEDS)
    needs = telling.draw_needs(p, contacts, told, chance)
    disclosures = telling.draw_disclosures(p, told, needs, supplied, chance)
    referrals, events = referring.draw_referrals(p, contacts, needs, stream(number, Stream.REFERRALS))
    return Simulated(
        parameters=p, seed=number, contacts=contacts, passed_on=passed_on, told=told, disclosures=disclosures,
        clients=coming.draw_clients(p, contacts, seen.first_contact, stream(number, Stream.PEOPLE)),
        needs=needs, kit_lines=kit, contact_barriers=telling.draw_barriers(p, contacts, chance), referrals=referrals, referral_events=events,
        shelves=draw_shelves(p, contacts, kit, stream(number, Stream.SHELVES)),
        incidents=asking.draw_incidents(p, stream(number, Stream.INCIDENTS)),
        survey=simulate_survey(p, number),
        respondents=draw_respondents(p, stream(number, Stream.RESPONDENTS)),
        attendance=asking.draw_attendance(p, stream(number, Stream.TRAINING)),
        open_hours=referring.open_hours(p, stream(number, Stream.HOURS)),
    )  # fmt: skip
