"""What several acts of one transaction leave to its end, where it is written together: fewer statements, and locks held shorter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from django.db import connection, transaction

Left = TypeVar("Left")


class Gathering(Generic[Left]):
    """Of one kind. `write` is given, at the end, what stands by then, in the order in which it was left."""

    def __init__(self, write: Callable[[Sequence[Left]], None]) -> None:
        self._write = write
        self._here = threading.local()

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Within one transaction, which lasts beyond this. What is raised ends all that was left, and the transaction.

        An act that is taken back to a savepoint takes along what it left.
        """
        if self._left() is not None or not connection.in_atomic_block:
            raise RuntimeError(
                "it is gathered already, or there is no transaction that it could be the end of"
            )
        left: list[tuple[Left, Callable[[], bool]]] = []
        self._here.left = left
        try:
            yield
        finally:
            self._here.left = None
        self._write([one for one, stands in left if stands()])

    def leave(self, one: Left) -> bool:
        """Leave it to the end; False where there is no end to leave it to, and it is to be written now."""
        left = self._left()
        if left is None:
            return False
        left.append((one, _until_taken_back()))
        return True

    def _left(self) -> list[tuple[Left, Callable[[], bool]]] | None:
        return getattr(self._here, "left", None)


def _until_taken_back() -> Callable[[], bool]:
    """Whether what is written now still stands: Django forgets what was to be done after a commit with its savepoint."""

    def mark() -> None:
        return None

    transaction.on_commit(mark)
    return lambda: any(one is mark for _savepoints, one, *_ in connection.run_on_commit)
