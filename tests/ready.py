"""A process that has loaded the libraries and forks for each command: most of a command's time is loading them anew.

Django is set up before the fork, too, with its migrations: to draw up its models is half of what a command costs. The child forgets the settings,
so that they are read from its own environment where a new process reads them, and no database is opened before.
It ends with the tests that started it: its standard input closes.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

import django
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.functional import empty
from django_tasks import task_backends

SETTINGS = "throughline.config.settings"
LOADED = (
    "asyncio", "cryptography.fernet", "django.contrib.auth.hashers", "django.core.management", "django.core.serializers.json",
    "django.db.migrations.executor", "django.db.models", "django.forms", "django.template", "django.views.generic", "duckdb",
    "email.message", "jinja2", "pyarrow.parquet", "pydantic", "rich.console", "rich.markdown", "rich.progress", "rich.table",
    "scipy.optimize", "scipy.sparse.csgraph", "sqlparse", "typer._adapters", "throughline.cli.main",
    "throughline.methods", "throughline.rules.access", "yaml",
)  # fmt: skip
SIZE = 1 << 20  # bytes of a request: code, words and environment


def run(
    code: str, *words: str, env: Mapping[str, str], cwd: Path, within: int = 0, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run code as a process of its own to its end, `words` behind its name; `subprocess.TimeoutExpired` beyond `timeout`.

    `within`: a process whose disks it sees (tests/small_disk.py).
    """
    asked = json.dumps(
        {"code": code, "words": words, "env": dict(env), "cwd": str(cwd), "within": within}
    ).encode()
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line,
    ):
        line.settimeout(timeout)
        line.connect(_started())
        socket.send_fds(line, [asked], [out.fileno(), err.fileno()])
        try:
            ended = int(line.recv(16))
        except TimeoutError:
            raise subprocess.TimeoutExpired([code, *words], timeout) from None
        return subprocess.CompletedProcess([code, *words], ended, _written(out), _written(err))


def _written(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


@cache
def _started() -> str:
    """The address at which it listens; one for each process that tests."""
    address = str(Path(tempfile.mkdtemp(prefix="throughline-ready-")) / "socket")
    root = Path(__file__).resolve().parent.parent
    env = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    env |= {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "DJANGO_SETTINGS_MODULE": SETTINGS}
    env["THROUGHLINE_HOME"] = str(Path(address).parent / "home")  # nothing is ever there
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.ready", address], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    _kept.append(server)
    return address


_kept: list[subprocess.Popen[bytes]] = []  # whose standard input stays open as long as this process lives


def serve(address: str) -> dict[str, Any]:
    """Answer until standard input closes. Returns in each forked child, with what it is to run."""
    for name in LOADED:
        importlib.import_module(name)
    django.setup()
    MigrationLoader(None)
    # What is loaded by now is not looked through for what is to be thrown away: each look would copy it into the child.
    gc.collect()
    gc.freeze()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(address)
    listening.listen(16)
    print("ready", flush=True)
    while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            return _forked(line)
        line.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
    os._exit(0)


def _forked(line: socket.socket) -> dict[str, Any]:
    """In a child that waits for a child of its own and tells how that ended; returns in the latter."""
    content, (out, err), _, _ = socket.recv_fds(line, SIZE, 2)
    asked: dict[str, Any] = json.loads(content)
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):  # nobody waits any more
            line.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    line.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, at in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(number, at)
    if asked["within"]:
        _enter(asked["within"])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    settings._wrapped = empty  # as it is before anything is asked of them
    del sys.modules[SETTINGS]
    handlers: tuple[Any, ...] = (connections, caches, task_backends)
    for handler in handlers:
        handler.__dict__.clear()
        handler.__init__()
    return asked


def _enter(pid: int) -> None:
    """See the disks that another process sees. Raises OSError where the system does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, flag in (("user", 0x1000_0000), ("mnt", 0x0002_0000)):  # CLONE_NEWUSER, CLONE_NEWNS of sched.h
        with Path(f"/proc/{pid}/ns/{kind}").open("rb") as namespace:
            if libc.setns(namespace.fileno(), flag):
                raise OSError(ctypes.get_errno(), f"setns {kind}")


def _run_to_its_end(code: str) -> None:
    """As a script runs; but an end that it came to itself leaves what is loaded where it is.

    To throw all of it away, piece by piece, takes ten times what a short command does. What breaks off ends as ever.
    """
    ended: object = None
    try:
        exec(compile(code, "<test>", "exec"), {"__name__": "__main__"})
    except BaseException as end:
        ended = end.code if isinstance(end, SystemExit) else end
        if not isinstance(ended, int | None):
            gc.unfreeze()  # a library complains of what was not thrown away
            raise
    threading._shutdown()  # type: ignore[attr-defined]  # waits for those that are to be waited for
    atexit._run_exitfuncs()
    connections.close_all()  # the embedded database's log goes with the last of them
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(ended or 0))


if __name__ == "__main__":
    to_run = serve(sys.argv[1])
    sys.argv = ["throughline", *to_run["words"]]
    _run_to_its_end(to_run["code"])
