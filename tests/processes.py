"""The processes of this machine: what a test started, what that started in turn, and where it may listen."""

from __future__ import annotations

import random
import socket
import subprocess
from pathlib import Path

PROC = Path("/proc")
# Below what systems hand out: browsers and servers of other tests take those, one a connection.
PORTS = range(15_000, 32_000)


def running() -> dict[int, tuple[int, str]]:
    """Number -> parent and command line, of what runs; what has ended and was not yet waited for does not."""
    if (PROC / "self" / "stat").exists():
        return dict(found for folder in PROC.glob("[0-9]*") if (found := _of(folder)) is not None)
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat=,args="], text=True, capture_output=True, check=True
    )
    rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and row[2][0] != "Z"}


def _of(folder: Path) -> tuple[int, tuple[int, str]] | None:
    try:
        state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return None  # it has just ended
    return None if state == "Z" else (int(folder.name), (int(parent), words))


def below(ancestor: int) -> dict[int, str]:
    """Number -> command line of everything that a process started, and of what that started."""
    known = running()
    found: dict[int, str] = {}
    generation = [ancestor]
    while generation:
        children = {pid: words for pid, (parent, words) in known.items() if parent in generation}
        found |= children
        generation = list(children)
    return found


def free_port() -> int:
    """Where nothing listens, nor will before a server of this test does."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("nothing is free")
