"""return: a month's contacts, codes and supplies by site and route, through the door for tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import say, table
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.periods import Month


def add_to(app: typer.Typer) -> None:
    app.command("return", rich_help_panel="Work")(told(return_month))


def return_month(
    month: Annotated[str, typer.Argument(help="The month, as YYYY-MM.")],
    close: Annotated[
        str, typer.Option(help="Close the month of this site first. It is not opened again.", metavar="SITE")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option(help="Write it to this new file: .csv or .xlsx. It is a line of the ledger."),
    ] = None,
    recipient: Annotated[str, typer.Option(help="Who gets the file.")] = "",
    profile: Annotated[str, typer.Option(help="lt5, hes, le7_round5 or custom:THRESHOLD:ROUNDING.")] = "lt5",
    programme: InProgramme = "",
) -> None:
    """Show the closed months of all sites as they may be told, or write them to a file for a named recipient.

    A site that did not report or has not closed the month is "not reported", never 0. What arrives after the closing goes
    into the next return, as late.

    Example: `throughline return 2026-02 --to february.xlsx --recipient "The commissioner"`
    """
    open_installation()
    from throughline.evaluation.doors import profile_named
    from throughline.evaluation.returned import release_return, told_return
    from throughline.exchange.new_file import check_new_file
    from throughline.records.programme.queries import programme_named, site_named
    from throughline.records.returns.actions import close_month
    from throughline.reporting.return_files import return_file, rows_of
    from throughline.vocabulary.actor import Actor

    by, at = Actor.system("command line"), datetime.now(UTC)
    where, asked, how = programme_named(programme), _month(month), profile_named(profile)
    if close:
        site = site_named(where.id, close)
        close_month(site=site, month=asked, by=by, at=at)
        say(f"{asked} at {site.name} is closed.")
    if to is None:
        heads, rows = rows_of(told_return(by, where, asked, how))
        table(f"Return of {asked}, profile {profile}", heads, rows)
        return
    check_new_file(to)
    if not recipient:
        raise Invalid(Sentence("Say who gets the file with --recipient: it is written into the ledger."))
    write = return_file(to.suffix.lstrip(".").lower())
    left = release_return(programme=where, month=asked, profile=how, recipient=recipient, by=by, at=at)
    write_private(to, write(left.told))
    say(f"Written to {to}: {len(left.told.rows)} rows, profile {profile}. It stands in the ledger.")


def _month(given: str) -> Month:
    try:
        return Month.parse(given)
    except ValueError as error:
        raise Invalid(Sentence("%(given)s is no month: write it like 2026-02.", given=given)) from error
