"""organisation add and list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.given import name_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.vocabulary.programme import OrganisationKind


def add_to(app: typer.Typer) -> None:
    organisation = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="Who runs the programme, and who works with it.",
    )
    organisation.command("add")(told(add))
    organisation.command("list")(told(list_))
    app.add_typer(organisation, name="organisation", rich_help_panel="Set up")


def add(
    name: Annotated[str, typer.Argument(help="The organisation's name, as people know it.")],
    kind: Annotated[OrganisationKind, typer.Option(help="What it is. Some roles go with some kinds only.")],
    programme: InProgramme = "",
) -> None:
    """Add an organisation to a programme: another service, the police, a university.

    People belong to it (`throughline user add`), and sites are run by it (`throughline site add`). A name is used once
    in a programme.

    Example: `throughline organisation add "Vale Police" --kind police`
    """
    open_installation()
    from throughline.records.programme.actions import add_organisation
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    made = add_organisation(
        programme=tenant,
        name=name_of(name, "The name"),
        kind=kind,
        by=Actor.system("command line"),
        at=datetime.now(UTC),
    )
    say(f"{made.name} was added to {tenant.name}.")


def list_(programme: InProgramme = "") -> None:
    """List the organisations of a programme: what each is, how many sites it runs and how many people it has today.

    Reads only.

    Example: `throughline organisation list --programme harbour-programme`
    """
    open_installation()
    from throughline.records.programme.models import Organisation
    from throughline.records.programme.queries import members_today, programme_named

    tenant = programme_named(programme)
    people = members_today(tenant.id, datetime.now(UTC).date())
    rows = Organisation.objects.filter(programme=tenant).prefetch_related("sites").order_by("name")
    table(
        f"{tenant.name}: organisations",
        ["organisation", "kind", "sites", "people today"],
        [
            (one.name, one.kind.replace("_", " "), f"{len(one.sites.all()):,}", f"{people.get(one.id, 0):,}")
            for one in rows
        ],
    )
