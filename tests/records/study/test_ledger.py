"""Freezes, and the ledger of what left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import a_freeze, a_release_draft, a_study, events
from throughline.records.study import actions, queries
from throughline.records.study.models import Freeze, Release
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

pytestmark = pytest.mark.django_db

WHO_MAY: dict[ReleaseDoor, set[str]] = {
    ReleaseDoor.TABLES: {"alice", "chen"},
    ReleaseDoor.WORDS: {"chen", "rosa"},
    ReleaseDoor.SUPPLIES: {"alice", "ada"},
}


def test_every_door_has_a_permission() -> None:
    assert set(actions.DOOR_PERMISSION) == set(ReleaseDoor)


def test_record_release_of_rows_without_a_request_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match="another person approved"):
        actions.record_release(
            programme=cast.programme, draft=a_release_draft(ReleaseDoor.ROWS), by=cast.chen.actor, at=now
        )
    assert not Release.objects.exists()


@pytest.mark.parametrize("recipient", ["", "  ", "x" * 161])
def test_nothing_leaves_for_nobody_or_for_more_than_a_line_holds(
    cast: Cast, now: datetime, recipient: str
) -> None:
    draft = replace(a_release_draft(), recipient=recipient)
    with pytest.raises(Invalid, match="Say who it is for"):
        actions.record_release(programme=cast.programme, draft=draft, by=cast.chen.actor, at=now)


@pytest.mark.parametrize("door", WHO_MAY)
def test_record_release_by_door(cast: Cast, now: datetime, door: ReleaseDoor) -> None:
    for name, actor in cast.everybody().items():
        if name in WHO_MAY[door]:
            line = actions.record_release(
                programme=cast.programme, draft=a_release_draft(door), by=actor, at=now
            )
            assert (line.released_by, line.is_refused, line.approved_at) == (actor.id, False, None)
        else:
            with pytest.raises(NotAllowed):
                actions.record_release(
                    programme=cast.programme, draft=a_release_draft(door), by=actor, at=now
                )
    assert Release.objects.count() == len(WHO_MAY[door]) == len(events("released"))


def test_refuse_release_is_a_line_with_its_reason(cast: Cast, now: datetime) -> None:
    sentence = Sentence("Two cells differ by %(n)s.", n=2)
    line = actions.refuse_release(
        programme=cast.programme, draft=a_release_draft(), refusal=sentence, by=cast.chen.actor, at=now
    )
    assert line.is_refused and line.refusal == "Two cells differ by 2."
    assert [event.action for event in events("release_refused")] == ["release_refused"]
    assert not queries.tables_released(cast.programme.id).exists()


def test_ledger_for_the_guardian_is_all_of_it_and_for_others_their_own(cast: Cast, now: datetime) -> None:
    for person in (cast.chen, cast.alice):
        actions.record_release(programme=cast.programme, draft=a_release_draft(), by=person.actor, at=now)
    seen = {
        name: {line.released_by for line in queries.ledger_for(actor, cast.programme.id)}
        for name, actor in cast.everybody().items()
    }
    chen, alice = cast.chen.actor.id, cast.alice.actor.id
    assert seen.pop("grace") == {chen, alice}
    assert (seen.pop("chen"), seen.pop("alice")) == ({chen}, {alice})
    assert all(lines == set() for lines in seen.values())
    line = Release.objects.get(released_by=chen)
    for name in ("alice", "dana", "stranger"):
        with pytest.raises(Release.DoesNotExist):
            queries.ledger_for(cast.everybody()[name], cast.programme.id).get(id=line.id)


def test_record_freeze_by_the_evaluator_only_and_once(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    for name, actor in cast.everybody().items():
        if name != "chen":
            with pytest.raises(NotAllowed):
                actions.record_freeze(study=study, name="s", content_hash="0" * 64, rows={}, by=actor, at=now)
    freeze = actions.record_freeze(
        study=study,
        name="s",
        content_hash="0" * 64,
        rows={"contacts": 2, "needs": 3},
        by=cast.chen.actor,
        at=now,
    )
    assert [event.count for event in events("frozen")] == [5]
    with pytest.raises(Unready, match="another name"):
        actions.record_freeze(
            study=study, name="s", content_hash="1" * 64, rows={}, by=cast.chen.actor, at=now
        )
    assert list(queries.freezes_for(cast.rosa.actor, cast.programme.id)) == [freeze]
    assert Freeze.objects.count() == 1


def test_freeze_named_is_hidden_from_who_may_not_see_the_study(cast: Cast) -> None:
    a_freeze(a_study(cast), "spring")
    assert queries.freeze_named(cast.chen.actor, cast.programme.id, "spring").name == "spring"
    for name in ("alice", "dana", "stranger"):
        with pytest.raises(NotFound):
            queries.freeze_named(cast.everybody()[name], cast.programme.id, "spring")


def test_record_release_of_another_programmes_freeze(cast: Cast, now: datetime) -> None:
    theirs = actions.create_study(programme=cast.elsewhere, title="Theirs", design="x", by=SYSTEM, at=now)
    freeze = a_freeze(theirs, "theirs")
    with pytest.raises(Invalid):
        actions.record_release(
            programme=cast.programme, draft=a_release_draft(freeze=freeze), by=cast.chen.actor, at=now
        )
