"""What the command line says: results on standard output, everything else on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

Report = Callable[[str, int, int], None]


def say(text: str) -> None:
    """A line of the result, as it is: no markup and no picture is read out of names."""
    out.print(text, markup=False)


def warn(text: str) -> None:
    err.print(text, markup=False, style="yellow")


def table(title: str, columns: list[str], rows: list[tuple[str, ...]]) -> None:
    """A table of the result; what stands in it, and its title, are as they are too."""
    made = Table(title=Text(title), title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    out.print(made)


@contextmanager
def progress(*, is_told: bool = False) -> Iterator[Report]:
    """`report(stage, done, total)`; draws only on a terminal, so that a log or a pipe stays quiet.

    `is_told`: where nothing is drawn, each stage is a line when it begins.
    """
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(), console=err, transient=False, disable=not err.is_terminal,
    )  # fmt: skip
    stages: dict[str, TaskID] = {}
    with bar:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                for earlier in stages.values():
                    bar.stop_task(earlier)
                stages[stage] = bar.add_task(stage.replace("_", " "), total=total or None)
                if is_told and bar.disable:
                    err.print(f"{stage.replace('_', ' ')} ...", markup=False)
            bar.update(stages[stage], completed=done, total=total or None)

        yield report
