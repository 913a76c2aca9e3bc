"""Load the fictional programme into an installation that holds no real one.

Everything happens in one transaction: while it runs nobody sees anything, and where it is interrupted, by an error or
by the machine, nothing was ever there. Run it again then. (Keys of sources lie outside the database: those of an
interrupted load open nothing and are removed where the load could still do so.)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.example.loading import asking, attitudes, findings, ground, line, stock, ways, words
from throughline.example.loading.beacon import light_beacon
from throughline.example.loading.world import Progress, SignIn, World
from throughline.example.parameters import Parameters, read_parameters
from throughline.example.simulate import Simulated, simulate
from throughline.records.keyring import source_keys
from throughline.records.programme import actions as programme
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready

__all__ = ["LoadedExample", "Progress", "SignIn", "load_example"]

SLUG = "lantern"
BY = Actor.system("example")


@dataclass(frozen=True, slots=True)
class LoadedExample:
    """What was loaded, and who can sign in with which password: told here once and never again."""

    programme_id: UUID
    beacon_id: UUID
    sign_ins: tuple[SignIn, ...]
    counts: dict[str, int]


def load_example(
    *, at: datetime, progress: Progress | None = None, parameters: Parameters | None = None
) -> LoadedExample:
    """Load the programmes Lantern and Beacon. `progress(what, done, of)` is told how far it is.

    Unready where they are there already, where the installation holds a real programme, or where `at` lies before
    the end of the period (its records would lie in the future).
    """
    p = parameters or read_parameters()
    _check_may_load(p, at)
    drawn = simulate(p)
    source_ids: list[UUID] = []
    with _keys_removed_on_failure(source_ids), transaction.atomic():
        row = programme.create_programme(
            name="Lantern", slug=SLUG, is_fiction=True, is_agreement_needed=True, by=BY, at=at
        )
        world = World(
            parameters=p,
            programme=row,
            by=BY,
            at=at,
            progress=progress or _tell_nobody,
            source_ids=source_ids,
        )
        _load(world, drawn)
        beacon = light_beacon(world, drawn)
    sign_ins = (*world.sign_ins, *beacon.sign_ins)
    return LoadedExample(row.id, beacon.programme.id, sign_ins, _counts(drawn))


def _check_may_load(p: Parameters, at: datetime) -> None:
    if Programme.objects.filter(is_fiction=False).exists():
        raise Unready(
            Sentence(
                "This installation holds a real programme; the fictional one is not loaded beside it. Use another"
                " folder (THROUGHLINE_HOME) for the demo."
            )
        )
    if Programme.objects.filter(slug=SLUG).exists():
        raise Unready(
            Sentence(
                "The fictional programme is loaded already. To load it anew, begin with an empty folder"
                " (THROUGHLINE_HOME)."
            )
        )
    if at.date() <= p.period.to_on:
        raise Unready(
            Sentence(
                "The fictional programme runs to %(last)s, which has not come yet by this machine's clock. Set the"
                " clock right.",
                last=p.period.to_on,
            )
        )


def _load(world: World, drawn: Simulated) -> None:
    world.progress("people and places", 0, 1)
    ground.lay_ground(world)
    ground.bring_people(world)
    items, kits = ground.stock_shelves(world)
    line.hold_trainings(world, drawn)
    world.progress("people and places", 1, 1)
    ids = line.record_contacts(world, drawn, items, kits)
    stock.keep_stock(world, drawn.shelves, items)
    line.close_needs(world, drawn, ids)
    line.describe_clients(world, drawn, ids)
    ways.make_referrals(world, drawn, ids.needs)
    ways.record_incidents(world, drawn)
    line.report_months(world, drawn)
    study = findings.open_study(world)
    findings.record_survey(world, drawn, study)
    asking.ask_here(world, study)
    attitudes.ask_attitudes(world)
    words.load_words(world, study)


@contextlib.contextmanager
def _keys_removed_on_failure(source_ids: list[UUID]) -> Iterator[None]:
    """Source keys are files: what the transaction takes back leaves no key of its sources behind."""
    try:
        yield
    except BaseException:
        for source_id in source_ids:
            source_keys().take_back(source_id)
        raise


def _tell_nobody(what: str, done: int, of: int) -> None:
    """Progress that is not asked for."""


def _counts(drawn: Simulated) -> dict[str, int]:
    return {
        "contacts": drawn.contacts.count,
        "client codes": len(drawn.clients.code),
        "needs": int(drawn.needs.contact.size),
        "referrals": int(drawn.referrals.target.size),
        "incidents": int(drawn.incidents.site.size),
        "survey answers": int(drawn.survey.value.size),
        "transcripts": len(words.transcripts()),
    }
