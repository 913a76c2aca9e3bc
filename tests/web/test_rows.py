"""Rows through the pages: asked for, refused where few stand out, approved by another, taken once they left."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.cast import PASSWORD, SYSTEM
from tests.web.conftest import SignIn
from tests.web.world import World
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.evaluation.freeze import freeze_study
from throughline.records.engagement.actions import record_contact
from throughline.records.study.models import Freeze, Release, RowsRequest
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft

GIVEN = {
    "what": "a second look", "recipient": "Dr. Reader, Hill University", "agreement": "DSA 2026-4", "table": "history",
    "fields_asked": ["site", "route"], "profile": "lt5",
}  # fmt: skip


@pytest.fixture
def freeze(world: World, transactional_db: None, settings: Any, tmp_path: Path) -> Freeze:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    at = timezone.now() - timedelta(days=1)
    for number in range(6):
        draft = ContactDraft(
            site_id=world.cast.site.id, route=Route.SERVICE, device_time=at, client_code=f"KX1{number}071984F"
        )
        record_contact(draft=draft, by=world.cast.bob.actor, at=at)
    return freeze_study(study=world.study, name="2026-03", by=SYSTEM, at=timezone.now())


def test_rows_take_two_people_and_stand_in_the_ledger(
    world: World, freeze: Freeze, sign_in: SignIn, tmp_path: Path
) -> None:
    chen, grace = sign_in(world.cast.chen.account), sign_in(world.cast.grace.account)
    address = reverse("evaluation_rows", args=["2026-03"])
    page = chen.get(address).content.decode()
    assert "client_no" not in page and "local_on:month" in page
    answer = chen.post(address, GIVEN)
    request = RowsRequest.objects.get()
    own = reverse("rows_request", args=[request.id])
    assert answer.status_code == 302 and answer.headers["Location"] == own
    assert "takes: Data guardian" in chen.get(own).content.decode()  # why the evaluator cannot approve
    assert chen.post(reverse("rows_approve", args=[request.id])).status_code == 403
    assert "release of rows waits for you" in grace.get(reverse("home")).content.decode()
    grace.post(reverse("rows_approve", args=[request.id]))
    assert grace.post(reverse("rows_release", args=[request.id])).status_code == 403
    assert not Release.objects.exists()
    chen.post(reverse("rows_release", args=[request.id]))
    packed = chen.get(reverse("rows_files", args=[request.id]))
    taken = b"".join(packed.streaming_content)
    bundle = zipfile.ZipFile(io.BytesIO(taken))
    assert packed.filename.startswith("extract-2026-03-") and bundle.namelist()[0] == "README.txt"
    assert {"rows.parquet", "rows.csv", "rows.dta", "codebook.csv", "values.csv", "manifest.json"} < set(
        bundle.namelist()
    )
    assert len(bundle.read("rows.csv").splitlines()) == 8  # a head, and the contacts of the site
    assert grace.get(reverse("rows_files", args=[request.id])).status_code == 403
    account, file = world.cast.chen.account, tmp_path / "extract.zip"
    words = ["release", "rows", "write", str(request.id), str(file), "--as", account.username]
    wrong = CliRunner().invoke(app, words, input="another sentence\n")
    assert wrong.exit_code != 0 and not file.exists()
    written = CliRunner().invoke(app, words, input=f"{PASSWORD}\n")
    assert written.exit_code == 0, written.output
    assert file.read_bytes() == taken and "smallest group 6" in written.output
    again = CliRunner().invoke(app, words, input=f"{PASSWORD}\n")
    assert "exists already" in again.output
    line = grace.get(reverse("ledger")).content.decode()
    for told in ("Dr. Reader, Hill University", "DSA 2026-4", "approved by Grace", "smallest group"):
        assert told in line
    assert "Dr. Reader" not in sign_in(world.cast.alice.account).get(reverse("ledger")).content.decode()
    assert "Dr. Reader" not in grace.get(reverse("ledger") + "?door=words").content.decode()


def test_rows_of_a_small_group_are_refused_in_words(world: World, freeze: Freeze, sign_in: SignIn) -> None:
    chen = sign_in(world.cast.chen.account)
    answer = chen.post(
        reverse("evaluation_rows", args=["2026-03"]), {**GIVEN, "fields_asked": ["site", "local_on"]}
    )
    assert answer.status_code == 422
    assert "Coarsen or leave out one of these" in answer.content.decode()
    assert not RowsRequest.objects.exists() and Release.objects.get().is_refused


def test_ledger_says_what_to_do_while_it_is_empty(world: World, db: None, sign_in: SignIn) -> None:
    page = sign_in(world.cast.grace.account).get(reverse("ledger")).content.decode()
    assert "ask of one freeze what is to be read together" in page
    assert "Nothing has left yet" in page and "ask for its report" in page


def test_a_freeze_is_not_called_what_an_address_is(world: World, db: None, sign_in: SignIn) -> None:
    answer = sign_in(world.cast.chen.account).post(
        reverse("evaluation"), {"name": "ledger", "study": world.study.id}
    )
    assert answer.status_code == 422
