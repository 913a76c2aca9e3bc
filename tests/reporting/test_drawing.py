"""Figures drawn by other processes: the same bytes as here, drawn here where it does not answer, and nothing stays behind."""

import io
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override

from throughline.records.study.models import Freeze
from throughline.reporting import build, drawing, figures
from throughline.reporting.document import FigureBlock
from throughline.reporting.drawing import drawn_apart
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.sentences import Sentence

Started = list[subprocess.Popen[str]]
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The processes that were started to draw."""
    held: Started = []

    class Noted(subprocess.Popen[str]):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            held.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return held


def _figure(name: str) -> FigureBlock:
    months = [{"month": f"2025-{n:02}", "series": "Ashby", "value": 1234.5 * n} for n in (1, 2, 3)]
    chart = figures.months(months, unit="pipes given", series=["Ashby"])
    return figures.figure(chart, name=name, title=Sentence("Pipes <given>"), description=Sentence("A line."))


def test_drawn_apart_is_drawn_the_same_in_each_language_and_the_process_is_gone(started: Started) -> None:
    here = [_figure("one"), _figure("two")]
    with override("fr"):
        here.append(_figure("one"))
    assert not started
    with drawn_apart():
        apart = [_figure("one"), _figure("two")]
        with override("fr"):
            apart.append(_figure("one"))
        assert not any(isinstance(one.drawn, str) for one in apart)
    assert len(started) == drawing.DRAWERS
    assert all(child.returncode is not None for child in started)  # asked after, and buried
    assert [one.svg for one in apart] == [one.svg for one in here]
    assert here[0].svg != here[2].svg


@pytest.mark.parametrize("python", [shutil.which("true"), "/nowhere/python"])
def test_what_no_process_draws_is_drawn_here(
    python: str, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with drawn_apart():
        apart = _figure("one")
    assert apart.svg == _figure("one").svg
    assert all(child.returncode is not None for child in started)


@pytest.mark.parametrize("killed", [1, drawing.DRAWERS])
def test_a_process_that_ends_half_way_leaves_the_rest_to_be_drawn_here(killed: int, started: Started) -> None:
    names = ("one", "two", "three")
    with drawn_apart():
        for child in started[:killed]:
            child.kill()
        apart = [_figure(name) for name in names]
    assert [one.svg for one in apart] == [_figure(name).svg for name in names]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_nothing_stays_behind_what_stopped_a_report(stop: type[BaseException], started: Started) -> None:
    with pytest.raises(stop), drawn_apart():
        raise stop
    assert all(child.returncode is not None for child in started)
    assert isinstance(_figure("one").drawn, str)


def test_what_draws_answers_line_by_line_and_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = io.StringIO(f"{json.dumps([drawing.EMPTY, {}])}\n" * 2)
    answers = io.StringIO()
    monkeypatch.setattr(sys, "stdin", asked)
    monkeypatch.setattr(sys, "stdout", answers)
    drawing.main()
    first, second = answers.getvalue().splitlines()
    assert first == second and json.loads(first).startswith("<svg")


@pytest.mark.parametrize(("contacts", "processes"), [(build.LARGE - 1, 0), (build.LARGE, drawing.DRAWERS)])
def test_only_the_report_of_a_large_freeze_starts_processes(
    contacts: int, processes: int, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("true"))
    monkeypatch.setattr(build, "gather", lambda **_: None)
    monkeypatch.setattr(build, "compose", lambda *_, **__: len(started))
    freeze = Freeze(rows={"contacts": contacts})
    told: Any = build.build_report(freeze=freeze, recipient="", by=Actor.system("test"), at=AT)
    assert told == len(started) == processes
