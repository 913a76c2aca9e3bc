"""Texts put right, names taken out and participants withdrawn, on the pages; and who finds nothing afterwards."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import START, SYSTEM
from tests.records.made import a_participant, a_release_draft
from tests.web.access_matrix import MATRIX
from tests.web.may import READERS
from tests.web.words import words_of
from tests.web.world import TEXT, World

from throughline.records.inquiry import actions
from throughline.records.inquiry.models import (
    Alias,
    Coding,
    Memo,
    Participant,
    Source,
    Theme,
    Turn,
)
from throughline.records.keyring import source_keys
from throughline.records.study.actions import record_release
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import ReleaseDoor, SourceKind

pytestmark = pytest.mark.django_db
GROUP = (
    "Moderator: And Kayleigh?\nMarlene: Kayleigh Brown found me in Todmorden, at the lock.\nP03: A lock, yes."
)


def signed_in(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.by_role[role])
    return client


@pytest.fixture
def rosa(world: World) -> Client:
    return signed_in(world, Role.LEAD_RESEARCHER)


@pytest.fixture
def analyst(world: World) -> Client:
    return signed_in(world, Role.ANALYST)


@pytest.fixture
def group(world: World) -> Source:
    """A focus group that still names people; only who holds the sources reads it."""
    turns, place = [], 0
    for line in GROUP.split("\n"):
        label = line.split(":")[0]
        turns.append(actions.TurnDraft(place + len(label) + 2, place + len(line), label))
        place += len(line) + 1
    draft = actions.SourceDraft(
        name="Group with Marlene", kind=SourceKind.FOCUS_GROUP, text=GROUP, raw=GROUP.encode(), file_format="text",
        file_hash=hashlib.sha256(GROUP.encode()).hexdigest(), turns=tuple(turns),
    )  # fmt: skip
    return actions.add_source(analysis=world.analysis, draft=draft, by=SYSTEM, at=START)


def text_of(source: Source) -> str:
    row = Source.objects.get(id=source.id)
    return source_keys().open(row.id).decrypt(bytes(row.text)).decode()


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_words_of_a_turn_are_corrected_once(world: World, rosa: Client) -> None:
    address = reverse("correct_source", args=[world.source.id, 2])
    given = {
        "step": "words",
        "version": "1",
        "text": "It is a real reason to come in. Then I said the rest.\r\n",
    }
    assert rosa.post(address, given).status_code == 302
    world.coding.refresh_from_db()
    assert text_of(world.source)[world.coding.start : world.coding.end].startswith("It is a real reason")
    late = rosa.post(address, given | {"text": "Something else."})
    assert late.status_code == 409 and b"Somebody changed this text meanwhile" in late.content
    assert b"Something else." in late.content  # what was written is not lost


def test_lost_coding_is_shown_with_its_words_to_who_holds_the_sources(
    world: World, rosa: Client, analyst: Client
) -> None:
    address = reverse("correct_source", args=[world.source.id, 2])
    rosa.post(
        address,
        {
            "step": "words",
            "version": "1",
            "text": "[The tape stops here: music from the yard, eleven minutes.]",
        },
    )
    assert "1 coding lost its words" in page(rosa, "source", world.source.id)
    assert "It is a reason to come in." in page(rosa, "source_history", world.source.id)
    seen = page(analyst, "source_history", world.source.id)
    assert "A door" in seen and "It is a reason" not in seen and "What was changed" not in seen


def test_turn_is_given_split_and_joined(world: World, rosa: Client) -> None:
    address = reverse("correct_source", args=[world.source.id, 2])
    form = rosa.get(address).context["margin"]
    place = form.fields["place"].choices[1]
    assert place == (TEXT.index("Then I said"), "Then I said the rest.")
    rosa.post(address, {"step": "turn", "version": "1", "speaker": "Interviewer", "place": str(place[0])})
    turns = Turn.objects.filter(source=world.source).order_by("number")
    assert [turn.speaker for turn in turns] == ["Interviewer", "P01", "Interviewer", "Interviewer", "P01"]
    rosa.post(address, {"step": "join", "version": "2", "speaker": "P01"})
    assert Turn.objects.filter(source=world.source).count() == 4


def test_label_is_given_to_a_participant_and_renamed(world: World, rosa: Client, group: Source) -> None:
    person = a_participant(world.analysis, "P02")
    given = {"speaker": "Marlene", "version": "1", "who": str(person.id), "name": "P02"}
    assert rosa.post(reverse("speakers", args=[group.id]), given).status_code == 302
    assert Turn.objects.get(source=group, number=2).participant == person
    team = {"speaker": "Moderator", "version": "2", "who": "team", "name": "Moderator"}
    rosa.post(reverse("speakers", args=[group.id]), team)
    assert Turn.objects.get(source=group, number=1).is_team


def answers(review: Any, **changed: Any) -> dict[str, Any]:
    """The review's form as the page sends it when nobody touches it."""
    given: dict[str, Any] = {"version": str(review.context["review"].version)}
    for one in review.context["choices"]:
        given |= {
            f"{one.field}-do": "replace", f"{one.field}-label": one.label, f"{one.field}-at": [v for _, v, _ in one.places],
        }  # fmt: skip
    return given | changed


def fields(review: Any) -> list[str]:
    return [one.field for one in review.context["choices"]]


def test_names_are_reviewed_seen_and_kept(world: World, rosa: Client, group: Source) -> None:
    address = reverse("deidentify", args=[group.id])
    review = rosa.get(address)
    assert [(one.group.term, one.label) for one in review.context["choices"]] == [
        ("Kayleigh", "person 1"), ("Marlene", "person 2"), ("Kayleigh Brown", "person 1"), ("Todmorden", "place A"),
    ]  # fmt: skip
    assert b"A person must read the whole text" in review.content
    seen = rosa.post(address, answers(review, step="look"))
    assert b"<mark>[place A]</mark>" in seen.content and text_of(group) == GROUP
    assert rosa.post(address, answers(review, step="keep")).status_code == 302
    assert text_of(group) == (
        "Moderator: And [person 1]?\n[person 2]: [person 1] found me in [place A], at the lock.\nP03: A lock, yes."
    )
    late = rosa.post(address, answers(review, step="keep"))
    assert late.status_code == 409 and b"meanwhile" in late.content


def test_review_lists_where_the_same_names_stand_beside_the_texts(
    world: World, rosa: Client, group: Source
) -> None:
    address = reverse("deidentify", args=[group.id])
    memo = actions.write_memo(
        analysis=world.analysis, text="Marlene laughs.", title="A laugh", by=SYSTEM, at=START
    )
    Theme.objects.filter(id=world.theme.id).update(contrary="Not in Todmorden, said Marlene.")
    review = rosa.get(address)
    assert review.context["elsewhere"] == []
    kept = rosa.post(address, answers(review, step="keep"))
    assert (kept.status_code, kept["Location"]) == (302, f"{address}#elsewhere")
    for page in (rosa.get(address), rosa.get(reverse("names"))):
        told = page.content.decode()
        assert "The same names stand elsewhere" in told
        assert f'href="{reverse("memo", args=[memo.id])}">A laugh</a>' in told
        assert f'href="{reverse("theme", args=[world.theme.id])}"' in told and "in 2 places" in told
    Memo.objects.filter(id=memo.id).update(text="[person 2] laughs.")
    Theme.objects.filter(id=world.theme.id).update(contrary="")
    assert "stand elsewhere" not in rosa.get(reverse("names")).content.decode()


def test_name_left_in_one_place_stays_there_alone(world: World, rosa: Client, group: Source) -> None:
    address = reverse("deidentify", args=[group.id])
    review = rosa.get(address)
    first, *_, last = fields(review)
    rosa.post(address, answers(review, step="keep", **{f"{first}-do": "leave", f"{last}-label": "town Q"}))
    assert "And Kayleigh?" in text_of(group) and "[town Q]" in text_of(group)


def test_word_found_by_hand_is_added_and_proposed(world: World, rosa: Client, group: Source) -> None:
    address = reverse("deidentify", args=[group.id])
    review = rosa.get(address)
    first = fields(review)[0]
    given = answers(review, step="add", **{f"{first}-do": "leave"})
    added = {"add-terms": "lock\n", "add-kind": "place"}
    refused = rosa.post(address, given | {"add-terms": "", "add-kind": "place", "add-label": "here"})
    assert refused.status_code == 422 and not refused.context["choices"][0].is_replaced
    answer = rosa.post(address, given | added | {"add-label": "meeting place"})
    found = {one.group.term: (one.label, len(one.places)) for one in answer.context["choices"]}
    assert found["lock"] == ("meeting place", 2)
    assert not answer.context["choices"][0].is_replaced, "what was answered stays"
    unseen = rosa.post(address, given | {"step": "keep"})
    assert unseen.status_code == 409 and "such as lock" in words_of(unseen)
    assert b"meeting place" in rosa.get(reverse("names")).content
    rosa.post(reverse("name_removed", args=[Alias.objects.get().id]))
    assert not Alias.objects.exists()
    rosa.post(reverse("names"), {"terms": "lock\n", "kind": "place", "label": "meeting place"})
    assert Alias.objects.get().label == "meeting place"


def test_name_marked_in_the_text_is_taken_out_wherever_it_stands(
    world: World, rosa: Client, group: Source
) -> None:
    address, at = reverse("deidentify", args=[group.id]), GROUP.index("lock")
    marked = {
        "version": "1",
        "start": str(at),
        "end": str(at + 5),
        "taken": "person 1\ndetail 1",
        "kind": "other",
    }
    found = rosa.post(reverse("name_found", args=[group.id]), marked).json()
    assert (found["term"], found["kind"], found["label"]) == ("lock", "other", "detail 2")
    assert [GROUP[start:end] for start, end, *_ in found["places"]] == ["lock", "lock"]
    nothing = rosa.post(reverse("name_found", args=[group.id]), marked | {"end": str(at)})
    assert (nothing.status_code, nothing.json()["detail"]) == (422, "Select the words of a name first.")
    late = rosa.post(reverse("name_found", args=[group.id]), marked | {"version": "9"})
    assert late.status_code == 409
    added = {
        "a0-found": f"{at}-{at + 4}", "a0-do": "replace", "a0-label": "meeting place", "a0-kind": "place",
        "a0-at": [f"{start}-{end}" for start, end, *_ in found["places"]],
    }  # fmt: skip
    review = rosa.get(address)
    seen = rosa.post(address, answers(review, step="look", **added))
    assert fields(seen) == [*fields(review), "a0"]
    wrong = rosa.post(address, answers(review, step="keep", **added | {"a0-found": "400-410"}))
    assert wrong.status_code == 422 and text_of(group) == GROUP
    town = f"{fields(review)[3]}-kind"
    rosa.post(address, answers(review, step="keep", **added, **{town: "organisation"}))
    assert text_of(group).count("[meeting place]") == 2
    assert Alias.objects.get(label="meeting place").kind == "place"
    assert Alias.objects.get(label="place A").kind == "organisation"


def test_names_are_answered_in_one_piece_or_in_a_list(world: World, rosa: Client, group: Source) -> None:
    """What the page's script sends is what the list shows, and back; nothing is kept that nobody was shown."""
    address = reverse("deidentify", args=[group.id])
    page = rosa.get(address)
    assert b'name="answered"' in page.content and b'-do"' not in page.content
    told = page.context["told"]
    assert [GROUP[slice(*one["places"][0])] for one in told] == [one["term"] for one in told]
    first, second, *others = told
    answered = [
        [first["field"], False, "person", first["label"], None, ""],
        [second["field"], True, "person", "worker 3", second["places"][:1], ""],
        *([one["field"], True, one["kind"], one["label"], None, ""] for one in others[:-1]),
    ]
    given = {"version": "1", "answered": json.dumps(answered)}
    listed = rosa.post(address, given | {"step": "list"})
    assert b'name="answered"' not in listed.content
    choices = listed.context["choices"]
    assert [one.is_replaced for one in choices] == [False, *[True] * (len(told) - 1)]
    assert choices[1].label == "worker 3"
    for step in ("text", "look"):
        again = rosa.post(address, answers(listed, step=step, **{f"{first['field']}-do": "leave"}))
        assert [one["replaced"] for one in again.context["told"]] == [False, *[True] * (len(told) - 1)]
    new = rosa.post(address, given | {"step": "keep"})
    assert new.status_code == 409 and "such as Todmorden" in words_of(new) and text_of(group) == GROUP
    for wrong in ("{", "7", "[[1]]", '[["g0", true, "person", "x", [1e999], ""]]'):
        assert rosa.post(address, given | {"step": "keep", "answered": wrong}).status_code == 422
    last = [others[-1]["field"], True, "place", "town Q", None, ""]
    kept = rosa.post(address, given | {"step": "keep", "answered": json.dumps([*answered, last])})
    assert kept.status_code == 302
    assert "And Kayleigh?" in text_of(group) and "[worker 3]: [person 1] found me in [town Q]" in text_of(
        group
    )


def every_page(world: World, roles: tuple[Role, ...], *more: str) -> dict[str, str]:
    """Whatever the pages of the inquiry answer to these roles."""
    found = {}
    for role in roles:
        client = signed_in(world, role)
        for name, row in MATRIX.items():
            if row.post is not None or role.value not in row.served or not row.served & READERS:
                continue
            address = reverse(name, args=row.args(world)) + row.query(world)
            if address.startswith("/inquiry/"):
                found[f"{role.value} {address}"] = client.get(address).content.decode(errors="replace")
        for address in more:
            found[f"{role.value} {address}"] = client.get(address).content.decode(errors="replace")
    return found


def with_words(pages: dict[str, str], *words: str) -> list[str]:
    return [name for name, content in pages.items() if re.search("|".join(words), content, re.IGNORECASE)]


def addresses_of(source: Source) -> list[str]:
    names = ("source", "read_source", "code_source", "source_text", "source_history")
    return [*(reverse(name, args=[source.id]) for name in names), f"/api/sources/{source.id}"]


def test_coders_find_no_name_anywhere(world: World, rosa: Client, group: Source) -> None:
    of_group = addresses_of(group)
    coders = (Role.ANALYST,)
    assert with_words(every_page(world, coders, *of_group), "Kayleigh", "Marlene", "Todmorden") == []
    address = reverse("deidentify", args=[group.id])
    rosa.post(address, answers(rosa.get(address), step="keep"))
    pages = every_page(world, coders, *of_group)
    assert with_words(pages, "Kayleigh", "Marlene", "Todmorden") == []
    assert "[person 1]" in pages[f"analyst {of_group[0]}"]


def test_withdrawn_words_are_on_no_page(world: World, rosa: Client, group: Source) -> None:
    """P01's interview is erased, and in a group that two speak in their turns are gone."""
    person = Participant.objects.get(label="P01")
    other = a_participant(world.analysis, "P03", source=group)
    actions.assign_speaker(source=group, speaker="Marlene", participant=person, by=SYSTEM, at=START)
    actions.declare_deidentified(source=group, by=SYSTEM, at=START)
    start = GROUP.index("found me")
    for words, at in (("found me", start), ("A lock", GROUP.index("A lock"))):
        actions.apply_code(source=group, code=world.code, start=at, end=at + len(words), by=SYSTEM, at=START)
    actions.write_memo(
        analysis=world.analysis, text="As one says: “it is a reason to come in”.", by=SYSTEM, at=START
    )
    roles = (Role.LEAD_RESEARCHER, Role.ANALYST, Role.DATA_GUARDIAN)
    secret = ("it is a reason to come in", "no roof", "Todmorden")
    more = addresses_of(group)
    assert with_words(every_page(world, (Role.ANALYST,), *more), *secret)
    withdraw = reverse("withdraw_participant", args=[person.id])
    assert rosa.post(withdraw, {"label": "P03"}).status_code == 422
    assert rosa.post(withdraw, {"label": "p01"}).status_code == 302
    pages = every_page(world, roles, *more)
    assert with_words(pages, *secret) == []
    assert "A lock, yes." in pages[f"analyst {more[1]}"]
    assert [one.source for one in Coding.objects.all().standing()] == [group]
    assert Turn.objects.filter(participant=other).count() == 1
    memo = Memo.objects.get(text="As one says: “[withdrawn]”.")
    assert reverse("memo", args=[memo.id]) in page(rosa, "participant", person.id)
    seen = page(signed_in(world, Role.DATA_GUARDIAN), "participant", person.id)
    assert "to look at" not in seen, "who may only erase sees no notes"


def test_withdrawal_lists_what_left_before(world: World, rosa: Client) -> None:
    person = Participant.objects.get(label="P01")
    draft = a_release_draft(ReleaseDoor.WORDS)
    later = world.source.added_at
    record_release(programme=world.cast.programme, draft=draft, by=world.cast.rosa.actor, at=later)
    record_release(programme=world.cast.programme, draft=draft, by=world.cast.chen.actor, at=later)
    asked = page(rosa, "withdraw_participant", person.id)
    assert "The commissioner" in asked and "1 line of the ledger is not yours to see" in asked
    rosa.post(reverse("withdraw_participant", args=[person.id]), {"label": "P01"})
    guardian = signed_in(world, Role.DATA_GUARDIAN)
    seen = page(guardian, "participant", person.id)
    assert seen.count("The commissioner") == 2 and "Nothing they said is kept any more" in seen


def test_guardian_withdraws_without_seeing_sources(world: World) -> None:
    guardian = signed_in(world, Role.DATA_GUARDIAN)
    seen = page(guardian, "participants")
    assert "P01" in seen and "Interview 1" not in seen
    person = Participant.objects.get(label="P01")
    assert (
        guardian.post(reverse("withdraw_participant", args=[person.id]), {"label": "P01"}).status_code == 302
    )
    assert Source.objects.get(id=world.source.id).erased_at is not None


def test_participant_is_added_described_and_consents(world: World, rosa: Client) -> None:
    answer = rosa.post(reverse("participants"), {"label": "P09", "group": ""})
    person = Participant.objects.get(label="P09")
    assert answer["Location"] == reverse("participant", args=[person.id])
    address = reverse("participant", args=[person.id])
    assert rosa.post(address, {"group": "women", "attributes": "age 40"}).status_code == 422
    rosa.post(address, {"group": "women", "attributes": "age: 40 to 49\n"})
    rosa.post(
        reverse("consent_recorded", args=[person.id]),
        {"sheet_version": "3", "given_on": "2026-01-02", "scopes": ["take_part", "quote"]},
    )
    person.refresh_from_db()
    assert (person.group, person.attributes) == ("women", {"age": "40 to 49"})
    assert person.consent is not None and person.consent.scopes == ["quote", "take_part"]
    assert "be quoted" in page(rosa, "participant", person.id)
    assert rosa.post(reverse("participants"), {"label": "P09"}).status_code == 422
