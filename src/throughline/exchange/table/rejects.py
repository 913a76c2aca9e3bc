"""The file of rows that were not imported: where, what kind of value, why. It never holds a value."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from throughline.exchange.table.cells import Reject
from throughline.vocabulary.errors import Invalid, Sentence

COLUMNS = ("line", "column", "value_kind", "reason")


def rejects_text(rejects: Iterable[Reject]) -> str:
    """The same file as text, for who asked for it on a page."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, rejects))
    return out.getvalue()


def _row(reject: Reject) -> tuple[int, str, str, str]:
    """A column's name comes from the file: what a spreadsheet would take for a formula is made text."""
    column = f"'{reject.column}" if reject.column[:1] in ("=", "+", "-", "@", "\t", "\r") else reject.column
    return reject.line, column, reject.kind.value, str(reject.reason)


class RejectsFile:
    """A CSV that only its owner can read, there once it is whole: `keep` puts it in its place."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part") if path else None
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> RejectsFile:
        if self._part is not None:
            try:
                descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            except OSError as error:
                raise Invalid(
                    Sentence(
                        "The file for rejected rows cannot be written at %(path)s (%(why)s). Name another place.",
                        path=self._path, why=error.strerror,
                    )
                ) from error  # fmt: skip
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(COLUMNS)
        return self

    def add(self, reject: Reject) -> None:
        self.count += 1
        if self._file is not None:
            csv.writer(self._file).writerow(_row(reject))

    def keep(self) -> None:
        """Put the file in its place, if a row was rejected; raises OSError where the disk is full."""
        if self._file is None or self._part is None or self._path is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        if self.count:
            self._part.replace(self._path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None and self._part is not None:
            with contextlib.suppress(OSError):  # a full disk also fails the last flush
                self._file.close()
            self._part.unlink(missing_ok=True)
