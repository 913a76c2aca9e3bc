"""The entry point: gathers the commands. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from throughline import __version__
from throughline.cli import (
    attitudes,
    auditing,
    demo,
    evaluating,
    importing,
    incidents,
    inquiring,
    items,
    keeping,
    keys,
    linking,
    organisations,
    participants,
    partnerships,
    police_agreements,
    programmes,
    projects,
    returning,
    serving,
    setting_up,
    sites,
    sources,
    stock,
    studying,
    taking_out,
    tasks,
    users,
)
from throughline.cli.boundary import EXIT_CODES
from throughline.cli.later import make_later
from throughline.cli.place import SETTINGS

app = typer.Typer(
    name="throughline",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog=EXIT_CODES,
    help=(
        "From a contact log and an interview to findings.\n\n"
        "Everything an installation has lies in one folder, **THROUGHLINE_HOME** (default ~/.throughline): the"
        " database, the freezes, the key file. THROUGHLINE_DATABASE=postgresql://... uses a server instead of the"
        " embedded database.\n\n"
        "To look around: `throughline demo`. To begin: `throughline init --help`, then `throughline serve`."
    ),
)


def say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"throughline {__version__}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def everywhere(
    is_asked: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=say_version, help="Say which version this is, and stop."
        ),
    ] = False,
) -> None:
    pass


for noun in (
    setting_up,
    demo,
    serving,
    programmes,
    organisations,
    partnerships,
    police_agreements,
    sites,
    items,
    users,
    importing,
    incidents,
    attitudes,
    inquiring,
    taking_out,
    projects,
    sources,
    participants,
    stock,
    studying,
    returning,
    evaluating,
    linking,
    auditing,
    keeping,
    keys,
    tasks,
):
    noun.add_to(app)
make_later(app)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    app()


if __name__ == "__main__":
    main()
