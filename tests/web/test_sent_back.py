"""A correction's form that is sent back as it came changes nothing at all, whatever the contact holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.cast import SYSTEM
from tests.web.world import CODE, World

from throughline.records.engagement.actions import record_action, record_contact
from throughline.records.engagement.models import Contact
from throughline.records.engagement.queries import snapshot
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    ContactKind,
    DurationBand,
    Mode,
    Newness,
    Place,
    RaisedBy,
    Route,
    Topic,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.nothing import Nothing

pytestmark = pytest.mark.django_db
TWICE = datetime(
    2025, 10, 26, 1, 30, 17, tzinfo=UTC
)  # half past one in London, for the second time that night


class Sent(HTMLParser):
    """What a browser sends of the form of a page when nothing in it is touched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.given: dict[str, list[str]] = {}
        self.select, self.options = "", []  # of the select that is open: (value, whether it is selected)
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.is_inside = "form-big" in (has.get("class") or "")
        if not self.is_inside:
            return
        if tag == "select":
            self.select, self.options = has["name"] or "", []
        elif tag == "option":
            self.options.append((has.get("value") or "", "selected" in has))
        elif tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self.given.setdefault(has.get("name") or "", []).append(
                has.get("value") or ("on" if has.get("type") == "checkbox" else "")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.is_inside:
            chosen = [value for value, is_selected in self.options if is_selected]
            self.given[self.select] = chosen or [self.options[0][0]]


def returned() -> st.SearchStrategy[int | Nothing]:
    return st.integers(0, 3) | st.sampled_from(Nothing)


def barriers() -> st.SearchStrategy[tuple[BarrierDraft, ...]]:
    kinds = st.sampled_from(["waiting", "stigma", "distance"])
    one = st.builds(BarrierDraft, kind=kinds, level=st.sampled_from(BarrierLevel))
    return st.lists(one, max_size=3).map(tuple)


@st.composite
def drafts(draw: st.DrawFn, site_id: UUID, item_id: UUID, kit_id: UUID) -> ContactDraft:
    item, kit = KitLineDraft(item_id=item_id), KitLineDraft(kit_version_id=kit_id)
    lines = [
        KitLineDraft(of.item_id, of.kit_version_id, draw(st.integers(1, 600)), draw(returned()))
        for of in draw(st.lists(st.sampled_from([item, item, kit]), max_size=4))
    ]
    needs = st.builds(
        NeedDraft, domain=st.sampled_from(["housing", "legal"]), urgency=st.sampled_from(Urgency),
        actions=st.lists(st.sampled_from(ActionKind), max_size=3).map(tuple), barriers=barriers(),
    )  # fmt: skip
    topics = draw(st.lists(st.sampled_from(Topic), max_size=4, unique=True))
    is_tally = draw(st.booleans())
    return ContactDraft(
        site_id=site_id, route=draw(st.sampled_from(Route)),
        device_time=draw(st.sampled_from([TWICE, TWICE - timedelta(hours=1), datetime(2025, 7, 1, 9, 30, 59, 7, UTC)])),
        client_code=None if is_tally else draw(st.sampled_from([None, CODE])),
        kind=ContactKind.TALLY if is_tally else ContactKind.SINGLE,
        tally=draw(st.sampled_from([1, 7, 800])) if is_tally else 1, place=draw(st.sampled_from(Place)).value,
        mode=draw(st.sampled_from(Mode)), who_spoke=draw(st.sampled_from(WhoSpoke)),
        newness=draw(st.sampled_from(Newness)), duration=draw(st.sampled_from(DurationBand)),
        on_behalf_of=draw(st.sampled_from([0, 2, 900]) | st.sampled_from(Nothing)), kit_lines=tuple(lines),
        disclosures=tuple(
            DisclosureDraft(topic, draw(st.sampled_from(Answer)), draw(st.sampled_from(RaisedBy)))
            for topic in topics
        ),
        needs=tuple(draw(st.lists(needs, max_size=3))), barriers=draw(barriers()),
    )  # fmt: skip


def held(contact_id: object) -> dict[str, Any]:
    """Everything that a contact says, in one order, without when it was said."""
    contact = Contact.objects.get(id=contact_id)
    found: dict[str, Any] = snapshot(contact) | {"device": contact.device_time, "worker": contact.worker_id}
    for name in ("kit_lines", "disclosures", "needs", "barriers"):
        found[name] = sorted(found[name], key=repr)
    for need in found["needs"]:
        need["actions"], need["barriers"] = sorted(need["actions"]), sorted(need["barriers"], key=repr)
    return found


def sent_back(browser: Client, contact: Contact, **changes: str) -> None:
    address = reverse("correct", args=[contact.id])
    page = browser.get(address)
    answer = browser.post(address, Sent(page.content.decode()).given | {"why": "typing_mistake"} | changes)
    assert answer.status_code == 302, answer.context["form"].errors


@pytest.fixture
def bob(world: World) -> Client:
    browser = Client()
    browser.force_login(world.cast.bob.account)
    return browser


# Each example asks for two pages: few are drawn, and none is made smaller.
@given(data=st.data())
@settings(
    max_examples=6,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_form_sent_back_unchanged_changes_nothing(world: World, bob: Client, data: st.DataObject) -> None:
    draft = data.draw(drafts(world.cast.site.id, world.item.id, world.kit.id))
    contact = record_contact(draft=draft, by=SYSTEM, at=datetime.now(UTC))
    if contact.needs.exists():  # something more was done later, which is no part of the contact
        later = datetime.now(UTC)
        record_action(need=contact.needs.order_by("id")[0], kind=ActionKind.ADVISED, by=SYSTEM, at=later)
    before = held(contact.id)
    sent_back(bob, contact)
    after = held(contact.id)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert Contact.objects.get(id=contact.id).version == 2


def lines_of(contact: Contact) -> list[tuple[int, int | str | None]]:
    lines = contact.kit_lines.all()
    found = [
        (line.quantity, line.returned_nothing if line.returned is None else line.returned) for line in lines
    ]
    return sorted(found, key=repr)


@pytest.mark.parametrize(
    ("total", "lines"),
    [
        ("5", [(0, 4), (2, "declined"), (3, "not_recorded")]), ("9", [(0, 4), (2, "declined"), (7, "not_recorded")]),
        ("4", [(0, 4), (2, "declined"), (2, "not_recorded")]), ("1", [(0, 4), (1, "declined")]), ("0", [(0, 4)]),
    ],
)  # fmt: skip
def test_correct_the_number_of_a_thing_leaves_what_came_back(
    world: World, bob: Client, now: datetime, total: str, lines: list[tuple[int, int | str]]
) -> None:
    item = world.item.id
    given = (
        KitLineDraft(item, quantity=2, returned=Nothing.DECLINED),
        KitLineDraft(item, quantity=3),
        KitLineDraft(item, quantity=0, returned=4),
    )
    draft = ContactDraft(
        site_id=world.cast.site.id, route=Route.SERVICE, device_time=now, on_behalf_of=Nothing.DECLINED,
        kit_lines=given,
    )  # fmt: skip
    contact = record_contact(draft=draft, by=world.cast.bob.actor, at=now)
    sent_back(bob, contact, **{f"item_{item.hex}": total})
    contact.refresh_from_db()
    assert lines_of(contact) == lines
    assert contact.on_behalf_of_nothing == "declined"


def test_correct_a_number_of_others_to_none_is_not_recorded(world: World, bob: Client, now: datetime) -> None:
    draft = ContactDraft(site_id=world.cast.site.id, route=Route.SERVICE, device_time=now, on_behalf_of=2)
    contact = record_contact(draft=draft, by=world.cast.bob.actor, at=now)
    sent_back(bob, contact, on_behalf_of="")
    contact.refresh_from_db()
    assert (contact.on_behalf_of, contact.on_behalf_of_nothing) == (None, "not_recorded")
