"""Reading the chain, and finding where it was broken."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from throughline.records.audit.actions import event_mac
from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.keyring import INSTALLATION, KeyRing, Purpose, ring


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
    """Append every chain's head to `<folder>/audit-heads.jsonl`, which belongs on another disk than the database.

    Each line is sealed with a MAC over itself and the seal before it, so that a line cannot be changed or left out
    in the middle.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "audit-heads.jsonl"
    lines = _whole_lines(path)
    seal = str(lines[-1].get("seal", "")) if lines else ""
    with path.open("a", encoding="utf-8") as file:
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            file.write("\n")  # a line cut off by a power failure stays as it is, on its own
        for chain in AuditChain.objects.order_by("id"):
            row: dict[str, Any] = {
                "chain": str(chain.id), "count": chain.count, "mac": chain.head, "at": at.isoformat(),
                "key_version": ring().current,
            }  # fmt: skip
            seal = row["seal"] = _seal(row, seal)
            file.write(json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _seal(row: Mapping[str, Any], before: str) -> str:
    content = [before, *(row[name] for name in ("chain", "count", "mac", "at", "key_version"))]
    key = ring().key(Purpose.AUDIT, version=int(row["key_version"]))
    return hmac.new(key, json.dumps(content, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            if isinstance(row := json.loads(line), dict):
                rows.append(row)
    return rows


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


def verify(witness: Witness = Witness(())) -> ChainReport:
    """Walk every chain. Memory does not grow with its length; each chain reports its first break only."""
    keys = ring()
    witnessed: dict[UUID, dict[int, str]] = {}
    breaks: list[Break] = []
    if witness.altered_line is not None:
        sentence = f"line {witness.altered_line} of the witness file is not as it was written"
        breaks.append(Break(INSTALLATION, witness.altered_line, "witness altered", sentence))
    for head in witness.heads:
        there = witnessed.setdefault(head.chain_id, {})
        if there.setdefault(head.count, head.mac) != head.mac:
            sentence = f"two heads were written for event {head.count}: the chain was rewritten between them"
            breaks.append(Break(head.chain_id, head.count, "altered", sentence))
    events = 0
    chains = dict(AuditChain.objects.values_list("id", "head"))
    chain_ids = (
        set(chains) | set(witnessed) | set(AuditEvent.objects.values_list("chain_id", flat=True).distinct())
    )
    for chain_id in sorted(chain_ids):
        count, broken = _walk(keys, chain_id, witnessed.get(chain_id, {}))
        events += count
        if broken:
            breaks.append(broken)
    return ChainReport(len(chain_ids), events, len(witness.heads), tuple(breaks))


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
