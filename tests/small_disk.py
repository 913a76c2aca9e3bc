"""A disk that is really full: a file system of its own size, in a namespace that ends with the test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.installation import Installation

# The shell keeps the namespace, and with it the disk, until its standard input is closed.
_HOLD = 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && read -r _'


@dataclass(frozen=True)
class SmallDisk:
    """`folder`: where it lies for processes within `holder`'s namespace. `seen`: the same, as the test can see it."""

    folder: Path
    seen: Path
    holder: int

    @property
    def way_in(self) -> tuple[str, ...]:
        """What a process is started through, to be within."""
        return ("nsenter", "--target", str(self.holder), "--user", "--mount", "--preserve-credentials")

    def fill(self, *, leaving: int = 0) -> Path:
        """Take all room but `leaving` bytes; unlink the file to give it back."""
        found = os.statvfs(self.seen)
        path = self.seen / "filler"
        path.write_bytes(b"\0" * max(found.f_bavail * found.f_frsize - leaving, 0))
        return path

    def names(self, *below: str) -> list[str]:
        return sorted(path.name for path in self.seen.joinpath(*below).iterdir())

    def with_commands_of(self, place: Installation) -> Installation:
        """The same installation, whose commands see this disk."""
        return replace(place, within=self.holder)

    def with_a_copy_of(self, place: Installation) -> Installation:
        copy = place.copied_to(self.seen / "home")
        return replace(copy, home=self.folder / "home", within=self.holder)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[SmallDisk]:
    """A file system that holds `size` bytes and no more. Needs no rights but those of namespaces; changes nothing else."""
    folder.mkdir(parents=True)
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", _HOLD, "sh", str(size), str(folder)]
    try:
        holder = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
    except FileNotFoundError:
        pytest.skip("this system cannot make a small disk (unshare is missing)")
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != "mounted\n":
            pytest.skip("this system does not let a test make a small disk (namespaces are closed)")
        yield SmallDisk(folder, Path(f"/proc/{holder.pid}/root{folder.resolve()}"), holder.pid)
    finally:
        holder.stdin.close()
        holder.wait(timeout=120)
        holder.stdout.close()
