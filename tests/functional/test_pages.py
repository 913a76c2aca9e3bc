"""Every page at the width of a phone and of a desk, one of them dark, in turn: nothing scrolls sideways, axe finds nothing.

Whatever can be pressed or filled in there takes the focus by keyboard, and shows that it has it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, cycle
from typing import Any, Literal
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Browser

from tests.functional.conftest import Visitor
from tests.functional.evaluated import Findings
from tests.functional.imported import a_log_tried, answers_tried, attitudes_tried, incidents_tried
from tests.functional.sent import a_project_told
from tests.functional.shelf import a_shelf
from tests.web.about import (
    alike_of,
    component_of,
    emergency_of,
    incidents_of,
    linking_of,
    mapping_of,
    scale_of,
    token_of,
    training_of,
    vault_of,
    version_of,
    wave_of,
)
from tests.web.world import World
from throughline.records.accounts.models import Account
from throughline.vocabulary.roles import Role
from throughline.web.guarding.printing import prints

RULES: dict[str, object] = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What a width and a scheme can change about a page that was looked through whole in another.
OF_A_LOOK: dict[str, object] = {
    "type": "rule",
    "values": [
        "aria-hidden-focus", "color-contrast", "link-in-text-block", "meta-viewport", "page-has-heading-one",
        "scrollable-region-focusable", "target-size",
    ],
}  # fmt: skip
# Only what is wrong comes back: axe's whole answer is megabytes a page.
VIOLATIONS = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return Object.fromEntries(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 160))]));
}"""
# What no key reaches, and what looks the same with the focus as without: itself, its label, what it stands in.
BY_KEYBOARD = """() => {
  const pressed = "a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [role=button], [role=tab]";
  const look = (one) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecoration, clipPath, top } =
      getComputedStyle(one);
    return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecoration, clipPath, top].join();
  };
  const around = (one) => [one, ...(one.labels ?? []), one.parentElement, one.parentElement.parentElement].map(look).join("|");
  const wrong = {};
  const tell = (what, one) => { (wrong[what] ??= []).push(one.outerHTML.slice(0, 160)); };
  for (const one of document.querySelectorAll(pressed)) {
    if (one.disabled || one.closest("[inert], [aria-hidden=true]") || !one.checkVisibility({ visibilityProperty: true })) continue;
    document.activeElement?.blur();
    const before = around(one);
    one.focus({ focusVisible: true });
    if (one.tabIndex < 0 || document.activeElement !== one) tell("no key reaches it", one);
    else if (around(one) === before) tell("does not show the focus", one);
  }
  document.activeElement?.blur();
  return wrong;
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"  # than the window
THROUGH = f"async (rules) => [{{ ...await ({VIOLATIONS})(rules), ...({BY_KEYBOARD})() }}, {WIDER}]"
HEADING = "document.querySelector('h1')?.innerText"
# Whether the page is shown, and whether it is said that it does not print.
SHOWN = """() => {
  const is_shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.offsetWidth > 0 && one.offsetHeight > 0;
  const says = (one) => !one.children.length && one.textContent.includes("This page does not print");
  return [document.querySelector("main"), [...document.body.querySelectorAll("*")].find(says)].map((one) => !!one && is_shown(one));
}"""
Look = tuple[int, Literal["light", "dark"]]
# Each page is looked through in the first of two looks, and nothing scrolls sideways in either. Its parts are other pages' too, which
# are looked through in the others; that colours can be told apart in both schemes is held by assets/styles/contrast.test.ts.
# THROUGHLINE_EVERY_LOOK=1 looks each through in all four, in three times the time.
EVERY_LOOK = bool(os.environ.get("THROUGHLINE_EVERY_LOOK"))
# Of two pages in turn the second begins as the first ended: a window is turned half as often.
LOOKS: tuple[tuple[Look, Look], ...] = (
    ((1600, "light"), (360, "dark")), ((360, "dark"), (1600, "light")),
    ((1600, "dark"), (360, "light")), ((360, "light"), (1600, "dark")),
)  # fmt: skip
TURNED: WeakKeyDictionary[Any, Look] = WeakKeyDictionary()  # page -> how it stands


def found(findings: Findings, world: World) -> dict[str, tuple[Role | None, str]]:
    """The evaluation's pages, and what left."""
    evaluator, guardian, name = Role.EVALUATOR, Role.DATA_GUARDIAN, findings.freeze.name
    site = world.cast.site.name.lower()
    return {
        "evaluation": (evaluator, reverse("evaluation")),
        "evaluation-job": (evaluator, reverse("evaluation_job", args=[findings.job.id])),
        "funnel": (evaluator, reverse("evaluation_funnel", args=[name])),
        "funnel-codes": (evaluator, reverse("evaluation_funnel", args=[name]) + "?by=route&of=codes"),
        "estimates": (evaluator, reverse("evaluation_estimates", args=[name])),
        "groups": (evaluator, reverse("evaluation_subgroups", args=[name])),
        "baseline": (evaluator, reverse("evaluation_baseline", args=[name])),
        "series": (evaluator, reverse("evaluation_series", args=[name])),
        "components": (evaluator, reverse("evaluation_staggered", args=[name]) + "?component=training"),
        "attitudes": (evaluator, reverse("evaluation_attitudes", args=[name])),
        "who-answered": (evaluator, reverse("evaluation_composition", args=[name])),
        "joint": (evaluator, reverse("evaluation_joint", args=[name])),
        "judge": (evaluator, reverse("evaluation_judge", args=[name])),
        "evaluation-themes": (evaluator, reverse("evaluation_themes", args=[name])),
        "site-month": (evaluator, reverse("evaluation_site_month", args=[name, site, findings.month])),
        "report": (evaluator, reverse("evaluation_report", args=[name])),
        "ask-for-rows": (evaluator, reverse("evaluation_rows", args=[name])),
        "ask-for-rows-lead": (Role.LEAD_RESEARCHER, reverse("evaluation_rows", args=[name])),
        "rows": (guardian, reverse("rows")),
        "rows-waiting": (guardian, reverse("rows_request", args=[findings.waiting.id])),
        "rows-waiting-own": (evaluator, reverse("rows_request", args=[findings.waiting.id])),
        "rows-left": (evaluator, reverse("rows_request", args=[findings.left.id])),
        "ledger": (guardian, reverse("ledger")),
        "ledger-none": (Role.SERVICE_MANAGER, reverse("ledger")),
        "home-guardian-asked": (guardian, reverse("home")),
    }


def of_supplies(world: World) -> dict[str, tuple[Role | None, str]]:
    """The shelf and its sheets, with a lot that has expired, a count that differs and one that is withdrawn."""
    manager, site = Role.SERVICE_MANAGER, [world.cast.site.id]
    lot, differing, moved = a_shelf(world)
    return {
        "supplies": (manager, reverse("supplies")),
        "supplies-none": (Role.ADMINISTRATOR, reverse("supplies") + f"?site={world.cast.other_site.id}"),
        "items": (manager, reverse("supplies_items")),
        "new-kit": (manager, reverse("new_kit")),
        "receive": (manager, reverse("receive_stock", args=site)),
        "transfer": (manager, reverse("transfer_stock", args=site)),
        "write-off": (manager, reverse("write_off_stock", args=site) + f"?lot={lot.id}"),
        "count-sheet": (Role.PRACTITIONER, reverse("count_stock", args=site)),
        "order-list": (manager, reverse("order_list", args=site)),
        "counted": (Role.PRACTITIONER, reverse("supplies_counted", args=[differing.id])),
        "withdraw-count": (manager, reverse("withdraw_count", args=[differing.id])),
        "stock-history": (manager, reverse("supplies_history", args=site)),
        "withdraw-movement": (manager, reverse("withdraw_movement", args=[moved.id])),
    }


def of_imports(world: World) -> dict[str, tuple[Role | None, str]]:
    """The steps of a log that comes in and of a list of incidents, and a mapping that is kept."""
    manager, begun, listed = Role.SERVICE_MANAGER, [a_log_tried(world)], [incidents_tried(world)]
    steps = ("table", "columns", "words", "rows", "check")
    return {
        "imports": (manager, reverse("imports")),
        "import-mapping": (manager, reverse("import_mapping", args=[mapping_of(world).id])),
        "incidents-in": (manager, reverse("incidents_in")),
        **{f"import-{step}": (manager, reverse(f"import_{step}", args=begun)) for step in steps},
        **{f"incidents-{step}": (manager, reverse(f"incidents_{step}", args=listed)) for step in steps},
    }


def of_answers(world: World) -> dict[str, tuple[Role | None, str]]:
    """The steps of a file of answers that comes in."""
    evaluator, begun = Role.EVALUATOR, [answers_tried(world)]
    return {"answers-in": (evaluator, reverse("answers_in"))} | {
        f"answers-{step}": (evaluator, reverse(f"answers_{step}", args=begun))
        for step in ("table", "columns", "rows", "check")
    }


def of_attitudes(world: World) -> dict[str, tuple[Role | None, str]]:
    """How questionnaires are scored, and the steps of a file of what was answered."""
    evaluator, scale = Role.EVALUATOR, scale_of(world)
    begun = [attitudes_tried(world, scale)]
    return {
        "attitude-scales": (evaluator, reverse("attitude_scales")),
        "define-attitudes": (evaluator, reverse("define_attitudes")),
        "erase-attitudes": (evaluator, reverse("erase_attitudes", args=[scale.id])),
        "attitudes-in": (evaluator, reverse("attitudes_in")),
    } | {
        f"attitudes-{step}": (evaluator, reverse(f"attitudes_{step}", args=begun))
        for step in ("table", "columns", "rows", "check")
    }


def addresses(world: World) -> dict[str, tuple[Role | None, str]]:
    """Name -> who looks, and where."""
    manager, peer, police = Role.SERVICE_MANAGER, Role.PEER_WORKER, Role.REFERRER
    lead, guardian, admin, analyst = (
        Role.LEAD_RESEARCHER,
        Role.DATA_GUARDIAN,
        Role.ADMINISTRATOR,
        Role.ANALYST,
    )
    return {
        "sign-in": (None, reverse("account_login")),
        "one-time-code": (None, reverse("use_code")),
        "closed": (None, reverse("account_signup")),
        "home-manager": (manager, reverse("home")),
        "home-referrer": (police, reverse("home")),
        "home-evaluator": (Role.EVALUATOR, reverse("home")),
        "home-guardian": (guardian, reverse("home")),
        "months": (manager, reverse("months")),
        "components-of-sites": (admin, reverse("components")),
        "component": (admin, reverse("component", args=[component_of(world).id])),
        "training-due": (manager, reverse("training_due")),
        "add-course": (manager, reverse("add_course")),
        "training": (manager, reverse("training", args=[training_of(world).id])),
        "hold-training": (manager, reverse("hold_training")),
        "agreements": (manager, reverse("agreements")),
        "agreements-kept": (admin, reverse("agreements")),
        "add-agreement": (admin, reverse("add_agreement")),
        "add-partnership": (admin, reverse("add_partnership")),
        "account": (manager, reverse("account")),
        "ways": (manager, reverse("mfa_index")),
        "keys": (manager, reverse("mfa_list_webauthn")),
        "password": (manager, reverse("account_change_password")),
        "confirm": (manager, reverse("account_reauthenticate")),
        "sign-out": (manager, reverse("account_logout")),
        "people": (admin, reverse("people")),
        "add-person": (admin, reverse("add_person")),
        "person": (admin, reverse("person", args=[world.cast.bob.account.id])),
        "sites": (admin, reverse("sites")),
        "add-site": (admin, reverse("add_site")),
        "site": (manager, reverse("site", args=[world.cast.site.id])),
        "close-site": (admin, reverse("site", args=[world.cast.site.id])),
        "code-lists": (admin, reverse("code_lists")),
        "code-list": (admin, reverse("code_list", args=["topic"])),
        "organisations": (admin, reverse("organisations")),
        "population": (admin, reverse("population")),
        "second-step": (lead, reverse("second_step")),
        "audit": (guardian, reverse("audit")),
        "audit-none": (guardian, reverse("audit") + "?day=2001-01-01"),
        "flagged": (guardian, reverse("flagged")),
        "flagged-manager": (manager, reverse("flagged")),
        "arrivals": (manager, reverse("arrivals")),
        "flagged-supply": (manager, reverse("flagged_supply")),
        "devices": (manager, reverse("devices")),
        "not-allowed": (peer, reverse("clients")),
        "record": (manager, reverse("record")),
        "recorder": (peer, reverse("recorder")),
        "receipt": (manager, reverse("receipt", args=[world.contact.id])),
        "correct": (manager, reverse("correct", args=[world.contact.id])),
        "own-records": (Role.PRACTITIONER, reverse("own_records")),
        "look-up": (manager, reverse("clients")),
        "describe-client": (manager, reverse("describe_client", args=[world.client.id])),
        "incidents": (manager, reverse("incidents")),
        "incident": (manager, reverse("incident", args=[incidents_of(world)[0].id])),
        "erase-source": (lead, reverse("erase_source", args=[world.source.id])),
        "client": (manager, reverse("client", args=[world.client.id])),
        "alike": (manager, reverse("likely")),
        "return": (manager, reverse("returns")),
        "beside": (manager, reverse("beside", args=[world.client.id, alike_of(world).id])),
        "studies": (lead, reverse("studies")),
        "new-study": (lead, reverse("new_study")),
        "study": (lead, reverse("study", args=[world.study.id])),
        "study-detect": (lead, reverse("study_detect", args=[world.study.id])),
        "study-plan": (lead, reverse("study_add", args=[world.study.id, "plan"])),
        "waves": (lead, reverse("waves")),
        "wave": (lead, reverse("wave", args=[wave_of(world).id])),
        "open-wave": (lead, reverse("open_wave")),
        "approach": (peer, reverse("approach", args=[wave_of(world).id])),
        "linkings": (Role.EVALUATOR, reverse("linkings")),
        "code-elements": (Role.EVALUATOR, reverse("code_elements", args=[version_of(world).instrument_id])),
        "linking": (Role.EVALUATOR, reverse("linking", args=[linking_of(world).id])),
        "linked-pairs": (
            Role.EVALUATOR,
            reverse("linked_pairs", args=[linking_of(world).id]) + "?state=linked",
        ),
        "responses": (Role.EVALUATOR, reverse("wave_responses", args=[wave_of(world).id])),
        "response": (
            Role.EVALUATOR,
            reverse("response", args=[wave_of(world).responses.exclude(completed_at=None).get().id]),
        ),
        "answer": (None, reverse("answer", args=[token_of(world)])),
        "instruments": (lead, reverse("instruments")),
        "instruments-peer": (peer, reverse("instruments")),
        "add-instrument": (lead, reverse("add_instrument")),
        "instrument": (lead, reverse("instrument_version", args=[version_of(world).id])),
        "board": (manager, reverse("referrals")),
        "board-referrer": (police, reverse("referrals")),
        "referrals-sent": (manager, reverse("referrals") + "?show=sent"),
        "referral": (manager, reverse("referral", args=[world.referral.id])),
        "referral-own": (police, reverse("referral", args=[world.omars.id])),
        "consent": (manager, reverse("consent", args=[world.client.id])),
        "shared": (manager, reverse("shared", args=[world.client.id])),
        "shared-list": (manager, reverse("shared_list", args=[world.client.id])),
        "client-named": (Role.PRACTITIONER, reverse("client", args=[vault_of(world).client_id])),
        "keep-identity": (Role.PRACTITIONER, reverse("keep_identity", args=[world.client.id])),
        "emergency": (guardian, reverse("emergency")),
        "emergency-record": (manager, reverse("emergency_record", args=[emergency_of(world).id])),
        "emergencies": (guardian, reverse("emergencies")),
        "new-referral": (manager, reverse("new_referral") + f"?need={world.need.id}"),
        "new-referral-referrer": (police, reverse("new_referral")),
        **of_imports(world),
        **of_answers(world),
        **of_attitudes(world),
        **of_supplies(world),
        "sources": (lead, reverse("inquiry")),
        "add-source": (lead, reverse("add_source")),
        "face-sheet": (lead, reverse("face_sheet")),
        "import-project": (lead, reverse("import_project")),
        "project-told": (lead, reverse("project_work", args=[a_project_told(world)])),
        "project-refused": (lead, reverse("project_work", args=[a_project_told(world, b"no project")])),
        "export-project": (lead, reverse("export_project")),
        "export-project-evaluator": (Role.EVALUATOR, reverse("export_project")),
        "new-analysis": (lead, reverse("new_analysis")),
        "analysis": (lead, reverse("analysis")),
        "edit-analysis": (lead, reverse("edit_analysis")),
        "facts": (lead, reverse("describe_source", args=[world.source.id])),
        "who-has-read": (analyst, reverse("who_has_read")),
        "journal": (analyst, reverse("journal")),
        "correct-source": (lead, reverse("correct_source", args=[world.source.id, 2])),
        "speakers": (lead, reverse("speakers", args=[world.source.id])),
        "source-history": (lead, reverse("source_history", args=[world.source.id])),
        "deidentify": (lead, reverse("deidentify", args=[world.source.id])),
        "names": (lead, reverse("names")),
        "participants": (lead, reverse("participants")),
        "participants-guardian": (guardian, reverse("participants")),
        "participant": (lead, reverse("participant", args=[world.analysis.participants.get().id])),
        "withdraw": (lead, reverse("withdraw_participant", args=[world.analysis.participants.get().id])),
        "source": (analyst, reverse("source", args=[world.source.id]) + "?turn=2"),
        "code": (analyst, reverse("code_source", args=[world.source.id]) + "?turn=2"),
        "code-reader": (Role.EVALUATOR, reverse("code_source", args=[world.source.id])),
        "read": (analyst, reverse("read_source", args=[world.source.id])),
        "codebook": (analyst, reverse("codebook")),
        "new-code": (analyst, reverse("new_code", args=[world.code.codebook_id])),
        "one-code": (analyst, reverse("code", args=[world.code.id])),
        "merge-code": (analyst, reverse("merge_code", args=[world.code.id])),
        "recode": (lead, reverse("recode", args=[world.code.id])),
        "codebook-versions": (analyst, reverse("codebook_versions", args=[world.code.codebook_id])),
        "codebook-export": (lead, reverse("codebook_export", args=[world.code.codebook_id])),
        "codebook-import": (analyst, reverse("codebook_import", args=[world.code.codebook_id])),
        "themes": (analyst, reverse("themes")),
        "new-theme": (analyst, reverse("new_theme")),
        "theme": (analyst, reverse("theme", args=[world.theme.id])),
        "write-theme": (analyst, reverse("rewrite_theme", args=[world.theme.id])),
        "theme-versions": (analyst, reverse("theme_versions", args=[world.theme.id])),
        "review-theme": (analyst, reverse("review_theme", args=[world.theme.id])),
        "review-aside": (analyst, reverse("review_theme", args=[world.theme.id]) + "?show=aside"),
        "theme-map": (analyst, reverse("theme_map")),
        "framework": (analyst, reverse("framework")),
        "framework-cell": (
            analyst,
            reverse("framework_cell", args=[world.analysis.participants.get().id, world.theme.id]),
        ),
        "trail": (analyst, reverse("trail")),
        "memos": (analyst, reverse("memos")),
        "ask": (lead, reverse("ask") + f"?a={world.code.id}"),
        "code-matrix": (analyst, reverse("code_matrix")),
        "attribute-matrix": (analyst, reverse("attribute_matrix")),
        "concordance": (analyst, reverse("concordance")),
    }


NOT_THERE = {"closed"}  # whose page is the one that says so


@pytest.fixture(scope="module")
def browser(brief_browser: Browser) -> Browser:
    return brief_browser


def test_every_page_is_clean(visitor: Callable[..., Visitor], world: World) -> None:
    assert _wrong(visitor, world, addresses(world)) == {}


def test_every_page_of_findings_is_clean(
    visitor: Callable[..., Visitor], world: World, findings: Findings
) -> None:
    assert _wrong(visitor, world, found(findings, world)) == {}


def _wrong(
    visitor: Callable[..., Visitor], world: World, pages: dict[str, tuple[Role | None, str]]
) -> dict[str, Any]:
    return wrong_with(visitor, world.by_role, pages)


def wrong_with(
    visitor: Callable[..., Visitor],
    by_role: Mapping[Role, Account],
    pages: Mapping[str, tuple[Role | None, str]],
) -> dict[str, Any]:
    """What is wrong with each page, opened once and looked at as LOOKS says."""
    windows: dict[Role | None, tuple[Visitor, Iterator[tuple[Look, Look]]]] = {}
    wrong: dict[str, Any] = {}
    for name, (role, address) in pages.items():
        if role not in windows:
            windows[role] = visitor(with_axe=True), cycle(LOOKS)
            if role is not None:
                windows[role][0].is_signed_in_as(by_role[role])
        window, looks = windows[role][0], next(windows[role][1])
        turn(window.page, looks[0])
        page = window.go(address)
        heading = page.evaluate(HEADING)
        is_absent = heading is None or "There is no" in heading
        if is_absent != (name in NOT_THERE):
            wrong[f"{name}: not there"] = address
        wrong |= seen(page, name, looks)
        if _is_on_paper(page) != prints(resolve(urlsplit(page.url).path).url_name):
            wrong[f"{name}: on paper"] = address
    return wrong


def turn(page: Any, look: Look) -> None:
    """See a page on a screen of a width, in a scheme."""
    if TURNED.get(page) != look:
        width, scheme = look
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme=scheme)
        TURNED[page] = look


def _is_on_paper(page: Any) -> bool:
    TURNED.pop(page, None)
    page.emulate_media(media="print")
    shown, said = page.evaluate(SHOWN)
    assert shown != said, page.url
    return bool(shown)


def seen(page: Any, name: str, looks: tuple[Look, ...]) -> dict[str, Any]:
    """What is wrong with a page as it stands, in each of some looks; pictures of them where THROUGHLINE_SHOTS says."""
    shots, wrong = os.environ.get("THROUGHLINE_SHOTS"), {}
    if EVERY_LOOK:
        looks = tuple(dict.fromkeys([*looks, *chain.from_iterable(LOOKS)]))
    for width, scheme in looks:
        turn(page, (width, scheme))
        if shots:
            page.screenshot(path=f"{shots}/{name}-{width}-{scheme}.png", full_page=True)
        if (width, scheme) == looks[0]:
            found, wide = page.evaluate(THROUGH, RULES)
        else:
            found, wide = page.evaluate(VIOLATIONS, OF_A_LOOK) if EVERY_LOOK else {}, page.evaluate(WIDER)
        if wide > 0:
            found["scrolls sideways"] = wide
        wrong |= {f"{name}, {width} {scheme}: {what}": at for what, at in found.items()}
    return wrong
