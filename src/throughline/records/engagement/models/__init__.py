"""Contacts and what comes of them; what devices sent."""

from throughline.records.engagement.models.contacts import (
    Action,
    Barrier,
    Contact,
    ContactQuerySet,
    ContactRevision,
    Disclosure,
    KitLine,
    Need,
)
from throughline.records.engagement.models.device_events import DeviceEvent

__all__ = [
    "Action",
    "Barrier",
    "Contact",
    "ContactQuerySet",
    "ContactRevision",
    "DeviceEvent",
    "Disclosure",
    "KitLine",
    "Need",
]
