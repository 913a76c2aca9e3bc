"""Projects in and out over the API: the bytes are the body, the report is JSON, what leaves is in the ledger."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from tests.api.world import World
from tests.exchange.refi.files import CODEBOOK, archive, project, selection, source
from throughline.exchange.refi.read import read_refi
from throughline.records.inquiry.models import Analysis, Coder, Coding, Round, Source
from throughline.records.study.actions import create_study
from throughline.records.study.models import Release
from throughline.vocabulary.study import Approach

QDPX = archive(
    project(f"{CODEBOOK}<Sources>{source(selection(0, 4))}{source('', 'internal://no.txt', 2)}</Sources>"),
    {"sources/one.txt": b"They look away when we come in."},
)


@pytest.fixture
def rosa(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.cast.rosa.account)
    return browser


def sent(
    browser: Browser, world: World, data: bytes, query: str = "", form: str = "application/octet-stream"
) -> HttpResponse:
    path = world.path("/api/programmes/{programme_id}/projects")
    return browser.generic("POST", f"{path}?{query}", data, CONTENT_TYPE=form)


def left(browser: Browser, analysis_id: object, **wanted: Any) -> HttpResponse:
    body = {"recipient": "Dr. Reader"} | wanted
    return browser.post(f"/api/analyses/{analysis_id}/project", body, content_type="application/json")


def test_project_is_told_of_then_added_then_there_and_leaves_again(world: World, rosa: Browser) -> None:
    there = (Analysis.objects.count(), Source.objects.count())
    told = sent(rosa, world, QDPX, "dry_run=true&kind=focus_group")
    assert (told.status_code, told.json()["outcome"]) == (200, "would_be_added")
    assert (Analysis.objects.count(), Source.objects.count()) == there
    added = sent(rosa, world, QDPX, "kind=focus_group").json()
    kinds = {one["kind"]: (one["found"], one["rows"], one["not_understood"]) for one in added["kinds"]}
    assert (added["outcome"], kinds["texts"], kinds["codings"]) == ("added", (2, 1, 1), (1, 1, 0))
    assert "no.txt, is not there" in added["not_understood"][0]["reason"]
    assert Source.objects.get(analysis_id=added["analysis_id"]).kind == "focus_group"
    again = sent(rosa, world, QDPX)
    assert (again.status_code, again.json()["outcome"]) == (200, "there_already")
    assert Coding.objects.filter(source__analysis_id=added["analysis_id"]).count() == 1
    kept_back = left(rosa, added["analysis_id"])
    assert kept_back.status_code == 409 and "Take names out" in kept_back.json()["detail"]
    assert not Release.objects.exists()
    out = left(rosa, added["analysis_id"], is_untouched=True)
    assert out["Content-Type"] == "application/zip" and Release.objects.get().profile == "untouched_texts"
    assert any("approach stays here" in one for one in json.loads(out["X-Stays-Behind"]))
    document = read_refi(out.content, "out.qdpx").document
    assert [one.selected(lying) for one, lying in document.selections()] == ["They"]


def test_imported_coders_are_compared_and_their_round_stays_when_the_project_leaves(
    world: World, rosa: Browser
) -> None:
    analysis_id, coding = world.ids["analysis_id"], Coding.objects.get()
    Analysis.objects.filter(id=analysis_id).update(approach=Approach.CODING_RELIABILITY.value)
    analysis = Analysis.objects.get(id=analysis_id)
    for name in ("Elsa", "Finn"):
        Coder.objects.create(programme=analysis.programme, analysis=analysis, actor=name, name=name)
    Coding.objects.filter(id=coding.id).update(analyst="Elsa")
    Coding.objects.create(
        programme=analysis.programme, source=coding.source, code=coding.code, analyst="Finn", start=1, end=5,
        applied_at=coding.applied_at,
    )  # fmt: skip
    offered = rosa.get(f"/api/analyses/{analysis_id}/imported-coders").json()
    assert [one["name"] for one in offered["coders"]] == ["Elsa", "Finn"]
    assert offered["sources"][0]["coders"] == sorted(one["id"] for one in offered["coders"])

    def compared(**wanted: object) -> HttpResponse:
        body = {"name": "Brought"} | wanted
        return rosa.post(f"/api/analyses/{analysis_id}/imported-round", body, content_type="application/json")

    elsa = [one["id"] for one in offered["coders"][:1]]
    assert compared(coders=elsa).status_code == 422 and compared(coders=[str(analysis_id)]).status_code == 404
    made = compared(sources=[one["id"] for one in offered["sources"]])
    assert made.status_code == 201
    assert (made.json()["coders"], made.json()["sources"], made.json()["codings"]) == (2, 1, 2)
    assert compared(name="Again").status_code == 422
    stays = json.loads(left(rosa, analysis_id)["X-Stays-Behind"])
    rounds = Round.objects.filter(analysis=analysis).count()
    assert any(one.startswith(f"Rounds stay here: {rounds}, ") for one in stays)


def test_who_may_not_let_texts_leave_untouched_is_refused(world: World) -> None:
    chen = Browser()
    chen.force_login(world.cast.chen.account)
    assert left(chen, world.ids["analysis_id"], is_untouched=True).status_code == 403
    assert left(chen, world.ids["analysis_id"], form="qdc")["Content-Type"] == "application/xml"
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"just words", QDPX[:200], QDPX + b"PK\x01\x02" * 20_001, b"SQLite format 3\x00" + bytes(4_000)],
)
def test_bad_file_is_refused_whole(world: World, rosa: Browser, data: bytes) -> None:
    there = Analysis.objects.count()
    answer = sent(rosa, world, data)
    assert answer.status_code == 422 and "The file" in answer.json()["detail"]
    assert Analysis.objects.count() == there


def test_project_larger_than_other_bodies_comes_in_but_not_as_a_form(world: World, rosa: Browser) -> None:
    large = archive(
        project(f"{CODEBOOK}<Sources>{source(selection(0, 4))}</Sources>"),
        {
            "sources/one.txt": b"They look away.",
            "sources/p.png": random.Random(7).randbytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1),
        },
    )
    assert len(large) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert sent(rosa, world, large, "dry_run=true").status_code == 200
    as_form = sent(rosa, world, b"--x--", "dry_run=true", "multipart/form-data; boundary=x")
    assert as_form.status_code == 422 and "not as a form" in as_form.json()["detail"]


def test_study_is_named_where_there_are_several(world: World, rosa: Browser) -> None:
    other = create_study(
        programme=world.cast.programme, title="Another", design="site change", by=world.cast.rosa.actor,
        at=timezone.now(),
    )  # fmt: skip
    assert "study_id" in sent(rosa, world, QDPX).json()["fields"]
    assert sent(rosa, world, QDPX, f"study_id={other.id}&dry_run=true").status_code == 200
    into = f"study_id={other.id}&analysis_id={world.ids['analysis_id']}&dry_run=true"
    assert sent(rosa, world, QDPX, into).status_code == 404
    assert sent(rosa, world, QDPX, f"study_id={world.ids['analysis_id']}").status_code == 404
