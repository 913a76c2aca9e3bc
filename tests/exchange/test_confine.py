"""A reader of strangers' bytes is stopped by what it takes, not by what else the machine does."""

from __future__ import annotations

import resource
import sys

from throughline.exchange.confine import CPU_SECONDS, WALL_SECONDS, Ending, Outcome, run_confined


def _run(code: str, data: bytes = b"", **limits: float) -> Outcome:
    return run_confined([sys.executable, "-I", "-c", code], data, **limits)  # type: ignore[arg-type]  # names of limits


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_reader_gets_the_bytes_and_its_answer_comes_back() -> None:
    outcome = _run("import sys; sys.stdout.write(sys.stdin.read().upper())", b"words")
    assert outcome == Outcome(Ending.FINE, 0, b"WORDS")


def test_reader_that_never_ends_is_stopped_by_its_processor_time() -> None:
    before = _processor_seconds()
    outcome = _run("while True: pass", cpu_seconds=1)
    assert outcome.ending is Ending.TOO_SLOW
    assert 0.5 < _processor_seconds() - before < 5, (
        "the kernel's own count of a process that it stops is coarse"
    )


def test_reader_that_had_hardly_any_processor_time_is_let_finish() -> None:
    """As on a busy machine: far more seconds on the wall than the processor time it may have."""
    outcome = _run("import time; time.sleep(2.5); print('read')", cpu_seconds=1)
    assert outcome == Outcome(Ending.FINE, 0, b"read\n")
    assert WALL_SECONDS >= 10 * CPU_SECONDS


def test_reader_that_sleeps_is_stopped_by_the_clock() -> None:
    assert _run("import time; time.sleep(60)", wall_seconds=0.5).ending is Ending.TOO_SLOW


def test_reader_that_takes_too_much_memory_or_room_fails() -> None:
    hoard = _run("x = bytearray(900_000_000)", memory_bytes=300_000_000)
    assert hoard.ending is Ending.FAILED
    flood = _run("import sys\nwhile True: sys.stdout.write('x' * 1_000_000)")
    assert flood.ending is not Ending.FINE
    assert flood.output == b""


def test_reader_that_fails_tells_its_code() -> None:
    assert _run("raise SystemExit(7)") == Outcome(Ending.FAILED, 7)
