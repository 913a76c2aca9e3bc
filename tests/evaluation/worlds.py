"""Worlds made by hand, that several tests use."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.evaluation.world import WContact, WNeed, World, WReferral, WSite

BEFORE, AFTER = date(2025, 1, 1), date(2025, 4, 1)
PHASES = (("before", BEFORE, date(2025, 3, 31)), ("after", AFTER, None))
SIX = tuple(
    WSite(name, "intervention" if n < 3 else "comparison", phases=PHASES)
    for n, name in enumerate(("Aston", "Brook", "Cove", "Dale", "Elm", "Ford"))
)


def moment(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def of_six_sites() -> World:
    """At each site and phase 10 contacts with codes, of which a known number told crack use; what hangs on some."""
    contacts: list[WContact] = []
    for site in range(6):
        for phase, first in enumerate((BEFORE, AFTER)):
            told = 2 + phase * (4 + site % 3 if site < 3 else site % 3)
            for n in range(10):
                day = first + timedelta(days=3 * n)
                answer = ("told" if n < told else "said_no") if n < 9 else "not_asked"
                needs = (WNeed("housing", ("referred",), (_entered(day, n),)),) if n % 4 == 0 else ()
                contacts.append(
                    WContact(
                        site,
                        moment(day),
                        "peer" if n % 3 == 0 else "service",
                        client=site * 100 + n,
                        pipes=n % 2,
                        kits=n % 5 == 0,
                        told=(("crack_use", answer),),
                        needs=needs,
                    )
                )
    contacts.append(WContact(0, moment(date(2025, 9, 1)), "peer", tally=12))
    return World(
        sites=SIX,
        contacts=tuple(contacts),
        months=((0, date(2025, 1, 1), "complete"), (0, date(2025, 6, 1), "none"), (0, date(2025, 7, 1), "complete")),
        hours=((0, date(2025, 1, 1), "120.5"), (0, date(2025, 2, 1), None)),
        staff=(
            (0, date(2025, 1, 15), None, date(2025, 3, 10)),
            (0, date(2025, 1, 15), date(2025, 3, 20), None),
            (1, date(2025, 1, 15), None, None),
        ),
        answers=tuple(
            (site, phase, n, "shared_pipe", "not_asked" if n == 0 else str((n + site) % 2 if phase == "before" else n % 3 // 2))
            for site in range(6)
            for phase in ("before", "after")
            for n in range(8)
        ),
        outcomes=(("shared_pipe", "binary", "survey"), ("crack_use_told", "binary", "monitoring")),
        # Two of one day are one row, which is still running; the site of the last is in the study's other arm.
        # Given twice from one day on is given once.
        provisions=((3, "group", date(2024, 9, 1), date(2025, 1, 31)), (3, "group", date(2024, 9, 1), None)),
        components=(
            (0, "supply_route", AFTER, None), (0, "supply_route", AFTER, date(2025, 6, 1)),
            (1, "training", AFTER, date(2025, 5, 31)), (3, "walk_in", date(2025, 5, 1), None),
        ),
    )  # fmt: skip


def _entered(day: date, n: int) -> WReferral:
    sent = moment(day, 13)
    if n == 0:
        return WReferral((("sent", None, sent), ("entered", "receiver_confirmed", sent + timedelta(days=5))))
    if n == 4:
        return WReferral(
            (("sent", None, sent), ("declined_by_person", "person_said", sent + timedelta(days=9)))
        )
    return WReferral((("sent", None, sent),))
