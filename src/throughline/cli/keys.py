"""keys export, import and rotate."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.place import open_installation, prepare
from throughline.cli.show import say
from throughline.vocabulary.errors import Invalid, Sentence, Unready

PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="First line: the passphrase. Without it, it is asked for and not shown."),
]


def add_to(app: typer.Typer) -> None:
    keys = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown",
        help="The key ring. Without it client codes are never recognised again and no text opens.",
    )  # fmt: skip
    keys.command("export")(told(export))
    keys.command("import")(told(import_))
    keys.command("rotate")(told(rotate))
    app.add_typer(keys, name="keys", rich_help_panel="Keep")


def export(
    file: Annotated[Path, typer.Argument(help="The file to write. It must not be there yet.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write all keys, those of single sources too, into FILE behind a passphrase.

    Keep it apart from the backups: who holds a backup, this file and the passphrase holds everything. Export again
    whenever sources were added or keys rotated; destroy old exports when a source is erased or somebody takes answers back, for
    they can open what was destroyed.

    Example: `throughline keys export /media/safe/keys-2026-03.tlkeys`
    """
    open_installation()
    from throughline.exchange.key_export.dump import export_keys
    from throughline.exchange.key_export.write import check_passphrase
    from throughline.vocabulary.actor import Actor

    passphrase = _passphrase(passphrase_file, twice=True)
    check_passphrase(passphrase)
    lock = export_keys(
        path=file, passphrase=passphrase, by=Actor.system("command line"), at=datetime.now(UTC)
    )
    say(f"Written: {file} (key version {_list(lock.versions)}). Without the passphrase nobody can open it.")


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `throughline keys export` wrote.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put the keys of an export in place: before `restore`, or where the key file was lost.

    Writes the key file, readable by its owner only, and the keys of single sources. Keys that are here already stay;
    refuses where they are others. Needs no database.

    Example: `throughline keys import /media/safe/keys-2026-03.tlkeys`
    """
    prepare()
    from throughline.exchange.key_export.load import import_keys
    from throughline.exchange.key_export.read import read_lock
    from throughline.vocabulary.actor import Actor

    read_lock(file.read_bytes())
    passphrase = _passphrase(passphrase_file, twice=False)
    done = import_keys(path=file, passphrase=passphrase, by=Actor.system("command line"))
    say(f"Keys in place: version {_list(done.versions)}; {done.sources} source keys added.")
    if done.erased:
        say(f"{done.erased} keys of erased sources and of withdrawn answers were left out.")


def rotate() -> None:
    """Add a key version: from now on client codes and source keys are sealed with it; older versions still read.

    Writes the key file and one line for each programme. Everybody is signed out. Restart the server, then make a new
    `throughline keys export`. A known client gets a pseudonym of the new version at the next contact.
    """
    open_installation()
    import os

    from django.conf import settings

    from throughline.records.keyring import ENVIRONMENT, ring, save_ring
    from throughline.records.programme.actions import add_key_versions
    from throughline.records.programme.models import Programme
    from throughline.vocabulary.actor import Actor

    if os.environ.get(ENVIRONMENT):
        raise Unready(
            Sentence(
                "The keys come from THROUGHLINE_KEYS, which Throughline cannot change. Use a key file to rotate."
            )
        )
    rotated = ring().rotated()
    # The file first: a database that names a version which no file holds could not be used at all.
    save_ring(rotated, Path(settings.THROUGHLINE_KEY_FILE))
    by, at = Actor.system("command line"), datetime.now(UTC)
    for programme in Programme.objects.order_by("slug"):
        add_key_versions(programme=programme, by=by, at=at)
    say(f"Key version {rotated.current} is in use. Restart the server, then: throughline keys export FILE")


def _passphrase(path: Path | None, *, twice: bool) -> str:
    if path is not None:
        lines = path.read_text(encoding="utf-8").splitlines()
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise Invalid(Sentence("There is nobody to ask for the passphrase: give it with --passphrase-file."))
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True))


def _list(versions: object) -> str:
    return ", ".join(str(version) for version in versions)  # type: ignore[attr-defined]  # a dict's keys or a tuple
