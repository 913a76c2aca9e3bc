"""The study's pages: designed from nothing by whoever leads the research, looked at, and asked what it can detect."""

from __future__ import annotations

import json

from django.urls import reverse
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.methods.few_clusters.detectable import Planned, detectable
from throughline.records.study.models import AnalysisPlan, Outcome, Phase, Study
from throughline.rules.plans import Plan, content_of, plan_of
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import OutcomeRank


def test_study_is_designed_on_its_pages_from_nothing_to_a_locked_plan(world: World, sign_in: SignIn) -> None:
    lead = sign_in(world.by_role[Role.LEAD_RESEARCHER])
    given = {"title": "Kits and doors", "design": "Before and after", "registration_id": ""}
    made = lead.post(reverse("new_study"), given)
    study = Study.objects.get(title="Kits and doors")
    assert made.url == reverse("study", args=[study.id]) and study.registration_id == "not_recorded"
    assert lead.post(reverse("new_study"), given).status_code == 422
    empty = words_of(lead.get(made.url))
    assert "No site has a phase yet" in empty and "every outcome is exploratory" in empty

    def add(what: str, /, **form: object) -> int:
        return lead.post(reverse("study_add", args=[study.id, what]), form).status_code

    for place, arm in ((world.cast.site, "intervention"), (world.cast.other_site, "comparison")):
        assert add("site", site=place.id, arm=arm) == 302
        study_site = study.study_sites.get(site=place)
        assert (
            add("phase", study_site=study_site.id, kind="before", from_on="2024-01-01", to_on="2024-06-30")
            == 302
        )
        assert add("phase", study_site=study_site.id, kind="after", from_on="2024-06-01") == 422  # overlaps
        assert add("phase", study_site=study_site.id, kind="after", from_on="2024-09-01") == 302
    assert Phase.objects.filter(study_site__study=study).count() == 4
    told = {"source": "survey", "kind": "binary", "direction": "lower_is_better"}
    assert add("outcome", name="Shares pipes", code="shares", measure="shares", rank="primary", success_by="People who use crack", **told) == 302  # fmt: skip
    assert add("outcome", name="Arrests", code="arrests", measure="arrests", rank="secondary", success_by="Police", **told) == 302  # fmt: skip
    assert add("change", on="2024-03-01", what="Peers ask too", why="Few came") == 302
    assert add("nothing") == 404
    wrong = lead.post(
        reverse("study_add", args=[study.id, "plan"]), {"primary": ["shares"], "covariates": 'age"]'}
    )
    assert wrong.status_code == 422 and "covariates in the plan is a list of codes" in words_of(wrong)
    assert not AnalysisPlan.objects.filter(study=study).exists()
    plan = {
        "primary": ["shares"],
        "covariates": "age, woman",
        "subgroups": "woman",
        "imputed": ["declined"],
        "words": "No more.",
    }
    assert add("plan", **plan) == 302
    locked = AnalysisPlan.objects.get(study=study)
    assert plan_of(locked.content) == Plan(("shares",), (), ("age", "woman"), ("woman",), ("declined",))
    assert locked.content == content_of(plan_of(locked.content), "No more.")

    page = words_of(lead.get(made.url))
    for words in (
        "1 Jan 2024 to 30 Jun 2024", "since 1 Sep 2024, still open", "People who use crack", "Police", "Peers ask too", "Why: Few came",
        locked.content_hash, "contrast.site_change_of_residuals/1", "age, woman", "followed",
    ):  # fmt: skip
        assert words in page, words
    AnalysisPlan.objects.filter(id=locked.id).update(content=content_of(Plan(("shares",)), "No more."))
    assert "not as it was locked" not in page and "not as it was locked" in words_of(lead.get(made.url))
    assert Outcome.objects.filter(study=study, rank=OutcomeRank.PRIMARY.value).count() == 1
    assert "Kits and doors" in words_of(lead.get(reverse("studies")))


def test_design_page_says_what_more_of_each_thing_brings(world: World, sign_in: SignIn) -> None:
    analyst = sign_in(world.by_role[Role.ANALYST])
    address = reverse("study_detect", args=[world.study.id])
    begin = words_of(analyst.get(address))
    assert (
        "3.07 standard deviations of a site's change" in begin and "With 6 sites" in begin
    )  # 3 against 3 where none are there
    asked = {
        "scale": "share", "share": "44", "respondents": "60", "rho": "0.03", "intervention": "4", "comparison": "3", "before": "1", "after": "2",
    }  # fmt: skip
    found = detectable(Planned(60, 0.03, 4, 3, share=0.44, waves=(1, 2)))
    page = words_of(analyst.get(address, asked))
    for words in (
        f"{found.difference * 100:.1f} points",
        f"{found.floor * 100:.1f} points",
        "16 + 15",
        "1 before, 2 after this study",
        "From 159 respondents",
    ):
        assert words in page, words
    mean = words_of(analyst.get(address, asked | {"scale": "mean", "sd": "8"}))
    assert (
        f"{detectable(Planned(60, 0.03, 4, 3, sd=8.0, waves=(1, 2))).difference:.3g}" in mean
        and "points" not in mean
    )
    # The command line says the same, of this study as recorded and of one that is only thought of.
    options = [part for name, value in asked.items() if name != "scale" for part in (f"--{name}", value)]
    command = CliRunner().invoke(app, ["study", "detect", *options, "--json"])
    told = json.loads(command.output)
    assert told["here"]["difference"] == found.difference and told["enough"] == 159 and not told["beyond"]
    for label, one in zip(("2 + 2", "3 + 2", "4 + 3"), told["sites"], strict=False):
        assert (
            f"{label} {'this study ' if label == '4 + 3' else ''}{one['difference'] * 100:.1f} points" in page
        )
    recorded = CliRunner().invoke(
        app, ["study", "detect", "--study", world.study.title, "--programme", world.study.programme.slug]
    )
    assert (
        recorded.exit_code == 0
        and f"{detectable(Planned(50, 0.02, 3, 3, share=0.5)).difference * 100:.1f} points" in recorded.output
    )
    assert CliRunner().invoke(app, ["study", "detect", *options, "--sd", "2"]).exit_code == 6
    rare = words_of(analyst.get(address, asked | {"share": "3", "respondents": "5"}))
    assert "One way the share cannot move that far" in rare
    for form, words in (
        ({"scale": "mean", "sd": ""}, "Say this"),
        ({"intervention": "1"}, "greater than or equal to 2"),
        ({"rho": "2"}, "less than or equal to 1"),
    ):
        refused = analyst.get(address, asked | form)
        assert refused.status_code == 422 and words in words_of(refused)
    assert not AnalysisPlan.objects.filter(study=world.study).exists()
