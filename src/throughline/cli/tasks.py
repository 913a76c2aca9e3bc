"""tasks worker: does the long work that pages ask for."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.parent import end_with
from throughline.cli.place import open_installation


def add_to(app: typer.Typer) -> None:
    tasks = typer.Typer(no_args_is_help=True, help="Work in the background.", rich_markup_mode="markdown")
    tasks.command("worker")(told(worker))
    app.add_typer(tasks, name="tasks", rich_help_panel="Run")


def worker(
    with_parent: Annotated[
        int,
        typer.Option("--with-parent", hidden=True, help="Stop when this process is no longer the parent."),
    ] = 0,
) -> None:
    """Do the tasks that pages ask for, one after the other, until stopped. `throughline serve` starts one itself."""
    open_installation()
    from django.core.management import call_command

    if with_parent:
        end_with(with_parent)
    call_command("db_worker", verbosity=0, reload=False)
