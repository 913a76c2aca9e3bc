"""SVG of Vega-Lite specifications, drawn in this process or in one beside it.

What draws takes a second to start, and keeps the interpreter to itself while it draws. The figures of a large report are drawn
apart: `python -m throughline.reporting.drawing` reads a specification a line, as JSON, and answers each with a line. It is told
nothing but figures, writes no file, and ends with its input, so also where who asked was killed. Where it cannot be started,
or ends before its time, the same is drawn here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import vl_convert

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
    """Within, figures are drawn by another process, which starts at once. Afterwards it is gone, and all are drawn."""
    try:
        child = subprocess.Popen(  # our own module, no shell; apart from the terminal, which interrupts us alone
            [sys.executable, "-m", "throughline.reporting.drawing"], text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        yield
        return
    beside = _Beside(child)
    token = _beside.set(beside)
    try:
        yield
        beside.pool.shutdown()
    finally:
        _beside.reset(token)
        child.kill()
        beside.pool.shutdown(cancel_futures=True)
        child.communicate()


class _Beside:
    """A process that draws one figure after the other, in the order in which they are asked for."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child, self.pool = child, ThreadPoolExecutor(1)

    def drawn(
        self, spec: Mapping[str, Any], locale: Mapping[str, Any], finish: Callable[[str], str]
    ) -> Future[str]:
        return self.pool.submit(lambda: finish(self._answer([spec, locale]) or _here(spec, locale)))

    def _answer(self, asked: Any) -> str:
        """Empty where there is none."""
        to, answers = self._child.stdin, self._child.stdout
        if to is None or answers is None:
            return ""
        try:
            to.write(f"{json.dumps(asked)}\n")
            to.flush()
            told = answers.readline()
        except OSError:
            return ""
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
