"""Reading without codes, notes, journals, memos in one place, facts and recordings."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.words import main_of
from tests.web.world import TEXT, World

from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.models import JournalEntry, Memo, Recording, Source, Turn
from throughline.vocabulary.roles import Role

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


def test_source_is_read_without_codes_with_notes_beside_their_turns(world: World, analyst: Client) -> None:
    address = reverse("read_source", args=[world.source.id])
    start = TEXT.index("That I had")
    given = {"text": "She looks away.", "start": str(start), "end": str(start + 4)}
    assert analyst.post(address, given)["Location"] == f"{address}?turn=4#turn-4"
    analyst.post(address, {"text": "Calm throughout."})
    page = main_of(analyst.get(address))
    fourth = page[page.index('id="turn-4"') :]
    assert "She looks away." in fourth.partition("</li>")[0] and "“That”" in fourth
    assert "Calm throughout." in page and "A door" not in page
    assert analyst.post(address, {"text": "x", "start": "3"}).status_code == 422
    beyond = analyst.post(address, {"text": "x", "start": "3", "end": "9999"})
    assert beyond.status_code == 422 and "inside the text" in main_of(beyond)


def test_read_to_the_end_is_said_once_and_seen_by_the_team(
    world: World, analyst: Client, rosa: Client
) -> None:
    button = "I have read this to the end"
    address = reverse("read_source", args=[world.source.id])
    assert button in main_of(analyst.get(address))
    analyst.post(reverse("mark_read", args=[world.source.id]))
    assert button not in main_of(analyst.get(address))
    table = main_of(rosa.get(reverse("who_has_read")))
    assert "Interview 1" in table and "Analyst" in table and "not yet" in table
    assert analyst.post(reverse("mark_read", args=[world.source.id])).status_code == 409


def test_journal_is_private_until_it_is_shared(world: World, analyst: Client, rosa: Client) -> None:
    analyst.post(reverse("journal"), {"text": "I was ashamed to ask."})
    entry = JournalEntry.objects.get()
    assert "ashamed" not in main_of(rosa.get(reverse("journal")))
    assert "cannot be taken back" in main_of(analyst.get(reverse("journal")))
    assert rosa.post(reverse("share_entry", args=[entry.id])).status_code == 404
    assert analyst.post(reverse("share_entry", args=[entry.id])).status_code == 302
    assert "ashamed" in main_of(rosa.get(reverse("journal")))


def test_memos_are_in_one_place_and_found(world: World, analyst: Client, rosa: Client) -> None:
    analyst.post(reverse("read_source", args=[world.source.id]), {"text": "A note of the first."})
    rosa.post(reverse("memos"), {"title": "Doors", "text": "Doors everywhere."})
    page = main_of(analyst.get(reverse("memos")))
    assert "A note of the first." in page and "Doors everywhere." in page and "Interview 1" in page
    for query, here, absent in (
        ("?kind=note", "A note of", "Doors every"),
        ("?about=analysis", "Doors every", "A note of"),
        (f"?analyst={world.cast.rosa.account.id}", "Doors every", "A note of"),
        ("?words=EVERYWHERE", "Doors every", "A note of"),
    ):
        found = main_of(analyst.get(reverse("memos") + query))
        assert here in found and absent not in found, query
    assert "No memo fits" in main_of(analyst.get(reverse("memos") + "?words=windows"))


def test_memos_stand_on_the_pages_of_their_code_and_theme(
    world: World, analyst: Client, rosa: Client
) -> None:
    for name, about in (("code", world.code), ("theme", world.theme)):
        page, keep = reverse(name, args=[about.id]), reverse(f"{name}_memo", args=[about.id])
        assert "Nothing is written yet." in main_of(analyst.get(page))
        told = analyst.post(keep, {"title": "Doors", "text": f"A {name} is a door."}, follow=True)
        assert f"A {name} is a door." in main_of(told) and "Write it anew" in main_of(told)
        assert f"A {name} is a door." in main_of(rosa.get(page)), "a colleague reads it there too"
    assert "A theme is a door." not in main_of(rosa.get(reverse("code", args=[world.code.id])))
    assert Memo.objects.count() == 2


def test_memo_that_cannot_be_kept_is_shown_with_what_was_typed(world: World, analyst: Client) -> None:
    for name, about in (("code", world.code), ("theme", world.theme), ("source", world.source)):
        keep = reverse(f"{name}_memo", args=[about.id])
        assert analyst.post(keep, {"text": " "}).status_code == 422
        refused = analyst.post(keep, {"title": "x" * 161, "text": "A long thought."})
        assert refused.status_code == 422 and "A long thought." in main_of(refused)
        assert f'href="{reverse(name, args=[about.id])}"' in refused.content.decode()
    assert not Memo.objects.exists()


def test_memo_is_written_anew_by_its_writer_alone(world: World, analyst: Client, rosa: Client) -> None:
    rosa.post(reverse("memos"), {"text": "Doors everywhere."})
    memo = Memo.objects.get()
    address = reverse("memo", args=[memo.id])
    assert "<textarea" not in main_of(analyst.get(address))
    assert analyst.post(address, {"text": "x", "version": "1"}).status_code == 403
    assert rosa.post(address, {"text": "Doors and windows.", "version": "1"}).status_code == 302
    page = main_of(rosa.get(address))
    assert "Doors and windows." in page and "Doors everywhere." in page
    assert rosa.post(address, {"text": "x", "version": "1"}).status_code == 409


def test_facts_are_said_and_arm_and_phase_are_only_shown(world: World, rosa: Client) -> None:
    address = reverse("describe_source", args=[world.source.id])
    given = {
        "name": "Interview one", "kind": "interview", "site": str(world.cast.site.id), "collected_on": "2025-03-04",
        "language": "cy", "guide_version": "3", "topics_asked": ["contact"], "attributes": "age: 40s\n\nvia: peers",
    }  # fmt: skip
    assert rosa.post(address, given).status_code == 302
    row = Source.objects.get(id=world.source.id)
    assert (row.name, row.language, row.attributes) == ("Interview one", "cy", {"age": "40s", "via": "peers"})
    page = main_of(rosa.get(address))
    assert 'value="2025-03-04"' in page and "age: 40s" in page and "follows from a site" in page
    wrong = rosa.post(address, given | {"attributes": "forty"})
    assert wrong.status_code == 422 and "is no attribute" in main_of(wrong)


SOUND = b"OggS" + bytes(range(256)) * 40


def test_recording_is_heard_in_parts_and_each_opening_is_an_event_once(
    world: World, rosa: Client, analyst: Client
) -> None:
    Turn.objects.filter(source=world.source, number=2).update(start_ms=61_000)
    adding = reverse("recording_added", args=[world.source.id])
    assert rosa.post(adding, {"file": SimpleUploadedFile("talk.mp3", b"words")}).status_code == 422
    assert rosa.post(adding, {"file": SimpleUploadedFile("talk.ogg", SOUND)}).status_code == 302
    reading = reverse("read_source", args=[world.source.id])
    page = main_of(rosa.get(reading))
    assert "<audio" in page and 'data-seek="61000">1:01<' in page
    assert "<audio" not in main_of(analyst.get(reading))
    address = reverse("recording", args=[world.source.id])
    assert analyst.get(address).status_code == 403
    heard = AuditEvent.objects.filter(action="recording_heard")
    assert heard.count() == 0
    for asked, status, part in (
        (None, 200, SOUND),
        ("bytes=0-", 206, SOUND),
        ("bytes=4-9", 206, SOUND[4:10]),
        ("bytes=-3", 206, SOUND[-3:]),
        ("bytes=10000-99999", 206, SOUND[10_000:]),
    ):
        answer = rosa.get(f"{address}?opened=a", headers={"Range": asked} if asked else {})
        assert answer.status_code == status and b"".join(answer.streaming_content) == part, asked  # type: ignore[attr-defined]  # a stream
        assert answer["Content-Type"] == "audio/ogg" and answer["Content-Length"] == str(len(part))
    assert heard.count() == 1
    assert rosa.get(f"{address}?opened=a", headers={"Range": "bytes=99999-"}).status_code == 416
    rosa.get(f"{address}?opened=b")
    rosa.get(address)
    assert heard.count() == 3
    assert "media-src 'self'" in rosa.get(reading)["Content-Security-Policy"]
    assert Recording.objects.count() == 1
