"""Processes that take in what phones send are killed, while others take in the same: nothing acknowledged is missing or doubled.

The whole of it, 10,000 records of 50 phones through a real server, is `python -m bench.sync --kill`.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.installation import new_place

PHONES, EACH = 8, 16
PREPARE = """
import json
from datetime import UTC, datetime
from tests.cast import make_cast
from tests.exchange.device_event.phones import phone_of, wire
cast, now = make_cast(), datetime.now(UTC)
with open({path!r}, "w") as file:
    for number in range({phones}):
        phone = phone_of(cast, (cast.bob, cast.alice, cast.priya)[number % 3], now)
        last = None
        for n in range({each}):
            if last is not None and n % 4 == 3:
                event = phone.event("correction", now, contact_id=last["id"], after=last["id"], why="told_later",
                                    keeps_client=True, contact=phone.contact(now, place="street"))
            else:
                event = last = phone.event("contact", now)
                event["contact"] |= dict(client_code="QK0101%dF" % (1900 + (number * n) % 30),
                                         needs=[dict(domain="housing", actions=["advised"])])
            sent = wire(phone.sealed(event)) | dict(by=phone.account.username)
            file.write(json.dumps(sent) + chr(10))
"""
SEND = """
import base64, json, random
from datetime import UTC, datetime
from uuid import UUID
from throughline.exchange.device_event.load import receive
from throughline.records.accounts.queries import account_named
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.arriving import Sent
programme = Programme.objects.get(slug="lantern")
left = [json.loads(line) for line in open({path!r})]
chance = random.Random({seed})
actors = {{name: actor_for(account_named(name)) for name in {{one["by"] for one in left}}}}
while left:
    by = chance.choice(left)["by"]
    batch = chance.sample([one for one in left if one["by"] == by], k=min(12, sum(one["by"] == by for one in left)))
    sent = [
        Sent(UUID(one["id"]), UUID(one["device_id"]), one["sequence"], one["key_version"],
             base64.urlsafe_b64decode(one["sealed"] + "=" * (-len(one["sealed"]) % 4)), UUID(one["device_id"]))
        for one in batch
    ]
    done = receive(events=sent, programmes=[programme], by=actors[by], clock=lambda: datetime.now(UTC)).answers
    answered = {{str(one.event_id) for one in done}}
    left = [one for one in left if one["id"] not in answered]
    for one in done:
        print(one.event_id, one.state, flush=True)
"""
LOOK = """
import json
from django.db import connection
from throughline.records.audit.queries import verify
from throughline.records.engagement.models import Action, Contact, DeviceEvent
report = verify()
assert not report.breaks, report.breaks
for contact in Contact.objects.prefetch_related("needs__actions", "revisions"):
    assert contact.version == 1 + contact.revisions.count()
    assert all(need.actions.count() == 1 for need in contact.needs.all())
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
print(json.dumps({
    "events": [str(one) for one in DeviceEvent.objects.values_list("event_id", flat=True)],
    "states": sorted({one for one in DeviceEvent.objects.values_list("state", flat=True)}),
    "contacts": Contact.objects.count(),
    "accepted": DeviceEvent.objects.filter(kind="contact", state="accepted").count(),
}))
"""


@pytest.mark.slow
@pytest.mark.xdist_group("killing")
def test_sync_killed_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    assert place.throughline("init", "--programme", "Beam", "--organisation", "Beam network").returncode == 0
    path = str(tmp_path / "outboxes.jsonl")
    place.python(PREPARE.format(path=path, phones=PHONES, each=EACH))
    acknowledged: set[str] = set()
    # two send the same at the same time; one of them is killed in the midst of it, then the other
    processes = [place.start_python(SEND.format(path=path, seed=seed)) for seed in (1, 2)]
    for process, wanted in zip(processes, (30, 75), strict=True):
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged.add(line.split()[0])
            if len(acknowledged) >= wanted:
                process.send_signal(signal.SIGKILL)
                break
        acknowledged |= {line.split()[0] for line in process.stdout if len(line.split()) == 2}
        process.wait()
    there = looked(place)
    assert acknowledged <= set(there["events"])
    assert len(there["events"]) == len(set(there["events"]))
    assert there["contacts"] == there["accepted"]
    # the phones send everything again, whether or not they heard an answer
    done = place.start_python(SEND.format(path=path, seed=3))
    assert done.stdout is not None
    states = [line.split()[1] for line in done.stdout]
    assert done.wait() == 0
    assert set(states) <= {"accepted", "already"} and "already" in states
    there = looked(place)
    assert len(there["events"]) == len(set(there["events"])) == PHONES * EACH
    assert there["states"] == ["accepted"], "what waited was recorded once what it stands on had come"
    assert there["contacts"] == there["accepted"] == PHONES * EACH * 3 // 4


def looked(place: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.python(LOOK))
    return found
