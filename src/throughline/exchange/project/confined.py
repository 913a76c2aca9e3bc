"""Asks a reader in the confined process and takes its answer line by line, within limits on what it unfolds to."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from throughline.exchange.confine import CPU_SECONDS, Ending, run_confined
from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 120_000_000
MEMORY_BYTES = 440_000_000
MAX_ANSWER_BYTES = 400_000_000
TOO_MUCH = 3
_CHUNK = 1 << 20
_BYTES_A_SECOND = 2_000_000


def lines_from(
    worker: Path, data: bytes, filename: str, arguments: Sequence[str] = ()
) -> Iterator[list[Any]]:
    """The lines that a worker answers. Raises Invalid where the file is empty, too large or breaks its reader."""
    if not data:
        raise Invalid(
            Sentence("%(file)s is empty: it holds no bytes at all. Export the project again.", file=filename)
        )
    if len(data) > MAX_BYTES:
        raise too_large(filename)
    # A large and honest project takes its time: half a second of the processor for each megabyte.
    seconds = CPU_SECONDS + len(data) // _BYTES_A_SECOND
    outcome = run_confined(
        [sys.executable, "-I", str(worker), *arguments], data, memory_bytes=MEMORY_BYTES, cpu_seconds=seconds,
        wall_seconds=10 * seconds,
    )  # fmt: skip
    if outcome.ending is Ending.TOO_SLOW or outcome.code == TOO_MUCH:
        raise too_large(filename)
    if outcome.ending is not Ending.FINE:
        raise damaged(filename)
    return _unpacked(outcome.output, filename)


def _unpacked(packed: bytes, filename: str) -> Iterator[list[Any]]:
    unpacker, begun, size = zlib.decompressobj(), b"", 0
    waiting = packed
    while not unpacker.eof:
        piece = unpacker.decompress(waiting, _CHUNK)
        waiting = unpacker.unconsumed_tail
        if not piece and not waiting and not unpacker.eof:
            raise too_large(filename)  # the answer was cut off at the limit of what a reader may write
        size += len(piece)
        if size > MAX_ANSWER_BYTES:
            raise too_large(filename)
        if b"\n" not in piece:
            begun += piece
            continue
        *whole, begun = (begun + piece).split(b"\n")
        for line in whole:
            yield json.loads(line)


def too_large(filename: str) -> Invalid:
    """The refusal of a file that takes more room or time than a project may."""
    return Invalid(
        Sentence(
            "%(file)s takes more room or time to read than a project may (the file at most %(most)s MB). Export it in"
            " parts, without pictures and recordings, and import these one by one.",
            file=filename,
            most=MAX_BYTES // 1_000_000,
        )
    )


def damaged(filename: str) -> Invalid:
    """The refusal of a file that cannot be opened."""
    return Invalid(
        Sentence(
            "%(file)s is damaged or cut off: it cannot be opened. Export the project again and import that.",
            file=filename,
        )
    )
