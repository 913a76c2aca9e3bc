"""Heads written elsewhere: they are what shows that an audit chain was cut off."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.installation import Installation

CUT = """
from throughline.records.audit.models import AuditChain, AuditEvent
chain = AuditChain.objects.order_by("-count").first()
assert chain.count > 5
AuditEvent.objects.filter(chain_id=chain.id, sequence__gt=chain.count - 2).delete()
last = AuditEvent.objects.get(chain_id=chain.id, sequence=chain.count - 2)
AuditChain.objects.filter(id=chain.id).update(count=last.sequence, head=last.mac)
print(chain.id, last.sequence + 1)
"""

GRANT = """
from datetime import UTC, datetime
from throughline.records.accounts.models import Account
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.models import Membership
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.roles import Role
bob = Account.objects.get(username="bob")
at = datetime.now(UTC)
grant_membership(
    account=bob, organisation=Membership.objects.get(account=bob).organisation, roles=[Role.ADMINISTRATOR],
    is_all_sites=True, from_on=at.date(), by=Actor.system("command line"), at=at,
)
"""
COUNT = """
from throughline.records.audit.models import AuditEvent
print(AuditEvent.objects.filter(chain_id="{chain}").count())
"""


def test_heads_are_written_to_the_witness_and_compared_by_verify(mine: Installation, tmp_path: Path) -> None:
    witness = tmp_path / "another disk"
    elsewhere = {"THROUGHLINE_WITNESS": str(witness)}
    done = mine.throughline("heads", **elsewhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Written: {witness / 'audit-heads.jsonl'}\n"
    heads = [json.loads(line) for line in (witness / "audit-heads.jsonl").read_text().splitlines()]
    assert heads
    before = {path: path.read_bytes() for path in mine.home.rglob("audit-heads.jsonl")}
    verified = mine.throughline("audit", "verify", **elsewhere)
    assert verified.returncode == 0, verified.stderr
    assert f"{len(heads)} witnessed heads compared" in verified.stdout
    assert mine.throughline("heads", **elsewhere).returncode == 0
    assert len((witness / "audit-heads.jsonl").read_text().splitlines()) == 2 * len(heads)
    assert before == {path: path.read_bytes() for path in mine.home.rglob("audit-heads.jsonl")}


def test_audit_verify_after_the_witness_was_removed_fails(mine: Installation) -> None:
    assert mine.throughline("heads").returncode == 0
    assert mine.throughline("audit", "verify").returncode == 0
    shutil.rmtree(mine.home / "witness")
    done = mine.throughline("audit", "verify")
    assert done.returncode == 1
    assert "No heads were found" in done.stderr and "as it was written" not in done.stdout


def test_membership_granted_is_witnessed_without_anybody_asking(mine: Installation) -> None:
    shutil.rmtree(mine.home / "witness", ignore_errors=True)
    mine.python(GRANT)
    heads = [
        json.loads(line) for line in (mine.home / "witness" / "audit-heads.jsonl").read_text().splitlines()
    ]
    assert len(heads) == 1
    assert heads[0]["count"] == int(mine.python(COUNT.format(chain=heads[0]["chain"])))


def test_audit_verify_shows_a_tail_that_was_cut_off_by_the_witness_alone(
    mine: Installation, tmp_path: Path
) -> None:
    """Cut with all traces: only a head that lies elsewhere knows that there was more."""
    witness = tmp_path / "witness"
    assert mine.throughline("heads", THROUGHLINE_WITNESS=str(witness)).returncode == 0
    chain, first_missing = mine.python(CUT).split()
    unwitnessed = mine.throughline("audit", "verify", "--witness", str(tmp_path / "none"))
    assert unwitnessed.returncode == 1 and "as it was written" not in unwitnessed.stdout
    assert f"No heads were found in {tmp_path / 'none'}" in unwitnessed.stderr
    witnessed = mine.throughline("audit", "verify", "--witness", str(witness))
    assert witnessed.returncode == 1
    assert f"Chain {chain}: cut off at event {first_missing}" in witnessed.stderr


def test_heads_into_a_place_that_cannot_be_written_says_where(made: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    done = made.throughline("heads", THROUGHLINE_WITNESS=str(tmp_path / "file" / "below"))
    assert done.returncode == 5
    assert str(tmp_path / "file" / "below") in done.stderr
