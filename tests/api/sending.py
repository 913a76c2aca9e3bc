"""Somebody of the cast, signed in, and a request of theirs."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.world import World


def signed_in(world: World, who: str) -> Browser:
    browser = Browser()
    browser.force_login(getattr(world.cast, who).account)
    return browser


def send(browser: Browser, method: str, path: str, body: Any = None) -> HttpResponse:
    return browser.generic(method, path, json.dumps(body or {}), content_type="application/json")
