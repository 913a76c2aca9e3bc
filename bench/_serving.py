"""Servers of a benchmark: started in a process group of their own, asked over HTTP, ended with all that they started."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], env: dict[str, str], port: int, log: Path) -> Iterator[None]:
    """A server in a process group of its own, until it answers; ended with all that it started."""
    with log.open("w") as out:
        server = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        for _ in range(240):
            try:
                connection = HTTPConnection("localhost", port, timeout=30)
                connection.request("GET", "/")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.25)
        else:
            raise SystemExit(f"{command[0]} does not answer:\n{log.read_text()[-2000:]}")
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def asked(port: int, path: str, body: str, headers: dict[str, str]) -> Any:
    """What a server answers in JSON; None where it refuses."""
    connection = HTTPConnection("localhost", port, timeout=120)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        return json.loads(content) if answer.status == 200 else None
    finally:
        connection.close()
