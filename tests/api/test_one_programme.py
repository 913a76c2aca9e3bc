"""A request acts in the programme of the row that it names, whatever else its account may do elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.api.agreed import OPERATIONS
from tests.api.sending import send, signed_in
from tests.api.world import World
from tests.cast import START, SYSTEM
from throughline.config.addressed import RECORDER, ROWS, acting_where
from throughline.records.clients.models import Client
from throughline.records.engagement.actions import record_contact
from throughline.records.inquiry.actions import (
    CodeDraft,
    SourceDraft,
    ThemeDraft,
    add_code,
    add_codebook,
    add_participant,
    add_source,
    open_analysis,
    write_theme,
)
from throughline.records.programme.actions import add_organisation, grant_membership
from throughline.records.programme.queries import actor_for
from throughline.records.study.actions import create_study
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind

# Addresses that name no row, and in which programme they act.
NO_ROW = {
    "me": "tells of all the account's programmes",
    "programmes": "lists them all",
    "own_contacts": "lists what the account recorded in any of them",
    "rows_tables": "tells what could be asked for, of no programme",
    "record_contact": "in the programme of the site in its body",
    "make_referral": "in the programme of the site in its body",
    "register_device": "in the programme of the site in its body",
}


def test_every_address_tells_its_programme() -> None:
    unknown = {}
    for name, (_, path, _) in OPERATIONS.items():
        first = next(iter(re.findall(r"{(\w+)}", path)), None)
        if first not in {*ROWS, "programme_id"} and not path.startswith(RECORDER) and name not in NO_ROW:
            unknown[name] = path
    assert unknown == {}
    named = {one for _, path, _ in OPERATIONS.values() for one in re.findall(r"{(\w+)}", path)}
    assert set(ROWS) - named == set(), "no address names them any more"


def test_only_the_grants_of_the_rows_programme_are_held(world: World) -> None:
    """Of every operation, asked by Rosa, who leads the research of both programmes."""
    both = _of_both(world)
    here = world.cast.programme.id
    assert {grant.programme_id for grant in both.grants} == {here, world.cast.elsewhere.id}
    held = {}
    for name, (_, path, _) in OPERATIONS.items():
        if name in NO_ROW or path.startswith(RECORDER):
            continue
        ids = world.ids_for(name)
        named = {one: ids[one] for one in re.findall(r"{(\w+)}", path)}
        if name == "unmerge_clients":  # nobody is merged in this world
            continue
        held[name] = {grant.programme_id for grant in acting_where(both, path, named).grants}
    assert {name: ids for name, ids in held.items() if ids != {here}} == {}


def test_row_that_is_not_there_leaves_no_grant(world: World) -> None:
    both = _of_both(world)
    for named in ({"client_id": world.cast.site.id}, {"programme_id": "nonsense"}):
        assert acting_where(both, "/api/anything", named).grants == ()


@pytest.fixture
def elsewhere(world: World) -> dict[str, str]:
    """What the other programme holds, all of it Rosa's to work with."""
    _of_both(world)
    at, cast = timezone.now(), world.cast
    by: dict[str, Any] = {"by": SYSTEM, "at": at}
    study = create_study(programme=cast.elsewhere, title="Far", design="none", **by)
    analysis = open_analysis(study=study, name="Far", question="Why?", approach=Approach.REFLEXIVE, **by)
    book = add_codebook(analysis=analysis, name="Far", **by)
    code = add_code(codebook=book, draft=CodeDraft("far", "Far", CodeOrigin.INDUCTIVE), **by)
    draft = SourceDraft(
        "Far", SourceKind.INTERVIEW, "So far away.", b"So far away.", "7" * 64, "txt", is_deidentified=True
    )
    contact = ContactDraft(
        site_id=cast.elsewhere_site.id, route=Route.SERVICE, device_time=at, client_code="EF03031983F"
    )
    record_contact(draft=contact, **by)
    return {
        "site": str(cast.elsewhere_site.id), "organisation": str(cast.elsewhere_site.organisation_id), "code": str(code.id),
        "source": str(add_source(analysis=analysis, draft=draft, **by).id),
        "theme": str(write_theme(analysis=analysis, draft=ThemeDraft("Far", "Far."), **by).id),
        "participant": str(add_participant(analysis=analysis, label="P01", **by).id),
        "client": str(Client.objects.get(programme=cast.elsewhere).id),
    }  # fmt: skip


def test_nothing_of_two_programmes_is_brought_together(world: World, elsewhere: dict[str, str]) -> None:
    browser = signed_in(world, "rosa")
    told = {
        f"{method} {path}": send(browser, method, world.path(path), body).status_code
        for method, path, body in _attempts(world, elsewhere)
    }
    assert {asked: status for asked, status in told.items() if status != 404} == {}


def _attempts(world: World, there: dict[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    moment = timezone.now().isoformat()
    place = {"source_id": there["source"], "start": 0, "end": 5}
    line = {"item_id": str(world.more["item_id"]), "quantity": 1}
    yield "POST", "/api/themes/{theme_id}/relations", {"target_id": there["theme"], "kind": "supports"}
    yield "POST", "/api/themes/{theme_id}/passages", place
    yield "POST", "/api/themes/{theme_id}/quotes", place
    yield "POST", "/api/themes/{theme_id}/arrange", {"status": "reviewed", "parent_id": there["theme"]}
    yield "POST", "/api/analyses/{analysis_id}/themes", {
        "name": "Two", "central_concept": "Of two.", "code_ids": [there["code"]],
    }  # fmt: skip
    yield "POST", "/api/sources/{source_id}/codings", {"code_id": there["code"], "start": 0, "end": 5}
    yield "PUT", "/api/sources/{source_id}/speakers", {
        "speaker": "P01", "participant_id": there["participant"],
    }  # fmt: skip
    yield "POST", "/api/codes/{code_id}/merge", {"into_id": there["code"]}
    yield "POST", "/api/codes/{code_id}/move", {"parent_id": there["code"]}
    yield "PUT", f"/api/framework/{{participant_id}}/{there['theme']}", {"summary": "Of two."}
    yield "POST", "/api/sites/{site_id}/stock/transferred", {
        "to_site_id": there["site"], "happened_at": moment, "lines": [line],
    }  # fmt: skip
    yield "POST", "/api/clients/{client_id}/merge", {"other_id": there["client"]}
    yield "POST", "/api/clients/{client_id}/shared", {
        "site_id": str(world.cast.site.id), "to_organisation_id": there["organisation"], "what": ["history"],
        "basis": "emergency",
    }  # fmt: skip
    yield "POST", "/api/referrals", {
        "from_site_id": str(world.cast.site.id), "to_organisation_id": there["organisation"], "door": "service",
        "kind": "letter", "reason": "housing", "basis": "written_consent",
    }  # fmt: skip
    yield "POST", "/api/studies/{study_id}/sites", {"site_id": there["site"], "arm": "comparison"}


def _of_both(world: World) -> Any:
    """Rosa, with as many roles here and in the other programme as one person can have."""
    cast = world.cast
    far = add_organisation(
        programme=cast.elsewhere, name="Far group", kind=OrganisationKind.RESEARCH, by=SYSTEM, at=START
    )
    for organisation, role in (
        (cast.service, Role.SERVICE_MANAGER),
        (cast.elsewhere_site.organisation, Role.SERVICE_MANAGER),
        (far, Role.LEAD_RESEARCHER),
    ):
        grant_membership(
            account=cast.rosa.account, organisation=organisation, roles=[role], is_all_sites=True, from_on=START.date(),
            by=SYSTEM, at=START,
        )  # fmt: skip
    return actor_for(cast.rosa.account)
