"""participant withdraw."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, warn


def add_to(app: typer.Typer) -> None:
    participant = typer.Typer(
        no_args_is_help=True,
        help="People who took part in the study's interviews.",
        rich_markup_mode="markdown",
    )
    participant.command("withdraw")(told(withdraw))
    app.add_typer(participant, name="participant", rich_help_panel="Work")


def withdraw(
    label: Annotated[str, typer.Argument(help="The participant's label, such as P01.")],
    analysis: Annotated[str, typer.Option(help="Name of the analysis, where there are several.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it was confirmed elsewhere.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The outcome as JSON, for scripts.")] = False,
    programme: InProgramme = "",
) -> None:
    """Take a participant out for good: what they said, what lies on it and what quotes it. Lists what left before.

    It cannot be taken back. Old keys are destroyed last: run it again where it broke off, and it is completed. A backup
    made before holds their words sealed under keys that no longer exist; an export of the keys made before still holds
    them: destroy it, and make a new one. Reports beside a freeze that may quote them are deleted; copies that left are listed.

    Example: `throughline participant withdraw P07 --analysis "What helps"`
    """
    open_installation()
    from throughline.records.inquiry.actions import withdraw_participant
    from throughline.records.inquiry.queries import analysis_named
    from throughline.records.inquiry.queries.participants import (
        participant_named,
        released_with,
        sources_of_person,
    )
    from throughline.records.programme.queries import programme_named
    from throughline.reporting.written import take_back_reports
    from throughline.vocabulary.actor import Actor

    by, at = Actor.system("command line"), datetime.now(UTC)
    of = analysis_named(programme_named(programme).id, analysis)
    person = participant_named(by, of, label)
    if not yes:
        sources = len(sources_of_person(by, person))
        typer.confirm(
            f"Take {person.label} out of {of.name} for good ({sources} sources)?", abort=True, err=True
        )
    done = withdraw_participant(participant=person, by=by, at=at)
    reports = take_back_reports(of.study, at=at)
    released = released_with(by, person, at)
    if as_json:
        say(json.dumps(_plain(person.label, done, reports, released), indent=2, ensure_ascii=False))
        return
    say(
        f"{person.label}: {done.sources_erased} sources erased, {done.sources_changed} without their turns,"
        f" {done.codings_removed} codings removed, {done.notes_changed} notes without their words,"
        f" {reports} reports deleted that may quote them."
    )
    for one in released.releases:
        warn(
            f"Left on {one.released_at:%Y-%m-%d} by the door for {one.door}: {one.what}, to {one.recipient}."
        )
    for freeze in released.freezes:
        warn(f"The freeze {freeze.name} holds numbers they were counted in.")


def _plain(label: str, done: Any, reports: int, released: Any) -> dict[str, Any]:
    return {
        "label": label,
        "sources_erased": done.sources_erased,
        "sources_changed": done.sources_changed,
        "codings_removed": done.codings_removed,
        "notes_changed": done.notes_changed,
        "reports_deleted": reports,
        "released": [
            {"at": one.released_at.isoformat(), "door": one.door, "what": one.what, "to": one.recipient}
            for one in released.releases
        ],
        "freezes": [freeze.name for freeze in released.freezes],
    }
