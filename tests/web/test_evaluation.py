"""The evaluation's pages: who sees them, making a freeze, looking, and taking the report."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import translation
from tests.cast import SYSTEM
from tests.evaluation.test_incidents import opened as an_opened_freeze_of_incidents
from tests.reporting.made import contrast, refused_contrast
from tests.reporting.made import theme as counted_theme
from tests.reporting.made_attitudes import attitudes_answer
from tests.reporting.made_baseline import baseline_answer
from tests.reporting.made_beforehand import step_before
from tests.reporting.made_composition import composition_answer
from tests.reporting.made_series import series_answer
from tests.reporting.made_staggered import staggered_answer
from tests.reporting.read_back import numbers, text_of
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.questions import incidents
from throughline.evaluation.questions.beforehand import BeforehandAnswer
from throughline.evaluation.results import read_result, to_plain, write_result
from throughline.evaluation.runs import evaluate
from throughline.methods.estimate import Missing
from throughline.methods.funnel import Funnel, StepCounts, funnel
from throughline.methods.suppression import LT5
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.actions import add_alias, remove_alias, write_joint_row
from throughline.records.inquiry.models import Theme, ThemeQuote
from throughline.records.study.actions import add_study_site, set_phase, withdraw_research_consent
from throughline.records.study.models import Freeze, Release, ResearchConsent
from throughline.records.surveys.actions import open_wave
from throughline.reporting.attitudes_left import release_attitudes
from throughline.reporting.beforehand_left import release_beforehand
from throughline.reporting.composition_left import release_composition
from throughline.reporting.coverage_left import release_coverage
from throughline.reporting.files import FORMATS
from throughline.reporting.staggered_left import release_staggered
from throughline.reporting.written import take_back_reports
from throughline.rules.approaches import NOT_COUNTED
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import AliasKind, ArmKind, Judgement, PhaseKind, Step
from throughline.web.evaluation import beforehand, shown
from throughline.work.jobs import ask_for, job_of, jobs_of, running

AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PAGES = [
    ("evaluation", []),
    ("evaluation_funnel", ["2026-03"]),
    ("evaluation_estimates", ["2026-03"]),
    ("evaluation_subgroups", ["2026-03"]),
    ("evaluation_baseline", ["2026-03"]),
    ("evaluation_composition", ["2026-03"]),
    ("evaluation_attitudes", ["2026-03"]),
    ("evaluation_series", ["2026-03"]),
    ("evaluation_staggered", ["2026-03"]),
    ("evaluation_joint", ["2026-03"]),
    ("evaluation_themes", ["2026-03"]),
    ("evaluation_site_month", ["2026-03", "harrowmere", "2026-02"]),
    ("evaluation_report", ["2026-03"]),
    ("evaluation_download", ["2026-03", UUID(int=7)]),
    ("evaluation_job", [UUID(int=7)]),
]


@pytest.fixture
def studied(transactional_db: None, world: World) -> World:
    """The world with its site in a study, frozen by nobody yet."""
    place = add_study_site(
        study=world.study, site=world.cast.site, arm=ArmKind.INTERVENTION, by=SYSTEM, at=world_at()
    )
    set_phase(
        study_site=place, kind=PhaseKind.BEFORE, from_on=date(2024, 9, 1), to_on=None, by=SYSTEM, at=world_at()
    )  # fmt: skip
    return world


def world_at() -> datetime:
    from django.utils import timezone

    return timezone.now()


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_nobody_but_who_holds_the_study_and_its_sources_sees_a_page(
    world: World, sign_in: SignIn, name: str, args: list[Any]
) -> None:
    address = reverse(name, args=args)
    cast = world.cast
    for account in (
        world.nobody, cast.dana.account, cast.alice.account, cast.bob.account, cast.priya.account, cast.omar.account,
        cast.grace.account, cast.ada.account,
    ):  # fmt: skip
        answer = sign_in(account).get(address)
        assert answer.status_code == 403, account.username
        assert "2026-03" not in answer.content.decode()
    assert sign_in(None).get(address).status_code == 302


def test_without_a_freeze_the_page_says_what_to_do(world: World, sign_in: SignIn) -> None:
    chen = sign_in(world.cast.chen.account).get(reverse("evaluation")).content.decode()
    assert "No freeze yet" in chen and "Freeze and ask the questions" in chen
    rosa = sign_in(world.cast.rosa.account).get(reverse("evaluation")).content.decode()
    assert "Freeze and ask the questions" not in rosa
    assert "It takes: Evaluator" in rosa


def test_who_may_not_freeze_is_refused(world: World, sign_in: SignIn) -> None:
    given = {"study": str(world.study.id), "name": "2026-03"}
    answer = sign_in(world.cast.rosa.account).post(reverse("evaluation"), given)
    assert answer.status_code == 403
    assert not jobs_of(world.cast.programme, kind="freeze")


@pytest.mark.parametrize("name", ["", "With Space", "UPPER", "under_score"])
def test_a_freeze_without_a_good_name_is_sent_back(world: World, sign_in: SignIn, name: str) -> None:
    given = {"study": str(world.study.id), "name": name}
    answer = sign_in(world.cast.chen.account).post(reverse("evaluation"), given)
    assert answer.status_code == 422
    assert not Freeze.objects.exists()


def test_work_is_shown_to_who_asked_for_it_alone(world: World, sign_in: SignIn) -> None:
    programme = world.cast.programme
    job = ask_for(programme, kind="freeze", freeze="2026-04", asked_by=world.cast.chen.actor.id)
    address = reverse("evaluation_job", args=[job.id])
    assert "Waiting for the worker" in sign_in(world.cast.chen.account).get(address).content.decode()
    assert sign_in(world.cast.rosa.account).get(address).status_code == 404


def test_work_that_fails_says_so_without_what_it_was_about(world: World) -> None:
    programme = world.cast.programme
    job = ask_for(programme, kind="freeze", freeze="2026-04", asked_by="x")
    with running(programme, UUID(job.id)) as work:
        work.tell("copying", 1, 2)
        raise ValueError("KX41 lives at 3 Mill Street")
    told = job_of(programme, UUID(job.id))
    assert told.state == "failed"
    assert "Mill Street" not in told.failure and "server's log" in told.failure


def test_why_work_was_refused_is_read_in_the_readers_language(world: World) -> None:
    """Whoever asked, the work is done by a program that speaks English."""
    programme = world.cast.programme
    job = ask_for(programme, kind="freeze", freeze="2026-04", asked_by="x")
    with running(programme, UUID(job.id)):
        raise Unready(Sentence("It was frozen on %(day)s.", day=date(2026, 3, 2)))
    assert "2 Mar 2026" in job_of(programme, UUID(job.id)).failure
    with translation.override("fr"):
        assert "2 mars 2026" in job_of(programme, UUID(job.id)).failure


def test_work_whose_worker_died_is_told_as_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    programme = world.cast.programme
    job = ask_for(programme, kind="freeze", freeze="2026-04", asked_by="x")
    path = Path(settings.THROUGHLINE_FREEZES) / programme.slug / ".jobs" / f"{job.id}.json"
    past = (world_at() - timedelta(minutes=3)).isoformat()
    path.write_text(path.read_text().replace('"waiting"', '"running"').replace(job.beat_at, past))
    assert job_of(programme, UUID(job.id)).state == "failed"


@pytest.mark.slow
@override_settings(TASKS=AT_ONCE)
def test_evaluator_freezes_looks_and_takes_the_report(studied: World, sign_in: SignIn) -> None:
    chen = sign_in(studied.cast.chen.account)
    Theme.objects.filter(id=studied.theme.id).update(name="What Zoë says")
    wave = {"study": studied.study, "opens_on": world_at().date(), "by": SYSTEM}
    open_wave(code="first-wave", phase=PhaseKind.BEFORE, at=world_at() - timedelta(days=1), **wave)
    asked = chen.post(reverse("evaluation"), {"study": str(studied.study.id), "name": "2026-03"})
    assert asked.status_code == 302
    open_wave(code="late-wave", phase=PhaseKind.AFTER, at=datetime.now(UTC), **wave)
    assert "See the findings" in chen.get(asked.url).content.decode(), job_of(
        studied.cast.programme, UUID(asked.url.split("/")[-2])
    )
    freeze = Freeze.objects.get(name="2026-03")
    assert freeze.frozen_by == studied.cast.chen.actor.id

    listed = chen.get(reverse("evaluation")).content.decode()
    assert freeze.content_hash[:12] in listed and "Chen" in listed

    month = f"{(world_at() - timedelta(days=3)).date():%Y-%m}"
    for name, args in PAGES[1:9]:
        answer = chen.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        page = answer.content.decode()
        assert re.search(r"<main[^>]* not-printed\"", page) and "This page does not print" in page
    page = chen.get(reverse("evaluation_site_month", args=["2026-03", "harrowmere", month])).content.decode()
    assert "Harrowmere" in page and "What was done" in page
    assert (
        chen.get(reverse("evaluation_site_month", args=["2026-03", "harrowmere", "1999-01"])).status_code
        == 404
    )

    other = chen.get(reverse("evaluation_funnel", args=["2026-03"]), {"by": ["route", "site"], "of": "codes"})
    assert other.status_code == 200  # a split that nobody asked before, computed now

    assert sign_in(studied.cast.rosa.account).post(
        reverse("evaluation_report", args=["2026-03"]), {"recipient": "x", "profile": "lt5"}
    ).status_code == 403  # fmt: skip
    assert not Release.objects.exists()
    _take_report(studied, chen, sign_in)


def test_series_and_baseline_are_shown_with_what_they_cannot_show(studied: World, sign_in: SignIn) -> None:
    chen = studied.cast.chen
    write_joint_row(
        study=studied.study, analysis=studied.analysis, of=Step.CONTACT, theme=studied.theme, judgement=Judgement.EXPANSION,
        reason="They say why they came.", by=chen.actor, at=world_at(),
    )  # fmt: skip
    freeze = freeze_study(study=studied.study, name="2026-03", by=chen.actor, at=world_at())
    client, address = sign_in(chen.account), reverse("evaluation_series", args=["2026-03"])
    assert client.get(address).status_code == 404  # frozen and not asked yet
    evaluate(freeze=freeze, by=chen.actor, at=world_at(), seed=7)
    assert "No phase of the study says when the programme began at Harrowmere." in words_of(
        client.get(address)
    )
    answer = series_answer()
    with_incidents = answer | {"incidents": to_plain(incidents.ask(an_opened_freeze_of_incidents()))}
    write_result(folder_of(freeze), "series", with_incidents)
    page = words_of(client.get(address))
    assert "Incidents: 50 in 2 months before May 2025 (25.0 a month), and 52 in 2 months from then on" in page
    assert "2025-04 not recorded" in page and "no change is an effect of the programme" in page
    write_result(folder_of(freeze), "series", answer)
    assert "Incidents of the whole programme" not in words_of(client.get(address))
    level = answer["measures"][0]["apart"]["level"]["ratio"]
    assert f"changed by {level:.2f} times as much as at the average comparison site" in page
    assert "tinted from 2024-11" in page and "Months missing: 1 not recorded." in page
    assert "It cannot tell the programme from anything else that began in that month" in page
    before = reverse("evaluation_baseline", args=["2026-03"])
    assert "Before the programme, by arm" in words_of(
        client.get(before)
    )  # contacts of this world, in one arm
    write_result(folder_of(freeze), "baseline", baseline_answer())
    table = words_of(client.get(before))
    assert "Shared a pipe yes 44% (44) 100 7 declined 40% (40) 100 9 not asked +0.08" in table
    assert "Age mean (SD) 24.50 (SD 2.90) 50" in table and "29.50 (SD 2.90) 50 11 declined −1.72" in table
    assert "Values of contacts: mode: 12 at intervention sites, 0 at comparison sites" in table
    assert "the distance of Yang and Dalton" in table and "no interval and no p value" in table
    for method in ("quasi_poisson", "newey_west", "ar1_reml", "interaction", "site_changes"):
        assert f"series.{method}/1" in page
    _themes_are_not_counted(client, studied, freeze)
    _components_are_shown(client, folder_of(freeze))
    _who_answered_is_shown(client, folder_of(freeze))
    _attitudes_are_shown(client, folder_of(freeze))
    _they_leave_as_lines_of_the_ledger(studied, freeze)


def _themes_are_not_counted(client: Any, world: World, freeze: Freeze) -> None:
    """The analysis is reflexive: its theme stands there by its centre, and nothing says how many spoke of it."""
    pages = {
        name: words_of(client.get(reverse(name, args=["2026-03"])))
        for name in ("evaluation_themes", "evaluation_joint", "evaluation_report")
    }
    for name in ("evaluation_themes", "evaluation_joint"):
        assert str(NOT_COUNTED) in pages[name], name
        assert world.theme.central_concept in pages[name] and world.theme.name in pages[name]
    assert "expansion They say why they came." in pages["evaluation_joint"]
    for name, page in pages.items():
        told = page.partition("Themes, by what lies at their centre")[2] or page
        assert not re.search(r"n of N|spoke of it|[Rr]aised it unasked|theme coverage", told), name
    given: dict[str, Any] = {"freeze": freeze, "profile": LT5, "recipient": "Dr. Reader", "at": world_at()}
    with pytest.raises(NotAllowed):
        release_coverage(**given, by=world.cast.bob.actor)
    told = release_coverage(**given, by=world.cast.chen.actor)
    assert (told["themes"], told["uncounted"]) == ([], [to_plain(NOT_COUNTED)])
    assert not Release.objects.exists()
    _where_they_are_counted_they_leave(given, world, freeze)


def _where_they_are_counted_they_leave(given: dict[str, Any], world: World, freeze: Freeze) -> None:
    folder = folder_of(freeze)
    was = read_result(folder, "coverage")
    write_result(folder, "coverage", was | {"themes": [counted_theme() | {"uncounted": None}]})
    told = release_coverage(**given, by=world.cast.chen.actor)
    assert [(one["overall"]["n"], one["overall"]["of"]) for one in told["themes"]] == [(7, 12)]
    assert [row["n"] for row in told["themes"][0]["by"]["participant_group"]] == [SUPPRESSED, SUPPRESSED]
    assert Release.objects.get().what == "theme coverage"
    write_result(folder, "coverage", was)


def _components_are_shown(client: Any, folder: Path) -> None:
    address = reverse("evaluation_staggered", args=["2026-03"])
    assert "No component has dates at a site of the study." in words_of(client.get(address))
    (folder / "results" / "staggered.json").unlink()
    assert "was asked its questions before this one" in words_of(client.get(address))
    answer = staggered_answer()
    write_result(folder, "staggered", answer)
    assert client.get(address, {"component": "<b>"}).status_code == 422
    page = words_of(client.get(address, {"component": "training"}))
    found = answer["components"][1]["measures"][0]["found"]
    assert f"on average {found['overall']:+.1f} from that of sites that had not begun it yet" in page
    assert "Aston: peer outreach, from 9 Dec 2024 to 31 Mar 2025, began in the same month." in page
    assert "began in 2024-12" in page and "month before" in page and "1 v 3" in page and "1 v 1" in page
    assert "dealt to the sites in 12 ways" in page and "It has no interval" in page
    assert "at least 2 are needed" in page  # of a measure that is refused
    assert "It cannot tell the component from anything else that began at the same sites" in page
    assert "staggered.att_not_yet_begun/1, staggered.permutation_of_dates/1" in page
    assert "At Aston it had ended in 1 month" in words_of(client.get(address, {"component": "peer_outreach"}))


def _who_answered_is_shown(client: Any, folder: Path) -> None:
    address = reverse("evaluation_composition", args=["2026-03"])
    assert "The plan names no attribute of respondents" in words_of(client.get(address))
    (folder / "results" / "composition.json").unlink()
    assert "was asked its questions before this one" in words_of(client.get(address))
    answer = composition_answer()
    write_result(folder, "composition", answer)
    assert client.get(address, {"contamination": "<b>"}).status_code == 422
    page = words_of(client.get(address))
    assert (
        "Somewhere stable to live" in page and "Shared a pipe" in page and "The locked plan names it" in page
    )
    assert "Aston intervention 60% (30) 40% (20) 50" in page  # no and yes, and of how many, before
    told = answer["attributes"][0]["estimates"][0]
    assert f"{told['found']['contrast']['difference'] * 100:+.1f} points".replace("-", "−") in page
    assert "Cuts or burns: Nobody with this value answered after" in page
    assert "Each site's mix of before is taken as it was found" in page
    assert "contrast.standardised_to_before_mix/1" in page and "What reached the comparison sites" in page


def _attitudes_are_shown(client: Any, folder: Path) -> None:
    """Exact, but where few people stand behind a figure; without attitudes it says what to do."""
    address = reverse("evaluation_attitudes", args=["2026-03"])
    assert "throughline import attitudes" in words_of(client.get(address))
    (folder / "results" / "attitudes.json").unlink()
    assert "was asked its questions before this one" in words_of(client.get(address))
    answer = attitudes_answer()
    write_result(folder, "attitudes", answer)
    page = words_of(client.get(address))
    row = answer["rows"][0]
    assert "Role, support: before and after" in page and "from 1 to 7; higher is better" in page
    assert (
        f"Officers all sites {row['n_before']} {row['n_after']} {row['n_both']} {row['mean_before']:.2f}"
        in page
    )
    assert (
        "Officers: the change at intervention sites less the change at comparison sites is +" in page
        and "An attitude is not what somebody does" in page
    )
    assert "Workers all sites" + 8 * " suppressed" in page and "Too few people stand behind it" in page
    assert "paired_change.linked/1" in page


def _they_leave_as_lines_of_the_ledger(world: World, freeze: Freeze) -> None:
    """For who may release tables; nothing of single sites that the door did not let through."""
    given: dict[str, Any] = {"freeze": freeze, "profile": LT5, "recipient": "Dr. Reader", "at": world_at()}
    component = {"component": "training", "outcome": "contacts"}
    for actor in (world.cast.dana.actor, world.cast.bob.actor):
        with pytest.raises(NotAllowed):
            release_staggered(**given, **component, by=actor)
        with pytest.raises(NotAllowed):
            release_composition(**given, asked="", by=actor)
    chen = world.cast.chen.actor
    told = release_staggered(**given, **component, by=chen)
    assert [[one["measure"] for one in each["measures"]] for each in told["components"]] == [["contacts"]]
    every = release_staggered(**given, component="", outcome="", by=chen)
    assert [each["component"] for each in every["components"]] == ["peer_outreach", "training"]
    assert [one["measure"] for one in every["components"][1]["measures"]] != ["contacts"]
    assert Release.objects.filter(what="staggered components", recipient="Dr. Reader").exists()
    mixed = release_composition(**given, asked="", by=chen)
    assert "who" not in mixed["attributes"][0] and "contamination" not in mixed
    with pytest.raises(Invalid, match="The survey has no question pipes"):
        release_composition(**given, asked="pipes", by=chen)
    write_result(folder_of(freeze), "beforehand", to_plain(BeforehandAnswer(())) | {"steps": [step_before()]})
    with pytest.raises(NotAllowed):
        release_beforehand(**given, by=world.cast.bob.actor)
    (step,) = release_beforehand(**given, by=chen)["steps"]
    assert step["trends"] and step["placebo"] and "months" not in step
    # its questionnaires are in no freeze here
    assert release_attitudes(**given, by=chen)["rows"][0]["paired"] is None
    lines = Release.objects.filter(is_refused=False).values_list("what", "recipient", "released_by")
    left = (
        "staggered components: training",
        "mix of respondents, and contamination",
        "attitudes before and after",
        "how the arms moved before the programme",
    )
    for what in left:
        assert (what, "Dr. Reader", chen.id) in lines


def _take_report(world: World, chen: Any, sign_in: SignIn) -> None:
    address = reverse("evaluation_report", args=["2026-03"])
    before = chen.get(address).content.decode()
    assert "contacts by arm and phase: Crack use told" in before  # said before anything leaves
    chosen = re.findall(r"<input[^>]*name=\"checklists\"[^>]*>", before)
    assert [one for one in chosen if "checked" in one] == [one for one in chosen if "rtarg" in one] and len(
        chosen
    ) == 6
    assert not Release.objects.exists()
    title = add_alias(
        analysis=world.analysis, kind=AliasKind.OTHER, label="paper", terms=["pipes"], by=world.cast.rosa.actor, at=world_at(),
    )  # fmt: skip
    asked = chen.post(address, {"recipient": "The commissioner", "profile": "lt5"})
    failed = job_of(world.cast.programme, UUID(asked.url.split("/")[-2]))
    assert failed.state == "failed" and "registered: the study’s title" in failed.failure.replace("'", "’")
    assert not Release.objects.exists()
    remove_alias(alias=title, by=world.cast.rosa.actor, at=world_at())
    add_alias(
        analysis=world.analysis, kind=AliasKind.PERSON, label="worker 1", terms=["Zoë", "Harrowmere"],
        by=world.cast.rosa.actor, at=world_at(),
    )  # fmt: skip
    asked = chen.post(address, {"recipient": "The commissioner", "profile": "lt5"})
    job = UUID(asked.url.split("/")[-2])
    told = job_of(world.cast.programme, job)
    assert told.state == "done", told
    lines = Release.objects.all()
    assert lines and {line.recipient for line in lines} == {"The commissioner"}
    assert {line.released_by for line in lines} == {world.cast.chen.actor.id}
    download = reverse("evaluation_download", args=["2026-03", job])
    file = chen.get(download)
    assert file.headers["Content-Disposition"].startswith("attachment;")
    page = b"".join(file.streaming_content).decode()
    assert "What this cannot show" in page and world.study.title in html.unescape(page)
    assert "Zoë" not in html.unescape(page) and "quotes: [kept back] 1" in page
    assert "what lies at the centre of themes" in page and str(NOT_COUNTED) in html.unescape(page)
    assert "theme coverage" not in page and "spoke of it" not in page
    assert "names of themes: Words of a list of names stand in 1 of them" in page
    assert "names of sites: 1 of them are on a list of names" in page and "Harrowmere" in page
    assert sign_in(world.cast.rosa.account).get(download).status_code in (403, 404)
    assert AuditEvent.objects.filter(action="released").exists()
    assert (folder_of(Freeze.objects.get(name="2026-03")) / "reports").stat().st_mode & 0o077 == 0
    assert AuditEvent.objects.filter(action="report_handed_over").count() == 1
    others = [_taken_as(form, chen, address, page) for form in ("docx", "pdf")]
    _withdrawn_words_are_not_handed_out(world, chen, download, others)


def _taken_as(form: str, chen: Any, address: str, page: str) -> str:
    """The same report in another format, by its button: a release of its own, with the same cells. Where it is taken."""
    before = Release.objects.count()
    given = {"recipient": "The commissioner", "profile": "lt5", "form": form, "checklists": ["trend", "srqr"]}
    assert chen.post(address, given | {"checklists": ["consort"]}).status_code == 422
    assert chen.post(address, given | {"form": "odt"}).status_code == 422
    asked = chen.post(address, given)
    job = asked.url.split("/")[-2]
    download = reverse("evaluation_download", args=["2026-03", job])
    assert Release.objects.count() == 2 * before if form == "docx" else before * 3 // 2
    assert download in chen.get(address).content.decode()
    file = chen.get(download)
    assert file.headers["Content-Type"] == FORMATS[form].content_type
    assert file.headers["Content-Disposition"].endswith(f'.{form}"')
    content = b"".join(file.streaming_content)
    cut = "with its official number;"
    text, _, checked = text_of(content, form).rpartition(cut)
    assert "TREND: where each item" in checked and "SRQR: where" in checked and "RTARG" not in checked
    assert "first-wave before not applicable" in text and "late-wave" not in text
    assert "What does a pipe open?" in text
    assert "What this cannot show" in text and "Zoë" not in text and "quotes: [kept back] 1" in text
    as_html = text_of(page.encode(), "html").partition("Made with Throughline")[0]
    # Each is of its own moment, which alone may tell them apart.
    [written] = re.findall(r"<dt>Written</dt><dd><time[^>]*>([^<]+)</time>", page)
    assert set(numbers(as_html)) - set(numbers(text)) <= set(numbers(written))
    return download


def _withdrawn_words_are_not_handed_out(world: World, chen: Any, download: str, others: list[str]) -> None:
    """The world's theme has a quote of P01, who withdraws after the report was written."""
    assert ThemeQuote.objects.exists()
    for consent in ResearchConsent.objects.all():
        withdraw_research_consent(consent=consent, by=world.cast.rosa.actor, at=world_at())
    refused = chen.get(download)
    assert refused.status_code == 409
    assert "may not be told any more" in html.unescape(refused.content.decode())
    reports = folder_of(Freeze.objects.get(name="2026-03")) / "reports"
    (reports / f".{UUID(int=7)}.pdf.part").write_bytes(b"of a writer that was cut short")
    assert (
        not list(reports.glob("*.html"))
        and len(list(reports.glob("*.docx")) + list(reports.glob("*.pdf"))) == 2
    )
    assert take_back_reports(world.study, at=world_at()) == 3
    assert {path.suffix for path in reports.iterdir()} == {".json"}
    assert {chen.get(one).status_code for one in (download, *others)} == {404}


def test_a_refused_outcome_is_shown_with_its_reason() -> None:
    found = shown.outcome(refused_contrast(), {}, 3)
    assert str(found["refused"]) == "The comparison sites recorded nothing of this outcome."
    assert found["forest"] == [] and found["sites"] == []
    assert shown.overview([refused_contrast()])[0]["estimate"] is None


def test_the_difference_beside_shares_says_that_it_is_of_average_sites_and_adjusted() -> None:
    found = contrast() | {"adjusted": {"adjustment": {"covariates": ["age", "tenure"]}}}
    row = {"step": "contact", "numbers": (), "contrasts": [found]}
    (told,) = shown.joint_numbers(row, {})
    assert told["label"] == "Difference of the changes of the arms' average sites, adjusted for age, tenure"
    (told,) = shown.joint_numbers({**row, "contrasts": [contrast()]}, {})
    assert told["label"] == "Difference of the changes of the arms' average sites"


def test_of_a_step_that_two_outcomes_are_each_difference_says_of_which_it_is() -> None:
    other = contrast() | {"outcome": contrast()["outcome"] | {"code": "other", "name": "Told by people"}}
    row = {"step": "crack_use_told", "numbers": (), "contrasts": [contrast(), refused_contrast(), other]}
    told = [one["label"].partition(":")[0] for one in shown.joint_numbers(row, {})]
    assert told == ["crack use told", "Told by people"]


def test_every_site_change_stands_below_the_difference() -> None:
    found = shown.outcome(contrast(primary=True), {"ashby": "Ashby"}, 0)
    assert [row["label"] for row in found["forest"]] == [
        "Difference of the arms", "Ashby", "brook", "carrow", "dunmere", "elver", "farrow",
    ]  # fmt: skip
    first, site = found["forest"][:2]
    assert first["low"] < first["estimate"] < first["high"]
    assert site["low"] == site["estimate"] == site["high"] == pytest.approx(100 * (83 / 150 - 41 / 120))


def test_funnel_panels_hold_at_most_four_series_and_leave_out_sites_outside_the_study() -> None:
    counts = {
        Step.CONTACT: StepCounts(10),
        Step.CRACK_USE_TOLD: StepCounts(4, 5, missing=Missing(declined=1)),
    }
    groups = to_plain(
        funnel(Funnel.CONTACTS, {(arm, phase): counts for arm in ("intervention", "none") for phase in ("after", "before")})
    )  # fmt: skip
    panels = shown.funnel_panels(groups, {})
    assert [panel["title"] for panel in panels] == ["intervention"]
    assert [one["label"] for one in panels[0]["series"]] == ["before", "after"]
    many = to_plain(funnel(Funnel.CONTACTS, {(f"site {n}",): counts for n in range(5)}))
    assert shown.funnel_panels(many, {}) == []
    assert len(shown.funnel_rows(many, {})) == 10


def test_an_empty_denominator_is_not_applicable_and_not_zero() -> None:
    groups = to_plain(funnel(Funnel.CONTACTS, {(): {Step.ACCEPTED: StepCounts(0)}}))
    assert shown.funnel_rows(groups, {})[0]["share"] is Nothing.NOT_APPLICABLE


def test_months_before_stand_apart_as_they_lie_and_keep_their_kind_of_nothing() -> None:
    told = [
        {"month": month, "share": share, "nothing": nothing}
        for month, share, nothing in (("2025-11", 0.251, None), ("2025-12", None, "declined"), ("2026-02", 0.5, None))
    ]  # fmt: skip
    assert [(one["label"], one["value"]) for one in beforehand.points(told)] == [
        ("2025-11", 25), ("2025-12", Nothing.DECLINED), ("2026-01", Nothing.NOT_RECORDED), ("2026-02", 50),
    ]  # fmt: skip
