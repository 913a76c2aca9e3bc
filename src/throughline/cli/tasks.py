"""tasks worker: does the long work that pages ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.parent import end_with
from throughline.cli.place import open_installation

KEPT_FOR = 7  # days that a finished task is kept for who waits for it


def add_to(app: typer.Typer) -> None:
    tasks = typer.Typer(no_args_is_help=True, help="Work in the background.", rich_markup_mode="markdown")
    tasks.command("worker")(told(worker))
    tasks.command("prune")(told(prune))
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
    _prune()
    call_command("db_worker", verbosity=0, reload=False)


def prune() -> None:
    """Delete what is kept of finished tasks once it is a week old, with the words that were typed into their forms, and
    files that somebody sent and neither kept nor let go within a day. Destroy parts of self-generated codes on the protocol's day, and
    files of forms whose person's consent ended; and keys of what was erased, where its erasure broke off.

    `throughline serve` does this once a day. What came of a task (a freeze, a report, a line of the ledger) stays.
    """
    open_installation()
    _prune()


def _prune() -> None:
    from django.core.management import call_command

    from throughline.exchange.held import clear_old
    from throughline.exchange.key_export.load import destroy_left_keys
    from throughline.records.programme.models import Programme
    from throughline.records.surveys.actions import destroy_ended_code_parts
    from throughline.vocabulary.actor import Actor

    call_command("prune_db_task_results", min_age_days=KEPT_FOR, queue_name="*", verbosity=0)
    clear_old()
    destroy_left_keys()
    for programme in Programme.objects.all():
        destroy_ended_code_parts(programme=programme, by=Actor.system("destruction"), at=datetime.now(UTC))
