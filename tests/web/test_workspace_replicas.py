"""Two people code the same source at once, a thousand changes, and one of them keeps losing the connection.

What each holds on the screen is kept by the rules of assets/coding (store.ts, outbox.ts); what the server should
hold is worked out beside it in plain Python.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.world import TEXT, World

from throughline.records.foundation import new_id
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Coding
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import CodeOrigin

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

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
        found = {pk: one[2] for pk, one in self.told.items() if self.oracle.codings[pk].owner == self.who}
        for change in self.queue:
            if change["do"] == "apply":
                found[change["id"]] = 1
            elif change["do"] == "move" and change["id"] in found:
                found[change["id"]] += 1
        return found


def test_two_at_once_end_alike_and_lose_nothing(world: World) -> None:
    chance = random.Random(20260303)
    by, at = world.cast.rosa.actor, world.coding.applied_at
    drafts = [actions.CodeDraft(f"c{n}", f"Code {n}", CodeOrigin.INDUCTIVE) for n in range(2)]
    made = actions.add_codes(codebook=world.code.codebook, drafts=drafts, by=by, at=at)
    codes = [str(code.id) for code in (world.code, *made)]
    place = (world.coding.start, world.coding.end)
    oracle = Oracle({str(world.coding.id): Held(by.id, str(world.code.id), [place])})
    desks = []
    for role in (Role.ANALYST, Role.LEAD_RESEARCHER):
        client = Client()
        client.force_login(world.by_role[role])
        address = reverse("source_codings", args=[world.source.id])
        desks.append(Desk(str(world.by_role[role].id), client, address, oracle))
        desks[-1].poll()
    for number in range(1_000):
        desk = chance.choice(desks)
        desk.queue.append(_change(chance, desk, codes))
        # the first one's connection comes and goes: requests that never arrive, answers that never come
        is_offline = desk is desks[0] and number % 100 < 25
        if not is_offline and chance.random() < 0.3:
            desk.send(is_answer_lost=desk is desks[0] and chance.random() < 0.25)
        if not is_offline and chance.random() < 0.1:
            desk.poll()
    for desk in desks:
        while desk.queue:
            desk.send(is_answer_lost=False)
    for desk in desks:
        desk.poll()
    kept = {
        str(one.id): (one.analyst, str(one.code_id), one.start, one.end)
        for one in Coding.objects.filter(source=world.source).standing()
    }
    assert len(kept) > 100 and all(desk.refused for desk in desks)
    assert kept == oracle.standing() == desks[0].standing() == desks[1].standing()
    # nothing that was accepted is gone: what does not stand left its tombstone
    assert {str(pk) for pk in Coding.objects.values_list("id", flat=True)} == set(oracle.codings)


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
