"""Naming and retiring what is given out; receiving, transferring, writing off and counting it."""

from throughline.records.supplies.actions.counting import count_stock, explain_variance, withdraw_count
from throughline.records.supplies.actions.moving import (
    receive_stock,
    transfer_stock,
    withdraw_movement,
    write_off_stock,
)
from throughline.records.supplies.actions.naming import add_item, add_kit_version, add_lot
from throughline.records.supplies.actions.retiring import (
    reinstate_item,
    reinstate_kit,
    retire_item,
    retire_kit,
)

__all__ = [
    "add_item",
    "add_kit_version",
    "add_lot",
    "count_stock",
    "explain_variance",
    "receive_stock",
    "reinstate_item",
    "reinstate_kit",
    "retire_item",
    "retire_kit",
    "transfer_stock",
    "withdraw_count",
    "withdraw_movement",
    "write_off_stock",
]
