"""Judging numbers beside words on the page: with a reason, audited, written again replaced, and later than the freeze."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.urls import reverse
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.models import JointRow
from throughline.records.study.actions import record_freeze

pytestmark = pytest.mark.django_db


def seen_on(page: HttpResponse) -> str:
    (found,) = re.findall(r'name="seen" value="([^"]*)"', page.content.decode())
    return unescape(found)


def test_judge_writes_and_replaces_with_a_reason(world: World, sign_in: SignIn) -> None:
    cast = world.cast
    at = world.contact.device_time - timedelta(days=1)
    record_freeze(
        study=world.study, name="2026-03", content_hash="a" * 64, rows={}, by=cast.chen.actor, at=at
    )
    address = reverse("evaluation_judge", args=["2026-03"])
    chen = sign_in(cast.chen.account)
    given = {
        "step": "contact",
        "about": f"theme-{world.theme.id}",
        "judgement": "expansion",
        "reason": "They say why.",
    }
    assert chen.post(address, given | {"reason": " "}).status_code == 422
    assert chen.post(address, given | {"about": "theme-of-another"}).status_code == 422
    assert not JointRow.objects.exists()
    assert chen.post(address, given).status_code == 302
    other = given | {"judgement": "discordance", "reason": "They do not fit."}
    late = chen.post(address, other | {"seen": "{}"})
    assert late.status_code == 409 and "Somebody judged this meanwhile" in words_of(late)
    assert b"They do not fit." in late.content and JointRow.objects.get().reason == "They say why."
    assert chen.post(address, other | {"seen": seen_on(late)}).status_code == 302
    whole = given | {
        "about": f"analysis-{world.analysis.id}",
        "judgement": "silence",
        "reason": "Nobody spoke.",
    }
    assert sign_in(cast.rosa.account).post(address, whole).status_code == 302
    rows = JointRow.objects.order_by("written_at")
    assert [(row.theme, row.judgement, row.reason) for row in rows] == [
        (world.theme, "discordance", "They do not fit."), (None, "silence", "Nobody spoke."),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="judgement_written").count() == 3
    page = words_of(sign_in(cast.rosa.account).get(address))
    assert "They do not fit." in page and "Nobody spoke." in page and "later than this freeze" in page
    assert sign_in(cast.alice.account).post(address, given).status_code == 403
