"""site add, close and list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.given import day_of, name_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.users import named
from throughline.vocabulary.programme import SiteKind


def add_to(app: typer.Typer) -> None:
    site = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="Where the programme meets people."
    )
    site.command("add")(told(add))
    site.command("close")(told(close))
    site.command("list")(told(list_))
    app.add_typer(site, name="site", rich_help_panel="Set up")


def add(
    name: Annotated[str, typer.Argument(help="The site's name, as people know it.")],
    organisation: Annotated[str, typer.Option(help="Which organisation of the programme runs it.")],
    area: Annotated[str, typer.Option(help="The coarse area it lies in, such as a town. No street.")],
    time_zone: Annotated[
        str, typer.Option(help="Such as Europe/London: a site's days are days there, and never change.")
    ],
    kind: Annotated[SiteKind, typer.Option(help="What kind of place, or round, it is.")] = SiteKind.FIXED,
    opened: Annotated[str, typer.Option(help="First day, as 2026-03-02 (default: today).")] = "",
    programme: InProgramme = "",
) -> None:
    """Add a site. From then on contacts may be recorded there and imported for it.

    An import finds a site by its name. Police agreements and populations go by the area.

    Example: `throughline site add Harrowmere --organisation "Harbour service" --area Harrowmere --time-zone Europe/London
    --opened 2025-04-01`
    """
    open_installation()
    from throughline.records.programme.actions import add_site
    from throughline.records.programme.models import Organisation
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    runs_it = named(list(Organisation.objects.filter(programme=tenant)), {organisation}, "organisation")[0]
    made = add_site(
        organisation=runs_it, name=name_of(name, "The name"), kind=kind, area=name_of(area, "--area", 80), time_zone=time_zone,
        opened_on=day_of(opened, "--opened"), by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{made.name} was added to {tenant.name}, open from {made.opened_on}.")


def close(
    name: Annotated[str, typer.Argument(help="The site's name.")],
    on: Annotated[str, typer.Option(help="Its last day, as 2026-03-31 (default: today).")] = "",
    programme: InProgramme = "",
) -> None:
    """Close a site: say which day was its last. What was recorded there stays, and stays in evaluations.

    Said again, the last day is replaced.

    Example: `throughline site close Saltby --on 2026-03-31`
    """
    open_installation()
    from throughline.records.programme.actions import close_site
    from throughline.records.programme.queries import programme_named, site_named
    from throughline.vocabulary.actor import Actor

    found = site_named(programme_named(programme).id, name)
    closed = close_site(
        site=found, on=day_of(on, "--on"), by=Actor.system("command line"), at=datetime.now(UTC)
    )
    say(f"{closed.name}: the last day is {closed.closed_on}.")


def list_(programme: InProgramme = "") -> None:
    """List the sites of a programme: who runs each, where it lies, and since when and until when it is open.

    Reads only.

    Example: `throughline site list`
    """
    open_installation()
    from throughline.records.programme.models import Site
    from throughline.records.programme.queries import programme_named

    tenant = programme_named(programme)
    rows = list(Site.objects.filter(programme=tenant).select_related("organisation").order_by("name"))
    if not rows:
        say(f"{tenant.name} has no site yet. Add one: throughline site add --help")
        return
    table(
        f"{tenant.name}: sites",
        ["site", "organisation", "kind", "area", "time zone", "first day", "last day"],
        [
            (
                one.name, one.organisation.name, one.kind.replace("_", " "), one.area, one.time_zone,
                str(one.opened_on), str(one.closed_on or "none named"),
            )
            for one in rows
        ],
    )  # fmt: skip
