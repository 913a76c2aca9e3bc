"""Questions of one freeze: exposures, contrast, recording, coverage, joint display, pages; and the run of all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.evaluation.conftest import frozen
from tests.evaluation.world import AT, CHEN, write
from tests.evaluation.worlds import of_six_sites
from tests.methods.oracles import t_test
from tests.records.made import a_code, a_consent, a_source, a_source_draft
from throughline.cli.main import app
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.manifest import Manifest
from throughline.evaluation.questions import (
    contrast,
    coverage,
    exposures,
    funnel,
    joint,
    recording,
    site_month,
)
from throughline.evaluation.results import read_result, to_plain
from throughline.evaluation.runs import RESULTS, evaluate
from throughline.methods.suppression import LT5
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry import actions as inquiry
from throughline.records.study.models import Freeze, Release, Study
from throughline.records.study.queries import outcomes_beside
from throughline.reporting.beforehand_left import release_beforehand
from throughline.reporting.composition_left import release_composition
from throughline.reporting.funnel_left import release_funnel
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import Approach, ConsentScope, Judgement, OutcomeRank, Step

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = {
    "01.txt": "Interviewer: Why come?\nP01: The pipe got me in.\nP02: Not for me.\n",
    "02.txt": "Interviewer: And then?\nP03: I said about the flat.\n",
    "03.txt": "P01: Again the pipe.\nP04: Nothing to add.\n",
}


def _themes(study: Study) -> None:
    """P01 and the interviewer are coded; 01 asked about crack use told, 02 about another step, 03 was open."""
    by, at = Actor.system("command line"), AT
    analysis = inquiry.open_analysis(
        study=study,
        name="Why",
        question="Why?",
        approach=Approach.CODEBOOK_TEMPLATE,
        with_counts=True,
        by=by,
        at=at,
    )
    people = {
        label: inquiry.add_participant(
            analysis=analysis, label=label, group="crack" if label != "P03" else "peer",
            consent=a_consent(study, ConsentScope.QUOTE), by=by, at=at,
        )
        for label in ("P01", "P02", "P03", "P04")
    }  # fmt: skip
    code = a_code(analysis)
    asked = {"01.txt": ("crack_use_told",), "02.txt": ("entered",), "03.txt": ()}
    for name, text in TEXTS.items():
        draft = a_source_draft(text, name=name)
        source = a_source(analysis, draft)
        type(source).objects.filter(id=source.id).update(topics_asked=list(asked[name]))
        for label, person in people.items():
            if f"{label}:" in text:
                inquiry.assign_speaker(source=source, speaker=label, participant=person, by=by, at=at)
        start = text.index("pipe") if "pipe" in text else text.index("And then")
        inquiry.apply_code(source=source, code=code, start=start, end=start + 4, by=by, at=at)
    shared = outcomes_beside(study)["shared-pipe"]
    theme = inquiry.write_theme(
        analysis=analysis,
        draft=inquiry.ThemeDraft(
            "A reason to come", "A pipe is a reason.", steps=(Step.CRACK_USE_TOLD,), codes=(code,), outcomes=(shared,)
        ),
        by=by, at=at,
    )  # fmt: skip
    inquiry.write_joint_row(
        study=study, analysis=analysis, of=Step.CRACK_USE_TOLD, theme=theme, judgement=Judgement.CONFIRMATION,
        reason="Both say so.", by=by, at=at,
    )  # fmt: skip
    rooms = inquiry.open_analysis(
        study=study, name="Rooms", question="Why?", approach=Approach.REFLEXIVE, by=by, at=at
    )
    for of, judged in ((analysis, Judgement.SILENCE), (rooms, Judgement.DISCORDANCE)):
        inquiry.write_joint_row(
            study=study,
            analysis=of,
            of=shared,
            theme=None,
            judgement=judged,
            reason="Nobody was asked.",
            by=by,
            at=at,
        )


def test_questions_of_one_freeze() -> None:
    written = write(of_six_sites())
    _themes(written.study)
    with frozen(written) as freeze:
        _check_exposures(exposures.ask(freeze))
        answer = contrast.ask(freeze)
        _check_contrast(answer)
        _check_recording(recording.ask(freeze, step=Step.CRACK_USE_TOLD))
        _check_coverage(coverage.ask(freeze))
        lines = funnel.ask(freeze, by=("phase", "arm"), rng=np.random.default_rng(1))
        _check_funnel(lines)
        _check_joint(joint.ask(freeze, funnel=lines, contrast=answer))
        tables = freeze.manifest.tables
        held = {name: tables[name] for name in tables if name not in ("theme_outcomes", "joint_outcomes")}
        older = replace(freeze, manifest=Manifest(freeze.manifest.content_hash, held))
        *_, shared = joint.ask(older, funnel=lines, contrast=answer).rows
        assert (shared.outcome, shared.themes, shared.whole) == ("shared-pipe", (), ())
        _check_page(site_month.ask(freeze, site="aston", month="2025-01"))
        with pytest.raises(NotFound):
            site_month.ask(freeze, site="nowhere")
        with pytest.raises(Invalid, match="route, arm, phase, site"):
            funnel.ask(freeze, by=("client_no",), rng=np.random.default_rng(1))


def _check_exposures(answer: exposures.ExposuresAnswer) -> None:
    rows = {(row.site, row.month): row for row in answer.rows}
    assert rows["aston", "2025-06"].contacts is Nothing.NOT_RECORDED
    assert rows["aston", "2025-06"].pipes_given is Nothing.NOT_RECORDED
    assert rows["aston", "2025-02"].open_hours is Nothing.NOT_RECORDED
    assert rows["aston", "2025-03"].staff_trained.share == 1
    assert rows["aston", "2025-02"].staff_trained.share == 0
    assert rows["dale", "2025-02"].staff_trained.nothing is Nothing.NOT_RECORDED
    given = [(one.site, one.provision, one.from_on, one.to_on) for one in answer.given_anyway or ()]
    assert given == [("dale", "group", date(2024, 9, 1), None)]


def _check_contrast(answer: contrast.ContrastAnswer) -> None:
    found = {row.outcome.code: row for row in answer.outcomes}
    assert list(found) == ["crack-use-told", "shared-pipe", "further_need_told", "response", "came_back"]
    told = found["crack-use-told"]
    assert told.headline is not None and told.permutation is not None
    # Of 9 recorded at each site: 2 before; after 2 + 4, 5, 6 and 2 + 0, 1, 2.
    treated, compared = [4 / 9, 5 / 9, 6 / 9], [0 / 9, 1 / 9, 2 / 9]
    assert told.headline.difference == pytest.approx(np.mean(treated) - np.mean(compared))
    expected = t_test(treated, compared).confidence_interval(0.95)
    assert (told.headline.interval.low, told.headline.interval.high) == pytest.approx(
        (expected.low, expected.high)
    )
    assert told.headline.missing.not_asked == 12
    assert (told.permutation.as_far_apart, told.permutation.arrangements) == (2, 20)
    # No plan is locked, so nothing is planned and there is no p.
    assert told.headline.p_value is None and told.outcome.rank is OutcomeRank.PRIMARY
    assert {(row.site, row.month): (row.recorded, row.n) for row in told.recorded}["aston", "2025-01"] == (
        9,
        10,
    )
    survey = found["shared-pipe"]
    assert survey.changes is not None and survey.headline is not None
    assert survey.headline.missing.not_asked == 12
    aston = next(site for site in survey.changes.sites if site.site == "aston")
    # n of 1..7 at site 0 before: odd ones, 4 of 7; after: n % 3 == 2, at 2 and 5.
    assert (aston.before.value, aston.after.value) == (4 / 7, 2 / 7)
    # Nobody's further need was denied, so every site has 1 before and after: no scatter, and a sentence that says so.
    assert found["further_need_told"].headline is None
    assert isinstance(found["further_need_told"].refused, Sentence)


def _check_recording(answer: recording.RecordingAnswer) -> None:
    september = [row for row in answer.rows if row.month == "2025-09"]
    assert [(row.site, row.n, row.recorded, row.share) for row in september] == [("aston", 12, 0, 0.0)]


def _check_coverage(answer: coverage.CoverageAnswer) -> None:
    (theme,) = answer.themes
    # 01 asked (P01, P02), 03 was open (P01, P04); P03 was asked about something else. The interviewer counts for nobody.
    assert theme.overall is not None and (theme.overall.n, theme.overall.of) == (1, 3)
    assert [(row.value, row.n, row.of) for row in theme.by["participant_group"]] == [
        ("crack", 1, 3),
        ("peer", 0, 0),
    ]
    assert set(theme.by) == {"participant_group", "site", "arm", "phase"}


def _check_funnel(answer: funnel.FunnelAnswer) -> None:
    assert answer.by == ("arm", "phase")
    groups = {group.group: {row.step: row for row in group.steps} for group in answer.contacts}
    after = groups["intervention", "after"]
    assert (after[Step.CONTACT].n, after[Step.CRACK_USE_TOLD].yes) == (30 + 12, 6 + 7 + 8)
    assert after[Step.CRACK_USE_TOLD].missing.not_recorded == 12
    assert (
        after[Step.ENTERED].n,
        after[Step.ENTERED].yes,
        after[Step.ENTERED].no,
        after[Step.ENTERED].still_open,
    ) == (9, 3, 3, 3)
    codes = {group.group: {row.step: row for row in group.steps} for group in answer.codes}
    assert codes["comparison", "before"][Step.CAME_BACK].n == 30
    entered = {row.group: row.incidence for row in answer.entered}["comparison", "after"]
    assert entered is not None
    assert [row.share for row in entered.by_day][:2] == pytest.approx([1 / 3, 1 / 3])
    assert not answer.routes.may_contrast  # 12 of the peers' contacts carry no code


def _check_joint(answer: joint.JointAnswer) -> None:
    assert [row.step or row.outcome for row in answer.rows] == [*Step, "shared-pipe"]
    shared = answer.rows[-1]
    assert [(t.theme.name, t.judgement) for t in shared.themes] == [("A reason to come", None)]
    assert (shared.step, shared.numbers) == (None, ())
    assert [(one.analysis, one.judgement) for one in shared.whole] == [
        ("Why", "silence"),
        ("Rooms", "discordance"),
    ]
    assert [one.outcome.code for one in shared.contrasts] == ["shared-pipe"]
    rows = {row.step: row for row in answer.rows[:-1]}
    crack = rows[Step.CRACK_USE_TOLD]
    assert [(t.theme.name, t.judgement) for t in crack.themes] == [("A reason to come", "confirmation")]
    assert len(crack.contrasts) == 1 and len(crack.numbers) == 4
    assert (rows[Step.RESPONSE].themes, rows[Step.RESPONSE].whole) == ((), ())
    assert len(rows[Step.CAME_BACK].numbers) == 4


def _check_page(answer: site_month.SiteMonthAnswer) -> None:
    (page,) = answer.pages
    assert page.contacts_by_route == {"peer": 4, "service": 6}
    assert page.items_given == {"safe_inhalation_pipe": 11, "swab": 10}
    crack = page.steps[0]
    assert (crack.values, crack.n, crack.share_recorded) == ({"no": 7, "not_asked": 1, "yes": 2}, 10, 0.9)


@pytest.fixture
def folders(settings: object, tmp_path: Path) -> Iterator[Path]:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings
    yield tmp_path


def test_evaluate_writes_every_answer_beside_the_freeze(folders: Path) -> None:
    written = write(of_six_sites())
    freeze = freeze_study(study=written.study, name="one", by=CHEN, at=AT)
    with pytest.raises(NotAllowed):
        evaluate(freeze=freeze, by=Actor.stranger(), at=AT, seed=7)
    with pytest.raises(NotFound):
        read_result(folder_of(freeze), "funnel")
    results = evaluate(freeze=freeze, by=CHEN, at=AT, seed=7)
    first = {name: (results / f"{name}.json").read_text() for name in RESULTS}
    assert {path.stem for path in results.iterdir()} == set(RESULTS)
    assert [answer["by"] for answer in read_result(folder_of(freeze), "funnel")][:2] == [[], ["route"]]
    assert json.loads(first["run"])["content_hash"] == freeze.content_hash
    before = json.loads(first["beforehand"])["steps"][0]
    told = [(one["arm"], one["month"], one["yes"], one["n"]) for one in before["months"]]
    assert told == [
        ("comparison", "2025-01", 6, 27),
        ("intervention", "2025-01", 6, 27),
    ]  # two of nine at each of three sites
    assert all(one["missing"].keys() == {kind.value for kind in Nothing} for one in before["months"])
    assert (
        before["trends"] is None and "4 months" in before["no_trends"]["text"] % before["no_trends"]["params"]
    )
    evaluate(freeze=freeze, by=CHEN, at=AT, seed=7)
    assert {name: (results / f"{name}.json").read_text() for name in RESULTS} == first
    assert AuditEvent.objects.filter(action="evaluated").count() == 2
    releases: tuple[Any, ...] = (release_funnel, release_beforehand, partial(release_composition, asked=""))
    for leave in releases:
        told = leave(freeze=freeze, profile=LT5, recipient="x", by=CHEN, at=AT)
        plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        line = Release.objects.latest("id")
        assert (line.content_hash, line.profile) == (hashlib.sha256(plain.encode()).hexdigest(), "lt5")
    _the_line_leaves_as_a_report_has_it(freeze)


def _the_line_leaves_as_a_report_has_it(freeze: Freeze) -> None:
    """By its command: counts as the door tells them, with their denominators; what is small or would give it away is suppressed."""
    asked = ["evaluate", "funnel", "--freeze", "one", "--recipient", "Dr. Reader"]
    shown = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "of contacts at which a further need was told" in shown.output, (
        shown.output
    )
    assert (
        "It does not tell what the programme brought about" in shown.output
        and "never counted as no" in shown.output
    )
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    rows = {(one["of"], *one["group"], one["step"]): one for one in told["steps"]}
    assert rows["contacts", "intervention", "before", "crack_use_told"]["counted"] == 30
    exact = {
        ("contacts", *group["group"], step["step"]): (step["n"], step["yes"])
        for answer in read_result(folder_of(freeze), "funnel")
        if answer["by"] in (["arm", "phase"], ["route"], ["site"])
        for group in answer["contacts"]
        for step in group["steps"]
    }
    told_whole = {
        key: (one["counted"], one["yes"]) for key, one in rows.items() if one["share"] != SUPPRESSED
    }
    alike = {key: counts for key, counts in told_whole.items() if key in exact}
    assert alike and all(exact[key] == counts for key, counts in alike.items())
    small = [one for one in told["steps"] if isinstance(one["yes"], int) and 0 < one["yes"] < 5]
    assert not small and any(one["yes"] == SUPPRESSED for one in told["steps"])
    assert all(
        (one["share"] == SUPPRESSED) == (SUPPRESSED in (one["yes"], one["counted"])) for one in told["steps"]
    )
    lines = Release.objects.filter(what="contacts by arm and phase: crack use told", recipient="Dr. Reader")
    assert (
        lines.count() == 2
        and Release.objects.latest("id").what == "the line of contacts, codes and referrals"
    )
    with pytest.raises(NotAllowed):
        release_funnel(freeze=freeze, profile=LT5, recipient="x", by=Actor.stranger(), at=AT)


def test_to_plain_keeps_sentences_and_refuses_what_is_no_answer() -> None:
    assert to_plain({("a", "b"): Sentence("%(n)s left", n=3)}) == {
        "a / b": {"text": "%(n)s left", "params": {"n": 3}}
    }
    with pytest.raises(ValueError, match="number"):
        to_plain(float("nan"))
    with pytest.raises(TypeError):
        to_plain(object())
