"""serve: pages, API and background work of one installation."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.parent import end_with
from throughline.cli.place import database_file, open_installation
from throughline.cli.show import say
from throughline.vocabulary.errors import Sentence, Unready

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
A_DAY = 24 * 60 * 60  # seconds
# A process that is still starting does not hear that it should stop: it is not waited for longer than this.
STOP_WITHIN = 10  # seconds
THREADS_LAST = 600  # seconds without a request: with a thread goes its connection to the database
AGAIN = 5  # seconds before a worker that ended is started again


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Run")(told(serve))


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on. 0.0.0.0: every one of this machine.")] = "localhost",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:  # fmt: skip
    """Serve the pages and the API, do the background work, and once a day write the audit heads and prune tasks.

    Refuses where the database is missing or not at this version, where the key file does not fit it, where SQLite is too
    old to be trusted, and on any address but localhost while the demo's example accounts can sign in.

    Behind a web server with TLS, set THROUGHLINE_TLS=1 and THROUGHLINE_HOSTS=your.host. Stop with Ctrl-C.

    Example: `throughline serve --port 8010`
    """
    open_installation()
    check_may_listen(host, port)
    run(host, port)


def check_may_listen(host: str, port: int) -> None:
    """Raise Unready for example accounts on an open address, and for a port that something listens on already."""
    from throughline.records.accounts.models import Account

    if host not in HERE and Account.objects.filter(is_example=True, is_active=True).exists():
        raise Unready(
            Sentence(
                "Example accounts can sign in here, so this installation is served on localhost only. Close them, or"
                " make an installation of your own (throughline init)."
            )
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: a port that was just given up may be taken again, one that is listened on may not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_address(host), port))
    except OSError as error:
        raise Unready(
            Sentence(
                "Port %(port)s of %(host)s cannot be used: something else listens there, or the address is not this"
                " machine's. Choose another with --port.",
                port=port, host=host,
            )
        ) from error  # fmt: skip


def run(host: str, port: int) -> None:
    """Serve until interrupted; say where, as soon as it answers there."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    _load_pages()
    connections.close_all()
    say(f"Throughline is at http://{host}:{port}  (stop with Ctrl-C)")
    is_embedded = database_file() is not None
    # Measured: several threads of a process on SQLite collapse after one lock timeout; processes do not.
    server = Granian(
        "throughline.config.wsgi:application", address=_address(host), port=port, interface=Interfaces.WSGI,
        workers=2 if is_embedded else 4, blocking_threads=1 if is_embedded else 4, log_enabled=False,
        blocking_threads_idle_timeout=THREADS_LAST,
        respawn_failed_workers=True, workers_kill_timeout=STOP_WITHIN,
    )  # fmt: skip
    server.on_startup(functools.partial(_end_with_terminal, server, signal.getsignal(signal.SIGHUP)))
    this = str(os.getpid())
    with (
        _beside("tasks", "worker", "--with-parent", this, every=AGAIN),
        _beside("heads", every=A_DAY),
        _beside("tasks", "prune", every=A_DAY),
    ):
        server.serve(target_loader=functools.partial(_application, os.getpid()), wrap_loader=False)
    gc.unfreeze()  # or libraries complain at the end of what was not thrown away


def _application(server: int) -> Any:
    """Called in each of the server's processes: they would go on listening when it is killed."""
    # Ctrl-C in a terminal is heard by a whole group. One that hears it, and then the server's word to stop, hangs.
    os.setpgrp()
    end_with(server, within=STOP_WITHIN)
    from throughline.config.wsgi import application

    return application


def _end_with_terminal(server: Any, before: Any) -> None:
    """Stop when the terminal is closed, where Granian would load its processes anew; started by nohup, go on.

    Before: what SIGHUP was to do until Granian took it.
    """
    signal.signal(signal.SIGHUP, before if before is signal.SIG_IGN else server.signal_handler_interrupt)


def _load_pages() -> None:
    """Load what the server's processes have in common, before they are forked: each of them, or one started again, has it at once."""
    importlib.import_module("throughline.config.wsgi")
    # What is loaded by now stays: it need not be looked through again and again for what is to be thrown away.
    gc.collect()
    gc.freeze()


def _address(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else host


@contextlib.contextmanager
def _beside(*words: str, every: float) -> Iterator[None]:
    """Run one of our own commands in a process of its own, and again `every` seconds after it ended."""
    stop = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            child = subprocess.Popen(  # noqa: S603  (our own command, no shell)
                [sys.executable, "-m", "throughline.cli.main", *words],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ.copy(), start_new_session=True,
            )  # fmt: skip
            running.append(child)
            child.wait()
            running.remove(child)
            stop.wait(every)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        for child in list(running):
            child.terminate()
        keeper.join(timeout=10)
        for child in list(running):
            child.kill()
