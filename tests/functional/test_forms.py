"""A real form is brought in, drawn, filled in by a script, left and gone on with, sent, and its answers are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.cast import START, SYSTEM
from tests.functional.answering import answer_all
from tests.functional.conftest import Visitor
from tests.functional.drawn_forms import Server, told
from tests.functional.test_recorder import shot
from tests.records.surveys_made import a_wave, an_approach
from tests.web.world import World
from throughline.exchange.xlsform.read import draft_of
from throughline.exchange.xlsform.worker import compiled
from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys.actions import add_instrument_version
from throughline.records.surveys.models import InstrumentVersion, SurveyResponse
from throughline.records.surveys.queries import texts_of

FORM = "tz_harm_reduction_referrals_provided.xlsx"
NOT_SHOWN = {"kirby_R1405_BEHAVE.xlsx": "1405-"}
NOT_DRAWN = {
    **NOT_SHOWN,
    "pyxform_xl_date_ambiguous.xlsx": "label::English != ''",
}  # path expressions of older forms


def _bring(page: Page, file: Path, code: str) -> InstrumentVersion:
    """Through the pages, as the lead does."""
    page.get_by_label("Form (XLSForm)").set_input_files(file)
    page.get_by_role("button", name="Read the form").click()
    expect(page.get_by_text("Nothing is kept yet.")).to_be_visible()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Keep the form").click()
    expect(page.get_by_role("link", name="Try it")).to_be_visible()
    return InstrumentVersion.objects.get(instrument__code=code)


def _drawn(page: Page) -> None:
    expect(page.locator("[data-form][data-ready=true]")).to_be_visible()


@pytest.mark.realdata
def test_real_form_is_filled_in_on_a_phone_left_and_sent(
    visitor: Callable[..., Visitor], world: World, shared_data: Path
) -> None:
    rosa = visitor(width=1600)
    rosa.is_signed_in_as(world.cast.rosa.account)
    forms = shared_data / "xlsform"
    version = _bring(rosa.go(reverse("add_instrument")), forms / FORM, "referrals")
    wave = a_wave(world.cast, instrument_version=version)
    approach = an_approach(wave, world.cast.site)

    bob = visitor(width=360, dark=True)
    bob.is_signed_in_as(world.cast.bob.account)
    page = bob.go(reverse("wave", args=[wave.id]))
    page.locator(f"form[action='{reverse('begin_interview', args=[approach.id])}'] button").first.click()
    _drawn(page)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 360
    # nothing is sent that is not whole; what is half filled stays when the page is left
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 question with error.")).to_be_visible()
    page.get_by_label("Others (Specify)").check()
    expect(page.locator("[data-form-kept][data-told=kept]")).to_be_visible()
    page.reload()
    _drawn(page)
    expect(page.get_by_label("Others (Specify)")).to_be_checked()
    # another tab goes further; this one writes over nothing, and the person chooses
    other = bob.context.new_page()
    other.goto(page.url)
    _drawn(other)
    other.get_by_label("Others (Specify)").uncheck()
    expect(other.locator("[data-form-kept][data-told=kept]")).to_be_visible()
    other.close()
    page.get_by_label("Others (Specify)").uncheck()
    page.get_by_label("Others (Specify)").check()
    expect(page.get_by_text("Both are kept until you choose")).to_be_visible()
    shot(page, "form-choice")
    page.get_by_role("button", name="Go on with what is in this window").click()
    expect(page.get_by_text("Both are kept until you choose")).to_be_hidden()
    _drawn(page)
    expect(page.get_by_label("Others (Specify)")).to_be_checked()
    assert answer_all(page) == 3
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It is recorded")).to_be_visible()

    response = SurveyResponse.objects.get(approach=approach)
    assert response.completed_by == world.cast.bob.actor.id
    assert response.draft is None
    assert response.answers == {"referrals_provided": ["other"]}
    assert texts_of(response) == {"referrals_other_specify": "some words", "remarks_comments": "some words"}
    rows = dict(SurveyAnswer.objects.filter(response_id=response.id).values_list("question", "value"))
    assert (rows["referrals_provided-other"], rows["referrals_provided-prep"]) == (1, 0)

    # what the renderer cannot show is said, and nothing hangs
    for name, why in NOT_SHOWN.items():
        content = (forms / name).read_bytes()
        draft = draft_of(name, content, compiled(content, "f"))
        refused = add_instrument_version(
            study=world.study, code="not-shown", draft=draft, by=SYSTEM, at=START
        )
        rosa.go(reverse("try_instrument", args=[refused.id]))
        problem = rosa.page.get_by_role("alert").filter(has_text="cannot be shown in a browser")
        expect(problem).to_contain_text(why)


@pytest.mark.realdata
def test_every_real_form_that_compiles_is_drawn_filled_in_and_sent(
    browser: Browser, shared_data: Path
) -> None:
    """Or the page says in a sentence why it cannot show it."""
    found = {
        file.name: compiled(file.read_bytes(), file.stem) for file in (shared_data / "xlsform").glob("*.xls*")
    }
    server = Server({name: answer["xform"] for name, answer in found.items() if "xform" in answer})
    where = browser.new_context(
        geolocation={"latitude": -6.8, "longitude": 39.3}, permissions=["geolocation"]
    )
    page = where.new_page()
    results = {name: told(page, server, name) for name in sorted(server.xforms)}
    where.close()
    server.shutdown()
    for name, (problem, answers) in results.items():
        if name in NOT_DRAWN:
            assert "cannot be shown in a browser" in problem and NOT_DRAWN[name] in problem, name
        else:
            assert not problem and any(not isinstance(one, dict) for one in answers.values()), name
    assert len(results) >= len(NOT_DRAWN) + 10
