"""item add, pack, list, retire and bring-back: what is given out, and what is no longer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.given import day_of, name_of, one_listed
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.users import named
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.stock import Unit

ByName = Annotated[str, typer.Argument(help="Name of the item, or of the kit with --kit.")]
IsKit = Annotated[bool, typer.Option("--kit", help="It is a kit.")]


def add_to(app: typer.Typer) -> None:
    item = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="What the programme gives out: items and kits.",
    )
    item.command("add")(told(add))
    item.command("pack")(told(pack))
    item.command("list")(told(list_))
    item.command("retire")(told(retire))
    item.command("bring-back")(told(bring_back))
    app.add_typer(item, name="item", rich_help_panel="Set up")


def add(
    name: Annotated[str, typer.Argument(help="The item's name, as it is called at the counter.")],
    kind: Annotated[str, typer.Option(help="Its kind, by the code in the programme's list; a wrong one names them.")],
    unit: Annotated[Unit, typer.Option(help="What one of it is, as it is counted on the shelf.")] = Unit.PIECE,
    controlled: Annotated[
        bool,
        typer.Option("--controlled", help="May leave only under a police agreement, where the country needs one."),
    ] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Add an item: from then on pages, phones and imports know it. A name is used once in a programme.

    Example: `throughline item add "Short pipe" --kind pipe --controlled`
    """
    open_installation()
    from throughline.records.programme.queries import codes_of, programme_named
    from throughline.records.supplies.actions import add_item
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    made = add_item(
        programme=tenant, name=name_of(name, "The name"), kind=one_listed(kind, codes_of(tenant.id, "item_kind"), "kind of item"),
        is_controlled=controlled, unit=unit, by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{made.name} was added to {tenant.name}.")


def pack(
    name: Annotated[str, typer.Argument(help="The kit's name; one that is there gets a new version.")],
    holds: Annotated[
        list[str],
        typer.Option("--item", help="Name of an item that it holds, with how many: Gauze=5; may be given again."),
    ],
    since: Annotated[str, typer.Option("--from", help="First day it is packed so, as 2026-03-02 (default: today).")] = "",
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Say what a kit holds from a day on. Kits that were given out before stay as they were packed then.

    Example: `throughline item pack "Night set" --item "Short pipe=1" --item "Gauze=5" --from 2026-03-02`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.supplies.actions import add_kit_version
    from throughline.records.supplies.models import Item
    from throughline.vocabulary.actor import Actor

    tenant, held = programme_named(programme), dict(_counted(one) for one in holds)
    rows = named(list(Item.objects.filter(programme=tenant)), set(held), "item")
    made = add_kit_version(
        programme=tenant, name=name_of(name, "The name"), components={row: held[row.name] for row in rows},
        from_on=day_of(since, "--from"), by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{made.kit.name}, version {made.version}: packed so from {made.from_on}.")


def list_(programme: InProgramme = "") -> None:
    """List items and kits, each kit in the version that holds today, and what is no longer given out. Reads only.

    Example: `throughline item list`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.supplies.queries import items_for, kits_for
    from throughline.vocabulary.actor import Actor

    by, tenant, at = Actor.system("command line"), programme_named(programme), datetime.now(UTC)
    rows: list[tuple[str, ...]] = [
        (one.name, one.kind, "yes" if one.is_controlled else "no", _standing(one.retired_at))
        for one in items_for(by, tenant.id, with_retired=True)
    ]
    if not rows:
        say(f"{tenant.name} gives out nothing yet. Add something: throughline item add --help")
        return
    table(f"{tenant.name}: items", ["item", "kind", "controlled", "given out"], rows)
    table(
        f"{tenant.name}: kits",
        ["kit", "version", "since", "given out"],
        [
            (one.kit.name, str(one.version), str(one.from_on), _standing(one.kit.retired_at))
            for one in kits_for(by, tenant.id, at.date(), with_retired=True)
        ],
    )


def retire(name: ByName, kit: IsKit = False, programme: InProgramme = "") -> None:
    """Give an item, or a kit, out no longer: pages and phones do not offer it. What was recorded of it stays.

    Kits that hold a retired item are still given as they are packed, until they get a new version.

    Example: `throughline item retire "Short pipe"`
    """
    open_installation()
    from throughline.records.supplies.actions.retiring import retire_item, retire_kit
    from throughline.vocabulary.actor import Actor

    row, by, at = _row(name, kit, programme), Actor.system("command line"), datetime.now(UTC)
    done: Any = retire_kit(kit=row, by=by, at=at) if kit else retire_item(item=row, by=by, at=at)
    say(f"{done.name} is given out no longer.")


def bring_back(name: ByName, kit: IsKit = False, programme: InProgramme = "") -> None:
    """Offer a retired item, or kit, again.

    Example: `throughline item bring-back "Night set" --kit`
    """
    open_installation()
    from throughline.records.supplies.actions.retiring import reinstate_item, reinstate_kit
    from throughline.vocabulary.actor import Actor

    row, by, at = _row(name, kit, programme), Actor.system("command line"), datetime.now(UTC)
    done: Any = reinstate_kit(kit=row, by=by, at=at) if kit else reinstate_item(item=row, by=by, at=at)
    say(f"{done.name} is offered again.")


def _row(name: str, is_kit: bool, programme: str) -> Any:
    from throughline.records.programme.queries import programme_named
    from throughline.records.supplies.models import Item, Kit

    rows: Any = (Kit if is_kit else Item).objects.filter(programme=programme_named(programme))
    return named(list(rows), {name}, "kit" if is_kit else "item")[0]


def _counted(text: str) -> tuple[str, int]:
    """An item's name and how many: `Gauze=5`; a name alone is one. Raises Invalid."""
    name, equals, number = text.rpartition("=")
    if not equals:
        return text.strip(), 1
    if not re.fullmatch("[1-9][0-9]{0,3}", number):
        raise Invalid(Sentence("%(text)s: write how many behind the name, as in Gauze=5.", text=text[:80]))
    return name.strip(), int(number)


def _standing(retired_at: datetime | None) -> str:
    return "yes" if retired_at is None else f"no, since {retired_at:%Y-%m-%d}"
