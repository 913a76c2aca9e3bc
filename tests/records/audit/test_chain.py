"""The chain finds what was done to it, and names the first event."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import Cast
from throughline.records.audit import queries
from throughline.records.audit.models import AuditChain, AuditEvent

pytestmark = pytest.mark.django_db


def _chain(cast: Cast) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(chain_id=cast.programme.id).order_by("sequence"))


def test_verify_untouched(cast: Cast) -> None:
    report = queries.verify()
    assert report.breaks == ()
    assert report.events == AuditEvent.objects.count() > 10


def test_verify_altered_event_names_it(cast: Cast) -> None:
    victim = _chain(cast)[4]
    AuditEvent.objects.filter(id=victim.id).update(actor_id="somebody else")
    (found,) = queries.verify().breaks
    assert (found.kind, found.sequence, found.chain_id) == ("altered", 5, cast.programme.id)


def test_verify_removed_event_names_it(cast: Cast) -> None:
    _chain(cast)[2].delete()
    (found,) = queries.verify().breaks
    assert (found.kind, found.sequence) == ("removed", 3)


def test_verify_reordered_events_names_the_first(cast: Cast) -> None:
    events = _chain(cast)
    first, second = events[3], events[6]
    AuditEvent.objects.filter(id=first.id).update(sequence=10_000)
    AuditEvent.objects.filter(id=second.id).update(sequence=first.sequence)
    AuditEvent.objects.filter(id=first.id).update(sequence=second.sequence)
    (found,) = queries.verify().breaks
    assert (found.kind, found.sequence) == ("re-ordered", 4)


def test_verify_cut_tail_shows_against_head(cast: Cast) -> None:
    _chain(cast)[-1].delete()
    (found,) = queries.verify().breaks
    assert (found.kind, found.sequence) == ("cut off", len(_chain(cast)) + 1)


def test_verify_cut_tail_with_head_rewritten_shows_against_witness(cast: Cast, tmp_path, now) -> None:
    queries.write_heads(tmp_path, now)
    events = _chain(cast)
    AuditEvent.objects.filter(id=events[-1].id).delete()
    AuditChain.objects.filter(id=cast.programme.id).update(count=len(events) - 1, head=events[-2].mac)
    assert queries.verify().breaks == ()
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.sequence) == ("cut off", len(events))


def test_verify_whole_chain_removed_shows_against_witness(cast: Cast, tmp_path, now) -> None:
    queries.write_heads(tmp_path, now)
    AuditEvent.objects.filter(chain_id=cast.programme.id).delete()
    AuditChain.objects.filter(id=cast.programme.id).delete()
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.sequence) == ("cut off", 1)


def test_verify_half_written_witness_line_is_passed_over(cast: Cast, tmp_path, now) -> None:
    path = queries.write_heads(tmp_path, now)
    with path.open("a") as file:
        file.write('{"chain": "0192')
    assert queries.verify(queries.read_heads(tmp_path)).breaks == ()


def test_events_hold_no_names(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_auditevent")
        stored = str(cursor.fetchall())
    for name in ("Alice", "Harrowmere", "Lantern", "alice"):
        assert name not in stored
