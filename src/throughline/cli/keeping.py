"""backup and restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.boundary import FOUND, told
from throughline.cli.place import open_installation, prepare
from throughline.cli.show import progress, say, warn

if TYPE_CHECKING:
    from throughline.exchange.backup.document import Summary


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Keep")(told(backup))
    app.command(rich_help_panel="Keep")(told(restore))


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write. It must not be there yet.")],
) -> None:
    """Write everything but keys into one encrypted FILE: the database and the freezes. Recording goes on meanwhile.

    The database is as of one moment. FILE appears when it is whole and on the disk; an interrupted run leaves none. Its
    first lines say, readable, which key versions it needs. Keys are in no part of it: see `throughline keys export`.

    Example: `throughline backup /media/backup/throughline-2026-03-02.tlbackup`
    """
    open_installation()
    from throughline.exchange.backup.dump import back_up
    from throughline.vocabulary.actor import Actor

    with progress() as report:
        done = back_up(path=file, by=Actor.system("command line"), at=datetime.now(UTC), progress=report)
    versions = ", ".join(str(version) for version in done.header.keys)
    say(f"Written: {done.path} ({done.size:,} bytes).")
    _tell(done.summary)
    say(f"To restore it: key version {versions}, by its key file or `throughline keys import`.")


def restore(file: Annotated[Path, typer.Argument(help="A file that `throughline backup` wrote.")]) -> None:
    """Put a backup in place, into an empty THROUGHLINE_HOME (or an empty database). Bring the keys first.

    Refuses over anything that is there. A file that was altered, cut short or made with other keys is refused as a
    whole: nothing is put in place. Then checks the audit chain; exit code 1 where it is broken in the backup itself.

    Example: `THROUGHLINE_HOME=/srv/new throughline keys import keys.tlkeys`, then
    `THROUGHLINE_HOME=/srv/new throughline restore throughline-2026-03-02.tlbackup`
    """
    prepare()
    from throughline.exchange.backup.load import restore as put_in_place
    from throughline.vocabulary.actor import Actor

    with progress() as report:
        done = put_in_place(path=file, by=Actor.system("command line"), progress=report)
    say(f"Restored: the backup of {done.header.created_at}.")
    _tell(done.summary)
    if done.chain.breaks:
        first = done.chain.breaks[0]
        warn(
            f"The audit chain is broken in this backup: {first.kind} at event {first.sequence} of {first.chain_id}."
        )
        raise typer.Exit(FOUND)
    say(f"The audit chain holds: {done.chain.events} events in {done.chain.chains} chains.")


def _tell(summary: Summary) -> None:
    say(
        f"{sum(summary.rows.values()):,} rows in {len(summary.rows)} tables, {summary.files} files of freezes."
    )
