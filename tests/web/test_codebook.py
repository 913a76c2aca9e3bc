"""The codebook's pages: changed, moved, merged, split, kept, compared, taken out and brought in."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.world import TEXT, World

from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Code, Codebook, Coding
from throughline.records.study.models import Release
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach, CodeOrigin

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


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


def another(world: World, slug: str = "roof", parent: str | None = None) -> Code:
    draft = actions.CodeDraft(
        slug, slug.capitalize(), CodeOrigin.DEDUCTIVE, parent=parent, definition="A place."
    )
    at = world.coding.applied_at
    return actions.add_code(codebook=world.code.codebook, draft=draft, by=world.cast.rosa.actor, at=at)


def order(world: World) -> list[str]:
    rows = Code.objects.filter(codebook=world.code.codebook).order_by("place")
    return [f"{row.parent.slug}/{row.slug}" if row.parent else row.slug for row in rows]


def test_code_is_added_and_written_anew_and_its_past_is_told(world: World, analyst: Client) -> None:
    new = reverse("new_code", args=[world.code.codebook_id])
    given = {"name": "A door", "origin": "inductive", "colour": "0", "parent": str(world.code.id)}
    assert analyst.post(new, given).status_code == 302
    made = Code.objects.get(slug="a-door")
    assert made.parent == world.code
    page = reverse("code", args=[made.id])
    change = given | {"name": "A gate", "definition": "Narrower.", "base_version": "1"}
    assert analyst.post(page, change).status_code == 302
    shown = analyst.get(page).content.decode()
    assert "<del>A door</del> → <ins>A gate</ins>" in shown and "Written anew" in shown
    stale = analyst.post(page, change | {"name": "A wall"})
    assert stale.status_code == 409 and b"changed the code A gate meanwhile" in stale.content
    assert analyst.post(page, change | {"name": ""}).status_code == 422


def test_codes_are_moved_step_by_step(world: World, analyst: Client) -> None:
    move = reverse("code_moved", args=[world.code.codebook_id])
    roof, bed = another(world), another(world, "bed")
    assert order(world) == ["door", "roof", "bed"]
    for code, way, then in (
        (bed, "up", ["door", "bed", "roof"]),
        (roof, "in", ["door", "bed", "bed/roof"]),
        (roof, "out", ["door", "bed", "roof"]),
        (world.code, "down", ["bed", "door", "roof"]),
    ):
        assert analyst.post(move, {"move": f"{code.id} {way}"}).status_code == 302
        assert order(world) == then
    analyst.post(move, {"code": roof.id, "parent": "", "before": bed.id})
    assert order(world) == ["roof", "bed", "door"]
    assert analyst.post(move, {"move": f"{roof.id} up"}).status_code == 422
    analyst.post(move, {"code": bed.id, "parent": roof.id})
    refused = analyst.post(move, {"code": roof.id, "parent": bed.id, "back": "code"}, follow=True)
    assert b"cannot stand under itself" in refused.content


@pytest.mark.parametrize("approach", list(Approach))
def test_merge_tells_counts_only_where_the_approach_counts(
    world: World, rosa: Client, approach: Approach
) -> None:
    Analysis.objects.update(approach=approach.value)
    into = another(world)
    page = rosa.get(reverse("merge_code", args=[world.code.id])).content
    counts = approach is Approach.CODING_RELIABILITY  # the others: on request, which nobody made
    assert (b"1 passage that you see" in page) is counts
    assert b"A reason to come in" in page  # the theme that it belongs to
    tree = rosa.get(reverse("codebook")).content
    assert (b"1 passage" in tree) is counts
    done = rosa.post(reverse("merge_code", args=[world.code.id]), {"into": into.id}, follow=True)
    assert (b"1 passage went along" in done.content) is counts
    assert Coding.objects.standing().get().code == into
    assert b"Merged into" in rosa.get(reverse("code", args=[world.code.id])).content


def test_chosen_passages_get_another_code_or_a_new_one(world: World, rosa: Client) -> None:
    address, to = reverse("recode", args=[world.code.id]), another(world)
    assert b"It is a reason to come in" in rosa.get(address).content
    chosen = {"codings": [str(world.coding.id)]}
    assert b"Choose at least one passage" in rosa.post(address, {"to": to.id}).content
    assert rosa.post(address, chosen).status_code == 422
    assert rosa.post(address, chosen | {"to": to.id}).status_code == 302
    assert Coding.objects.get(id=world.coding.id).code == to
    split = rosa.post(reverse("recode", args=[to.id]), chosen | {"new_code": "A bed"})
    assert split.status_code == 302
    assert Coding.objects.get(id=world.coding.id).code.slug == "a-bed"


def test_colleagues_passages_are_read_and_not_moved_by_who_does_not_lead(
    world: World, analyst: Client
) -> None:
    page = analyst.get(reverse("recode", args=[world.code.id]))
    assert b"It is a reason to come in" in page.content and not page.context["passages"][0]["may_move"]
    given = {"codings": [str(world.coding.id)], "to": str(another(world).id)}
    assert analyst.post(reverse("recode", args=[world.code.id]), given).status_code == 422
    assert Coding.objects.get(id=world.coding.id).code == world.code


def test_blind_coder_sees_no_colleagues_passage_and_no_count(world: World, analyst: Client) -> None:
    Analysis.objects.update(approach=Approach.CODING_RELIABILITY.value)
    assert b"No passage has this code" in analyst.get(reverse("recode", args=[world.code.id])).content
    for name in ("code", "codebook"):
        page = analyst.get(reverse(name, args=[world.code.id] if name == "code" else [])).content
        assert b"0 passages" in page and b"1 passage" not in page


def test_code_is_retired_and_brought_back(world: World, rosa: Client) -> None:
    rosa.post(reverse("code_retired", args=[world.code.id]))
    assert Code.objects.get(id=world.code.id).retired_at
    assert b"retired" in rosa.get(reverse("codebook")).content
    rosa.post(reverse("code_reinstated", args=[world.code.id]))
    assert Code.objects.get(id=world.code.id).retired_at is None


def test_versions_are_kept_and_compared(world: World, rosa: Client) -> None:
    book = [world.code.codebook_id]
    assert b"No version is kept yet" in rosa.get(reverse("codebook_versions", args=book)).content
    refused = rosa.post(reverse("codebook_kept", args=book), {"name": "Spring " * 30})
    assert refused.status_code == 422 and b"Spring Spring" in refused.content
    rosa.post(reverse("codebook_kept", args=book), {"name": "Spring"})
    assert b"Nothing differs" in rosa.get(reverse("codebook_versions", args=book)).content
    another(world)
    page = rosa.get(reverse("codebook_versions", args=book) + "?from=1&to=now").content
    assert b"Added" in page and b"Roof" in page


def test_codes_are_brought_in_after_a_look(world: World, rosa: Client) -> None:
    address = reverse("codebook_import", args=[world.code.codebook_id])

    def file(content: bytes = b"Code,Name,Under\nroof,Roof,\nbed,Bed,roof\n") -> SimpleUploadedFile:
        return SimpleUploadedFile("codes.csv", content)

    looked = rosa.post(address, {"file": file(), "is_dry_run": "on"})
    assert b"2 codes would be added" in looked.content and not Code.objects.filter(slug="roof").exists()
    assert rosa.post(address, {"file": file()}).status_code == 302
    assert order(world) == ["door", "roof", "roof/bed"]
    wrong = rosa.post(address, {"file": file(b"Name,Under\nBed,Nowhere\n")})
    assert wrong.status_code == 422 and "line 2: it stands under “Nowhere”" in wrong.content.decode()


def test_examples_leave_for_a_named_recipient_as_a_line_of_the_ledger(
    world: World, rosa: Client, analyst: Client
) -> None:
    Code.objects.filter(id=world.code.id).update(example="what somebody said")
    address = reverse("codebook_export", args=[world.code.codebook_id])
    plain = analyst.post(address, {"kind": "csv", "has_examples": "on", "recipient": "x"})
    assert plain["Content-Disposition"].endswith('.csv"') and b"somebody said" not in plain.content
    assert b"The examples stay here" in analyst.get(address).content
    assert rosa.post(address, {"kind": "csv", "has_examples": "on"}).status_code == 422
    told = rosa.post(address, {"kind": "csv", "has_examples": "on", "recipient": "The journal"})
    assert b"somebody said" in told.content
    assert Release.objects.get().recipient == "The journal"


def test_first_codebook_is_begun_once(world: World, rosa: Client) -> None:
    Coding.objects.all().delete()
    world.theme.codes.clear()
    Codebook.objects.all().delete()
    assert b"No codebook yet" in rosa.get(reverse("codebook")).content
    for _again in range(2):
        rosa.post(reverse("codebook_begun"))
    assert Codebook.objects.count() == 1


def test_who_only_reads_sees_the_book_without_its_tools(world: World) -> None:
    page = signed_in(world, Role.EVALUATOR).get(reverse("codebook")).content
    assert b"A door" in page and b"Add a code" not in page and TEXT.encode() not in page
