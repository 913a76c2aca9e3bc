"""The chain finds what was done to it, and names the first event."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import Cast
from throughline.records.audit import queries
from throughline.records.audit.actions import event_mac
from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.keyring import ring

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
    queries.write_heads(tmp_path, now)
    witness = queries.read_heads(tmp_path)
    assert queries.verify(witness).breaks == ()
    assert len(witness.heads) == 2 * AuditChain.objects.count()


def test_verify_second_witness_does_not_heal_a_forgery(cast: Cast, tmp_path, now) -> None:
    """Somebody who holds the key rewrites the last event: the head written before and the one after differ."""
    queries.write_heads(tmp_path, now)
    last = _chain(cast)[-1]
    last.actor_id = "somebody else"
    last.mac = event_mac(ring(), last, _chain(cast)[-2].mac)
    AuditEvent.objects.filter(id=last.id).update(actor_id=last.actor_id, mac=last.mac)
    AuditChain.objects.filter(id=cast.programme.id).update(head=last.mac)
    assert queries.verify().breaks == ()
    queries.write_heads(tmp_path, now)
    assert queries.verify(queries.read_heads(tmp_path)).breaks[0].kind == "altered"


@pytest.mark.parametrize("harm", ["spoil", "leave out", "change"])
def test_verify_altered_witness_names_its_line(cast: Cast, tmp_path, now, harm: str) -> None:
    queries.write_heads(tmp_path, now)
    path = queries.write_heads(tmp_path, now)
    lines = path.read_text().splitlines(keepends=True)
    if harm == "spoil":
        lines[1] = "x" + lines[1]
    elif harm == "leave out":
        del lines[1]
    else:
        lines[1] = lines[1].replace('"count": ', '"count": 1')
    path.write_text("".join(lines))
    assert ("witness altered", 2) in {
        (b.kind, b.sequence) for b in queries.verify(queries.read_heads(tmp_path)).breaks
    }


def test_verify_head_row_reset_shows(cast: Cast) -> None:
    AuditChain.objects.filter(id=cast.programme.id).update(count=1, head="")
    (found,) = queries.verify().breaks
    assert found.kind == "altered"


def test_events_hold_no_names(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_auditevent")
        stored = str(cursor.fetchall())
    for name in ("Alice", "Harrowmere", "Lantern", "alice"):
        assert name not in stored
