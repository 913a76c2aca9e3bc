"""A process that records is killed: what it acknowledged is there, whole; nothing else is half there."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.installation import new_place

WORLD = """
from tests.cast import make_cast
make_cast()
"""
RECORD = """
from datetime import UTC, datetime
from uuid import UUID
from throughline.records.accounts.queries import account_named
from throughline.records.engagement.actions import record_contact
from throughline.records.foundation import new_id
from throughline.records.programme.models import Site
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.chain import ActionKind, Answer, Route
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft, NeedDraft
bob = actor_for(account_named("bob"))
site = Site.objects.get(name="Harrowmere")
for n in range(100_000):
    now = datetime.now(UTC)
    draft = ContactDraft(
        id=new_id(), site_id=site.id, route=Route.SERVICE, device_time=now, client_code=f"QK0101{1900 + n % 30}F",
        disclosures=(DisclosureDraft("crack_use", Answer.TOLD), DisclosureDraft("debt", Answer.SAID_NO)),
        needs=(NeedDraft("housing", actions=(ActionKind.ADVISED,)),),
    )
    print(record_contact(draft=draft, by=bob, at=now).id, flush=True)
"""
LOOK = """
from django.db import connection
from throughline.records.audit.queries import verify
from throughline.records.engagement.models import Action, Contact, Disclosure, Need
report = verify()
assert not report.breaks, report.breaks
for contact in Contact.objects.all():
    assert contact.disclosures.count() == 2 and contact.needs.get().actions.count() == 1
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
print(*Contact.objects.values_list("id", flat=True))
"""


@pytest.mark.slow
def test_record_contact_killed_loses_nothing_acknowledged(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    assert place.throughline("init", "--programme", "Beam", "--organisation", "Beam network").returncode == 0
    place.python(WORLD)
    acknowledged: set[str] = set()
    for wanted in (20, 40):
        recording = place.start_python(RECORD)
        assert recording.stdout is not None
        for line in recording.stdout:
            acknowledged.add(line.strip())
            if len(acknowledged) >= wanted:
                recording.send_signal(signal.SIGKILL)
                break
        acknowledged |= {line.strip() for line in recording.stdout if len(line.strip()) == 36}
        assert recording.wait() == -signal.SIGKILL
        there = set(place.python(LOOK).split())
        assert acknowledged <= there
        # At most the contact that was committed and not yet said, once a killing.
        assert len(there - acknowledged) <= 3
