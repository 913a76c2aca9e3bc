"""programme add and list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.given import name_of
from throughline.cli.place import open_installation
from throughline.cli.setting_up import set_up
from throughline.cli.show import say, table
from throughline.vocabulary.programme import OrganisationKind


def add_to(app: typer.Typer) -> None:
    programme = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown",
        help="Programmes of this installation. What one holds, no other sees.",
    )  # fmt: skip
    programme.command("add")(told(add))
    programme.command("list")(told(list_))
    app.add_typer(programme, name="programme", rich_help_panel="Set up")


def add(
    name: Annotated[str, typer.Argument(help="Name of the programme.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation that runs it.")],
    username: Annotated[
        str,
        typer.Option(help="Sign-in name of its first administrator; with --same-person, one that is there."),
    ],
    person: Annotated[
        str, typer.Option(help="The administrator's name, as others see it.")
    ] = "Administrator",
    kind: Annotated[
        OrganisationKind, typer.Option(help="What the organisation is.")
    ] = OrganisationKind.DRUG_SERVICE,
    agreement_needed: Annotated[
        bool,
        typer.Option(
            "--agreement-needed", help="Where controlled items may leave only with the police's agreement."
        ),
    ] = False,
    same_person: Annotated[
        bool,
        typer.Option("--same-person", help="Whoever has this sign-in name administers this programme, too."),
    ] = False,
) -> None:
    """Open another programme, walled off from those there are, with its first administrator, and print a one-time code.

    It has its own organisations, sites, people, code lists, studies and audit chain, and nobody of another programme sees
    any of them. The same client code gives another pseudonym there. The code holds for a day and works once; hand it over
    in person. Whoever signs in already (--same-person) gets no code, and chooses on their pages in which programme they work.
    From now on every command takes --programme with one of the short names.

    Example: `throughline programme add "Beacon programme" --organisation "Beacon service" --username carol
    --person "Carol Reed"`
    """
    open_installation()
    from django.db import transaction

    from throughline.records.accounts.actions import issue_sign_in_code
    from throughline.vocabulary.actor import Actor

    name, organisation = name_of(name, "The name"), name_of(organisation, "--organisation")
    with transaction.atomic():
        tenant, account = set_up(
            name, organisation, kind.value, username, person, None,
            is_agreement_needed=agreement_needed, is_known=same_person,
        )  # fmt: skip
        code = None
        if not same_person:
            code = issue_sign_in_code(
                programme_id=tenant.id, account=account, by=Actor.system("command line"), at=datetime.now(UTC)
            )
    say(f"{tenant.name} was opened. Its short name: {tenant.slug}")
    told = "They sign in as before." if code is None else f"One-time code, valid for a day: {code}"
    say(f"{account.username} is its administrator. {told}")
    say(f"Next: throughline site add --help (with --programme {tenant.slug})")


def list_() -> None:
    """List the programmes of this installation with their short names, and how many organisations and sites each has.

    Reads only. The short name is what --programme takes.

    Example: `throughline programme list`
    """
    open_installation()
    from throughline.records.programme.models import Organisation, Programme, Site

    table(
        "Programmes",
        ["short name", "programme", "organisations", "sites"],
        [
            (
                one.slug,
                one.name + (" (fiction)" if one.is_fiction else ""),
                f"{Organisation.objects.filter(programme=one).count():,}",
                f"{Site.objects.filter(programme=one).count():,}",
            )
            for one in Programme.objects.order_by("slug")
        ],
    )
