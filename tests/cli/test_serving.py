"""A server that is stopped, asked or not, takes with it whatever it started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.installation import Installation
from tests.processes import below, free_port, running
from throughline.cli.serving import _end_with_terminal

pytestmark = pytest.mark.slow
PATIENCE = 120  # seconds, on a machine with other work; seconds on an idle one


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        return bool(urlopen(f"http://localhost:{port}/account/login/", timeout=5).status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def _served(place: Installation, port: int) -> Iterator[tuple[subprocess.Popen[str], set[int]]]:
    """A server that answers, with the processes that it lives by: two for pages, one for tasks."""
    child = place.start("serve", "--port", str(port))
    try:
        _until(lambda: _answers(port), "the server did not answer")
        daily = (" heads", " tasks prune")
        lasting = {
            pid: words for pid, words in below(child.pid).items() if not any(one in words for one in daily)
        }
        assert sum("tasks worker" in words for words in lasting.values()) == 1
        assert len(lasting) >= 3
        _until(lambda: not _hear_ctrl_c(child.pid, lasting), "Ctrl-C is not for the server alone")
        yield child, set(lasting)
    finally:
        child.kill()
        child.communicate(timeout=PATIENCE)


def _hear_ctrl_c(server: int, others: Iterable[int]) -> set[int]:
    """Which of them a terminal would tell beside the server."""
    return {pid for pid in others if os.getpgid(pid) == os.getpgid(server)}


def test_serve_killed_or_stopped_leaves_nothing_running_and_can_be_started_again(mine: Installation) -> None:
    port = free_port()
    with _served(mine, port) as (child, lasting):
        child.send_signal(signal.SIGKILL)
        child.wait()
        _until(lambda: not lasting & running().keys(), "what the server started lives on")
    for by in (signal.SIGINT, signal.SIGTERM):
        with _served(mine, port) as (child, lasting):
            child.send_signal(by)
            _, err = child.communicate(timeout=PATIENCE)
            assert (child.returncode, err) == (0, "")
            assert not lasting & running().keys()
        assert not _answers(port)


def test_closed_terminal_stops_the_server_unless_nohup_started_it() -> None:
    server, before = (
        SimpleNamespace(signal_handler_interrupt=lambda *_: None),
        signal.getsignal(signal.SIGHUP),
    )
    try:
        for was, then in {
            signal.SIG_DFL: server.signal_handler_interrupt,
            signal.SIG_IGN: signal.SIG_IGN,
        }.items():
            _end_with_terminal(server, was)
            assert signal.getsignal(signal.SIGHUP) is then
    finally:
        signal.signal(signal.SIGHUP, before)
