"""The chain finds what was done to it, and names the first event."""

from __future__ import annotations

import fcntl
import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, Cast
from throughline.records.accounts.actions import issue_sign_in_code
from throughline.records.audit import queries
from throughline.records.audit.actions import gathered, record
from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.keyring import INSTALLATION, ring
from throughline.vocabulary.events import Event

pytestmark = pytest.mark.django_db


def _chain(cast: Cast) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(chain_id=cast.programme.id).order_by("sequence"))


def test_verify_untouched(cast: Cast) -> None:
    report = queries.verify()
    assert report.breaks == ()
    assert report.events == AuditEvent.objects.count() > 10


def test_each_organisation_has_a_chain_of_its_own_in_each_programme(cast: Cast, now: datetime) -> None:
    at = [(cast.bob, cast.programme), (cast.omar, cast.programme), (cast.dana, cast.elsewhere)]
    chains = [
        record(
            Event.CLIENT_LOOKED_UP, target=("a", "1"), programme_id=where.id, by=who.actor, at=now
        ).chain_id
        for who, where in at
    ]
    assert chains[:2] == [cast.service.id, cast.police.id]
    assert len({*chains, cast.programme.id, cast.elsewhere.id}) == 5
    ours = record(
        Event.CLIENT_LOOKED_UP, target=("a", "1"), programme_id=cast.programme.id, by=SYSTEM, at=now
    )
    assert ours.chain_id == cast.programme.id
    counts = dict(AuditChain.objects.values_list("id", "count"))
    assert counts == {one: AuditEvent.objects.filter(chain_id=one).count() for one in counts}


def test_events_gathered_come_into_their_chains_at_the_end_and_none_of_an_act_taken_back(
    cast: Cast, now: datetime
) -> None:
    def tell(who: str, number: int) -> None:
        by, programme_id = getattr(cast, who).actor, cast.programme.id
        record(Event.CLIENT_LOOKED_UP, target=("a", str(number)), programme_id=programme_id, by=by, at=now)

    before = set(AuditEvent.objects.values_list("id", flat=True))
    with transaction.atomic(), gathered():
        with CaptureQueriesContext(connection) as asked:
            tell("bob", 1)
            tell("omar", 2)
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                tell("bob", 3)
                with transaction.atomic():
                    tell("bob", 4)
                raise ZeroDivisionError
            with transaction.atomic():
                tell("bob", 5)
        assert not [one for one in asked.captured_queries if "audit" in one["sql"]], (
            "nobody waits for a chain yet"
        )
    told = AuditEvent.objects.exclude(id__in=before).order_by("chain_id", "sequence")
    assert {(row.chain_id, row.target_id) for row in told} == {
        (cast.service.id, "1"), (cast.police.id, "2"), (cast.service.id, "5"),
    }  # fmt: skip
    assert queries.verify().breaks == ()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), gathered():
        tell("bob", 6)
        raise ZeroDivisionError
    tell("bob", 7)
    assert not AuditEvent.objects.filter(target_id="6").exists() and queries.verify().breaks == ()


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


def test_verify_without_a_witness_file_says_so(cast: Cast, tmp_path) -> None:
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.chain_id) == ("no witness", INSTALLATION)


def _happened(cast: Cast, at: datetime) -> None:
    record(Event.SIGNED_IN, target=cast.ada.account, programme_id=cast.programme.id, by=SYSTEM, at=at)


def test_verify_witness_older_than_26_hours_says_so_only_where_something_happened_since(
    cast: Cast, tmp_path, now: datetime
) -> None:
    queries.write_heads(tmp_path, now)
    _happened(cast, now + timedelta(hours=25))
    assert queries.verify(queries.read_heads(tmp_path)).breaks == ()
    _happened(cast, now + timedelta(hours=27))
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.chain_id) == ("witness old", cast.programme.id)
    assert found.sequence == len(_chain(cast))
    queries.write_heads(tmp_path, now + timedelta(hours=28))
    assert queries.verify(queries.read_heads(tmp_path)).breaks == ()


def test_verify_chain_that_the_witness_does_not_know_is_named(cast: Cast, tmp_path, now: datetime) -> None:
    queries.write_heads(tmp_path, now, chain_id=cast.programme.id)
    found = queries.verify(queries.read_heads(tmp_path)).breaks
    others = AuditEvent.objects.exclude(chain_id=cast.programme.id).values_list("chain_id", flat=True)
    assert {(one.kind, one.chain_id) for one in found} == {("not witnessed", one) for one in others}
    assert found


def test_verify_chain_row_removed_with_its_events_there_is_named(cast: Cast, tmp_path, now) -> None:
    queries.write_heads(tmp_path, now)
    AuditChain.objects.filter(id=cast.programme.id).delete()
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.chain_id) == ("altered", cast.programme.id)


def test_sensitive_event_is_witnessed_at_once(
    cast: Cast, tmp_path, now, settings, django_capture_on_commit_callbacks
) -> None:
    """A code issued by an administrator, cut off again a minute later with all traces."""
    settings.THROUGHLINE_WITNESS = tmp_path
    queries.write_heads(tmp_path, now)
    with django_capture_on_commit_callbacks(execute=True):
        issue_sign_in_code(
            programme_id=cast.programme.id, account=cast.rosa.account, by=cast.ada.actor, at=now
        )
    assert queries.verify(queries.read_heads(tmp_path)).breaks == ()
    *rest, last = AuditEvent.objects.filter(chain_id=cast.service.id).order_by("sequence")
    last.delete()
    AuditChain.objects.filter(id=cast.service.id).update(count=len(rest), head=rest[-1].mac if rest else "")
    (found,) = queries.verify(queries.read_heads(tmp_path)).breaks
    assert (found.kind, found.chain_id, found.sequence) == ("cut off", cast.service.id, len(rest) + 1)


def test_act_is_done_though_the_witness_cannot_be_written(
    cast: Cast, tmp_path, now, settings, django_capture_on_commit_callbacks
) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.THROUGHLINE_WITNESS = tmp_path / "file" / "below"
    with django_capture_on_commit_callbacks(execute=True):
        issue_sign_in_code(
            programme_id=cast.programme.id, account=cast.rosa.account, by=cast.ada.actor, at=now
        )
    assert AuditEvent.objects.filter(action="sign_in_code_issued").count() == 1


def test_heads_wait_for_another_process_that_is_writing(cast: Cast, tmp_path, now) -> None:
    path = queries.write_heads(tmp_path, now)
    before = path.read_text()
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        writer = threading.Thread(
            target=queries.write_heads, args=(tmp_path, now), kwargs={"chain_id": uuid4()}
        )
        writer.start()
        writer.join(timeout=0.5)
        assert writer.is_alive() and path.read_text() == before
    writer.join(timeout=60)
    assert not writer.is_alive()


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
    last.mac = queries.event_mac(ring(), last, _chain(cast)[-2].mac)
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
