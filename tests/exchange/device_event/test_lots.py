"""The lot of what is given: on the recorder's screen where a site keeps lots, and in what a phone sends."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.exchange.device_event.phones import phone_of
from tests.records.supplies.test_stock import Store
from throughline.api.recorder_screen import screen_of
from throughline.records.engagement.models import Contact
from throughline.records.foundation import new_id
from throughline.records.supplies.models import Lot

pytestmark = pytest.mark.django_db


def test_a_phone_is_told_of_the_lots_at_its_site_and_says_which_it_gave(cast: Cast, now: datetime) -> None:
    store = Store(cast, now)
    expires = now.date().replace(year=now.year + 2, day=1)
    store.receive(store.pipe, 10, 9, batch="A17", expires_on=expires)
    lot = Lot.objects.get()
    screen = screen_of(cast.bob.actor, cast.programme, now)
    lots = {
        (site.name, thing.name): [(one.id, one.batch, one.expires_on, one.of) for one in thing.lots]
        for site in screen.sites
        for thing in site.things
    }
    here, known = cast.site.name, (lot.id, "A17", expires)
    assert lots[here, "Pipe"] == [(*known, None)] and lots[here, "Kit"] == [(*known, "Pipe")]
    assert not any(found for (site, thing), found in lots.items() if site != here or thing == "Foil")

    phone = phone_of(cast, cast.bob, now)
    lines = [
        {"item_id": str(store.pipe.id), "lot_id": str(lot.id), "quantity": 2},
        {"kit_version_id": str(store.kit.id), "lot_id": str(lot.id)},
        {"item_id": str(store.foil.id), "lot_id": None},
    ]
    assert (
        phone.tell(phone.event("contact", now, contact=phone.contact(now, kit_lines=lines)), now).state
        == "accepted"
    )
    kept = Contact.objects.get().kit_lines.order_by("quantity", "id").values_list("lot_id", "quantity")
    assert sorted(kept, key=str) == sorted([(lot.id, 2), (lot.id, 1), (None, 1)], key=str)
    gone = [{"item_id": str(store.pipe.id), "lot_id": str(new_id())}]
    answer = phone.tell(phone.event("contact", now, contact=phone.contact(now, kit_lines=gone)), now)
    assert answer.state == "rejected" and "A lot is not of what was given" in str(answer.why)
