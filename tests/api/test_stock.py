"""Stock over the API: sent twice it counts once, and nothing is never a 0."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.world import World, bodies
from throughline.records.foundation import new_id


def _send(browser: Browser, path: str, body: Any) -> HttpResponse:
    return browser.generic("POST", path, json.dumps(body), content_type="application/json")


def test_a_delivery_and_a_count_sent_twice(world: World) -> None:
    browser = Browser()
    browser.force_login(world.cast.alice.account)
    stock = f"/api/sites/{world.cast.site.id}/stock"
    (line,) = browser.get(stock).json()["lines"]
    assert (line["on_hand"], line["days_left"], line["to_order"]) == (48, "not_applicable", "not_applicable")
    body = bodies(world)["receive_stock"]
    body["lines"][0]["id"] = str(new_id())
    first, second = (_send(browser, stock + "/received", body) for _ in range(2))
    assert first.json() == second.json() and first.status_code == 201
    body["lines"][0]["quantity"] = 9
    assert _send(browser, stock + "/received", body).status_code == 409
    (line,) = browser.get(stock).json()["lines"]
    assert (line["on_hand"], [(lot["batch"], lot["left"]) for lot in line["lots"]]) == (51, [("B1", 3)])
    count = {**bodies(world)["count_stock"], "id": str(new_id())}
    answers = [_send(browser, stock + "/counts", count) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    (item,) = answers[0].json()["items"]
    assert (item["expected"], item["difference"], item["needs_reason"]) == (51, -51, True)
    assert browser.get(stock).json()["lines"][0]["on_hand"] == 0
