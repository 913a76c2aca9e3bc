"""stock: what is on the shelves of a site."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import say, table

if TYPE_CHECKING:
    from throughline.records.engagement.queries.stock import Shelf
    from throughline.vocabulary.actor import Actor


def add_to(app: typer.Typer) -> None:
    app.command("stock", rich_help_panel="Work")(told(stock))


def stock(
    site: Annotated[str, typer.Argument(help="Name of the site.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="What to order lasts so many days.")] = 42,
    order: Annotated[
        Path | None,
        typer.Option(help="Write what to order to this new file (.csv or .xlsx); a line of the ledger."),
    ] = None,
    recipient: Annotated[str, typer.Option(help="Who gets the order list.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
    programme: InProgramme = "",
) -> None:
    """Show what is on hand at a site, how long it lasts, what expires and what to order.

    On hand is the last count and what happened after it. Days are at the use of the last 28 days, without what has
    expired; what has no use, or was never counted and never received, says so and is never 0.

    Example: `throughline stock Harrowmere --days 56 --order order.xlsx --recipient "Depot"`
    """
    open_installation()
    from throughline.records.engagement.queries.stock import on_hand_for
    from throughline.records.programme.queries import programme_named, site_named
    from throughline.vocabulary.actor import Actor

    by, at = Actor.system("command line"), datetime.now(UTC)
    site_id = site_named(programme_named(programme).id, site).id
    if order is not None:
        _write_order(site_id, order, recipient, days, by, at)
        return
    shelf = on_hand_for(by, site_id, at, cover_days=days)
    if as_json:
        say(json.dumps(_plain(shelf), indent=2, ensure_ascii=False))
        return
    if not shelf.lines:
        say(f"Nothing is on the books of {shelf.site.name} yet. Count what is there: that opens them.")
        return
    table(
        f"{shelf.site.name}: on hand",
        ["item", "on hand", "used in 28 days", "days left", f"order for {days} days"],
        [
            (
                line.item.name,
                *(_said(one) for one in (line.on_hand, line.used, line.days_left, line.to_order)),
            )
            for line in shelf.lines
        ],
    )
    for lot in shelf.lots:
        ends = "expired" if lot.is_expired else "expires"
        say(
            f"{lot.lot.item.name}, batch {lot.lot.batch}: about {lot.left:,} left, {ends} on {lot.lot.expires_on}"
        )
    for one in shelf.covers:
        until = f"until {one.until_on}" if one.until_on else "no end named"
        say(f"Police agreement for {one.item_kind}: {until if one.is_valid else 'none valid today'}")


def _write_order(site_id: UUID, to: Path, recipient: str, days: int, by: Actor, at: datetime) -> None:
    from throughline.exchange.new_file import check_new_file
    from throughline.exchange.order_list.leave import leave_order

    check_new_file(to)
    form = to.suffix.lstrip(".").lower()
    left = leave_order(site_id=site_id, form=form, recipient=recipient, by=by, at=at, cover_days=days)
    write_private(to, left.data)
    say(f"{to}: the order for {days} days. It is in the ledger.")


def _said(number: Any) -> str:
    """A number, or the kind of nothing in words."""
    from throughline.vocabulary.nothing import NOTHING_LABELS, Nothing

    return str(NOTHING_LABELS[number]) if isinstance(number, Nothing) else f"{number:,}"


def _plain(shelf: Shelf) -> dict[str, Any]:
    return {
        "site": shelf.site.name,
        "cover_days": shelf.cover_days,
        "items": [
            {
                "item": line.item.name, "unit": line.item.unit, "on_hand": line.on_hand, "usable": line.usable,
                "counted_at": line.counted_at.isoformat() if line.counted_at else None, "used": line.used,
                "use_days": line.use_days, "days_left": line.days_left, "to_order": line.to_order,
                "lots": [
                    {"batch": one.lot.batch, "expires_on": one.lot.expires_on.isoformat(), "left": one.left}
                    for one in line.lots
                ],
            }
            for line in shelf.lines
        ],
        "taken_for_others": {
            name: getattr(shelf.taken_for_others, name)
            for name in ("contacts", "for_others", "others", "not_recorded")
        },
    }  # fmt: skip
