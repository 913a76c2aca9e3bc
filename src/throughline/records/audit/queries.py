"""Reading the chain, and finding where it was broken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from throughline.records.audit.actions import event_mac
from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.keyring import KeyRing, ring


@dataclass(frozen=True)
class Break:
    """The first event of a chain that is not as it was written."""

    chain_id: UUID
    sequence: int
    kind: str  # altered | removed | re-ordered | cut off | witness altered
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


def write_heads(folder: Path, at: datetime) -> Path:
    """Append every chain's head to `<folder>/audit-heads.jsonl`, which belongs on another disk than the database."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "audit-heads.jsonl"
    lines = [
        json.dumps({"chain": str(chain.id), "count": chain.count, "mac": chain.head, "at": at.isoformat()})
        for chain in AuditChain.objects.order_by("id")
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def read_heads(folder: Path) -> list[Head]:
    path = folder / "audit-heads.jsonl"
    if not path.exists():
        return []
    heads = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            heads.append(Head(UUID(row["chain"]), int(row["count"]), str(row["mac"]), str(row["at"])))
        except (ValueError, KeyError, TypeError):
            continue  # a half-written last line: the machine went down while writing
    return heads


def verify(heads: Iterable[Head] = ()) -> ChainReport:
    """Walk every chain. Memory does not grow with its length; each chain reports its first break only."""
    keys = ring()
    witnessed: dict[UUID, dict[int, str]] = {}
    compared = 0
    for head in heads:
        witnessed.setdefault(head.chain_id, {})[head.count] = head.mac
        compared += 1
    breaks: list[Break] = []
    events = 0
    chain_ids = set(AuditChain.objects.values_list("id", flat=True))
    chain_ids |= set(AuditEvent.objects.values_list("chain_id", flat=True).distinct()) | set(witnessed)
    for chain_id in sorted(chain_ids):
        count, broken = _walk(keys, chain_id, witnessed.get(chain_id, {}))
        events += count
        if broken:
            breaks.append(broken)
    return ChainReport(len(chain_ids), events, compared, tuple(breaks))


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
    written = max(
        [*heads, *AuditChain.objects.filter(id=chain_id).values_list("count", flat=True)], default=0
    )
    if written >= expected:
        return read, Break(
            chain_id, expected, "cut off", f"events {expected} to {written} are missing at the end"
        )
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
