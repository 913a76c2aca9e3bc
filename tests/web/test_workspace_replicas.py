"""Two people code the same source at once, a thousand changes, and one of them keeps losing the connection.

Once in turns, as chance has it, with several seeds; and once in two threads, whose requests arrive at the same time: each
changes own codings alone, so what becomes of each change is known all the same. What each holds on the screen is kept by the rules of assets/coding (store.ts, outbox.ts); what the server should
hold is worked out beside it in plain Python.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.cast import make_cast
from tests.web.world import TEXT, World, make_world

from throughline.records.foundation import new_id
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Coding, Source
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import CodeOrigin

pytestmark = pytest.mark.slow

Change = dict[str, Any]


@dataclass
class Held:
    """A coding as the oracle has it: every place it has lain on, the last one now."""

    owner: str
    code: str
    places: list[tuple[int, int]]
    stands: bool = True


@dataclass
class Oracle:
    """The rules in words: an id is taken once, a passage holds one's code once, a move rests on the place last seen."""

    codings: dict[str, Held] = field(default_factory=dict)

    def take(self, who: str, change: Change) -> bool:
        """Whether the change is accepted; one that is done already is, and does nothing."""
        one = self.codings.get(change["id"])
        if change["do"] == "apply":
            if one is None:
                new = Held(who, change["code"], [(change["start"], change["end"])])
                if self._is_taken(new, new.places[0]):
                    return False
                self.codings[change["id"]] = new
            return True
        if one is None:
            return False
        if change["do"] == "move":
            return self._move(one, (change["start"], change["end"]), change["base"])
        wanted = change["do"] == "restore"
        if one.stands is wanted:
            return True
        if wanted and self._is_taken(one, one.places[-1]):
            return False
        one.stands = wanted
        return True

    def _move(self, one: Held, place: tuple[int, int], base: int) -> bool:
        if len(one.places) >= base + 2 and one.places[base] == place:
            return True
        if not one.stands:
            return False
        if one.places[-1] == place:
            return True
        if len(one.places) != base or self._is_taken(one, place):
            return False
        one.places.append(place)
        return True

    def _is_taken(self, one: Held, place: tuple[int, int]) -> bool:
        return any(
            other is not one and other.stands and other.places[-1] == place
            and (other.owner, other.code) == (one.owner, one.code)
            for other in self.codings.values()
        )  # fmt: skip

    def standing(self) -> dict[str, tuple[str, str, int, int]]:
        return {pk: (one.owner, one.code, *one.places[-1]) for pk, one in self.codings.items() if one.stands}


class Desk:
    """One coder's screen: what the server told, and the changes on their way to it."""

    def __init__(self, who: str, client: Client, address: str, oracle: Oracle) -> None:
        self.who, self.client, self.address, self.oracle = who, client, address, oracle
        self.told: dict[str, tuple[int, tuple[str, str, int, int] | None, int]] = {}
        self.queue: list[Change] = []
        self.at = 0
        self.refused = 0

    def send(self, *, is_answer_lost: bool) -> None:
        batch = self.queue[:200]
        if not batch:
            return
        expected = {str(i) for i, change in enumerate(batch) if not self.oracle.take(self.who, change)}
        answer = self.client.post(self.address, {"changes": json.dumps(batch), "text_version": "1"}).json()
        assert set(answer["refused"]) == expected
        if is_answer_lost:
            return
        self.learn(answer)
        self.refused += len(expected)
        self.queue = self.queue[200:]

    def poll(self) -> None:
        feed = self.client.get(f"{self.address}?since={self.at}").json()
        self.at = max(self.at, feed["at"])
        self.learn(feed)

    def learn(self, answer: dict[str, Any]) -> None:
        for pk, code, start, end, who, version, change, stands in answer["rows"]:
            if pk not in self.told or self.told[pk][0] <= change:
                place = (answer["people"][who][0], answer["codes"][code], start, end)
                self.told[pk] = (change, place if stands else None, version)

    def standing(self) -> dict[str, tuple[str, str, int, int]]:
        return {pk: place for pk, (_change, place, _version) in self.told.items() if place}

    def own(self) -> dict[str, int]:
        """Own codings that were ever told of, with the version that a change waiting here will find."""
        mine = {pk for pk, one in self.oracle.codings.items() if one.owner == self.who}
        found = {pk: one[2] for pk, one in self.told.items() if pk in mine}
        for change in self.queue:
            if change["do"] == "apply":
                found[change["id"]] = 1
            elif change["do"] == "move" and change["id"] in found:
                found[change["id"]] += 1
        return found


@dataclass
class Room:
    """A source with a coding on it, and two who code it; `oracles`: one for both, or one for each."""

    desks: list[Desk]
    oracles: list[Oracle]
    codes: list[str]
    source: Source

    def work(self, desk: Desk, chance: random.Random, number: int, *, sends: float = 0.3) -> None:
        """One change. The first one's connection comes and goes: requests that never arrive, answers that never come."""
        desk.queue.append(_change(chance, desk, self.codes))
        is_offline = desk is self.desks[0] and number % 100 < 25
        if not is_offline and chance.random() < sends:
            desk.send(is_answer_lost=desk is self.desks[0] and chance.random() < 0.25)
        if not is_offline and chance.random() < 0.1:
            desk.poll()

    def check(self, least: int) -> None:
        """Both show what is kept, which is what was accepted; of what does not stand there is a tombstone."""
        for desk in self.desks:
            while desk.queue:
                desk.send(is_answer_lost=False)
        for desk in self.desks:
            desk.poll()
        kept = {
            str(one.id): (one.analyst, str(one.code_id), one.start, one.end)
            for one in Coding.objects.filter(source=self.source).standing()
        }
        accepted = {pk: place for one in self.oracles for pk, place in one.standing().items()}
        assert len(kept) > least and all(desk.refused for desk in self.desks)
        assert kept == accepted == self.desks[0].standing() == self.desks[1].standing()
        every = set().union(*(one.codings for one in self.oracles))
        assert {str(pk) for pk in Coding.objects.values_list("id", flat=True)} == every


def a_room(world: World, *, oracles: int) -> Room:
    by, at = world.cast.rosa.actor, world.coding.applied_at
    drafts = [actions.CodeDraft(f"c{n}", f"Code {n}", CodeOrigin.INDUCTIVE) for n in range(2)]
    made = actions.add_codes(codebook=world.code.codebook, drafts=drafts, by=by, at=at)
    codes = [str(code.id) for code in (world.code, *made)]
    place = (world.coding.start, world.coding.end)
    held = [Oracle() for _ in range(oracles)]
    held[-1].codings[str(world.coding.id)] = Held(by.id, str(world.code.id), [place])
    desks = []
    for number, role in enumerate((Role.ANALYST, Role.LEAD_RESEARCHER)):
        client = Client()
        client.force_login(world.by_role[role])
        address = reverse("source_codings", args=[world.source.id])
        desks.append(Desk(str(world.by_role[role].id), client, address, held[number % oracles]))
        desks[-1].poll()
    return Room(desks, held, codes, world.source)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [20260303, 1, 2, 3])
def test_two_in_turns_end_alike_and_lose_nothing(world: World, seed: int) -> None:
    chance, room = random.Random(seed), a_room(world, oracles=1)
    for number in range(150):
        room.work(chance.choice(room.desks), chance, number)
    room.check(20)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_end_alike_and_lose_nothing(transactional_db: None, now: datetime) -> None:
    """A thousand changes in two threads, with a connection each: requests meet at the server as they come."""
    room = a_room(make_world(make_cast(), now), oracles=2)
    ready, failed = threading.Barrier(2), list[BaseException]()

    def work(place: int) -> None:
        chance = random.Random(place)
        try:
            ready.wait(30)
            for number in range(500):
                room.work(room.desks[place], chance, number, sends=0.2)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[place], daemon=True) for place in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(240)
    assert failed == [] and not any(one.is_alive() for one in threads)
    room.check(100)


def _change(chance: random.Random, desk: Desk, codes: list[str]) -> Change:
    start = chance.randrange(len(TEXT) - 1)
    end = min(len(TEXT), start + chance.randrange(1, 9))
    own = desk.own()
    do = chance.choice(["apply", "apply", "move", "remove", "restore"])
    if do == "apply" or not own:
        return {"do": "apply", "id": str(new_id()), "code": chance.choice(codes), "start": start, "end": end}
    pk = chance.choice(sorted(own))
    if do == "move":
        return {"do": "move", "id": pk, "start": start, "end": end, "base": own[pk]}
    return {"do": do, "id": pk}
