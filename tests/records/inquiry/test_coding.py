"""Codes, what they are put on, memos, themes, quotes and judgements."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    TEXT,
    a_code,
    a_participant,
    a_source,
    a_source_draft,
    a_study,
    a_theme,
    an_analysis,
    an_analyst,
    an_outcome,
    events,
)
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import Code, Coding, JointRow, Memo, Theme, ThemeQuote
from throughline.records.study.actions import withdraw_research_consent
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import CodeOrigin, ConsentScope, Judgement, SourceKind, Step, ThemeStatus

pytestmark = pytest.mark.django_db
NOT_ANALYSTS = ["alice", "bob", "priya", "omar", "grace", "ada", "dana", "stranger"]


def code(slug: str, parent: str | None = None) -> actions.CodeDraft:
    return actions.CodeDraft(slug, slug.title(), CodeOrigin.DEDUCTIVE, parent)


def test_add_codes_in_their_order_and_tree(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    book = actions.add_codebook(analysis=analysis, name="B", by=cast.rosa.actor, at=now)
    drafts = [
        code("reach"),
        code("need"),
        code("reason", "reach"),
        code("shelf", "reason"),
        code("away", "reach"),
    ]
    actions.add_codes(codebook=book, drafts=drafts, by=cast.rosa.actor, at=now)
    tree = queries.code_tree(cast.chen.actor, book)
    assert [(node.code.slug, node.depth) for node in tree] == [
        ("reach", 0), ("reason", 1), ("shelf", 2), ("away", 1), ("need", 0),
    ]  # fmt: skip
    assert [event.count for event in events("code_added")] == [5]
    assert queries.code_tree(cast.dana.actor, book) == []


@pytest.mark.parametrize(
    "drafts", [[code("a"), code("a")], [code("b", "a"), code("a")], [code("a", "nowhere")]]
)
def test_add_codes_wrong_adds_none(cast: Cast, now: datetime, drafts: list[actions.CodeDraft]) -> None:
    book = actions.add_codebook(analysis=an_analysis(cast), name="B", by=cast.rosa.actor, at=now)
    with pytest.raises(Invalid):
        actions.add_codes(codebook=book, drafts=drafts, by=cast.rosa.actor, at=now)
    assert not Code.objects.exists()


def test_code_tree_counts_what_stands(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    one, two = a_source(analysis), a_source(analysis, a_source_draft("P01: Other words altogether."))
    reason, other = a_code(analysis), a_code(analysis, "other")
    first = actions.apply_code(source=one, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    actions.apply_code(source=one, code=reason, start=3, end=9, by=cast.rosa.actor, at=now)
    actions.apply_code(source=two, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    assert [(n.codings, n.sources) for n in queries.code_tree(cast.rosa.actor, reason.codebook)] == [
        (3, 2),
        (0, 0),
    ]
    actions.remove_coding(coding=first, by=cast.rosa.actor, at=now)
    actions.apply_code(source=one, code=other, start=0, end=5, by=cast.rosa.actor, at=now)
    assert [(n.codings, n.sources) for n in queries.code_tree(cast.rosa.actor, reason.codebook)] == [
        (2, 2),
        (1, 1),
    ]


@pytest.mark.parametrize("name", [*NOT_ANALYSTS, "chen"])
def test_apply_code_refuses_who_does_not_code(cast: Cast, now: datetime, name: str) -> None:
    analysis, by = an_analysis(cast), cast.everybody()[name]
    source, reason = a_source(analysis), a_code(analysis)
    with pytest.raises(NotAllowed):
        actions.apply_code(source=source, code=reason, start=0, end=5, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.add_codebook(analysis=analysis, name="Mine", by=by, at=now)
    assert not Coding.objects.exists()


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (5, 4), (-1, 3), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 1)]
)
def test_apply_code_outside_the_text(cast: Cast, now: datetime, start: int, end: int) -> None:
    analysis = an_analysis(cast)
    with pytest.raises(Invalid, match=f"it has {len(TEXT)} characters"):
        actions.apply_code(
            source=a_source(analysis), code=a_code(analysis), start=start, end=end, by=cast.rosa.actor, at=now
        )


def test_apply_code_counts_code_points(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    place = TEXT.index("🙂")
    coding = actions.apply_code(
        source=a_source(analysis),
        code=a_code(analysis),
        start=place,
        end=len(TEXT),
        by=cast.rosa.actor,
        at=now,
    )
    text = queries.text_of(cast.rosa.actor, coding.source, now)
    assert text[coding.start : coding.end] == "🙂 so.\nP02: Not for me."


def test_apply_code_of_another_analysis_or_retired(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis)
    stray = a_code(an_analysis(cast, analysis.study, "Another"))
    with pytest.raises(Invalid, match="another analysis"):
        actions.apply_code(source=source, code=stray, start=0, end=5, by=cast.rosa.actor, at=now)
    old = a_code(analysis)
    actions.retire_code(code=old, by=cast.rosa.actor, at=now)
    with pytest.raises(Invalid, match="retired"):
        actions.apply_code(source=source, code=old, start=0, end=5, by=cast.rosa.actor, at=now)


def test_apply_code_twice_says_so_and_another_analyst_may(cast: Cast, now: datetime) -> None:
    analysis, analyst = an_analysis(cast), an_analyst(cast)
    source, reason = a_source(analysis), a_code(analysis)
    actions.apply_code(source=source, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    with pytest.raises(Unready, match="on this very passage already"):
        actions.apply_code(source=source, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    actions.apply_code(source=source, code=reason, start=0, end=5, by=analyst.actor, at=now)
    assert queries.codings_of(cast.chen.actor, source).count() == 2


def test_apply_code_again_after_removing_it(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source, reason = a_source(analysis), a_code(analysis)
    first = actions.apply_code(source=source, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    actions.remove_coding(coding=first, by=cast.rosa.actor, at=now)
    again = actions.apply_code(source=source, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    assert list(queries.codings_of(cast.rosa.actor, source)) == [again]
    with pytest.raises(IntegrityError), transaction.atomic():
        Coding.objects.filter(id=first.id).update(removed_at=None, removed_by=None)


def test_apply_codes_passes_over_what_is_there(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source, reason = a_source(analysis), a_code(analysis)
    drafts = [
        actions.CodingDraft(reason, 0, 5),
        actions.CodingDraft(reason, 6, 9),
        actions.CodingDraft(reason, 0, 5),
    ]
    assert len(actions.apply_codes(source=source, drafts=drafts, by=cast.rosa.actor, at=now)) == 2
    assert actions.apply_codes(source=source, drafts=drafts, by=cast.rosa.actor, at=now) == []
    with pytest.raises(Invalid):
        actions.apply_codes(
            source=source, drafts=[actions.CodingDraft(reason, 1, 2), actions.CodingDraft(reason, 5, 1)],
            by=cast.rosa.actor, at=now,
        )  # fmt: skip
    assert Coding.objects.count() == 2


def test_remove_coding_own_or_by_the_lead(cast: Cast, now: datetime) -> None:
    analysis, one, two = an_analysis(cast), an_analyst(cast), an_analyst(cast, "Wren")
    source, reason = a_source(analysis), a_code(analysis)
    mine, theirs = (
        actions.apply_code(source=source, code=reason, start=0, end=end, by=one.actor, at=now)
        for end in (5, 6)
    )
    for actor in (two.actor, cast.chen.actor, cast.dana.actor, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.remove_coding(coding=mine, by=actor, at=now)
    actions.remove_coding(coding=mine, by=one.actor, at=now)
    removed = actions.remove_coding(coding=theirs, by=cast.rosa.actor, at=now)
    assert (removed.removed_by, removed.removed_at) == (cast.rosa.actor.id, now)
    with pytest.raises(Unready):
        actions.remove_coding(coding=theirs, by=cast.rosa.actor, at=now)


def test_coding_empty_is_refused_by_the_database(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    coding = actions.apply_code(
        source=a_source(analysis), code=a_code(analysis), start=1, end=5, by=cast.rosa.actor, at=now
    )
    for change in ({"end": 1}, {"removed_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Coding.objects.filter(id=coding.id).update(**change)


def test_write_memo_about_each_kind_of_thing(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source, reason, theme = a_source(analysis), a_code(analysis), a_theme(analysis)
    coding = actions.apply_code(source=source, code=reason, start=0, end=5, by=cast.rosa.actor, at=now)
    for about in (None, source, reason, coding, theme):
        memo = actions.write_memo(
            analysis=analysis, text="A thought.", about=about, by=cast.rosa.actor, at=now
        )
        memo.refresh_from_db()
        held = [thing for thing in (memo.source, memo.code, memo.coding, memo.theme) if thing is not None]
        assert held == ([] if about is None else [about])
    with pytest.raises(Invalid, match="Write something"):
        actions.write_memo(analysis=analysis, text="  ", by=cast.rosa.actor, at=now)
    with pytest.raises(Invalid, match="another analysis"):
        actions.write_memo(
            analysis=an_analysis(cast, analysis.study, "B"),
            text="x",
            about=coding,
            by=cast.rosa.actor,
            at=now,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Memo.objects.filter(source=source).update(theme=theme)


@pytest.mark.parametrize("name", NOT_ANALYSTS)
def test_writing_refuses_who_does_not_write(cast: Cast, now: datetime, name: str) -> None:
    analysis, by = an_analysis(cast), cast.everybody()[name]
    source, theme = a_source(analysis), a_theme(analysis)
    with pytest.raises(NotAllowed):
        actions.write_memo(analysis=analysis, text="x", by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.write_theme(analysis=analysis, draft=actions.ThemeDraft("x", "y"), by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.choose_quote(theme=theme, source=source, start=0, end=5, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.write_joint_row(
            study=analysis.study, analysis=analysis, of=Step.CONTACT, theme=theme, reason="x",
            judgement=Judgement.SILENCE, by=by, at=now,
        )  # fmt: skip
    with pytest.raises(NotFound):
        queries.theme_for(by, theme.id)


def test_write_theme_anew_keeps_what_it_was(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    reason = a_code(analysis)
    outcomes = tuple(an_outcome(analysis.study, code) for code in ("shared_a_pipe", "housed"))
    steps = (Step.ENTERED, Step.CONTACT)
    draft = actions.ThemeDraft("T", "First.", steps=steps, outcomes=outcomes, codes=(reason,))
    theme = actions.write_theme(analysis=analysis, draft=draft, by=cast.rosa.actor, at=now)
    assert theme.steps == ["contact", "entered"] and list(theme.codes.all()) == [reason]
    assert theme.outcomes == ["housed", "shared_a_pipe"]
    anew = dataclasses.replace(
        draft, central_concept="Second.", status=ThemeStatus.KEPT, outcomes=(), codes=()
    )
    written = actions.write_theme(
        analysis=analysis, draft=anew, theme=theme, base_version=1, by=cast.chen.actor, at=now
    )
    assert (written.version, written.central_concept, written.status) == (2, "Second.", "kept")
    revision = written.revisions.get()
    assert revision.was["central_concept"] == "First." and revision.was["codes"] == [reason.slug]
    assert (written.outcomes, revision.was["outcomes"]) == ([], ["housed", "shared_a_pipe"])
    assert revision.written_by == cast.rosa.actor.id
    with pytest.raises(Unready, match="version 2"):
        actions.write_theme(
            analysis=analysis, draft=draft, theme=theme, base_version=1, by=cast.rosa.actor, at=now
        )
    with pytest.raises(Invalid, match="already"):
        actions.write_theme(analysis=analysis, draft=draft, by=cast.rosa.actor, at=now)
    assert Theme.objects.count() == 1


def test_choose_quote_takes_the_consent_of_everybody_in_it(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source, theme = a_source(analysis), a_theme(analysis)
    one, two = TEXT.index("It is"), TEXT.index("Not for")

    def choose(start: int, end: int) -> ThemeQuote:
        return actions.choose_quote(
            theme=theme, source=source, start=start, end=end, by=cast.rosa.actor, at=now
        )

    with pytest.raises(NotAllowed, match="Nobody has said who speaks"):
        choose(one, one + 5)
    a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    a_participant(analysis, "P02", ConsentScope.RECORD, source=source)
    choose(one, one + 5)
    with pytest.raises(Unready, match="already"):
        choose(one, one + 5)
    for start, end in ((two, two + 3), (one, two + 3)):
        with pytest.raises(NotAllowed, match="did not consent"):
            choose(start, end)


def test_quotes_of_asks_consent_anew_and_counts_what_it_withholds(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source, theme = a_source(analysis, a_source_draft(site=cast.site)), a_theme(analysis)
    first = a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    a_participant(analysis, "P02", ConsentScope.QUOTE, source=source)
    for words in ("reason to come", "Not for me"):
        start = TEXT.index(words)
        actions.choose_quote(
            theme=theme, source=source, start=start, end=start + len(words), by=cast.rosa.actor, at=now
        )
    quotes = queries.quotes_of(cast.chen.actor, theme, now)
    assert [(q.text, q.speakers[0].label, q.site_id) for q in quotes.shown] == [
        ("reason to come", "P01", cast.site.id), ("Not for me", "P02", cast.site.id),
    ]  # fmt: skip
    assert quotes.withheld == 0
    assert first.consent is not None
    withdraw_research_consent(consent=first.consent, by=cast.grace.actor, at=now)
    quotes = queries.quotes_of(cast.chen.actor, theme, now)
    assert [q.text for q in quotes.shown] == ["Not for me"] and (quotes.withheld, quotes.no_consent) == (1, 1)
    actions.erase_source(source=source, by=cast.rosa.actor, at=now)
    assert queries.quotes_of(cast.chen.actor, theme, now) == queries.Quotes(
        (), lost=2, not_deidentified=0, no_consent=0
    )
    read = AuditEvent.objects.filter(action="source_read", reason="quotes")
    assert read.count() == 2
    for name in ("alice", "dana", "stranger"):
        with pytest.raises(NotFound):
            queries.quotes_of(cast.everybody()[name], theme, now)


def test_choose_quote_of_an_observation_that_names_nobody(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    notes = a_source(analysis, a_source_draft("The counter is busy.", kind=SourceKind.OBSERVATION))
    theme = a_theme(analysis)
    actions.choose_quote(theme=theme, source=notes, start=0, end=11, by=cast.rosa.actor, at=now)
    assert queries.quotes_of(cast.rosa.actor, theme, now).shown[0].text == "The counter"


def test_write_joint_row_again_replaces_with_a_theme_and_without(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    for theme in (a_theme(analysis), None):
        write = partial(
            actions.write_joint_row, study=analysis.study, analysis=analysis, of=Step.CONTACT, theme=theme,
            reason="Because.", by=cast.chen.actor, at=now,
        )  # fmt: skip
        write(judgement=Judgement.SILENCE)
        with pytest.raises(Unready, match="Somebody judged this meanwhile"):
            write(judgement=Judgement.EXPANSION)
        assert write(judgement=Judgement.DISCORDANCE, base_version=1).version == 2
        with pytest.raises(Unready, match="Somebody judged this meanwhile"):
            write(judgement=Judgement.EXPANSION, base_version=1)
    rows = queries.joint_rows_for(cast.rosa.actor, analysis)
    assert [row.judgement for row in rows] == ["discordance", "discordance"]
    with pytest.raises(IntegrityError), transaction.atomic():
        JointRow.objects.create(
            programme=cast.programme, study=analysis.study, analysis=analysis, step="contact", theme=None,
            judgement="silence", reason="x", written_at=now, written_by="x",
        )  # fmt: skip


def test_write_joint_row_of_an_outcome_that_is_no_step_stands_after_the_line(
    cast: Cast, now: datetime
) -> None:
    analysis = an_analysis(cast)
    theme, shared = a_theme(analysis), an_outcome(analysis.study)
    write = partial(
        actions.write_joint_row, study=analysis.study, analysis=analysis, reason="Because.", by=cast.chen.actor, at=now,
    )  # fmt: skip
    write(of=shared, theme=theme, judgement=Judgement.EXPANSION)
    write(of=shared, theme=None, judgement=Judgement.SILENCE)
    write(of=Step.CAME_BACK, theme=None, judgement=Judgement.SILENCE)
    assert (
        write(of=shared, theme=theme, judgement=Judgement.DISCORDANCE, base_version=1).step,
        [(row.step, row.outcome, row.judgement) for row in queries.joint_rows_for(cast.rosa.actor, analysis)],
    ) == (
        "",
        [
            ("came_back", "", "silence"), ("", "shared_a_pipe", "silence"), ("", "shared_a_pipe", "discordance"),
        ],
    )  # fmt: skip
    for wrong in (
        an_outcome(analysis.study, "told", step=Step.CRACK_USE_TOLD),
        an_outcome(a_study(cast, "Another")),
    ):
        with pytest.raises(Invalid):
            write(of=wrong, theme=None, judgement=Judgement.SILENCE)
        with pytest.raises(Invalid):
            draft = actions.ThemeDraft("x", "y", outcomes=(wrong,))
            actions.write_theme(analysis=analysis, draft=draft, by=cast.chen.actor, at=now)
    for of in ({"step": "", "outcome": ""}, {"step": "contact", "outcome": "shared_a_pipe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JointRow.objects.create(
                programme=cast.programme, study=analysis.study, analysis=analysis, theme=None, **of,
                judgement="silence", reason="x", written_at=now, written_by="x",
            )  # fmt: skip


def test_write_joint_row_of_things_that_do_not_belong_together(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    stray = a_theme(an_analysis(cast, analysis.study, "B"))
    for study, theme, reason in (
        (a_study(cast, "C"), None, "x"),
        (analysis.study, stray, "x"),
        (analysis.study, None, " "),
    ):
        with pytest.raises(Invalid):
            actions.write_joint_row(
                study=study, analysis=analysis, of=Step.CONTACT, theme=theme, judgement=Judgement.SILENCE,
                reason=reason, by=SYSTEM, at=now,
            )  # fmt: skip
