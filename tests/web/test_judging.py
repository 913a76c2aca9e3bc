"""Judging numbers beside words on the page: with a reason, audited, written again replaced, and later than the freeze."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.urls import reverse
from tests.records.made import an_analysis, an_outcome
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.methods.suppression import LT5
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.actions import write_joint_row
from throughline.records.inquiry.models import JointRow
from throughline.records.study.actions import record_freeze
from throughline.records.study.models import Release
from throughline.reporting.judged import let_out, reasons_of
from throughline.reporting.named import Named
from throughline.reporting.passing import Passing
from throughline.vocabulary.study import Judgement, ReleaseDoor, Step

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
        "of": "contact",
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


def test_judge_an_outcome_that_is_no_step(world: World, sign_in: SignIn) -> None:
    shared = an_outcome(world.study)
    told = an_outcome(world.study, "told", step=Step.CRACK_USE_TOLD)
    record_freeze(
        study=world.study, name="2026-03", content_hash="a" * 64, rows={}, by=world.cast.chen.actor,
        at=world.contact.device_time,
    )  # fmt: skip
    address, chen = reverse("evaluation_judge", args=["2026-03"]), sign_in(world.cast.chen.account)
    given = {"about": f"theme-{world.theme.id}", "judgement": "expansion", "reason": "They say why."}
    assert chen.post(address, given | {"of": f"outcome-{told.code}"}).status_code == 422
    assert chen.post(address, given | {"of": f"outcome-{shared.code}"}).status_code == 302
    again = given | {"of": f"outcome-{shared.code}", "judgement": "silence"}
    assert chen.post(address, again).status_code == 409
    page = chen.get(address)
    assert f"Shared a pipe: {world.theme.name}" in words_of(page)
    assert chen.post(address, again | {"seen": seen_on(page)}).status_code == 302
    row = JointRow.objects.get()
    assert (row.step, row.outcome, row.judgement, row.version) == ("", "shared_a_pipe", "silence", 2)
    frozen = [{"step": None, "outcome": "shared_a_pipe", "judgement": None, "themes": [
        {"theme": {"theme_no": 4}, "judgement": "silence"}]}]  # fmt: skip
    freeze = record_freeze(
        study=world.study, name="2026-04", content_hash="b" * 64, rows={}, by=world.cast.chen.actor, at=row.written_at,
    )  # fmt: skip
    found = reasons_of(world.cast.chen.actor, freeze, frozen, {4: world.theme})
    assert found == {("outcome shared_a_pipe", 4): "They say why."}


def test_reasons_of_what_a_freeze_holds_leave_without_names_and_numbers(world: World) -> None:
    """Of what was judged anew since there is no reason; one with a number stays behind, since no door for tables saw it."""
    cast, at, theme = world.cast, world.contact.device_time, world.theme
    later = at + timedelta(days=1)
    freeze = record_freeze(
        study=world.study, name="2026-03", content_hash="a" * 64, rows={}, by=cast.chen.actor, at=later
    )
    whys = {
        (Step.CONTACT, theme): "They say why they came.", (Step.CONTACT, None): "A rise of 32 points, and nobody spoke of it.",
        (Step.RESPONSE, theme): "Zoë Quill told it otherwise.", (Step.ENTERED, theme): "Later than the freeze.",
    }  # fmt: skip
    for (step, beside), reason in whys.items():
        when = later + timedelta(hours=1) if step is Step.ENTERED else at
        write_joint_row(
            study=world.study, analysis=world.analysis, of=step, theme=beside, judgement=Judgement.EXPANSION, reason=reason,
            by=cast.chen.actor, at=when,
        )  # fmt: skip
    frozen = [
        {"step": step.value, "judgement": "expansion", "themes": [{"theme": {"theme_no": 4}, "judgement": "expansion"}]}
        for step in (Step.CONTACT, Step.RESPONSE, Step.ENTERED)
    ]  # fmt: skip
    found = reasons_of(cast.chen.actor, freeze, frozen, {4: theme})
    assert found == {
        ("contact", 4): whys[Step.CONTACT, theme], ("contact", None): whys[Step.CONTACT, None],
        ("response", 4): whys[Step.RESPONSE, theme],
    }  # fmt: skip
    frozen[0]["themes"] = [{"theme": {"theme_no": 4}, "judgement": "silence"}]
    assert ("contact", 4) not in reasons_of(cast.chen.actor, freeze, frozen, {4: theme})
    second = an_analysis(cast, world.study, "Rooms")
    write_joint_row(
        study=world.study, analysis=second, of=Step.CONTACT, theme=None, judgement=Judgement.SILENCE, reason="Of rooms nobody.",
        by=cast.chen.actor, at=at,
    )  # fmt: skip
    told_whole = [
        {"analysis": world.analysis.name, "judgement": "expansion"},
        {"analysis": "Rooms", "judgement": "silence"},
    ]
    of_two = {"step": "contact", "whole": told_whole, "themes": []}
    both = {
        ("contact", world.analysis.name): whys[Step.CONTACT, None],
        ("contact", "Rooms"): "Of rooms nobody.",
    }
    assert reasons_of(cast.chen.actor, freeze, [of_two], {4: theme}) == both
    alone = of_two | {"whole": [{"analysis": "As it was called", "judgement": "silence"}]}
    assert reasons_of(cast.chen.actor, freeze, [alone], {4: theme}) == {
        ("contact", "As it was called"): "Of rooms nobody."
    }
    named = Named({whys[Step.RESPONSE, theme]: "[kept back] 1"})
    passing = Passing(freeze, LT5, "Dr. Reader", cast.chen.actor, later, named=named)
    assert let_out(passing, found) == {
        ("contact", 4): "They say why they came.",
        ("response", 4): "[kept back] 1",
    }
    assert [(one.what, one.why.params["count"]) for one in passing.refused] == [("reasons of judgements", 1)]
    line = Release.objects.get()
    assert (line.what, line.door) == ("why numbers and words were judged so", ReleaseDoor.WORDS)
    told_in_words = (
        "½ of them came.",
        "Only SEVEN of them spoke of it.",
        "Twenty-two came, and fewer stayed.",
        "A few per cent.",
    )
    silent = Passing(freeze, LT5, "Dr. Reader", cast.chen.actor, later)
    assert let_out(silent, {("contact", place): reason for place, reason in enumerate(told_in_words)}) == {}
    fine = "One goes round between two, and somebody often weighs its tenths; the height of it is someone."
    assert let_out(silent, {("contact", 1): fine}) == {("contact", 1): fine}
