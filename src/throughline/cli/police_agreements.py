"""police-agreement record, end, list, require and waive: what the police agreed to about controlled items."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.given import day_of, name_of, one_listed
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.users import named
from throughline.vocabulary.errors import NotFound, Sentence


def add_to(app: typer.Typer) -> None:
    agreement = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="What the police agreed to: which controlled items may leave in an area, and until when.",
    )
    agreement.command("record")(told(record))
    agreement.command("end")(told(end))
    agreement.command("list")(told(list_))
    agreement.command("require")(told(require))
    agreement.command("waive")(told(waive))
    app.add_typer(agreement, name="police-agreement", rich_help_panel="Set up")


def record(
    force: Annotated[str, typer.Argument(help="Name of the police organisation (`throughline organisation list`).")],
    area: Annotated[str, typer.Option(help="Area it holds in, as your sites name theirs (`throughline site list`).")],
    items: Annotated[
        list[str], typer.Option("--item", help="Kind of item that may leave, by its code; may be given again.")
    ],
    document: Annotated[str, typer.Option(help="The document's number or name, and where it is kept.")],
    since: Annotated[str, typer.Option("--from", help="First day, as 2026-03-02 (default: today).")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day; leave out where none is named.")] = "",
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Record what a police force agreed to for an area. It is no licence; home tells a month before it ends.

    Controlled items that leave without one are recorded all the same, and flagged where the programme needs agreements.

    Example: `throughline police-agreement record "Vale Police" --area Harrowmere --item pipe --item foil --document "VP 2026-11"
    --to 2027-03-31`
    """
    open_installation()
    from throughline.records.programme.actions import record_police_agreement
    from throughline.records.programme.models import Organisation
    from throughline.records.programme.queries import areas_of, codes_of, programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    of = named(list(Organisation.objects.filter(programme=tenant)), {force}, "organisation")[0]
    kinds = codes_of(tenant.id, "item_kind")
    made = record_police_agreement(
        force=of, area=one_listed(area, areas_of(tenant.id), "area of a site"),
        item_kinds=[one_listed(one, kinds, "kind of item") for one in items], from_on=day_of(since, "--from"),
        to_on=day_of(until, "--to") if until else None, document_reference=name_of(document, "--document"),
        by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{of.name}, {made.area}: from {made.from_on} to {made.to_on or 'no day named'}.")


def end(
    agreement: Annotated[UUID, typer.Argument(help="Its id, as `list` prints it.")],
    on: Annotated[str, typer.Option(help="Its last day, as 2026-03-31 (default: today).")] = "",
    programme: InProgramme = "",
) -> None:
    """Name the last day of an agreement: sooner, or later where it was prolonged. Said again, the day is replaced.

    Example: `throughline police-agreement end 0198c1f0-... --on 2026-06-30`
    """
    open_installation()
    from throughline.records.programme.actions import end_police_agreement
    from throughline.records.programme.models import PoliceAgreement
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    row = PoliceAgreement.objects.filter(programme=programme_named(programme), id=agreement).first()
    if row is None:
        raise NotFound(Sentence("There is no such agreement. See: throughline police-agreement list"))
    ended = end_police_agreement(
        agreement=row, on=day_of(on, "--on"), by=Actor.system("command line"), at=datetime.now(UTC)
    )
    say(f"The last day is {ended.to_on}.")


def list_(programme: InProgramme = "") -> None:
    """List what the police agreed to, what ends first on top, and whether the programme needs it. Reads only.

    Example: `throughline police-agreement list`
    """
    open_installation()
    from django.db.models import F

    from throughline.records.programme.models import PoliceAgreement
    from throughline.records.programme.queries import codes_of, programme_named

    tenant = programme_named(programme)
    rows = PoliceAgreement.objects.filter(programme=tenant).select_related("force")
    kinds = codes_of(tenant.id, "item_kind", with_retired=True)
    table(
        f"{tenant.name}: agreements with the police",
        ["id", "force", "area", "items", "document", "from", "to"],
        [
            (
                str(one.id), one.force.name, one.area, ", ".join(kinds[kind] for kind in one.item_kinds),
                one.document_reference, str(one.from_on), str(one.to_on or "no day named"),
            )
            for one in rows.order_by(F("to_on").asc(nulls_last=True), "area", "id")
        ],
    )  # fmt: skip
    say(_rule(is_needed=tenant.is_agreement_needed))


def require(programme: InProgramme = "") -> None:
    """From now on controlled items need an agreement: where the law lets them leave only with the police's.

    Example: `throughline police-agreement require`
    """
    open_installation()
    from throughline.records.programme.actions import require_agreements
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    require_agreements(programme=tenant, by=Actor.system("command line"), at=datetime.now(UTC))
    say(_rule(is_needed=True))


def waive(programme: InProgramme = "") -> None:
    """From now on controlled items leave like all others: the country asks for no agreement.

    Example: `throughline police-agreement waive`
    """
    open_installation()
    from throughline.records.programme.actions import waive_agreements
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    waive_agreements(programme=tenant, by=Actor.system("command line"), at=datetime.now(UTC))
    say(_rule(is_needed=False))


def _rule(*, is_needed: bool) -> str:
    if is_needed:
        return "Controlled items need an agreement that holds in the area on the day."
    return "Controlled items leave like all others: no agreement is needed."
