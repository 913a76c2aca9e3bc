"""Whole journeys under the content policy: by keyboard, with a second step, with a passkey, across roles."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.functional.conftest import Visitor
from tests.functional.test_pages import LOOKS, seen
from tests.web.world import CODE, TEXT, World
from throughline.records.engagement.models import Contact
from throughline.records.inquiry.models import Coding
from throughline.records.referral.models import Referral
from throughline.vocabulary.roles import Role

Window = Callable[..., Visitor]


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def six_digits(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def confirm(page: Page) -> None:
    """Changing how one signs in asks for the password again."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def press_until(page: Page, selector: str, key: str = "Tab", most: int = 150) -> None:
    """Move the focus by keyboard alone until it stands on what the selector names."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_contact_is_recorded_by_keyboard_alone(visitor: Window, world: World) -> None:
    page = visitor(width=1280).go(reverse("home"))
    sign_in(page, "bob")
    press_until(page, f"a[href='{reverse('record')}'].button")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("record"))
    press_until(page, "[name=client_code]")
    page.keyboard.type(CODE)
    press_until(page, f"[name=kit_{world.kit.id.hex}]")
    page.keyboard.type("1")
    press_until(page, "[name=topic_crack_use]")
    page.keyboard.press("ArrowRight")  # from "not recorded", the last one, round to "told"
    press_until(page, "[name=need_legal]")
    page.keyboard.press("Space")
    press_until(page, "[name=done_legal][value=given_here]")
    page.keyboard.press("Space")
    press_until(page, "form.form-big > .actions button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recorded")).to_be_visible()
    contact = Contact.objects.exclude(id=world.contact.id).get()
    assert contact.client_id == world.client.id
    assert [(d.topic, d.answer) for d in contact.disclosures.all()] == [("crack_use", "told")]
    assert [need.domain for need in contact.needs.all()] == ["legal"]


def test_usual_contact_takes_few_taps_on_a_phone(visitor: Window, world: World) -> None:
    phone = visitor(width=360, height=740, has_touch=True, is_mobile=True)
    phone.is_signed_in_as(world.cast.bob.account)
    page = phone.go(reverse("home"))
    page.get_by_role("link", name="Record a contact").first.tap()
    page.get_by_role("button", name="One more: Pipe kit").tap()
    page.locator("label.tap", has_text="told").first.tap()
    page.get_by_role("button", name="Save the contact").tap()
    expect(page.get_by_role("heading", name="Recorded")).to_be_visible()
    line = Contact.objects.exclude(id=world.contact.id).get().kit_lines.get()
    assert (line.kit_version_id, line.quantity) == (world.kit.id, 1)
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_text("The contact was taken back")).to_be_visible()


def test_client_is_looked_up_and_a_referral_moved(visitor: Window, world: World) -> None:
    desk = visitor()
    desk.is_signed_in_as(world.cast.alice.account)
    page = desk.go(reverse("clients"))
    page.get_by_label("Client code").fill(CODE)
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("heading", name="Told before")).to_be_visible()
    assert CODE not in page.url
    page.get_by_role("link", name="Referred to Town housing").first.click()
    page.get_by_label("entered", exact=True).check()
    page.get_by_label("the receiver confirmed it").check()
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("What became of it is noted")).to_be_visible()
    assert Referral.objects.get(id=world.referral.id).state == "entered"


def test_passage_is_coded_with_the_keyboard(visitor: Window, world: World) -> None:
    desk = visitor()
    desk.is_signed_in_as(world.by_role[Role.ANALYST])
    page = desk.go(reverse("source", args=[world.source.id]))
    press_until(page, "li.turn")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-coding-selection]")).to_have_text("That I had no roof.")
    page.keyboard.press("Escape")
    press_until(page, "[name=new_code]")
    page.keyboard.type("Having no roof")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-4 mark")).to_have_text("That I had no roof.")
    coding = Coding.objects.get(analyst=str(world.by_role[Role.ANALYST].id))
    assert TEXT[coding.start : coding.end] == "That I had no roof."


def test_signing_in_asks_for_the_six_digits(visitor: Window, world: World) -> None:
    secret = generate_totp_secret()
    TOTP.activate(world.cast.bob.account, secret)
    page = visitor(with_axe=True).go(reverse("home"))
    sign_in(page, "bob")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert seen(page, "second-step-asked", LOOKS[3]) == {}
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Code").fill(six_digits(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="What needs doing")).to_be_visible()


def test_app_is_set_up_and_recovery_codes_come_with_it(visitor: Window, world: World) -> None:
    page = visitor(with_axe=True).go(reverse("mfa_index"))
    sign_in(page, "bob")
    page.get_by_role("link", name="Set up the app").click()
    confirm(page)
    secret = page.locator("code.mono").inner_text()
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 0
    assert seen(page, "set-up-app", LOOKS[1]) == {}
    page.get_by_label("Authenticator code").fill(six_digits(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert seen(page, "recovery-codes", LOOKS[0]) == {}


def test_passkey_is_added_and_signs_in_without_a_password(visitor: Window, world: World) -> None:
    desk = visitor(with_axe=True)
    page = desk.go(reverse("mfa_index"))
    session = desk.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "bob")
    page.get_by_role("link", name="Add a key").click()
    confirm(page)
    expect(page.get_by_label("Name")).to_be_visible()
    assert seen(page, "add-key", LOOKS[2]) == {}
    page.get_by_label("Name").fill("Tablet at the counter")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add this key").click()
    page.wait_for_url(lambda url: "add" not in url)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    desk.context.clear_cookies()
    for number in range(
        101
    ):  # a stranger who knows the name, from everywhere: the password is refused, not the key
        wrong = {"login": "bob", "password": "wrong"}
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(reverse("account_login"), wrong)
    sign_in(desk.go(reverse("account_login")), "bob")
    expect(page.get_by_text("Too many failed login attempts")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="What needs doing")).to_be_visible()


def test_everything_works_without_script(visitor: Window, world: World) -> None:
    plain = visitor(java_script_enabled=False)
    page = plain.go(reverse("record"))
    sign_in(page, "bob")
    page.locator(f"[name=kit_{world.kit.id.hex}]").fill("2")
    page.locator("label.tap", has_text="told").first.click()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_role("heading", name="Recorded")).to_be_visible()
    analyst = visitor(java_script_enabled=False)
    analyst.is_signed_in_as(world.by_role[Role.ANALYST])
    page = analyst.go(reverse("source", args=[world.source.id]))
    page.locator("#turn-4 .turn-number a").click()
    page.get_by_label("Code", exact=True).select_option("A door")
    page.get_by_role("button", name="Put the code on it").click()
    expect(page.locator("#turn-4 mark")).to_have_text("That I had no roof.")
