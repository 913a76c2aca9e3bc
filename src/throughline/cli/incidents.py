"""incident list, likely, merge, unmerge and apart: reports of overdoses, and which of them are of one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table

OfIncident = Annotated[UUID, typer.Argument(help="An incident's id, as `list` and `likely` print it.")]


def add_to(app: typer.Typer) -> None:
    incident = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="Incidents as police, ambulance or others reported them. They come with `throughline import incidents`.",
    )
    incident.command("list")(told(list_))
    incident.command("likely")(told(likely))
    incident.command("merge")(told(merge))
    incident.command("unmerge")(told(unmerge))
    incident.command("apart")(told(apart))
    app.add_typer(incident, name="incident", rich_help_panel="Work")


def list_(
    most: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest first.")] = 50,
    programme: InProgramme = "",
) -> None:
    """List incidents that count, the newest first: one that is merged into another does not count by itself. Reads only.

    Example: `throughline incident list --most 20`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.referral.queries import incidents_for

    tenant = programme_named(programme)
    rows = incidents_for(_by(), tenant.id)
    shown = rows.prefetch_related("people", "reports", "merged")[:most]
    if not shown:
        say(f"{tenant.name} has no incident yet. Bring some in: throughline import incidents --help")
        return
    table(
        f"{tenant.name}: {len(shown):,} of {rows.count():,} incidents",
        ["id", "when", "where", "people", "reported by", "other reports"],
        [
            (
                *_named(one), f"{len(one.people.all()):,}", ", ".join(sorted({report.source for report in one.reports.all()})),
                f"{len(one.merged.all()):,}",
            )
            for one in shown
        ],
    )  # fmt: skip


def likely(programme: InProgramme = "") -> None:
    """List pairs that may be one incident reported twice, the latest first. Reads only.

    Within an hour of each other, from different files, and not at different places. Whether they are one, a person decides.

    Example: `throughline incident likely`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.referral.queries import likely_pairs

    tenant = programme_named(programme)
    pairs = likely_pairs(_by(), tenant.id)
    if not pairs:
        say("No two incidents look like one.")
        return
    table(
        f"{tenant.name}: {len(pairs):,} pairs",
        ["one", "when", "where", "the other", "when", "where"],
        [(*_named(one), *_named(other)) for one, other in pairs],
    )


def merge(kept: OfIncident, other: OfIncident, programme: InProgramme = "") -> None:
    """Say that the second incident is a report of the first: they count as one. Nothing else changes; it can be undone.

    Example: `throughline incident merge 0198c1f0-... 0198c1f1-...`
    """
    open_installation()
    from throughline.records.referral.actions import merge_incidents

    one, two = (_incident(given, programme) for given in (kept, other))
    merge_incidents(kept=one, merged=two, by=_by(), at=datetime.now(UTC))
    say(f"{two.id} counts as {one.id}. To undo it: throughline incident unmerge {two.id}")


def unmerge(incident: OfIncident, programme: InProgramme = "") -> None:
    """They were two after all: a merged incident counts by itself again.

    Example: `throughline incident unmerge 0198c1f1-...`
    """
    open_installation()
    from throughline.records.referral.actions import unmerge_incidents

    row = unmerge_incidents(merged=_incident(incident, programme), by=_by(), at=datetime.now(UTC))
    say(f"{row.id} counts by itself.")


def apart(one: OfIncident, other: OfIncident, programme: InProgramme = "") -> None:
    """Say that two incidents alike are two: `likely` lists them no more.

    Example: `throughline incident apart 0198c1f0-... 0198c1f1-...`
    """
    open_installation()
    from throughline.records.referral.actions import keep_incidents_apart

    first, second = (_incident(given, programme) for given in (one, other))
    keep_incidents_apart(first=first, second=second, by=_by(), at=datetime.now(UTC))
    say(f"{first.id} and {second.id} are two.")


def _incident(incident_id: UUID, programme: str) -> Any:
    from throughline.records.programme.queries import programme_named
    from throughline.records.referral.queries import incident_for
    from throughline.vocabulary.errors import NotFound, Sentence

    row = incident_for(_by(), incident_id)
    if row.programme_id != programme_named(programme).id:
        raise NotFound(Sentence("There is no such incident in this programme."))
    return row


def _named(one: Any) -> tuple[str, str, str]:
    when = f"{one.occurred_at:%Y-%m-%d %H:%M}" if one.occurred_at else "not recorded"
    return str(one.id), when, one.place_band.replace("_", " ")


def _by() -> Any:
    from throughline.vocabulary.actor import Actor

    return Actor.system("command line")
