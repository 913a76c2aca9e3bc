"""Themes on their pages: the board, writing, versions, review, relations; the trail and the framework."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.made import an_outcome
from tests.web.words import words_of
from tests.web.world import TEXT, World

from throughline.records.inquiry import actions
from throughline.records.inquiry.models import (
    Analysis,
    Decision,
    FrameworkCell,
    Participant,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


@pytest.fixture
def analyst(world: World) -> Client:
    client = Client()
    client.force_login(world.by_role[Role.ANALYST])
    return client


def another(world: World, name: str = "A roof first") -> Theme:
    draft = actions.ThemeDraft(name, "Nothing else holds without one.")
    return actions.write_theme(
        analysis=world.analysis, draft=draft, by=world.cast.rosa.actor, at=world.coding.applied_at
    )


def place(world: World, words: str) -> dict[str, str]:
    start = TEXT.index(words)
    return {"source": str(world.source.id), "start": str(start), "end": str(start + len(words))}


def test_theme_is_written_rewritten_and_both_versions_are_read(world: World, analyst: Client) -> None:
    new = {"name": "A roof first", "central_concept": "Nothing else holds.", "status": "candidate"}
    an_outcome(world.analysis.study)
    an_outcome(world.analysis.study, "told", step=Step.CRACK_USE_TOLD)  # its step is offered, and it is not
    chosen = {"codes": [str(world.code.id)], "steps": ["entered"], "outcomes": ["shared_a_pipe"]}
    assert analyst.post(reverse("new_theme"), new | {"outcomes": ["told"]}).status_code == 422
    made = analyst.post(reverse("new_theme"), new | chosen)
    theme = Theme.objects.get(name="A roof first")
    assert made["Location"] == reverse("theme", args=[theme.id])
    address = reverse("rewrite_theme", args=[theme.id])
    assert "Bears on: Entered, Shared a pipe" in words_of(analyst.get(made["Location"]))
    again = new | {"central_concept": "It begins with a roof.", "base_version": "1"}
    assert analyst.post(address, again).status_code == 302
    page = analyst.get(reverse("theme_versions", args=[theme.id])).content.decode()
    assert "<del><p>Nothing" in page or "<del>Nothing else holds." in page
    assert "<ins>It begins with a roof." in page and "A door" in page
    assert theme.outcomes == ["shared_a_pipe"] and "Shared a pipe" in page
    stale = analyst.post(address, again)
    assert stale.status_code == 409 and b"wrote this theme anew meanwhile" in stale.content
    assert analyst.post(reverse("new_theme"), new).status_code == 422  # the name is taken


def test_board_moves_a_theme_to_another_lane_and_under_another(world: World, analyst: Client) -> None:
    above = another(world)
    arrange = reverse("theme_arranged", args=[world.theme.id])
    assert analyst.post(arrange, {"status": "kept", "parent": str(above.id)}).status_code == 302
    row = Theme.objects.get(id=world.theme.id)
    assert (row.status, row.parent) == ("kept", above)
    board = analyst.get(reverse("themes"))
    assert b"part of \xe2\x80\x9cA roof first" in board.content
    cards = {lane["status"]: len(lane["cards"]) for lane in board.context["lanes"]}
    assert cards == {"candidate": 1, "reviewed": 0, "kept": 1, "let_go": 0}
    stale = analyst.post(arrange, {"status": "let_go", "seen": "0" * 16})
    assert stale.status_code == 409 and "in another window" in words_of(stale)
    (card,) = [one for lane in stale.context["lanes"] for one in lane["cards"] if one["theme"].id == row.id]
    assert card["form"]["status"].value() == "let_go" and card["seen"] in stale.content.decode()
    row.refresh_from_db()
    assert row.status == "kept"
    circle = {"status": "kept", "parent": str(row.id)}
    assert (
        b"cannot stand there"
        in analyst.post(reverse("theme_arranged", args=[above.id]), circle, follow=True).content
    )
    # put elsewhere in its lane by somebody else: the tab that shows it where it was is told
    shown = {card["theme"].id: card["seen"] for lane in board.context["lanes"] for card in lane["cards"]}
    other = another(world, "Keys first.")
    assert analyst.post(arrange, {"status": "candidate", "seen": shown[row.id]}).status_code == 302
    board = analyst.get(reverse("themes"))
    shown = {card["theme"].id: card["seen"] for lane in board.context["lanes"] for card in lane["cards"]}
    ahead = {"status": "candidate", "before": str(above.id)}
    assert analyst.post(arrange, ahead | {"seen": shown[row.id]}).status_code == 302
    late = {"status": "candidate", "before": str(other.id), "seen": shown[row.id]}
    assert analyst.post(arrange, late).status_code == 409
    assert Theme.objects.order_by("place")[0] == row


@pytest.mark.parametrize("approach", list(Approach))
def test_pages_of_themes_tell_no_numbers_of_codings(
    world: World, analyst: Client, approach: Approach
) -> None:
    """What is counted is read where asking is; a theme is no tally, whatever the approach."""
    Analysis.objects.update(approach=approach.value)
    for address in (reverse("themes"), reverse("theme", args=[world.theme.id]), reverse("theme_map")):
        page = analyst.get(address).content
        assert b"passages)" not in page and b"1 passage" not in page


def test_review_shows_a_themes_passages_then_what_it_leaves_aside(world: World, analyst: Client) -> None:
    address = reverse("review_theme", args=[world.theme.id])
    page = analyst.get(address).content.decode()
    assert "It is a reason to come in" in page and "I had no roof" not in page
    aside = analyst.get(address + "?show=aside").content.decode()
    assert "I had no roof" in aside and "It is a reason" not in aside
    assert "What is a pipe for" not in aside  # the interviewer's
    do = reverse("theme_passage", args=[world.theme.id])
    roof = place(world, "That I had no roof.")
    answer = analyst.post(do, roof | {"do": "against", "show": "aside", "page": "1"})
    assert answer["Location"].endswith("?show=aside&page=1")
    assert ThemePassage.objects.get().is_contrary
    against = analyst.get(address + "?show=against").content.decode()
    assert "I had no roof" in against and "placed without a code" in against
    analyst.post(do, roof | {"do": "quote_against"})
    assert ThemeQuote.objects.get(is_contrary=True).start == int(roof["start"])
    for what in ("unquote", "away"):
        analyst.post(do, roof | {"do": what})
    assert not ThemePassage.objects.exists() and ThemeQuote.objects.count() == 1
    assert b"not with the theme any more" in analyst.post(do, roof | {"do": "away"}, follow=True).content


def test_passage_is_not_quoted_without_consent(world: World, analyst: Client) -> None:
    Participant.objects.update(consent=None)
    address = reverse("theme_passage", args=[world.theme.id])
    page = analyst.post(address, place(world, "That I had no roof.") | {"do": "quote"}, follow=True)
    assert ThemeQuote.objects.count() == 1 and page.context["messages"]


def test_themes_are_related_on_the_map_and_unrelated(world: World, analyst: Client) -> None:
    other = another(world)
    relate = reverse("themes_related", args=[world.theme.id])
    analyst.post(relate, {"kind": "contradicts", "target": str(other.id), "note": "at night"})
    relation = ThemeRelation.objects.get()
    long = {"kind": "contradicts", "target": str(other.id), "note": "much " * 50}
    refused = analyst.post(relate, long)
    assert refused.status_code == 422 and "much much" in refused.content.decode()
    page = analyst.get(reverse("theme_map")).content.decode()
    assert "A reason to come in <em>contradicts</em> A roof first" in page and "at night" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page and "style=" not in page.split("<svg")[1]
    file = analyst.get(reverse("theme_map_file"))
    assert file["Content-Type"].startswith("image/svg+xml") and "attachment" in file["Content-Disposition"]
    assert b"contradicts" in file.content and b"at night" not in file.content
    assert b"central" not in file.content
    analyst.post(reverse("themes_unrelated", args=[relation.id]))
    assert not ThemeRelation.objects.exists()


def test_decision_is_added_with_who_took_part(world: World, analyst: Client) -> None:
    given = {
        "text": "Let it stand.", "decided_on": world.coding.applied_at.date().isoformat(), "theme": str(world.theme.id),
        "group_1": "peer researchers", "number_1": "2",
    }  # fmt: skip
    assert analyst.post(reverse("trail"), given).status_code == 302
    assert Decision.objects.get().took_part == [{"group": "peer researchers", "number": 2}]
    assert b"2 peer researchers" in analyst.get(reverse("trail")).content
    assert b"Let it stand." in analyst.get(reverse("theme", args=[world.theme.id])).content
    lone = analyst.post(reverse("trail"), given | {"number_1": ""})
    assert lone.status_code == 422 and b"How many of this group?" in lone.content


def test_cell_is_written_beside_its_passages(world: World, analyst: Client) -> None:
    person = Participant.objects.get()
    address = reverse("framework_cell", args=[person.id, world.theme.id])
    page = analyst.get(address)
    (passage,) = page.context["passages"]
    assert passage["words"].text == "It is a reason to come in. Then I said the rest."
    given = {"summary": "Comes for it.", "passages": [passage["key"]]}
    assert analyst.post(address, given).status_code == 302
    assert FrameworkCell.objects.get().passages.count() == 1
    assert b"Comes for it." in analyst.get(reverse("framework")).content
    assert analyst.post(address, given).status_code == 409
    anew = given | {"summary": "Anew.", "base_version": "1"}
    assert "What it says, and what it said" not in analyst.get(address).content.decode()
    refused = analyst.post(address, anew)
    assert refused.status_code == 422 and b"Say why you write this cell anew" in refused.content
    assert analyst.post(address, anew | {"reason": "I read it again."}).status_code == 302
    shown = analyst.get(address).content.decode()
    assert "What it says, and what it said" in shown and "I read it again." in shown
    assert shown.count("Comes for it.") == 1


def test_framework_comes_first_for_its_own_approach_only(world: World, analyst: Client) -> None:
    for approach, is_first in ((Approach.CODEBOOK_FRAMEWORK, True), (Approach.REFLEXIVE, False)):
        Analysis.objects.update(approach=approach.value)
        page = analyst.get(reverse("themes")).content.decode()
        assert (page.index("Framework matrix") < page.index(">Board<")) is is_first


def test_evaluator_of_another_programme_finds_nothing(world: World) -> None:
    client = Client()
    client.force_login(world.cast.dana.account)
    assert client.get(reverse("theme", args=[world.theme.id])).status_code == 403


def test_words_within_a_turn_are_placed_and_quoted_from_the_source(world: World, analyst: Client) -> None:
    page = analyst.get(reverse("source", args=[world.source.id])).content.decode()
    assert "Place words with a theme" in page and world.theme.name in page
    assert (
        "Place what is selected"
        in analyst.get(reverse("code_source", args=[world.source.id])).content.decode()
    )
    address, start = reverse("source_theme", args=[world.source.id]), TEXT.index("a reason to come in")
    given = {
        "theme": str(world.theme.id), "start": start, "end": start + 8, "text_version": world.source.version, "do": "against",
    }  # fmt: skip
    back = analyst.post(address, given)
    assert back.status_code == 302 and "#turn-" in back["Location"]
    placed = ThemePassage.objects.get()
    assert (placed.start, placed.end, placed.is_contrary) == (start, start + 8, True)
    quote = ThemeQuote.objects.count()
    told = analyst.post(address, given | {"do": "quote"}, headers={"Accept": "application/json"})
    assert told.status_code == 200 and world.theme.name in told.json()["said"]
    assert ThemeQuote.objects.count() == quote + 1
    again = analyst.post(address, given | {"do": "quote"}, headers={"Accept": "application/json"})
    assert again.status_code == 409 and "a quote of the theme already" in again.json()["detail"]
    late = analyst.post(address, given | {"text_version": 9, "start": start + 1}, follow=True)
    assert "corrected meanwhile" in late.content.decode() and ThemePassage.objects.count() == 1
    assert "choose a theme" in analyst.post(address, given | {"theme": ""}, follow=True).content.decode()
