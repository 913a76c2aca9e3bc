"""Where the parts of a figure stand: values in, positions in percent of the width out. Geometry, no statistics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from throughline.vocabulary.nothing import SUPPRESSED, Nothing

_MARGIN = 4.0  # percent kept free at each side, so that the outermost mark is whole


def number_of(given: object) -> float | None:
    """A finite number, or None where there is nothing to draw."""
    if given is None or isinstance(given, (str, Nothing, bool)) or given == SUPPRESSED:
        return None
    number = float(given)  # type: ignore[arg-type]  # Decimal, NumPy and int all know float()
    return number if math.isfinite(number) else None


def at(percent: float) -> str:
    """A position for an SVG attribute; always with a point, whatever the reader's language."""
    return f"{percent:.3f}%"


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` and its round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, number: float) -> float:
        """Percent of the width at which a number stands; clipped to the drawing."""
        share = (number - self.low) / (self.high - self.low)
        return _MARGIN + min(max(share, 0.0), 1.0) * (100 - 2 * _MARGIN)


def _round_step(span: float, parts: int) -> float:
    raw = span / parts
    size = 10.0 ** math.floor(math.log10(raw))
    return next(step * size for step in (1, 2, 2.5, 5, 10) if step * size >= raw)


def axis_over(numbers: Iterable[float], reference: float | None = 0.0, parts: int = 4) -> Axis:
    """An axis with round ends that holds all numbers and the reference."""
    held = [*numbers, *([] if reference is None else [reference])]
    low, high = (min(held), max(held)) if held else (0.0, 1.0)
    if low == high:
        low, high = low - 1, high + 1
    step = _round_step(high - low, parts)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(first * step, last * step, tuple(round(n * step, 10) for n in range(first, last + 1)))


@dataclass(frozen=True)
class ForestMark:
    """One row's drawing, in SVG percentages; None where a part is not drawn."""

    point: str | None
    low: str | None
    high: str | None
    is_open_low: bool
    is_open_high: bool


def forest_mark(axis: Axis, estimate: object, low: object, high: object) -> ForestMark:
    """Point and interval on the axis; an unbounded end runs to the edge and is open."""
    middle, start, end = number_of(estimate), number_of(low), number_of(high)
    if middle is None:
        return ForestMark(None, None, None, False, False)
    return ForestMark(
        point=at(axis.place(middle)),
        low=at(axis.place(start) if start is not None else 1.0),
        high=at(axis.place(end) if end is not None else 99.0),
        is_open_low=start is None,
        is_open_high=end is None,
    )


def bar_width(share: object) -> str | None:
    """Width of a bar for a share from 0 to 1; None where there is nothing to draw."""
    number = number_of(share)
    return None if number is None else at(100 * min(max(number, 0.0), 1.0))


def line_paths(values: Sequence[object], height: float = 100.0) -> tuple[str, float]:
    """SVG path of a series over equal steps (x 0 to 1000, y 0 to `height`) and its top; gaps stay gaps.

    A lone value between two gaps is drawn as a short dash, or it would not be seen.
    """
    numbers = [number_of(given) for given in values]
    known = [number for number in numbers if number is not None]
    top = axis_over(known, reference=0.0).high if known else 1.0
    step = 1000 / max(len(numbers) - 1, 1)
    path: list[str] = []
    for index, number in enumerate(numbers):
        if number is None:
            continue
        x, y = index * step, height * (1 - number / top)
        is_joined = index > 0 and numbers[index - 1] is not None
        path.append(f"{'L' if is_joined else 'M'}{x:.1f} {y:.2f}")
        is_alone = not is_joined and (index + 1 == len(numbers) or numbers[index + 1] is None)
        if is_alone:
            path.append(f"h{step * 0.3:.1f}")
    return " ".join(path), top


@dataclass(frozen=True)
class EventMark:
    """One estimate over months since a start: where its point stands, and its label on the axis."""

    x: str
    y: str
    since: int
    is_after: bool


def event_marks(points: Sequence[tuple[int, object]]) -> tuple[tuple[EventMark, ...], Axis, str | None]:
    """Points (months since the start, estimate) with their scale, and where the start is marked; what is nothing is not drawn."""
    known = [(since, number) for since, given in points if (number := number_of(given)) is not None]
    axis = axis_over([number for _, number in known])
    places = [since for since, _ in known]
    first, last = (min(places), max(places)) if places else (0, 0)
    along = Axis(first - 0.5, last + 0.5, ())
    marks = tuple(
        EventMark(at(along.place(since)), at(100 - axis.place(number)), since, since >= 0)
        for since, number in known
    )
    start = at(along.place(-0.5)) if first < 0 <= last else None
    return marks, axis, start
