"""Reading the chain, and finding where it was broken."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.keyring import INSTALLATION, KeyRing, Purpose, ring
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event

TAIL_BYTES = 64 * 1024
# Heads are written daily: what is older than that, and two hours for a machine that was off, is held against nothing.
WITNESSED_WITHIN = timedelta(hours=26)


@dataclass(frozen=True)
class Flagged:
    """That an account met so many unknown client codes that it looks like guessing: how often, and when."""

    account_id: str
    times: int
    first_at: datetime
    last_at: datetime


def events_for(actor: Actor, programme_id: UUID) -> QuerySet[AuditEvent]:
    """The audit of a programme, the newest first; nothing for whoever may not see it."""
    rows: QuerySet[AuditEvent] = AuditEvent.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.order_by("-at", "-sequence", "-id")


def guessing_flagged(programme_id: UUID, *, account_ids: Set[str], since: datetime) -> list[Flagged]:
    """Of some accounts, those flagged since a moment, the latest first. Who may ask of whom, the caller has decided."""
    rows = AuditEvent.objects.filter(
        programme_id=programme_id, at__gte=since, action=Event.CODE_GUESSING_FLAGGED.value,
        actor_id__in=account_ids,
    )  # fmt: skip
    found = rows.values("actor_id").annotate(times=Count("id"), first=Min("at"), last=Max("at"))
    return [
        Flagged(row["actor_id"], row["times"], row["first"], row["last"]) for row in found.order_by("-last")
    ]


@dataclass(frozen=True)
class Break:
    """The first event of a chain that is not as it was written."""

    chain_id: UUID
    sequence: int
    kind: str  # altered | removed | re-ordered | cut off | witness altered | no witness | witness old | not witnessed
    sentence: str


@dataclass(frozen=True)
class ChainReport:
    """What verifying found: events read over all chains, witnessed heads compared, and the first break of each."""

    chains: int
    events: int
    heads_compared: int
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class Head:
    """A chain's length and last mac at a moment, as written outside the database."""

    chain_id: UUID
    count: int
    mac: str
    at: str


def event_mac(keys: KeyRing, event: AuditEvent, before: str) -> str:
    """HMAC-SHA-256 (hex) of an event's canonical JSON behind the mac of the event before it."""
    content = [
        before, str(event.chain_id), str(event.programme_id), event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"), event.actor_kind, event.actor_id,
        event.action, event.target_kind, event.target_id, event.reason, event.count, event.key_version,
    ]  # fmt: skip
    key = keys.key(Purpose.AUDIT, event.chain_id, event.key_version)
    return hmac.new(key, json.dumps(content, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


def write_heads(folder: Path, at: datetime, *, chain_id: UUID | None = None) -> Path:
    """Append every chain's head (or one's) to `<folder>/audit-heads.jsonl`, which belongs on another disk.

    Each line is sealed with a MAC over itself and the seal before it, so that a line cannot be changed or left out
    in the middle. Processes that write at the same time wait for each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "audit-heads.jsonl"
    chains = AuditChain.objects.order_by("id")
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tail = _tail(file)
        seal = _last_seal(tail)
        if tail and not tail.endswith(b"\n"):
            file.write(b"\n")  # a line cut off by a power failure stays as it is, on its own
        for chain in chains if chain_id is None else chains.filter(id=chain_id):
            row: dict[str, Any] = {
                "chain": str(chain.id), "count": chain.count, "mac": chain.head, "at": at.isoformat(),
                "key_version": ring().current,
            }  # fmt: skip
            seal = row["seal"] = _seal(row, seal)
            file.write(json.dumps(row).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _tail(file: BinaryIO) -> bytes:
    """The end of the file: many lines of it, however long it has grown."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL_BYTES))
    return file.read()


def _last_seal(tail: bytes) -> str:
    for line in reversed(tail.split(b"\n")):
        with contextlib.suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict):
                return str(row.get("seal", ""))
    return ""


def _seal(row: Mapping[str, Any], before: str) -> str:
    content = [before, *(row[name] for name in ("chain", "count", "mac", "at", "key_version"))]
    key = ring().key(Purpose.AUDIT, version=int(row["key_version"]))
    return hmac.new(key, json.dumps(content, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Witness:
    """The heads that were written outside, and the first line that is not as it was written, if any."""

    heads: tuple[Head, ...]
    altered_line: int | None = None


def read_heads(folder: Path) -> Witness:
    """Read the witness file. A last line that was cut off in the middle is passed over; any other is altered."""
    path = folder / "audit-heads.jsonl"
    if not path.exists():
        return Witness(())
    heads: list[Head] = []
    before = ""
    altered: int | None = None
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            row = json.loads(line)
            is_sealed = hmac.compare_digest(str(row["seal"]), _seal(row, before))
            head = Head(UUID(row["chain"]), int(row["count"]), str(row["mac"]), str(row["at"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Cut off by a power failure: no line break behind it then, and the next writer put one.
            if _is_cut_off(line):
                continue
            altered = altered or number
            continue
        if not is_sealed:
            altered = altered or number
        before = str(row["seal"])
        heads.append(head)
    return Witness(tuple(heads), altered)


def _is_cut_off(line: str) -> bool:
    """A beginning of a line as write_heads makes it, and not a whole one."""
    return '{"chain": "'.startswith(line[:11]) and not line.endswith("}")


def verify(witness: Witness | None = None) -> ChainReport:
    """Walk every chain. Memory does not grow with its length; each chain reports its first break only.

    Held against a witness, an empty one too, what the witness cannot vouch for is a break as well. Without one (None)
    only what the chains themselves show is found.
    """
    keys = ring()
    breaks: list[Break] = []
    heads: tuple[Head, ...] = witness.heads if witness else ()
    if witness is not None and witness.altered_line is not None:
        sentence = f"line {witness.altered_line} of the witness file is not as it was written"
        breaks.append(Break(INSTALLATION, witness.altered_line, "witness altered", sentence))
    if witness is not None and not heads:
        sentence = "no head was written outside the database, so a chain that was cut off would look whole"
        breaks.append(Break(INSTALLATION, 0, "no witness", sentence))
    witnessed: dict[UUID, dict[int, str]] = {}
    for head in heads:
        there = witnessed.setdefault(head.chain_id, {})
        if there.setdefault(head.count, head.mac) != head.mac:
            sentence = f"two heads were written for event {head.count}: the chain was rewritten between them"
            breaks.append(Break(head.chain_id, head.count, "altered", sentence))
    events = 0
    chain_ids = (
        set(AuditChain.objects.values_list("id", flat=True))
        | set(witnessed)
        | set(AuditEvent.objects.values_list("chain_id", flat=True).distinct())
    )
    for chain_id in sorted(chain_ids):
        count, broken = _walk(keys, chain_id, witnessed.get(chain_id, {}))
        events += count
        if broken:
            breaks.append(broken)
    if heads:
        whole = chain_ids - {one.chain_id for one in breaks}
        breaks.extend(_not_vouched_for(heads, whole))
    return ChainReport(len(chain_ids), events, len(heads), tuple(breaks))


def _not_vouched_for(heads: tuple[Head, ...], chain_ids: Set[UUID]) -> Iterator[Break]:
    """Chains, whole in themselves, whose newest events came long after their newest head, or that have none."""
    newest_head: dict[UUID, datetime] = {}
    for head in heads:
        at = datetime.fromisoformat(head.at)
        newest_head[head.chain_id] = max(at, newest_head.get(head.chain_id, at))
    first_and_last = {
        row["chain_id"]: (row["first"], row["last"], row["count"])
        for row in AuditEvent.objects.values("chain_id").annotate(
            first=Min("at"), last=Max("at"), count=Max("sequence")
        )
    }
    latest = max([*newest_head.values(), *(last for _, last, _ in first_and_last.values())])
    for chain_id in sorted(chain_ids & set(first_and_last)):
        first, last, count = first_and_last[chain_id]
        head_at = newest_head.get(chain_id)
        if head_at is None and latest - first > WITNESSED_WITHIN:
            sentence = "the witness does not know this chain, though its first event is older than a day"
            yield Break(chain_id, 1, "not witnessed", sentence)
        elif head_at is not None and last - head_at > WITNESSED_WITHIN:
            sentence = (
                f"its newest head was written {head_at:%Y-%m-%d %H:%M}, its newest event {last:%Y-%m-%d %H:%M}:"
                " what happened between is held against nothing"
            )
            yield Break(chain_id, count, "witness old", sentence)


def _walk(keys: KeyRing, chain_id: UUID, heads: dict[int, str]) -> tuple[int, Break | None]:
    before, expected, read = "", 1, 0
    for event in AuditEvent.objects.filter(chain_id=chain_id).order_by("sequence").iterator(chunk_size=2000):
        read += 1
        if event.sequence != expected:
            return read, Break(chain_id, expected, "removed", f"event {expected} is missing")
        if event_mac(keys, event, before) != event.mac:
            return read, Break(chain_id, expected, *_altered_or_moved(chain_id, event, expected))
        if heads.get(expected, event.mac) != event.mac:
            return read, Break(chain_id, expected, "altered", f"event {expected} differs from its witness")
        before, expected = event.mac, expected + 1
    chain = AuditChain.objects.filter(id=chain_id).first()
    written = max([*heads, chain.count if chain else 0])
    if written >= expected:
        return read, Break(
            chain_id, expected, "cut off", f"events {expected} to {written} are missing at the end"
        )
    if chain is None or (chain.count, chain.head) != (expected - 1, before):
        return read, Break(chain_id, expected - 1, "altered", "the chain's head is not its last event")
    return read, None


def _altered_or_moved(chain_id: UUID, event: AuditEvent, place: int) -> tuple[str, str]:
    """Whether an event that does not fit here fits at another place near by (within 50), else it was altered."""
    keys = ring()
    low, high = max(1, place - 50), place + 50
    macs = AuditEvent.objects.filter(chain_id=chain_id, sequence__range=(low - 1, high)).values_list(
        "mac", flat=True
    )
    befores = ["", *macs]
    for other in range(low, high + 1):
        event.sequence = other
        if other != place and any(event_mac(keys, event, before) == event.mac for before in befores):
            return "re-ordered", f"event {place} is where event {other} belongs"
    return "altered", f"event {place} is not as it was written"
