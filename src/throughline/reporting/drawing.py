"""SVG of Vega-Lite specifications, drawn in this process or in two beside it.

What draws takes a second to start, and keeps the interpreter to itself while it draws. The figures of a large report are drawn
apart, by one process for each core of a small machine (130 MB each): `python -m throughline.reporting.drawing` reads a
specification a line, as JSON, and answers each with a line. It is told nothing but figures, writes no file, and ends with its
input, so also where who asked was killed. Where it cannot be started, or ends before its time, the same is drawn here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from queue import SimpleQueue
from typing import Any

import vl_convert

Child = subprocess.Popen[str]
DRAWERS = 2
EMPTY: Mapping[str, Any] = {"data": {"values": []}, "mark": "point"}


def drawn(
    spec: Mapping[str, Any], locale: Mapping[str, Any], finish: Callable[[str], str]
) -> str | Future[str]:
    """The drawing, finished; within `drawn_apart` it is still to come.

    `locale`: how numbers and months are written, in words of what draws. Raises ValueError (or the Future does) for what is no
    specification.
    """
    beside = _beside.get()
    return finish(_here(spec, locale)) if beside is None else beside.drawn(spec, locale, finish)


@contextmanager
def drawn_apart() -> Iterator[None]:
    """Within, figures are drawn by other processes, which start at once. Afterwards they are gone, and all are drawn."""
    children: list[Child] = []
    try:
        for _ in range(DRAWERS):
            children.append(_started())
    except OSError:
        for child in children:
            child.kill()
        yield
        return
    beside = _Beside(children)
    token = _beside.set(beside)
    try:
        yield
        beside.pool.shutdown()
    finally:
        _beside.reset(token)
        for child in children:
            child.kill()
        beside.pool.shutdown(cancel_futures=True)
        for child in children:
            child.communicate()


def _started() -> Child:
    return subprocess.Popen(  # our own module, no shell; apart from the terminal, which interrupts us alone
        [sys.executable, "-m", "throughline.reporting.drawing"], text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


class _Beside:
    """Processes that draw one figure after the other, in the order in which they are asked for."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.pool = ThreadPoolExecutor(len(children))
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in children:
            self._idle.put(child)

    def drawn(
        self, spec: Mapping[str, Any], locale: Mapping[str, Any], finish: Callable[[str], str]
    ) -> Future[str]:
        return self.pool.submit(lambda: finish(self._answer([spec, locale]) or _here(spec, locale)))

    def _answer(self, asked: Any) -> str:
        """Empty where there is none."""
        child = self._idle.get()
        try:
            to, answers = child.stdin, child.stdout
            if to is None or answers is None:
                return ""
            to.write(f"{json.dumps(asked)}\n")
            to.flush()
            told = answers.readline()
        except OSError:
            return ""
        finally:
            self._idle.put(child)
        return str(json.loads(told)) if told.endswith("\n") else ""


_beside: ContextVar[_Beside | None] = ContextVar("_beside", default=None)


def _here(spec: Mapping[str, Any], locale: Mapping[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(dict(spec), **locale))


def main() -> None:
    """Draw what the input asks for, until it ends."""
    _here(EMPTY, {})  # starts what draws before there is something to draw
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_here(*json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
