"""A code put on a passage at the very moment it is merged or retired: nothing lies under a code that is no more.

On both databases: PostgreSQL lets two write at once, the embedded one has them wait for each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import Cast, make_cast
from tests.records.made import a_code, a_source, a_source_draft, an_analysis
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Coding, Source
from throughline.vocabulary.errors import Invalid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


class Work(threading.Thread):
    """An action in a transaction of its own connection; it commits when it is let."""

    def __init__(self, act: Callable[[], Any], *, waits: bool = False) -> None:
        super().__init__(daemon=True)
        self.act, self.done, self.let = act, threading.Event(), threading.Event()
        self.found: Any = None
        if not waits:
            self.let.set()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.found = self.act()
                self.done.set()
                self.let.wait(30)
        except Exception as error:
            self.found = error
        finally:
            self.done.set()
            connection.close()


def in_turn(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """The second begins while the first is done and not committed; it waits for it."""
    one, two = Work(first, waits=True), Work(second)
    one.start()
    assert one.done.wait(30)
    two.start()
    assert not two.done.wait(0.4), "it did not wait"
    one.let.set()
    one.join(30)
    two.join(30)
    return one.found, two.found


def test_code_merged_while_it_is_put_on_a_passage(cast: Cast, now: datetime) -> None:
    source, rosa = a_source(an_analysis(cast)), cast.rosa.actor
    new, place = a_code(source.analysis, "new"), iter(range(100))

    def applying(code: Any) -> Callable[[], Coding]:
        start = next(place)
        return lambda: actions.apply_code(
            source=source, code=code, start=start, end=start + 5, by=rosa, at=now
        )

    def merging(code: Any) -> Callable[[], Any]:
        return lambda: actions.merge_codes(code=code, into=new, by=rosa, at=now)

    codes = [a_code(source.analysis, f"old-{number}") for number in range(4)]
    actions.apply_code(source=source, code=codes[0], start=20, end=25, by=rosa, at=now)
    _, coding = in_turn(merging(codes[0]), applying(codes[0]))
    assert coding.code_id == new.id
    _, recoded = in_turn(applying(codes[1]), merging(codes[1]))
    assert recoded.moved == 1
    _, refused = in_turn(lambda: actions.retire_code(code=codes[2], by=rosa, at=now), applying(codes[2]))
    assert isinstance(refused, Invalid) and "retired" in str(refused)
    _, retired = in_turn(applying(codes[3]), lambda: actions.retire_code(code=codes[3], by=rosa, at=now))
    assert retired.retired_at == now and Coding.objects.filter(code=codes[3]).count() == 1
    assert (
        Coding.objects.filter(code__in=codes[:3]).count() == 0
        and Coding.objects.filter(code=new).count() == 3
    )


def test_nobody_waits_in_a_circle(cast: Cast, now: datetime) -> None:
    """Codes on several sources, moved and merged at once in every order: all are answered, none is killed by the database."""
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    sources = [a_source(analysis, replace(a_source_draft(), file_hash=str(number))) for number in range(3)]
    new = a_code(analysis, "new")
    for round_ in range(3):
        old, child = a_code(analysis, f"old-{round_}"), a_code(analysis, f"child-{round_}")
        actions.move_code(code=child, parent=old, by=rosa, at=now)
        drafts = [actions.CodingDraft(code, round_ * 5 + 30, round_ * 5 + 34) for code in (old, child, new)]
        for source in sources:
            actions.apply_code(source=source, code=old, start=round_, end=round_ + 9, by=rosa, at=now)

        def coding(source: Source, drafts: Any = drafts) -> Callable[[], Any]:
            return lambda: actions.apply_codes(source=source, drafts=drafts, by=rosa, at=now)

        def merging(old: Any = old) -> Any:
            return actions.merge_codes(code=old, into=new, by=rosa, at=now)

        def moving(child: Any = child) -> Any:
            return actions.move_code(code=child, parent=None, before=None, by=rosa, at=now)

        jobs = [*map(coding, sources), merging, moving]
        work = [Work(job) for job in jobs]
        for one in work:
            one.start()
        for one in work:
            one.join(60)
        assert [one.found for one in work if isinstance(one.found, Exception)] == []
        assert not Coding.objects.filter(code=old).exists()
