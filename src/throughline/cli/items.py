"""item list, retire and bring-back: what is given out, and what is no longer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.organisations import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.users import named

ByName = Annotated[str, typer.Argument(help="Name of the item, or of the kit with --kit.")]
IsKit = Annotated[bool, typer.Option("--kit", help="It is a kit.")]


def add_to(app: typer.Typer) -> None:
    item = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="What the programme gives out: items and kits.",
    )
    item.command("list")(told(list_))
    item.command("retire")(told(retire))
    item.command("bring-back")(told(bring_back))
    app.add_typer(item, name="item", rich_help_panel="Set up")


def list_(programme: InProgramme = "") -> None:
    """List items and kits, each kit in the version that holds today, and what is no longer given out. Reads only.

    Items and kits are added on the page *Supplies*.

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
        say(f"{tenant.name} gives out nothing yet. Add items and kits on the page Supplies.")
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


def _standing(retired_at: datetime | None) -> str:
    return "yes" if retired_at is None else f"no, since {retired_at:%Y-%m-%d}"
