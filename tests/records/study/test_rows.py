"""Rows take two people: who asks, who approves, who takes them, and what the database itself refuses."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.records.made import a_freeze, a_rows_draft, a_study, approved_rows, asked_for_rows, events
from throughline.records.study import actions, queries
from throughline.records.study.models import Release, RowsRequest
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import RowsState

pytestmark = pytest.mark.django_db
LEFT = {"content_hash": "a" * 64, "row_count": 40, "smallest_group": 6}


def test_ask_for_rows_by_the_evaluator_only(cast: Cast, now: datetime) -> None:
    freeze = a_freeze(a_study(cast))
    for name, actor in sorted(cast.everybody().items(), key=lambda one: one[0] != "stranger"):
        if name != "chen":
            with pytest.raises(NotAllowed):
                actions.ask_for_rows(
                    freeze=freeze, draft=a_rows_draft(), row_count=9, smallest_group=5, by=actor, at=now
                )
    assert not RowsRequest.objects.exists()
    request = asked_for_rows(cast)
    assert (request.state, request.agreement) == (RowsState.WAITING, "DSA 2026-4")
    assert not Release.objects.exists()  # nothing has left


@pytest.mark.parametrize("name", ["what", "recipient", "agreement", "fields"])
def test_ask_for_rows_without_a_name_is_refused(cast: Cast, now: datetime, name: str) -> None:
    empty = dataclasses.replace(a_rows_draft(), **{name: () if name == "fields" else "  "})
    with pytest.raises(Invalid):
        actions.ask_for_rows(
            freeze=a_freeze(a_study(cast)),
            draft=empty,
            row_count=9,
            smallest_group=5,
            by=cast.chen.actor,
            at=now,
        )


def test_approve_rows_takes_the_guardian_and_is_said_once(cast: Cast, now: datetime) -> None:
    request = asked_for_rows(cast)
    for name, actor in cast.everybody().items():
        if name != "grace":
            for answer in (actions.approve_rows, actions.decline_rows):
                with pytest.raises(NotAllowed):
                    answer(request=request, by=actor, at=now)
    actions.approve_rows(request=request, by=cast.grace.actor, at=now)
    assert (request.state, request.approved_by) == (RowsState.APPROVED, cast.grace.actor.id)
    for answer in (actions.approve_rows, actions.decline_rows):
        with pytest.raises(Unready, match="answered already"):
            answer(request=request, by=cast.grace.actor, at=now)
    assert len(events("rows_approved")) == 1 and not events("rows_declined")


def test_approve_rows_that_one_asked_for_oneself_is_refused_by_rule_and_by_the_database(
    cast: Cast, now: datetime
) -> None:
    request = asked_for_rows(cast)
    own = Actor.system("command line")
    RowsRequest.objects.filter(id=request.id).update(asked_by=own.id)
    request.refresh_from_db()
    with pytest.raises(NotAllowed, match="another person"):
        actions.approve_rows(request=request, by=own, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RowsRequest.objects.filter(id=request.id).update(approved_at=now, approved_by=own.id)


def test_decline_rows_ends_a_request(cast: Cast, now: datetime) -> None:
    request = actions.decline_rows(request=asked_for_rows(cast), by=cast.grace.actor, at=now)
    assert request.state is RowsState.DECLINED
    with pytest.raises(Unready, match="must approve"):
        actions.record_rows_left(request=request, by=cast.chen.actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT


def test_record_rows_left_once_approved_by_who_asked(cast: Cast, now: datetime) -> None:
    request = asked_for_rows(cast)
    with pytest.raises(Unready, match="must approve"):
        actions.record_rows_left(request=request, by=cast.chen.actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT
    actions.approve_rows(request=request, by=cast.grace.actor, at=now)
    for name, actor in cast.everybody().items():
        if name != "chen":
            with pytest.raises(NotAllowed):
                actions.record_rows_left(request=request, by=actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT
    with pytest.raises(Unready, match="not left yet"):
        actions.hand_over_rows(request=request, by=cast.chen.actor, at=now)
    line = actions.record_rows_left(request=request, by=cast.chen.actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT
    assert (line.door, line.agreement, line.row_count, line.smallest_group) == ("rows", "DSA 2026-4", 40, 6)
    assert (line.released_by, line.approved_by) == (cast.chen.actor.id, cast.grace.actor.id)
    assert request.state is RowsState.LEFT
    with pytest.raises(Unready, match="left already"):
        actions.record_rows_left(request=request, by=cast.chen.actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT
    actions.hand_over_rows(request=request, by=cast.chen.actor, at=now)
    assert [event.count for event in events("released")] == [40]
    assert len(events("rows_handed_over")) == 1


def test_rows_never_leave_unapproved_by_the_database_too(cast: Cast, now: datetime) -> None:
    line = actions.record_rows_left(request=approved_rows(cast), by=cast.chen.actor, at=now, **LEFT)  # type: ignore[arg-type]  # the values of LEFT
    RowsRequest.objects.update(release=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RowsRequest.objects.update(release=line, approved_at=None, approved_by=None)


def test_rows_request_for_the_guardian_and_who_asked(cast: Cast) -> None:
    request = asked_for_rows(cast)
    for name, actor in cast.everybody().items():
        if name in {"chen", "grace"}:
            assert queries.rows_request_for(actor, request.id) == request
            assert list(queries.rows_requests_for(actor, cast.programme.id)) == [request]
        else:
            with pytest.raises(NotFound):
                queries.rows_request_for(actor, request.id)
            assert not queries.rows_requests_for(actor, cast.programme.id).exists()
