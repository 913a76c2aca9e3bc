"""demo: the fictional programme, from nothing to a page in the browser."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.place import check_keys, database_file, missing_migrations, prepare
from throughline.cli.serving import check_may_listen, run
from throughline.cli.setting_up import bring_up_to_date
from throughline.cli.show import progress, table, warn
from throughline.vocabulary.errors import Sentence, Unready

if TYPE_CHECKING:
    from throughline.example.parameters import Parameters

DEFAULT_HOME = "~/.throughline-demo"
DATABASE = "throughline.sqlite3"
NOTE = "demo.json"  # in the folder, its owner's alone: how far it came, and who can sign in
FREEZE_NAME = "example"
SEED = 20260302  # of the evaluation's draws: everybody who runs the demo sees the same intervals


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set up")(told(demo))


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is there.")] = True,
    parameters: Annotated[
        Path | None,
        typer.Option(hidden=True, help="Simulate from these parameters (example/parameters.yaml)."),
    ] = None,
) -> None:
    """Look around: load a fictional programme, freeze and evaluate it, and serve it on http://localhost:8000.

    Lies in a folder of its own: THROUGHLINE_HOME, or ~/.throughline-demo. Prints who can sign in as what; the passwords
    are random, made for this folder, and kept in its demo.json. Run again, it starts in seconds and keeps what was
    changed. An interrupted first run begins anew. To be rid of it, delete the folder. Everything in it is fiction.

    Example: `throughline demo --port 8010`
    """
    os.environ["THROUGHLINE_HOME"] = os.environ.get("THROUGHLINE_HOME") or str(
        Path(DEFAULT_HOME).expanduser()
    )
    prepare()
    home = database_home()
    with _only_one(home):
        note = _read_note(home)
        if note is None:
            note = _make(home, None if parameters is None else parameters.read_text(encoding="utf-8"))
        elif missing_migrations():
            bring_up_to_date()
        check_keys()
    table(
        "Who can sign in", ["name", "password", "role", "programme"], [_line(one) for one in note["accounts"]]
    )
    if not serve:
        return
    check_may_listen("localhost", port)
    run("localhost", port)


def database_home() -> Path:
    from django.conf import settings

    home = Path(settings.THROUGHLINE_HOME)
    # Also because an interrupted first run is cleared away: what lies elsewhere may be somebody's own.
    if database_file() != home / DATABASE:
        raise Unready(
            Sentence("The demo uses a database file of its own. Unset THROUGHLINE_DATABASE and run it again.")
        )
    for name in ("KEY_FILE", "SOURCE_KEYS", "FREEZES", "WITNESS"):
        if not Path(getattr(settings, f"THROUGHLINE_{name}")).is_relative_to(home):
            raise Unready(
                Sentence(
                    "The demo keeps everything in one folder, %(home)s. Unset %(name)s and run it again.",
                    home=home, name=f"THROUGHLINE_{name}",
                )
            )  # fmt: skip
    return home


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / ".demo-lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unready(Sentence("The demo in %(home)s is just being set up.", home=home)) from error
        yield


def _read_note(home: Path) -> dict[str, Any] | None:
    """What is there: a demo that is ready, or None: nothing, or one that was interrupted and is cleared away."""
    path = home / NOTE
    if not path.exists():
        from django.conf import settings

        there = [p for p in (database_file(), Path(settings.THROUGHLINE_KEY_FILE)) if p and p.exists()]
        if there:
            raise Unready(
                Sentence(
                    "%(path)s is there, and not made by the demo. Set THROUGHLINE_HOME to another folder.", path=there[0]
                )
            )  # fmt: skip
        return None
    note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if note["state"] == "ready":
        return note
    warn("The first run of the demo was interrupted before it was whole. It begins anew.")
    _clear(home)
    return None


def _clear(home: Path) -> None:
    """Only ever called on a folder whose note says that the demo was making it."""
    from django.db import connection

    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        (home / f"{DATABASE}{suffix}").unlink(missing_ok=True)
    for name in ("freezes", "keys", "witness"):
        shutil.rmtree(home / name, ignore_errors=True)
    # Last: without it what is left would not be known as the demo's.
    (home / NOTE).unlink(missing_ok=True)


def _make(home: Path, parameters: str | None) -> dict[str, Any]:
    from throughline.example.parameters import read_parameters

    chosen = read_parameters(parameters)
    _write_note(home, {"state": "making", "accounts": []})
    try:
        accounts = _fill(chosen)
    except BaseException:
        _clear(home)
        raise
    note = {"state": "ready", "accounts": accounts}
    _write_note(home, note)
    return note


def _fill(parameters: Parameters) -> list[dict[str, str]]:
    from django.conf import settings

    from throughline.records.keyring import KeyRing, save_ring

    save_ring(KeyRing.new(), Path(settings.THROUGHLINE_KEY_FILE))
    with progress(is_told=True) as report:
        report("setting up the database", 0, 1)
        bring_up_to_date()
        report("setting up the database", 1, 1)
        accounts = _load(parameters, report)
        _evaluate(report)
    return accounts


def _write_note(home: Path, note: dict[str, Any]) -> None:
    from throughline.records.keyring import write_private

    write_private(home / NOTE, json.dumps(note, indent=1).encode())


def _load(parameters: Parameters, report: Any) -> list[dict[str, str]]:
    from throughline.example.load import load_example

    loaded = load_example(at=datetime.now(UTC), progress=report, parameters=parameters)
    return [
        {"username": one.username, "password": one.password, "role": one.role, "programme": one.programme}
        for one in loaded.sign_ins
    ]


def _evaluate(report: Any) -> None:
    from throughline.evaluation.freeze import freeze_study
    from throughline.evaluation.runs import evaluate
    from throughline.records.study.models import Study
    from throughline.vocabulary.actor import Actor

    by = Actor.system("example")
    for study in Study.objects.select_related("programme").order_by("id"):
        made = freeze_study(study=study, name=FREEZE_NAME, by=by, at=datetime.now(UTC), progress=report)
        evaluate(freeze=made, by=by, at=datetime.now(UTC), seed=SEED, progress=report)


def _line(account: dict[str, str]) -> tuple[str, ...]:
    return (account["username"], account["password"], account["role"], account["programme"])
