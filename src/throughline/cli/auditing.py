"""audit verify and heads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.boundary import FOUND, told
from throughline.cli.place import open_installation
from throughline.cli.show import err, say


def add_to(app: typer.Typer) -> None:
    audit = typer.Typer(no_args_is_help=True, help="The chain of what happened.", rich_markup_mode="markdown")
    audit.command("verify")(told(verify))
    app.add_typer(audit, name="audit", rich_help_panel="Keep")
    app.command("heads", rich_help_panel="Keep")(told(heads))


def verify(
    witness: Annotated[
        Path | None, typer.Option(help="Folder with audit-heads.jsonl (default: THROUGHLINE_WITNESS).")
    ] = None,
) -> None:
    """Check that no event was altered, removed, put elsewhere or cut off, and name the first that was.

    Reads every event of every chain and compares it with the heads written outside the database. Changes nothing.
    Exit code 1 where a chain is broken, and where there is nothing to hold it against: no witness, a chain that the
    witness does not know, or events more than 26 hours newer than the newest head.
    """
    open_installation()
    from django.conf import settings

    from throughline.records.audit import queries

    folder = witness or Path(settings.THROUGHLINE_WITNESS)
    found = queries.verify(queries.read_heads(folder))
    say(f"{found.events} events in {found.chains} chains; {found.heads_compared} witnessed heads compared.")
    if not found.breaks:
        say("Every event is as it was written.")
        return
    for broken in found.breaks:
        where = f"Chain {broken.chain_id}: {broken.kind} at event {broken.sequence}: {broken.sentence}."
        if broken.kind == "no witness":
            where = (
                f"No heads were found in {folder}: events cut off at the end cannot be seen."
                " See: throughline heads --help"
            )
        err.print(where, markup=False, style="red")
    raise typer.Exit(FOUND)


def heads() -> None:
    """Write every chain's length and last link to THROUGHLINE_WITNESS, which belongs on another disk.

    Appends to `audit-heads.jsonl` there. `throughline serve` does this once a day; every freeze does, too. What an
    intruder would want unsaid (codes to sign in, memberships, releases, erasures) writes its chain's head at once.
    """
    open_installation()
    from django.conf import settings

    from throughline.records.audit.queries import write_heads

    say(f"Written: {write_heads(Path(settings.THROUGHLINE_WITNESS), datetime.now(UTC))}")
