"""Where an error ends: one sentence and an exit code, never a traceback and never what stood in a row."""

from __future__ import annotations

import errno
import functools
import os
import secrets
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from throughline.cli.show import err
from throughline.vocabulary.errors import Invalid, ThroughlineError

FOUND = 1  # it ran, and what it looked for is wrong: a broken audit chain
CODES = {403: 3, 404: 4, 409: 5, 422: 6}
UNEXPECTED = 9
INTERRUPTED = 130
EXIT_CODES = (
    "Exit codes: 0 done; 1 a check found something wrong; 2 the command was not written right; 3 not allowed;"
    " 4 there is no such thing; 5 it cannot be done now; 6 what was given cannot be used; 9 an unexpected error (its"
    " id and where it is written are printed); 130 interrupted."
)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a command, so that every way in which it can fail is told in the same way."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ThroughlineError as error:
            _tell(error)
            raise typer.Exit(CODES.get(error.status, UNEXPECTED)) from None
        except KeyboardInterrupt:
            err.print("Interrupted. Nothing was left half-done.", markup=False)
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            sentence = of_the_machine(error)
            if sentence is None:
                raise typer.Exit(_unexpected(error)) from None
            err.print(sentence, markup=False, style="red")
            raise typer.Exit(CODES[409]) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            raise typer.Exit(_unexpected(error)) from None

    return run


def _tell(error: ThroughlineError) -> None:
    err.print(str(error.sentence), markup=False, style="red")
    if isinstance(error, Invalid):
        for field, sentence in error.fields.items():
            err.print(f"  {field}: {sentence}", markup=False)


def of_the_machine(error: OSError) -> str | None:
    """What the system says of a file, in a sentence; None for what nobody can mend by a file's name."""
    where = f" ({error.filename})" if isinstance(error.filename, str) else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full{where}. Nothing was left half-done; make room and try again."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"The system does not let Throughline read or write here{where}. Check who owns it."
        case errno.ENOENT:
            return f"There is no such file{where}. Check the name; you are in {Path.cwd()}."
        case errno.EISDIR:
            return f"This is a folder{where}. Give the name of a file."
        case errno.ENOTDIR | errno.EEXIST:
            return f"There is a file where a folder is needed{where}. Choose another place."
        case _:
            return None


def _unexpected(error: BaseException) -> int:
    """Keep the way the error took, without its text: a database error quotes the values of a row."""
    if _is_told_by_the_database(error):
        return CODES[409]
    number = secrets.token_hex(4)
    frames = [
        f"  {frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    kind = type(error)
    lines = [f"{datetime.now(UTC).isoformat()} {number} {kind.__module__}.{kind.__qualname__}", *frames, ""]
    path = _log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        written = f"It is written in {path}."
    except OSError:
        written = "It could not be written to a log."
    err.print(f"Something unexpected went wrong (error {number}). {written}", markup=False, style="red")
    return UNEXPECTED


def _is_told_by_the_database(error: BaseException) -> bool:
    """A full disk and an unreachable database come as the database's own errors; their text has no row in it."""
    if type(error).__name__ not in ("OperationalError", "DatabaseError"):
        return False
    from throughline.exchange.backup.disk import is_full

    text = str(error).lower()
    home = _home()
    if "no space left" in text or (isinstance(error, Exception) and is_full(error, home)):
        where = "" if os.environ.get("THROUGHLINE_DATABASE") else f" of {home}"
        err.print(
            f"The disk{where} is full. Nothing was left half-done; make room there and try again.",
            markup=False, style="red",
        )  # fmt: skip
        return True
    if "not a database" in text or "malformed" in text:
        err.print(
            f"The database in {home} is damaged, or is none. Move it away and restore a backup: throughline restore --help",
            markup=False, style="red",
        )  # fmt: skip
        return True
    if "unable to open database" in text or "connection" in text:
        err.print(
            "The database cannot be reached. Check THROUGHLINE_HOME and THROUGHLINE_DATABASE, and that it is running.",
            style="red",
        )
        return True
    if "locked" in text:
        err.print("The database is busy with other work. Try again in a moment.", style="red")
        return True
    return False


def _log_path() -> Path:
    return _home() / "logs" / "errors.log"


def _home() -> Path:
    return Path(os.environ.get("THROUGHLINE_HOME") or Path.home() / ".throughline").resolve()
