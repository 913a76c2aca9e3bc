"""user add."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.roles import Role


def add_to(app: typer.Typer) -> None:
    user = typer.Typer(no_args_is_help=True, help="People who can sign in.", rich_markup_mode="markdown")
    user.command("add")(told(add))
    app.add_typer(user, name="user", rich_help_panel="Set up")


def add(
    username: Annotated[str, typer.Argument(help="Sign-in name; letter case does not matter.")],
    name: Annotated[str, typer.Option(help="The person's name, as colleagues see it.")],
    organisation: Annotated[str, typer.Option(help="For which organisation of the programme.")],
    role: Annotated[list[Role], typer.Option(help="A role; say it again for another one.")],
    site: Annotated[
        list[str] | None, typer.Option(help="A site's name; say it again for another one.")
    ] = None,
    all_sites: Annotated[bool, typer.Option("--all-sites", help="All sites of the programme.")] = False,
    email: Annotated[str, typer.Option(help="Optional: many peer workers share none.")] = "",
    programme: InProgramme = "",
) -> None:
    """Add a person with a membership, and print a one-time code with which they set their password.

    The code holds for a day and works once; hand it over in person. Writes an account and a membership.

    Example: `throughline user add bob --name "Bob Hale" --organisation "Harbour service" --role practitioner
    --site Harrowmere`
    """
    open_installation()
    from django.db import transaction

    from throughline.records.accounts import actions as accounts
    from throughline.records.programme.actions import grant_membership
    from throughline.records.programme.models import Organisation, Site
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    by, at = Actor.system("command line"), datetime.now(UTC)
    tenant = programme_named(programme)
    wanted = set(site or [])
    if bool(wanted) == all_sites:
        raise Invalid(Sentence("Say at which sites: either --site NAME (once for each), or --all-sites."))
    of = Organisation.objects.filter(programme=tenant)
    chosen = named(list(of), {organisation}, "organisation")[0]
    sites = named(list(Site.objects.filter(programme=tenant)), wanted, "site")
    with transaction.atomic():
        account = accounts.add_account(
            programme_id=tenant.id,
            username=username,
            display_name=name,
            password=None,
            email=email,
            by=by,
            at=at,
        )
        grant_membership(
            account=account, organisation=chosen, roles=role, sites=sites, is_all_sites=all_sites,
            from_on=at.date(), by=by, at=at,
        )  # fmt: skip
        code = accounts.issue_sign_in_code(programme_id=tenant.id, account=account, by=by, at=at)
    say(f"{username} was added to {tenant.name} as {', '.join(sorted(one.value for one in role))}.")
    say(f"One-time code, valid for a day: {code}")


def named(rows: list[Any], names: set[str], what: str) -> list[Any]:
    """Those rows that have one of the names. Raises Invalid, naming what is missing and what there is."""
    found = [row for row in rows if row.name in names]
    missing = names - {row.name for row in found}
    if missing:
        raise Invalid(
            Sentence(
                "There is no %(what)s called %(missing)s in this programme. There are: %(names)s.",
                what=what, missing=tuple(sorted(missing)),
                names=", ".join(sorted(row.name for row in rows)) or "none yet",
            )
        )  # fmt: skip
    return found
