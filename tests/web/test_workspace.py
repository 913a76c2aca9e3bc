"""What the coding workspace's island asks for and sends: places in code points, refusals in words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.world import TEXT, World

from throughline.records.foundation import new_id
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Code, Coding, Memo, SourceVersion
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db


def signed_in(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.by_role[role])
    return client


@pytest.fixture
def analyst(world: World) -> Client:
    return signed_in(world, Role.ANALYST)


@pytest.fixture
def rosa(world: World) -> Client:
    return signed_in(world, Role.LEAD_RESEARCHER)


def address(world: World, name: str = "source_codings") -> str:
    return reverse(name, args=[world.source.id])


def applying(world: World, words: str, coding_id: UUID | None = None) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "do": "apply", "id": str(coding_id or new_id()), "code": str(world.code.id), "start": start,
        "end": start + len(words),
    }  # fmt: skip


def send(client: Client, world: World, *changes: dict[str, Any], version: int = 1) -> Any:
    given = {"changes": json.dumps(changes), "text_version": str(version)}
    return client.post(address(world), given)


def rows(answer: Any) -> list[dict[str, Any]]:
    """The codings of an answer, with codes and people by their ids."""
    found = answer.json()
    names = ("id", "code", "start", "end", "analyst", "version", "change", "stands")
    return [
        dict(zip(names, row, strict=True))
        | {"code": found["codes"][row[1]], "analyst": found["people"][row[4]][1]}
        for row in found["rows"]
    ]


def test_page_holds_no_word_of_the_source(world: World, analyst: Client) -> None:
    page = analyst.get(address(world, "code_source")).content.decode()
    assert "data-workspace" in page and "It is a reason" not in page


def test_text_comes_with_its_turns_in_code_points(world: World, analyst: Client) -> None:
    found = analyst.get(address(world, "source_text")).json()
    assert found["text"] == TEXT and found["text_version"] == 1
    said = [(n, found["speakers"][who], TEXT[start:end]) for n, who, start, end, _team in found["turns"]]
    assert said[1] == (2, "P01", "It is a reason to come in. Then I said the rest.")


def test_feed_tells_what_stands_and_then_what_changed(world: World, analyst: Client, rosa: Client) -> None:
    first = analyst.get(address(world)).json()
    assert [row[0] for row in first["rows"]] == [str(world.coding.id)]
    assert first["people"] == [[str(world.cast.rosa.account.id), world.cast.rosa.account.display_name]]
    since = f"{address(world)}?since={first['at']}"
    assert analyst.get(since).json()["rows"] == []
    send(rosa, world, {"do": "remove", "id": str(world.coding.id)})
    gone = rows(analyst.get(since))
    assert [(one["id"], one["stands"]) for one in gone] == [(str(world.coding.id), 0)]
    assert analyst.get(address(world)).json()["rows"] == []


def test_changes_are_answered_each(world: World, analyst: Client) -> None:
    one = new_id()
    answer = send(
        analyst, world, applying(world, "no roof", one),
        {"do": "move", "id": str(one), "start": 0, "end": 4, "base": 1},
        {"do": "move", "id": str(one), "start": 1, "end": 4, "base": 1},
        {"do": "remove", "id": str(world.coding.id)},
        {"do": "remove", "id": str(one)}, {"do": "restore", "id": str(one)}, {"do": "remove", "id": str(uuid4())},
    )  # fmt: skip
    assert [(row["start"], row["end"], row["version"], row["stands"]) for row in rows(answer)] == [
        (TEXT.index("no roof"), TEXT.index("no roof") + 7, 1, 1), (0, 4, 2, 1), (0, 4, 2, 0), (0, 4, 2, 1),
    ]  # fmt: skip
    refused = answer.json()["refused"]
    assert {place: one["status"] for place, one in refused.items()} == {"2": 409, "3": 403, "6": 404}
    assert "moved meanwhile" in refused["2"]["detail"]
    assert Coding.objects.get(id=one).end == 4 and Coding.objects.get(id=world.coding.id).removed_at is None


def test_one_more_coding_is_one_commit_and_reads_no_more_of_the_source_than_it_needs(
    world: World, analyst: Client
) -> None:
    send(analyst, world, applying(world, "no roof"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = send(analyst, world, applying(world, "a reason"))
    assert len(rows(answer)) == 1 and answer.json()["refused"] == {}
    statements = [one["sql"] for one in asked]
    assert len(statements) <= 22, "each is waited for, key by key, by who codes"
    # in the tests' own transaction a transaction is a savepoint
    assert len([one for one in statements if one.startswith(("SAVEPOINT", "BEGIN"))]) == 1
    assert not [one for one in statements if '"inquiry_source"."text"' in one]
    assert not [one for one in statements if one.startswith('UPDATE "inquiry_source"')], (
        "it rewrites the sealed words"
    )


def test_sent_again_nothing_is_there_twice(world: World, analyst: Client) -> None:
    one = new_id()
    changes = [
        applying(world, "no roof", one),
        {"do": "move", "id": str(one), "start": 0, "end": 4, "base": 1},
    ]
    first = rows(send(analyst, world, *changes))
    again = send(analyst, world, *changes)
    assert again.json()["refused"] == {} and rows(again)[-1] == first[-1]
    for do in ("remove", "remove", "restore", "restore"):
        answer = send(analyst, world, {"do": do, "id": str(one)})
        assert answer.json()["refused"] == {}
    assert Coding.objects.filter(removed_at=None).count() == 2


def test_places_in_a_text_that_was_corrected_since_are_found_again(
    world: World, analyst: Client, now: datetime
) -> None:
    rosa = world.cast.rosa.actor
    corrected = "It is one good reason to come in."
    actions.correct_text(source=world.source, text=corrected, turn=2, base_version=1, by=rosa, at=now)
    changes = [applying(world, words) for words in ("no roof", "reason", "Then I said the rest.")]
    answer = send(analyst, world, *changes, {"do": "remove", "id": changes[1]["id"]}, version=1)
    found = answer.json()
    text = analyst.get(address(world, "source_text")).json()["text"]
    assert (found["refused"], found["text_version"]) == ({}, 2)
    placed = [(text[row["start"] : row["end"]], row["stands"]) for row in rows(answer)]
    assert placed[:2] == [("no roof", 1), ("reason", 1)] and [stands for _, stands in placed[2:]] == [0, 0]
    assert Coding.objects.get(id=changes[2]["id"]).lost_in == 2
    # nobody knows what became of a version that is kept no longer
    SourceVersion.objects.all().delete()
    answer = send(
        analyst, world, applying(world, "a pipe"), {"do": "remove", "id": changes[0]["id"]}, version=1
    )
    assert {place: one["status"] for place, one in answer.json()["refused"].items()} == {"0": 410}
    assert analyst.get(address(world)).json()["text_version"] == 2


@pytest.mark.parametrize(
    "given",
    ["", "{", "[]", "[1]", '[{"do": "apply"}]', '[{"do": "erase", "id": "%s"}]', '[{"do": "remove", "id": "x"}]',
     '[{"do": "move", "id": "%s", "start": -1, "end": 2, "base": 1}]',
     '[{"do": "move", "id": "%s", "start": 1, "end": 99999999999, "base": 1}]'],
)  # fmt: skip
def test_changes_that_cannot_be_read_change_nothing(world: World, analyst: Client, given: str) -> None:
    answer = analyst.post(address(world), {"changes": given.replace("%s", str(world.coding.id))})
    assert answer.status_code == 422 and "cannot be read" in answer.json()["detail"]


def test_place_outside_the_text_is_refused_in_words(world: World, analyst: Client) -> None:
    change = applying(world, "no roof") | {"end": 99_999}
    refused = send(analyst, world, change).json()["refused"]["0"]
    assert refused == {
        "status": 422,
        "detail": f"Mark a passage inside the text: it has {len(TEXT)} characters.",
    }


def test_reader_who_may_not_code_is_told_so(world: World) -> None:
    evaluator = signed_in(world, Role.EVALUATOR)
    assert b"Your roles do not allow this" in evaluator.get(address(world, "code_source")).content
    answer = send(evaluator, world, applying(world, "no roof"))
    assert answer.status_code == 403 and "do not allow" in answer.json()["detail"]


def test_another_programmes_source_is_not_there(world: World) -> None:
    dana = Client()
    dana.force_login(world.cast.dana.account)
    for name in ("code_source", "source_text", "source_codings", "source_codes", "source_beside"):
        answer = dana.get(address(world, name))
        assert answer.status_code in {403, 404} and "no roof" not in answer.content.decode()


def test_code_is_named_by_words_once_and_in_any_script(world: World, analyst: Client) -> None:
    made = analyst.post(address(world, "source_codes"), {"name": "  no\n roof "}).json()
    again = analyst.post(address(world, "source_codes"), {"name": "No roof"}).json()
    assert made["made"] == again["made"] and [row[1] for row in made["codes"]] == ["A door", "no roof"]
    chinese = analyst.post(address(world, "source_codes"), {"name": "没有屋顶"}).json()
    code = Code.objects.get(id=chinese["made"])
    assert (code.name, code.origin) == ("没有屋顶", "inductive")
    assert analyst.post(address(world, "source_codes"), {"name": " "}).status_code == 422


def test_memo_lies_beside_a_coding_or_the_source(world: World, analyst: Client) -> None:
    beside = address(world, "source_beside")
    analyst.post(beside, {"text": "A door is a pipe.", "coding": str(world.coding.id)})
    found = analyst.post(beside, {"text": "He was tired."}).json()["memos"]
    assert [(one["text"], one["coding"]) for one in found] == [
        ("He was tired.", None), ("A door is a pipe.", str(world.coding.id)),
    ]  # fmt: skip
    assert analyst.post(beside, {"text": " "}).status_code == 422
    assert analyst.post(beside, {"text": "x", "coding": str(uuid4())}).status_code == 404


def test_another_reading_stands_beside_a_colleagues_coding_where_the_approach_has_such(
    world: World, analyst: Client, rosa: Client
) -> None:
    given = {"text": "To me this is shame.", "coding": str(world.coding.id), "kind": "another_reading"}
    assert rosa.post(address(world, "source_beside"), given).status_code == 422, "her own coding"
    assert analyst.post(address(world, "source_beside"), given).status_code == 200
    assert [memo.kind for memo in Memo.objects.all()] == ["another_reading"]
    Analysis.objects.update(approach=Approach.CODEBOOK_TEMPLATE.value)
    assert analyst.post(address(world, "source_beside"), given).status_code == 409


@pytest.mark.parametrize("approach", list(Approach))
def test_page_offers_what_the_approach_uses(world: World, analyst: Client, approach: Approach) -> None:
    Analysis.objects.update(approach=approach.value)
    page = analyst.get(address(world, "code_source"))
    is_reflexive = approach is Approach.REFLEXIVE
    assert page.context["settings"]["counts"] is (approach is Approach.CODING_RELIABILITY)
    assert (b"another reading" in page.content) is is_reflexive


def test_blind_round_shows_no_trace_of_a_colleague(world: World, analyst: Client, rosa: Client) -> None:
    """No field of any answer, whatever the analyst asks for or does."""
    Analysis.objects.update(approach=Approach.CODING_RELIABILITY.value)
    send(rosa, world, applying(world, "a pipe"))
    rosa.post(
        address(world, "source_beside"), {"text": "Rosas eigener Gedanke", "coding": str(world.coding.id)}
    )
    hidden = [
        str(world.coding.id), str(Coding.objects.exclude(id=world.coding.id).get().id), "eigener Gedanke",
        str(world.cast.rosa.account.id), world.cast.rosa.account.display_name,
    ]  # fmt: skip
    own = new_id()
    answers = [
        analyst.get(address(world, name))
        for name in ("code_source", "source_text", "source_codings", "source_codes", "source_beside")
    ]
    answers.append(analyst.get(address(world) + "?since=1"))
    answers.append(send(analyst, world, applying(world, "a pipe", own), {"do": "remove", "id": hidden[0]}))
    answers.append(send(analyst, world, applying(world, "a pipe", world.coding.id)))
    answers.append(analyst.post(address(world, "source_beside"), {"text": "x", "coding": hidden[0]}))
    # what one asked for oneself comes back in the address of the page alone
    assert [one for answer in answers for one in hidden if one in answer.content.decode()] == []
    assert answers[-1].status_code == 404
    assert [row["id"] for row in rows(analyst.get(address(world)))] == [str(own)]
    assert analyst.get(address(world)).json()["is_blind"] is True


def test_names_of_coders_from_another_program_are_shown(world: World, analyst: Client) -> None:
    from throughline.records.inquiry.models import Coder

    Coding.objects.update(analyst="coder-7")
    Coder.objects.bulk_create(
        [
            Coder(
                programme=world.cast.programme,
                analysis=world.analysis,
                actor="coder-7",
                name="Imported coder",
            )
        ]
    )
    assert rows(analyst.get(address(world)))[0]["analyst"] == "Imported coder"
    Coding.objects.update(analyst=f"agreed:{uuid4()}")
    assert rows(analyst.get(address(world)))[0]["analyst"] == "the agreed version"


def test_one_more_coding_asks_the_database_as_often_in_a_large_document(
    world: World, analyst: Client, django_assert_max_num_queries: Any
) -> None:
    def questions() -> int:
        with django_assert_max_num_queries(60) as asked:
            assert (
                send(analyst, world, applying(world, "no roof"), {"do": "remove", "id": "0" * 32}).status_code
                == 200
            )
        return len(asked)

    few = questions()
    drafts = [
        actions.CodingDraft(world.code, start, end) for start in range(40) for end in range(start + 1, 41)
    ]
    actions.apply_codes(
        source=world.source, drafts=drafts, by=world.cast.rosa.actor, at=world.coding.applied_at
    )
    Coding.objects.filter(analyst=str(world.by_role[Role.ANALYST].id)).delete()
    assert questions() == few


def test_page_tells_of_codings_whose_words_a_correction_took(
    world: World, analyst: Client, now: datetime
) -> None:
    send(analyst, world, applying(world, "Then I said the rest."))
    assert "lost its words" not in analyst.get(address(world, "code_source")).content.decode()
    said = {"turn": 2, "base_version": 1, "by": world.cast.rosa.actor, "at": now}
    actions.correct_text(source=world.source, text="It is a reason to come in.", **said)
    page = analyst.get(address(world, "code_source")).content.decode()
    assert "1 coding lost its words" in page and address(world, "source_history") in page
