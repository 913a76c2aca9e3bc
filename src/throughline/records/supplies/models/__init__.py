"""What is given out, and the stock of it."""

from throughline.records.supplies.models.items import Item, Kit, KitComponent, KitVersion, Lot
from throughline.records.supplies.models.stock import (
    CountExplanation,
    StockCount,
    StockCountLine,
    StockMovement,
)

__all__ = [
    "CountExplanation",
    "Item",
    "Kit",
    "KitComponent",
    "KitVersion",
    "Lot",
    "StockCount",
    "StockCountLine",
    "StockMovement",
]
