"""Codebooks over time: nothing that was coded is lost when codes are moved, merged, split or retired."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast, make_cast
from tests.examples import examples
from tests.records.made import a_source, a_source_draft, a_theme, an_analysis, an_analyst, events
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    Codebook,
    Coding,
    CodingRevision,
    Memo,
    Source,
    Theme,
)
from throughline.records.inquiry.queries.codebooks import (
    codes_now,
    codings_under,
    compare_codes,
    revisions_of,
    versions_for,
)
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import Approach, CodeOrigin

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "c", "d", "e")


@dataclass
class Book:
    cast: Cast
    analysis: Analysis
    book: Codebook
    sources: list[Source]

    def code(self, slug: str) -> Code:
        return Code.objects.get(codebook=self.book, slug=slug)

    def put(self, slug: str, start: int, end: int, by: Any = None, source: int = 0) -> Coding:
        who = by or self.cast.rosa.actor
        place = {"source": self.sources[source], "code": self.code(slug), "start": start, "end": end}
        return actions.apply_code(**place, by=who, at=_at())

    def tree(self) -> list[tuple[str, int]]:
        return [(node.code.slug, node.depth) for node in queries.code_tree(SYSTEM, self.book)]


@pytest.fixture(scope="module")
def kept_book(kept_rows: None) -> Book:
    cast = make_cast()
    analysis = an_analysis(cast)
    book = actions.add_codebook(analysis=analysis, name="Codebook", by=SYSTEM, at=_at())
    drafts = [
        actions.CodeDraft("a", "A", CodeOrigin.DEDUCTIVE),
        actions.CodeDraft("b", "B", CodeOrigin.INDUCTIVE),
        actions.CodeDraft("c", "C", CodeOrigin.INDUCTIVE, parent="b"),
        actions.CodeDraft("d", "D", CodeOrigin.INDUCTIVE, parent="c"),
        actions.CodeDraft("e", "E", CodeOrigin.INDUCTIVE),
    ]
    actions.add_codes(codebook=book, drafts=drafts, by=SYSTEM, at=_at())
    second = a_source_draft("Someone: Another text altogether, about doors and what is behind them.")
    return Book(cast, analysis, book, [a_source(analysis), a_source(analysis, second)])


@pytest.fixture
def held(kept_book: Book, db: None) -> Book:
    return deepcopy(kept_book)


def _at() -> datetime:
    return datetime.fromisoformat("2026-03-02T10:30:00+00:00")


def test_change_code_keeps_what_it_was(held: Book) -> None:
    rosa, words = held.cast.rosa.actor, actions.CodeWords("Aim", CodeOrigin.DEDUCTIVE, definition="Where to.")
    row = actions.change_code(code=held.code("a"), words=words, base_version=1, by=rosa, at=_at())
    assert (row.name, row.slug, row.version) == ("Aim", "a", 2)
    (revision,) = revisions_of(rosa, row)
    assert revision.was["name"] == "A" and revision.was["definition"] == "" and revision.version == 1
    with pytest.raises(Unready):
        actions.change_code(code=row, words=words, base_version=1, by=rosa, at=_at())
    same = actions.change_code(code=row, words=words, base_version=2, by=rosa, at=_at())
    assert same.version == 2  # written the same, it is no change
    with pytest.raises(Invalid):
        nameless = actions.CodeWords(" ", CodeOrigin.DEDUCTIVE)
        actions.change_code(code=row, words=nameless, base_version=2, by=rosa, at=_at())


def test_move_code_takes_all_below_it_along(held: Book) -> None:
    rosa = held.cast.rosa.actor
    actions.move_code(code=held.code("b"), parent=held.code("e"), by=rosa, at=_at())
    assert held.tree() == [("a", 0), ("e", 0), ("b", 1), ("c", 2), ("d", 3)]
    actions.move_code(code=held.code("e"), parent=None, before=held.code("a"), by=rosa, at=_at())
    assert held.tree() == [("e", 0), ("b", 1), ("c", 2), ("d", 3), ("a", 0)]
    assert sorted(Code.objects.values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    made = actions.add_code(
        codebook=held.book, draft=actions.CodeDraft("f", "F", CodeOrigin.INDUCTIVE), by=rosa, at=_at()
    )
    assert made.place == 6


def test_move_code_refuses_a_circle(held: Book) -> None:
    for below in ("b", "c", "d"):
        with pytest.raises(Invalid):
            actions.move_code(code=held.code("b"), parent=held.code(below), by=held.cast.rosa.actor, at=_at())


def test_merge_moves_codings_memos_themes_and_the_codes_below(held: Book) -> None:
    rosa, chen = held.cast.rosa.actor, an_analyst(held.cast).actor
    moving = held.put("b", 0, 5)
    double, kept = held.put("b", 5, 9), held.put("a", 5, 9)
    colleague = held.put("b", 5, 9, by=chen)
    theme = a_theme(held.analysis)
    theme.codes.set([held.code("b")])
    actions.write_memo(analysis=held.analysis, text="On b.", about=held.code("b"), by=rosa, at=_at())
    actions.write_memo(analysis=held.analysis, text="On the double.", about=double, by=rosa, at=_at())
    done = actions.merge_codes(code=held.code("b"), into=held.code("a"), by=rosa, at=_at())
    assert (done.moved, done.doubled, done.settled) == (2, 1, 0)
    standing = set(Coding.objects.standing().values_list("id", "code__slug"))
    assert standing == {(moving.id, "a"), (kept.id, "a"), (colleague.id, "a")}
    double.refresh_from_db()
    assert double.removed_at == _at() and double.removed_by == rosa.id
    assert CodingRevision.objects.filter(code__slug="b").count() == 3
    assert set(Memo.objects.values_list("code__slug", "coding_id")) == {("a", None), (None, kept.id)}
    theme.refresh_from_db()
    assert [code.slug for code in theme.codes.all()] == ["a"]
    assert theme.version == 2 and theme.revisions.get().was["codes"] == ["b"]
    merged = held.code("b")
    assert merged.retired_at == _at() and merged.merged_into == held.code("a")
    assert held.code("c").parent == held.code("a")
    assert [event.count for event in events("codes_merged")] == [3]


def test_merge_into_a_code_below_leaves_a_tree(held: Book) -> None:
    actions.merge_codes(code=held.code("b"), into=held.code("d"), by=held.cast.rosa.actor, at=_at())
    assert held.tree() == [("a", 0), ("d", 0), ("c", 1), ("b", 0), ("e", 0)]


def test_merge_leaves_a_closed_round_as_it_was_compared(held: Book) -> None:
    rosa = held.cast.rosa.actor
    Analysis.objects.filter(id=held.analysis.id).update(approach=Approach.CODING_RELIABILITY.value)
    held.analysis.refresh_from_db()
    assigned = [actions.AssignmentDraft(held.sources[0], rosa.id)]
    round_ = actions.open_round(analysis=held.analysis, name="One", assignments=assigned, by=rosa, at=_at())
    settled = held.put("a", 0, 5)
    actions.close_round(round=round_, by=rosa, at=_at())
    loose = held.put("a", 0, 7, source=1)
    theme = a_theme(held.analysis)
    theme.codes.set([held.code("a")])
    done = actions.merge_codes(code=held.code("a"), into=held.code("e"), by=rosa, at=_at())
    assert (done.moved, done.settled) == (1, 1)
    assert dict(Coding.objects.standing().values_list("id", "code__slug")) == {settled.id: "a", loose.id: "e"}
    assert {code.slug for code in theme.codes.all()} == {"a", "e"}  # it loses no passage
    with pytest.raises(Unready):
        actions.recode_codings(codings=[settled], to=held.code("e"), by=rosa, at=_at())


def test_merge_tells_no_count_of_unseen_codings(held: Book) -> None:
    """In a blind round a colleague's codings move too, unseen."""
    Analysis.objects.filter(id=held.analysis.id).update(approach=Approach.CODING_RELIABILITY.value)
    analyst, other = an_analyst(held.cast).actor, an_analyst(held.cast, "Noor").actor
    held.put("a", 0, 5, by=analyst)
    for start in range(3):
        held.put("a", start, 9, by=other)
    done = actions.merge_codes(code=held.code("a"), into=held.code("e"), by=analyst, at=_at())
    assert (done.moved, done.doubled) == (1, 0)
    assert Coding.objects.filter(code__slug="e").count() == 4


@pytest.mark.parametrize(("code", "into"), [("a", "a"), ("a", "retired"), ("merged", "a")])
def test_merge_refuses_what_makes_no_sense(held: Book, code: str, into: str) -> None:
    rosa = held.cast.rosa.actor
    actions.retire_code(code=held.code("e"), by=rosa, at=_at())
    actions.merge_codes(code=held.code("d"), into=held.code("c"), by=rosa, at=_at())
    slugs = {"a": "a", "retired": "e", "merged": "d"}
    with pytest.raises((Invalid, Unready)):
        actions.merge_codes(code=held.code(slugs[code]), into=held.code(slugs[into]), by=rosa, at=_at())


def test_split_gives_chosen_codings_to_a_new_code_beside_it(held: Book) -> None:
    rosa = held.cast.rosa.actor
    chosen, left = held.put("c", 0, 5), held.put("c", 5, 9)
    draft = actions.CodeDraft("c2", "C two", CodeOrigin.INDUCTIVE)
    done = actions.split_code(code=held.code("c"), draft=draft, codings=[chosen], by=rosa, at=_at())
    assert (done.code.slug, done.moved) == ("c2", 1)
    assert held.tree() == [("a", 0), ("b", 0), ("c", 1), ("d", 2), ("c2", 1), ("e", 0)]
    assert list(codings_under(rosa, held.code("c"))) == [left]
    assert held.code("c").version == 2
    with pytest.raises(Unready):
        again = actions.CodeDraft("c3", "C three", CodeOrigin.INDUCTIVE)
        actions.split_code(code=held.code("c"), draft=again, codings=[chosen], by=rosa, at=_at())


def test_recode_of_a_colleagues_coding_takes_the_permission(held: Book) -> None:
    analyst, rosa = an_analyst(held.cast).actor, held.cast.rosa.actor
    theirs = held.put("a", 0, 5)
    with pytest.raises(NotAllowed):
        actions.recode_codings(codings=[theirs], to=held.code("e"), by=analyst, at=_at())
    mine = held.put("a", 0, 5, by=analyst)
    actions.remove_coding(coding=mine, by=analyst, at=_at())
    done = actions.recode_codings(codings=[theirs, mine], to=held.code("e"), by=rosa, at=_at())
    assert (done.moved, done.gone) == (1, 1)
    theirs.refresh_from_db()
    assert (theirs.code.slug, theirs.version, theirs.revisions.get().code.slug) == ("e", 2, "a")
    feed = feed_for(rosa, held.sources[0].id, 0)
    assert str(theirs.id) in {one.id for one in feed.placed} and feed.at == theirs.change


def test_retired_code_keeps_its_codings_and_comes_back(held: Book) -> None:
    rosa, coding = held.cast.rosa.actor, held.put("a", 0, 5)
    retired = actions.retire_code(code=held.code("a"), by=rosa, at=_at())
    assert Coding.objects.standing().get() == coding
    with pytest.raises(Invalid):
        actions.apply_code(source=held.sources[0], code=retired, start=1, end=2, by=rosa, at=_at())
    with pytest.raises(Unready):
        actions.retire_code(code=retired, by=rosa, at=_at())
    back = actions.reinstate_code(code=retired, by=rosa, at=_at())
    assert back.retired_at is None and back.version == 3


def test_two_versions_are_compared(held: Book) -> None:
    rosa = held.cast.rosa.actor
    actions.keep_codebook(codebook=held.book, name="Spring", by=rosa, at=_at())
    words = actions.CodeWords("Aim", CodeOrigin.DEDUCTIVE, definition="Where to.")
    actions.change_code(code=held.code("a"), words=words, base_version=1, by=rosa, at=_at())
    actions.move_code(code=held.code("d"), parent=held.code("e"), by=rosa, at=_at())
    actions.merge_codes(code=held.code("c"), into=held.code("a"), by=rosa, at=_at())
    draft = actions.CodeDraft("new", "New", CodeOrigin.INDUCTIVE)
    actions.add_code(codebook=held.book, draft=draft, by=rosa, at=_at())
    kept = actions.keep_codebook(codebook=held.book, name="Autumn", by=rosa, at=_at())
    later, earlier = versions_for(rosa, held.book)
    found = compare_codes(earlier.codes, later.codes)
    assert [one["slug"] for one in found.added] == ["new"]
    assert [(one["slug"], into) for one, into in found.merged] == [("c", "Aim")]
    assert [(one.code["slug"], one.renamed_from) for one in found.renamed] == [("a", "A")]
    assert [(one.moved_from, one.moved_to) for one in found.moved] == [("C", "E")]
    assert [(one.field, one.now) for d in found.rewritten for one in d.rewritten] == [
        ("definition", "Where to.")
    ]
    assert found.unchanged == 2 and not found.is_same()
    assert compare_codes(kept.codes, codes_now(rosa, held.book)).is_same()


def test_kept_version_needs_a_name_and_a_number_of_its_own(held: Book) -> None:
    rosa = held.cast.rosa.actor
    with pytest.raises(Invalid):
        actions.keep_codebook(codebook=held.book, name=" ", by=rosa, at=_at())
    first = actions.keep_codebook(codebook=held.book, name="Same", by=rosa, at=_at())
    second = actions.keep_codebook(codebook=held.book, name="Same", by=rosa, at=_at())
    assert (first.number, second.number) == (1, 2)
    assert not versions_for(held.cast.dana.actor, held.book).exists()


SLUG = st.sampled_from(NAMES)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), SLUG, st.one_of(st.none(), SLUG), st.one_of(st.none(), SLUG)),
        st.tuples(st.just("merge"), SLUG, SLUG),
        st.tuples(st.just("code"), SLUG, st.integers(0, 3), st.booleans()),
        st.tuples(st.just("split"), SLUG),
        st.tuples(st.just("retire"), SLUG),
    ),
    min_size=4,
    max_size=14,
)


@given(steps=STEPS)
@settings(
    max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_no_coding_is_lost_and_the_tree_stays_a_tree(held: Book, steps: list[Any]) -> None:
    with transaction.atomic():
        analysts = (held.cast.rosa.actor, SYSTEM)
        for number, step in enumerate(steps):
            places = _places()
            with transaction.atomic():
                try:
                    _do(held, step, analysts, number)
                except (Invalid, Unready):
                    transaction.set_rollback(True)
            assert places <= _places(), "a passage that an analyst coded stands coded still"
            _check_tree(held)
        transaction.set_rollback(True)


def _places() -> set[tuple[Any, ...]]:
    return set(Coding.objects.standing().values_list("source_id", "analyst", "start", "end"))


def _do(held: Book, step: Any, analysts: Any, number: int) -> None:
    kind, code = step[0], held.code(step[1])
    rosa = analysts[0]
    if kind == "move":
        parent, before = (held.code(slug) if slug else None for slug in step[2:])
        actions.move_code(code=code, parent=parent, before=before, by=rosa, at=_at())
    elif kind == "merge":
        actions.merge_codes(code=code, into=held.code(step[2]), by=rosa, at=_at())
    elif kind == "code":
        held.put(step[1], step[2], 9, by=analysts[step[3]])
    elif kind == "split":
        draft = actions.CodeDraft(f"s{number}", "S", CodeOrigin.INDUCTIVE)
        chosen = list(codings_under(SYSTEM, code)[:2])
        actions.split_code(code=code, draft=draft, codings=chosen, by=rosa, at=_at())
    else:
        actions.retire_code(code=code, by=rosa, at=_at())


def _check_tree(held: Book) -> None:
    rows = list(Code.objects.filter(codebook=held.book))
    assert sorted(row.place for row in rows) == list(range(1, len(rows) + 1))
    assert {slug for slug, _ in held.tree()} == {row.slug for row in rows}, "all codes hang from the top"
    merged = Code.objects.filter(merged_into__isnull=False)
    assert not Coding.objects.standing().filter(code__in=merged).exists()
    assert Theme.objects.filter(codes__in=merged).count() == 0
