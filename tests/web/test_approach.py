"""An analysis's own page; which analysis the pages show; what an approach leaves alone is on no page of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.words import main_of, words_of
from tests.web.world import World

from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Decision, Position
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.rosa.account)
    return client


@pytest.fixture
def analyst(world: World) -> Client:
    client = Client()
    client.force_login(world.by_role[Role.ANALYST])
    return client


NEW = {
    "name": "What was asked", "question": "What did people ask for?", "approach": "codebook_template",
    "orientation": "led by theory", "theory": "stigma",
}  # fmt: skip


def test_analysis_is_opened_with_its_orientation_and_theory_and_then_chosen(
    world: World, rosa: Client
) -> None:
    answer = rosa.post(reverse("new_analysis"), NEW | {"study": str(world.study.id)})
    made = Analysis.objects.get(name="What was asked")
    assert (made.orientation, made.theory) == ("led by theory", "stigma")
    assert answer["Location"] == f"{reverse('add_source')}?analysis={made.id}"
    rosa.get(answer["Location"])
    assert b"What did people ask for?" in rosa.get(reverse("inquiry")).content  # without saying so again


def test_analysis_is_said_anew_with_a_reason(world: World, rosa: Client, analyst: Client) -> None:
    address = reverse("edit_analysis")
    assert analyst.get(address).status_code == 403
    given = NEW | {"approach": "reflexive"}
    assert rosa.post(address, given).status_code == 422
    assert rosa.post(address, given | {"why": "They spoke of it."}).status_code == 302
    page = analyst.get(reverse("analysis")).content.decode()
    assert "What did people ask for?" in page and "stigma" in page
    assert Decision.objects.get().text.startswith("They spoke of it.")
    stale = rosa.post(address, given | {"why": "Mine.", "theory": "shame", "seen": "0" * 16})
    assert stale.status_code == 409 and "in another window" in words_of(stale)
    assert stale.context["form"]["theory"].value() == "shame" and Decision.objects.count() == 1
    mine = given | {"why": "Mine.", "theory": "shame", "seen": stale.context["seen"]}
    assert rosa.post(address, mine).status_code == 302


def test_position_is_kept_beside_the_earlier_one(world: World, analyst: Client) -> None:
    for text in ("I was a nurse.", "I was a nurse there."):
        analyst.post(reverse("position"), {"text": text})
    page = analyst.get(reverse("analysis")).content.decode()
    assert page.index("I was a nurse there.") < page.index("I was a nurse.</div>")
    assert analyst.post(reverse("position"), {"text": ""}).status_code == 422
    assert Position.objects.count() == 2


def test_pages_of_one_analysis_show_nothing_of_another(world: World, rosa: Client) -> None:
    other = actions.open_analysis(
        study=world.study, name="Another", question="?", approach=Approach.REFLEXIVE, by=world.cast.rosa.actor,
        at=world.contact.server_time,
    )  # fmt: skip
    actions.write_memo(
        analysis=world.analysis, text="Of the first.", by=world.cast.rosa.actor, at=world.contact.server_time
    )
    for name, words in (
        ("inquiry", "Interview 1"),
        ("themes", "A reason to come in"),
        ("memos", "Of the first."),
    ):
        assert words in rosa.get(f"{reverse(name)}?analysis={world.analysis.id}").content.decode()
        assert words not in rosa.get(f"{reverse(name)}?analysis={other.id}").content.decode()
        assert words not in rosa.get(reverse(name)).content.decode(), "the last one chosen stays chosen"
    rosa.get(reverse("read_source", args=[world.source.id]))
    assert "Interview 1" in rosa.get(reverse("inquiry")).content.decode(), (
        "a source brings its analysis along"
    )


# What a reflexive analysis has no use for (rules/approaches.py). Every page of the journey that shows an analysis.
LEFT_ALONE = re.compile(
    r"agreement|kappa|saturation|blind|coding reliability|krippendorff|\b1 coding\b", re.I
)


SHOWING = (
    "analysis", "edit_analysis", "inquiry", "participants", "ask", "codebook", "themes", "theme_map", "framework", "trail",
    "memos", "who_has_read", "journal", "add_source", "face_sheet",
)  # fmt: skip
ABSENT = ("rounds", "saturation")


def test_reflexive_pages_do_not_name_what_the_approach_leaves_alone(world: World, rosa: Client) -> None:
    pages = [reverse(name) for name in SHOWING] + [
        reverse(name, args=[world.source.id])
        for name in ("source", "code_source", "read_source", "describe_source")
    ]
    for address in pages:
        answer = rosa.get(address)
        main = main_of(answer)
        assert answer.status_code == 200 and main
        if address != reverse("edit_analysis"):  # where another approach may be chosen
            assert LEFT_ALONE.search(main) is None, address
    for name in ABSENT:
        assert rosa.get(reverse(name)).status_code == 409, name
    table = rosa.get(reverse("inquiry")).content.decode()
    assert "Codings" not in table and "begun" in table


@pytest.mark.parametrize("approach", [one for one in Approach if one is not Approach.REFLEXIVE])
def test_other_approaches_say_what_they_use(world: World, rosa: Client, approach: Approach) -> None:
    Analysis.objects.update(approach=approach.value)
    main = main_of(rosa.get(reverse("analysis")))
    assert "ounts" in main and ("greement" in main) is (approach is Approach.CODING_RELIABILITY)


def test_counts_and_saturation_are_switched_on_where_the_analysis_is_said_anew(
    world: World, rosa: Client, analyst: Client
) -> None:
    Analysis.objects.update(approach=Approach.CODEBOOK_TEMPLATE.value)
    held = Analysis.objects.get()
    assert "Codings" not in rosa.get(reverse("inquiry")).content.decode()
    assert rosa.get(reverse("saturation")).status_code == 409
    assert "does not ask for counts" in rosa.get(reverse("code_matrix")).content.decode()
    given = {
        "name": held.name,
        "question": held.question,
        "approach": held.approach,
        "why": "We report how many.",
    }
    asked = given | {"with_counts": "on", "with_saturation": "on"}
    assert analyst.post(reverse("edit_analysis"), asked).status_code == 403
    before = AuditEvent.objects.filter(action="analysis_described").count()
    assert rosa.post(reverse("edit_analysis"), asked).status_code == 302  # though sources are coded already
    assert AuditEvent.objects.filter(action="analysis_described").count() == before + 1
    assert Decision.objects.get().text == "We report how many.\n\ncounts: off\nsaturation: off"
    assert "Codings" in rosa.get(reverse("inquiry")).content.decode()
    assert rosa.get(reverse("saturation")).status_code == 200
    assert "Counts on request" in words_of(rosa.get(reverse("analysis")))
    assert rosa.post(reverse("edit_analysis"), given | {"with_saturation": "on"}).status_code == 302
    assert "Codings" not in rosa.get(reverse("inquiry")).content.decode()
    assert "Counts off" in words_of(rosa.get(reverse("analysis")))


def test_an_approach_that_counts_anyway_or_never_is_asked_for_nothing(world: World, rosa: Client) -> None:
    given = NEW | {"approach": "reflexive", "why": "Anew.", "with_counts": "on", "with_saturation": "on"}
    assert rosa.post(reverse("edit_analysis"), given).status_code == 302
    held = Analysis.objects.get()
    assert (held.with_counts, held.with_saturation) == (False, False)
