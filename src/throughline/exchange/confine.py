"""Runs a reader of strangers' bytes where it can neither hang nor take the server down.

The reader is another process with a limit on its processor time, its memory and what it writes; it gets the bytes
on standard input and answers on standard output. Neither touches the disk where the system can avoid it,
because what is read is sensitive.

The limit that counts is the reader's own processor time: it is the same on a busy machine, where a large and honest
file takes its time, and on an idle one, where it keeps a hostile file below ten seconds. The clock on the wall only ends
a reader that sleeps, which none of ours has a reason to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import IO

CPU_SECONDS = 6
WALL_SECONDS = 60.0
OUTPUT_BYTES = 64_000_000

# Set in the child itself before it becomes the reader: preexec_fn is not safe in a server with threads.
_LIMITER = """
import os, resource, sys
cpu, size, memory = map(int, sys.argv[1:4])
for what, limit in ((resource.RLIMIT_CPU, cpu), (resource.RLIMIT_FSIZE, size), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(what, (limit, limit))
if memory:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
os.execv(sys.argv[4], sys.argv[4:])
"""


class Ending(Enum):
    """How the reader ended."""

    FINE = "fine"
    TOO_SLOW = "too slow"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the reader answered; `output` is empty unless it ended fine. `code` is its exit status."""

    ending: Ending
    code: int
    output: bytes = b""


def run_confined(
    argv: Sequence[str],
    data: bytes,
    *,
    memory_bytes: int = 0,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> Outcome:
    """Run `argv` on `data` within `cpu_seconds` of processor time, `wall_seconds`, OUTPUT_BYTES and memory_bytes.

    `memory_bytes`: of addresses; 0 where the reader keeps a limit of its own.
    """
    with _scratch() as source, _scratch() as sink:
        source.write(data)
        source.seek(0)
        with subprocess.Popen(  # noqa: S603 - argv is ours; only standard input is a stranger's
            _limited(argv, memory_bytes, cpu_seconds),
            stdin=source,
            stdout=sink,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": os.defpath},
            cwd=tempfile.gettempdir(),
        ) as process:
            try:
                code = process.wait(timeout=wall_seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                return Outcome(Ending.TOO_SLOW, process.wait())
        if code == 0:
            sink.seek(0)
            return Outcome(Ending.FINE, code, sink.read(OUTPUT_BYTES))
        return Outcome(Ending.TOO_SLOW if _ran_out_of_time(code) else Ending.FAILED, code)


def _limited(argv: Sequence[str], memory_bytes: int, cpu_seconds: int) -> list[str]:
    if sys.platform == "win32":  # no resource limits there; the wall clock still holds
        return list(argv)
    limits = [str(cpu_seconds), str(OUTPUT_BYTES), str(memory_bytes)]
    return [sys.executable, "-I", "-S", "-c", _LIMITER, *limits, *argv]


def _ran_out_of_time(code: int) -> bool:
    if sys.platform == "win32":
        return False
    return code in (-signal.SIGXCPU, -signal.SIGKILL)


@contextlib.contextmanager
def _scratch() -> Iterator[IO[bytes]]:
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("confined"), "w+b") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as file:
            yield file
