"""Files of what is half filled: found by who goes on, sealed each under a key of its own, destroyed as soon as no draft names them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.records.surveys_made import a_wave, an_approach
from throughline.records.keyring import source_keys
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import draft_files
from throughline.records.surveys.models import DraftFile, SurveyResponse
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound
from throughline.vocabulary.waves import Exclusion

pytestmark = pytest.mark.django_db


def _half(*named: str, **sent: bytes) -> actions.HalfFiles:
    files = {f"{name}.jpg": actions.FileDraft("image/jpeg", data) for name, data in sent.items()}
    return actions.HalfFiles(frozenset(f"{name}.jpg" for name in named), files)


@pytest.fixture
def response(cast: Cast, now: datetime) -> SurveyResponse:
    approach = an_approach(a_wave(cast), cast.site)
    return actions.start_response(approach=approach, by=cast.bob.actor, at=now)


@pytest.fixture
def keep(response: SurveyResponse, cast: Cast, now: datetime) -> Any:
    def kept(files: actions.HalfFiles, act: Any = actions.save_response, **more: Any) -> Any:
        given: dict[str, Any] = {"draft": "<data/>", "files": files, **more}
        return act(response=response, **given, by=cast.bob.actor, at=now)

    return kept


def _there(response: SurveyResponse) -> dict[str, bytes]:
    names = ("one.jpg", "two.jpg", "three.jpg")
    found = queries.draft_files_of(response, names)
    return {
        name[:-4]: queries.opened_draft_file(DraftFile.objects.get(id=row.id)) for name, row in found.items()
    }


def test_file_stays_while_the_draft_names_it_and_its_key_goes_with_it(
    response: SurveyResponse, cast: Cast, keep: Any
) -> None:
    keep(_half("one", "two", one=b"a pipe", two=b"a spoon", three=b"named by nothing"))
    keep(_half("one", "two"))  # the next time, when nothing new was chosen
    assert _there(response) == {"one": b"a pipe", "two": b"a spoon"}
    rows = {bytes(row.sealed): row.id for row in DraftFile.objects.all()}
    assert not any(word in sealed for sealed in rows for word in (b"pipe", b"spoon"))
    assert DraftFile.objects.visible_to(cast.bob.actor).count() == 2
    for who in (cast.chen, cast.priya, cast.rosa, cast.dana):
        assert not DraftFile.objects.visible_to(who.actor).exists()
    keep(_half("one"))
    assert _there(response) == {"one": b"a pipe"}
    gone = set(rows.values()) - set(DraftFile.objects.values_list("id", flat=True))
    with pytest.raises(NotFound):
        source_keys().open(gone.pop())
    with pytest.raises(NotFound):
        queries.draft_file_of(response, uuid4())


def test_other_draft_keeps_its_files_until_somebody_chooses(
    response: SurveyResponse, cast: Cast, now: datetime, keep: Any
) -> None:
    keep(_half("one", "two", one=b"1", two=b"2"))
    keep(_half("two", "three", three=b"3"), actions.keep_beside)
    keep(_half("one"))  # the newer page goes on: what the older one has stays beside it
    assert _there(response) == {"one": b"1"} and DraftFile.objects.count() == 3
    with pytest.raises(Invalid):
        keep(_half("three", three=b"another"))
    actions.choose_draft(response=response, is_beside=True, by=cast.bob.actor, at=now)
    assert _there(response) == {"two": b"2", "three": b"3"} and DraftFile.objects.count() == 2


def test_beyond_what_a_response_holds_nothing_is_kept(
    response: SurveyResponse, keep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "MOST_FILES", 2)
    monkeypatch.setattr(draft_files, "MOST_EACH", 4)
    monkeypatch.setattr(draft_files, "MOST_TOGETHER", 6)
    keep(_half("one", "two", "three", one=b"12345", two=b"12", three=b"1234"))
    assert set(_there(response)) == {"two", "three"}
    keep(_half("one", "two", "three", one=b"1"))
    assert set(_there(response)) == {"two", "three"}


@pytest.mark.parametrize("end", ["emptied", "complete", "withdrawn", "consent"])
def test_files_are_destroyed_with_the_draft(
    response: SurveyResponse, cast: Cast, now: datetime, keep: Any, end: str
) -> None:
    keep(_half("one", one=b"a pipe"))
    file_id = DraftFile.objects.get().id
    who: dict[str, Any] = {"by": cast.bob.actor, "at": now}
    if end == "emptied":
        keep(actions.HalfFiles(), draft="")
    elif end == "complete":
        actions.complete_response(response=response, answers={}, **who)
    elif end == "withdrawn":
        given = {"response": response, "reason": Exclusion.WITHDREW, "by": cast.rosa.actor, "at": now}
        actions.exclude_response(**given)
    else:
        withdraw_research_consent(consent=response.consent, by=cast.rosa.actor, at=now)
        system = Actor.system("destruction")
        actions.destroy_ended_code_parts(programme=cast.programme, by=system, at=now)
    assert not DraftFile.objects.exists()
    with pytest.raises(NotFound):
        source_keys().open(file_id)
