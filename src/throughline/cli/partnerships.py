"""partnership agree, end and list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.given import day_of, name_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.users import named
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.programme import PartnershipKind


def add_to(app: typer.Typer) -> None:
    partnership = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="What organisations of a programme agreed to do together.",
    )
    partnership.command("agree")(told(agree))
    partnership.command("end")(told(end))
    partnership.command("list")(told(list_))
    app.add_typer(partnership, name="partnership", rich_help_panel="Set up")


def agree(
    first: Annotated[str, typer.Argument(help="Name of one organisation.")],
    second: Annotated[str, typer.Argument(help="Name of the other.")],
    kind: Annotated[PartnershipKind, typer.Option(help="What they do together.")],
    agreement: Annotated[str, typer.Option(help="The document's number or name, not its text.")],
    since: Annotated[str, typer.Option("--from", help="First day, as 2026-03-02 (default: today).")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day; leave out where none is named.")] = "",
    programme: InProgramme = "",
) -> None:
    """Record what two organisations agreed to do together. Home tells a month before one ends.

    What the police agreed to about controlled items is recorded with `throughline police-agreement record`.

    Example: `throughline partnership agree "Harbour service" "Town housing" --kind referral --agreement "MoU 2026-4"
    --to 2027-03-31`
    """
    open_installation()
    from throughline.records.programme.actions import agree_partnership
    from throughline.records.programme.models import Organisation
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    rows = list(Organisation.objects.filter(programme=programme_named(programme)))
    one, other = (named(rows, {name}, "organisation")[0] for name in (first, second))
    made = agree_partnership(
        first=one, second=other, kind=kind, agreement=name_of(agreement, "--agreement", 200), from_on=day_of(since, "--from"),
        to_on=day_of(until, "--to") if until else None, by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{one.name} and {other.name}, {kind.value}: from {made.from_on} to {made.to_on or 'no day named'}.")


def end(
    partnership: Annotated[UUID, typer.Argument(help="Its id, as `list` prints it.")],
    on: Annotated[str, typer.Option(help="Its last day, as 2026-03-31 (default: today).")] = "",
    programme: InProgramme = "",
) -> None:
    """Name the last day of a partnership: sooner, or later where it was prolonged. Said again, the day is replaced.

    Example: `throughline partnership end 0198c1f0-... --on 2026-06-30`
    """
    open_installation()
    from throughline.records.programme.actions import end_partnership
    from throughline.records.programme.models import Partnership
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    row = Partnership.objects.filter(programme=programme_named(programme), id=partnership).first()
    if row is None:
        raise NotFound(Sentence("There is no such partnership. See: throughline partnership list"))
    ended = end_partnership(
        partnership=row, on=day_of(on, "--on"), by=Actor.system("command line"), at=datetime.now(UTC)
    )
    say(f"The last day is {ended.to_on}.")


def list_(programme: InProgramme = "") -> None:
    """List the partnerships of a programme, those that end first on top. Reads only.

    Example: `throughline partnership list`
    """
    open_installation()
    from django.db.models import F

    from throughline.records.programme.models import Partnership
    from throughline.records.programme.queries import programme_named

    tenant = programme_named(programme)
    rows = Partnership.objects.filter(programme=tenant).select_related("first", "second")
    if not rows:
        say(f"{tenant.name} has no partnership yet. Record one: throughline partnership agree --help")
        return
    table(
        f"{tenant.name}: partnerships",
        ["id", "organisations", "for", "agreement", "from", "to"],
        [
            (
                str(one.id), f"{one.first.name} and {one.second.name}", one.kind.replace("_", " "), one.agreement,
                str(one.from_on), str(one.to_on or "no day named"),
            )
            for one in rows.order_by(F("to_on").asc(nulls_last=True), "id")
        ],
    )  # fmt: skip
