"""Sources read, coded and written beside; what an approach does not use is not on its pages."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.world import TEXT, World

from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.actions import correct_text
from throughline.records.inquiry.models import Analysis, Coding, Memo, Source
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(world: World) -> Client:
    client = Client()
    client.force_login(world.by_role[Role.ANALYST])
    return client


@pytest.fixture
def rosa(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.rosa.account)
    return client


def place(words: str) -> dict[str, str]:
    start = TEXT.index(words)
    return {"start": str(start), "end": str(start + len(words))}


def test_source_is_shown_with_its_codings_and_reading_it_is_an_event(world: World, analyst: Client) -> None:
    page = analyst.get(reverse("source", args=[world.source.id])).content.decode()
    assert 'data-codes="A door"' in page and 'id="turn-4"' in page
    assert AuditEvent.objects.filter(action="source_read").count() == 1


def test_turn_in_the_address_fills_in_its_place(world: World, analyst: Client) -> None:
    form = analyst.get(reverse("source", args=[world.source.id]) + "?turn=4").context["form"]
    assert (form["start"].value(), form["end"].value()) == (TEXT.index("That I"), len(TEXT))


def test_code_is_put_on_a_passage_once(world: World, analyst: Client) -> None:
    address = reverse("source", args=[world.source.id])
    given = place("no roof") | {"code": str(world.code.id)}
    answer = analyst.post(address, given)
    assert answer.status_code == 302 and answer["Location"].endswith("?turn=4#turn-4")
    coding = Coding.objects.get(analyst=str(world.by_role[Role.ANALYST].id))
    assert TEXT[coding.start : coding.end] == "no roof"
    again = analyst.post(address, given)
    assert again.status_code == 409 and b"on this very passage already" in again.content


def test_passage_is_found_again_where_the_text_was_corrected_since(
    world: World, analyst: Client, now: datetime
) -> None:
    address, given = reverse("source", args=[world.source.id]), {"code": str(world.code.id)}
    page = analyst.get(address)
    assert 'name="text_version" value="1"' in page.content.decode()
    correct_text(
        source=world.source, text="It is one good reason to come in.", turn=2, base_version=1, by=world.cast.rosa.actor,
        at=now,
    )  # fmt: skip
    for words, lies_there in (("no roof", True), ("Then I said the rest.", False)):
        answer = analyst.post(address, {**place(words), **given, "text_version": "1"}, follow=True)
        assert ("kept with its corrections" in answer.content.decode()) is not lies_there
    kept = Coding.objects.exclude(id=world.coding.id).order_by("applied_at", "id")
    assert [one.lost_in for one in kept] == [None, 2]
    assert kept[0].start == TEXT.index("no roof") + len("It is one good reason to come in.") - len(
        "It is a reason to come in. Then I said the rest."
    )
    # places that were filled in for another text are not offered again under this one
    answer = analyst.post(address, {**place("no roof"), "text_version": "1"})
    assert answer.status_code == 422 and "corrected meanwhile" in answer.content.decode()
    assert 'name="text_version" value="2"' in answer.content.decode()


def test_code_is_named_in_the_text(world: World, analyst: Client) -> None:
    analyst.post(reverse("source", args=[world.source.id]), place("no roof") | {"new_code": "Having no roof"})
    coding = Coding.objects.get(analyst=str(world.by_role[Role.ANALYST].id))
    assert (coding.code.slug, coding.code.origin, coding.code.codebook.name) == (
        "having-no-roof", "inductive", "Codebook",
    )  # fmt: skip


def test_code_outside_the_text_is_refused_with_the_text_still_there(world: World, analyst: Client) -> None:
    given = {"start": "0", "end": "99999", "code": str(world.code.id)}
    page = analyst.post(reverse("source", args=[world.source.id]), given)
    assert page.status_code == 422 and b"Mark a passage inside the text" in page.content
    assert b"It is a reason to come in" in page.content


def test_coding_of_a_colleague_is_taken_off_by_who_leads_only(
    world: World, analyst: Client, rosa: Client
) -> None:
    address = reverse("coding_removed", args=[world.coding.id])
    assert analyst.post(address).status_code == 403
    assert rosa.post(address).status_code == 302
    assert not Coding.objects.filter(removed_at=None).exists()


def test_evaluator_reads_and_is_told_why_not_to_code(world: World) -> None:
    client = Client()
    client.force_login(world.cast.chen.account)
    page = client.get(reverse("source", args=[world.source.id])).content.decode()
    assert "coding-form" not in page.replace('data-form="coding-form"', "")
    assert "Your roles do not allow this" in page
    assert client.post(reverse("source", args=[world.source.id]), place("no roof")).status_code == 403


@pytest.mark.parametrize("approach", list(Approach))
def test_counts_are_absent_where_the_approach_does_not_count(
    world: World, analyst: Client, approach: Approach
) -> None:
    Analysis.objects.update(approach=approach.value)
    table = analyst.get(reverse("inquiry")).content.decode()
    source = analyst.get(reverse("source", args=[world.source.id])).context["reading"]
    counts = approach is Approach.CODING_RELIABILITY  # the others: on request, which nobody made
    assert ("Codings" in table) is counts
    assert (source.codes[0].codings is not None) is counts


def test_coders_work_unseen_by_each_other_where_agreement_is_measured(world: World, analyst: Client) -> None:
    Analysis.objects.update(approach=Approach.CODING_RELIABILITY.value)
    assert analyst.get(reverse("source", args=[world.source.id])).context["reading"].codings == []


def test_sources_are_filtered(world: World, analyst: Client) -> None:
    assert b"Interview 1" in analyst.get(reverse("inquiry") + "?kind=interview&coded=yes").content
    for query in ("?coded=no", "?kind=document", f"?site={world.cast.other_site.id}", "?read=yes"):
        assert b"No source fits" in analyst.get(reverse("inquiry") + query).content


def test_theme_shows_its_quote_until_consent_is_withdrawn(world: World, analyst: Client) -> None:
    address = reverse("theme", args=[world.theme.id])
    assert b"It is a reason to come in" in analyst.get(address).content
    from throughline.records.study.models import ResearchConsent

    ResearchConsent.objects.update(scopes=["take_part"])
    page = analyst.get(address).content
    assert b"It is a reason to come in" not in page and b"has not agreed to be quoted" in page


def test_memo_is_kept_beside_a_source_and_in_the_journal(world: World, analyst: Client) -> None:
    analyst.post(
        reverse("source_memo", args=[world.source.id]), {"title": "Doors", "text": "A door is a pipe."}
    )
    analyst.post(reverse("memos"), {"text": "I expected shame."})
    assert Memo.objects.count() == 2
    page = analyst.get(reverse("memos")).content
    assert b"A door is a pipe." in page and b"I expected shame." in page


def test_source_that_still_names_people_is_opened_by_who_holds_it(
    world: World, analyst: Client, rosa: Client
) -> None:
    Source.objects.filter(id=world.source.id).update(is_deidentified=False)
    address = reverse("source", args=[world.source.id])
    assert analyst.get(address).status_code == 404
    assert world.source.name not in analyst.get(reverse("inquiry")).content.decode()
    opening = reverse("source_deidentified", args=[world.source.id])
    assert opening in rosa.get(address).content.decode()
    assert analyst.post(opening).status_code == 403
    assert rosa.post(opening).status_code == 302
    assert analyst.get(address).status_code == 200
    assert opening not in rosa.get(address).content.decode()
