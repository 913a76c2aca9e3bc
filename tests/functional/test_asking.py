"""Asking and rounds in a browser: every page clean, and a search whose hits are coded by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse

from tests.cast import START, Cast
from tests.functional.conftest import Visitor
from tests.functional.test_pages import wrong_with
from tests.records.inquiry.asked import Asked, make_asked
from tests.records.made import an_analyst
from throughline.records.accounts.models import Account
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Coder, Coding, Round
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach


@dataclass(frozen=True)
class Compared:
    """An analysis in which two coders were compared, and who looks."""

    asked: Asked
    closed: Round
    by_role: dict[Role, Account]


@pytest.fixture
def compared(cast: Cast) -> Compared:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    una, yusuf = asked.una.actor, an_analyst(cast, "Yusuf").actor
    closed = actions.open_round(
        analysis=asked.analysis, name="First", by=cast.rosa.actor, at=START,
        assignments=[actions.AssignmentDraft(source, who.id) for source in asked.sources for who in (una, yusuf)],
    )  # fmt: skip
    asked.put(asked.rent, "talk about rent", by=una)
    asked.put(asked.rent, "rent", by=yusuf)
    asked.put(asked.reason, "a reason to come in", by=una)
    asked.put(asked.reason, "a reason to come in", by=yusuf)
    actions.close_round(round=closed, by=cast.rosa.actor, at=START)
    for name in ("Elsa", "Finn"):  # as they come with a project
        coding = asked.put(asked.rent, "asks about rent", 1, by=cast.rosa.actor)
        Coding.objects.filter(id=coding.id).update(analyst=name)
        Coder.objects.create(programme=cast.programme, analysis=asked.analysis, actor=name, name=name)
    return Compared(asked, closed, {Role.LEAD_RESEARCHER: cast.rosa.account, Role.ANALYST: asked.una.account})


def test_every_page_of_asking_and_rounds_is_clean(
    visitor: Callable[..., Visitor], compared: Compared
) -> None:
    lead, analyst, query = Role.LEAD_RESEARCHER, Role.ANALYST, f"?analysis={compared.asked.analysis.id}"
    around = [compared.closed.id]
    pages = {
        "asked": (lead, f"{reverse('ask')}{query}&a={compared.asked.rent.id}"),
        "asked-nothing": (analyst, reverse("ask") + query),
        "matrix-counted": (lead, reverse("code_matrix") + query),
        "attributes-counted": (analyst, reverse("attribute_matrix") + query),
        "saturation": (lead, f"{reverse('saturation')}{query}&base_size=1&run_length=1&threshold=5"),
        "rounds": (lead, reverse("rounds") + query),
        "new-round": (lead, reverse("new_round") + query),
        "imported-round": (lead, reverse("imported_round") + query),
        "round": (lead, reverse("round", args=around)),
        "agreement": (lead, reverse("agreement", args=around)),
        "differences": (lead, reverse("differences", args=around)),
        "differences-analyst": (analyst, reverse("differences", args=around)),
    }
    assert wrong_with(visitor, compared.by_role, pages) == {}


def test_hits_are_looked_at_and_coded_by_keyboard(
    visitor: Callable[..., Visitor], compared: Compared
) -> None:
    window = visitor(width=360)
    window.is_signed_in_as(compared.by_role[Role.ANALYST])
    page = window.go(f"{reverse('concordance')}?analysis={compared.asked.analysis.id}")
    page.get_by_label("Words", exact=True).focus()
    page.keyboard.type("come in")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 hits").wait_for()
    page.get_by_label("Code hit 1, Interview 1").focus()
    page.keyboard.press("Space")
    page.get_by_label("Code", exact=True).select_option(label="talk")
    page.get_by_role("button", name="Put the code on them").focus()
    page.keyboard.press("Enter")
    page.get_by_text("stands on 1 more passage").wait_for()
    assert Coding.objects.filter(code=compared.asked.talk).count() == 1
