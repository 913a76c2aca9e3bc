"""Transcripts come in: looked at, put right, kept; face sheets; and the table of them."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.web.words import main_of
from tests.web.world import TEXT, World

from throughline.records.inquiry.models import Participant, ReadMark, Source
from throughline.web.uploads import HeldInMemory

pytestmark = pytest.mark.django_db
TALK = "Anna: What was it like?\n\nP07: Zoë said 🙂 it was fine.\n\nAna: And then?\n\nP07: Then I went.\n".encode()
FACTS = {"kind": "interview", "language": "en", "collected_on": "2025-03-04", "guide_version": "2"}


@pytest.fixture
def rosa(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.rosa.account)
    return client


def look(rosa: Client, *files: tuple[str, bytes], **more: object) -> HttpResponse:
    given = FACTS | {"transcripts": [SimpleUploadedFile(name, data) for name, data in files]} | more
    return rosa.post(reverse("add_source"), given)


def filled_in(page: str) -> dict[str, str]:
    """What a browser would send of the page as it is."""
    given: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = found.get("type", "text")
        if "name" in found and (kind not in {"radio", "checkbox"} or re.search(r"\schecked\b", tag)):
            given[found["name"]] = unescape(found.get("value", "on"))
    return given


def held_files() -> list[Path]:
    folder = Path(settings.THROUGHLINE_HOME) / "held"
    return list(folder.glob("*.held")) if folder.exists() else []


def test_transcript_is_looked_at_and_put_right_before_it_is_kept(world: World, rosa: Client) -> None:
    before = set(held_files())
    answer = look(rosa, ("talk.txt", TALK))
    page = main_of(answer)
    assert answer.status_code == 200 and "4 turns were recognised" in page and "Zoë said 🙂" in page
    assert not Source.objects.filter(name="talk").exists(), "nothing is kept yet"
    (held,) = set(held_files()) - before
    assert b"it was fine" not in held.read_bytes()
    given = filled_in(page) | {"name-0": "Talk seven", "call-0-2": "Anna", "team-0-0": "on"}
    kept = rosa.post(reverse("keep_sources"), given)
    source = Source.objects.get(name="Talk seven")
    assert kept["Location"] == reverse("read_source", args=[source.id]) and not held.exists()
    turns = [(turn.speaker, turn.is_team) for turn in source.turns.order_by("number")]
    assert turns == [("Anna", True), ("P07", False), ("Anna", True), ("P07", False)]
    assert (source.language, str(source.collected_on), source.guide_version) == ("en", "2025-03-04", "2")
    assert source.file_hash == hashlib.sha256(TALK).hexdigest()
    assert "Zoë said 🙂 it was fine." in main_of(rosa.get(kept["Location"]))
    again = rosa.post(reverse("keep_sources"), given)
    assert again.status_code == 422 and "no longer held" in main_of(again)


def test_what_are_no_turns_is_kept_as_paragraphs(world: World, rosa: Client) -> None:
    page = main_of(look(rosa, ("talk.txt", TALK)))
    rosa.post(reverse("keep_sources"), filled_in(page) | {"turns-0": "none"})
    source = Source.objects.get(name="talk")
    assert [turn.speaker for turn in source.turns.all()] == [""] * 4


def test_turns_are_split_joined_and_given_before_anything_is_kept(world: World, rosa: Client) -> None:
    """All turns can be looked at; what was said of labels before stays said."""
    talk = TALK + b"".join(b"\n\nP07: And %d. Anna: Really?" % number for number in range(30))
    page = main_of(look(rosa, ("talk.txt", talk)))
    assert "Turns 1 to 20 of 34" in page
    again = reverse("look_again")
    given = filled_in(page) | {"call-0-2": "Anna", "name-0": "Talk seven"}
    page = main_of(rosa.post(again, given | {"do": "page-0-2"}))
    assert "Turns 21 to 34 of 34" in page and "And 29." in page and 'value="Talk seven"' in page
    page = main_of(rosa.post(again, filled_in(page) | {"do": "open-0-34"}))
    cut = re.search(r'<option value="(\d+)">Anna: Really', page)
    assert cut is not None and not Source.objects.filter(name="Talk seven").exists()
    split = {"do": "split-0-34", "cut-0": cut[1], "second-0": "Anna"}
    page = main_of(rosa.post(again, filled_in(page) | split))
    assert "of 35" in page and "1 turn was put right" in page
    page = main_of(rosa.post(again, filled_in(page) | {"do": "join-0-3"}))
    assert "of 34" in page and "Turns 1 to 20" in page
    # Enter in the field of an opened turn
    page = main_of(rosa.post(again, filled_in(page) | {"turn-0": "2", "speaker-0": "P09"}))
    assert 'value="P09"' in page
    page = main_of(rosa.post(again, filled_in(page) | {"do": "give-0-1", "speaker-0": "Somebody"}))
    page = main_of(rosa.post(again, filled_in(page) | {"do": "back-0"}))
    assert "3 times a turn was put right" in page and "Somebody" not in page
    broken = rosa.post(again, given | {"steps-0": '[["give",1]]'})
    assert broken.status_code == 422 and "Begin it anew" in main_of(broken)
    wrong = rosa.post(again, filled_in(page) | {"do": "join-0-1"})
    assert wrong.status_code == 422 and "there is none before it" in main_of(wrong)
    rosa.post(reverse("keep_sources"), filled_in(main_of(wrong)))
    turns = list(Source.objects.get(name="Talk seven").turns.order_by("number"))
    assert [one.speaker for one in turns[:4]] == ["Anna", "P09", "P07", "P07"]
    assert (turns[-2].speaker, turns[-1].speaker, len(turns)) == ("P07", "Anna", 34)


def test_many_files_each_have_their_own_result(world: World, rosa: Client) -> None:
    answer = look(
        rosa,
        ("talk.txt", TALK),
        ("again.txt", TEXT.encode()),
        ("empty.txt", b""),
        ("second.txt", b"P08: Yes.\nI: No."),
    )
    page = main_of(answer)
    assert "is there already" in page and "Interview 1" in page and "empty.txt is empty" in page
    assert "Keep these 2 sources" in page and 'value="I"' in page
    assert re.search(r'name="team-3-1" checked', page), "an interviewer's usual label is ticked"
    kept = rosa.post(reverse("keep_sources"), filled_in(page))
    assert kept.status_code == 200 and "2 sources were added" in main_of(kept)
    assert set(Source.objects.values_list("name", flat=True)) == {"Interview 1", "talk", "second"}


def test_files_sent_one_by_one_go_on_as_tickets(world: World, rosa: Client) -> None:
    tickets = []
    for name, data in (("talk.txt", TALK), ("picture.txt", bytes(range(256)) * 40)):
        answer = rosa.post(reverse("hold_source"), {"transcripts": SimpleUploadedFile(name, data)})
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
        tickets.append(answer.content.decode())
    page = main_of(rosa.post(reverse("add_source"), FACTS | {"held": tickets}))
    assert "4 turns were recognised" in page and "picture.txt" in page
    rosa.post(reverse("keep_sources"), filled_in(page))
    assert Source.objects.filter(name="talk").exists()
    gone = rosa.post(reverse("add_source"), FACTS | {"held": ["0" * 32 + "." + "a" * 43 + "=", "../x"]})
    assert gone.status_code == 422 and "no longer held" in main_of(gone)


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.txt", b""), ("bomb.docx", b"PK\x03\x04not a zip"), ("picture.txt", bytes(range(256)) * 40)],
)
def test_what_is_no_transcript_is_refused_with_a_sentence(
    world: World, rosa: Client, name: str, data: bytes
) -> None:
    answer = look(rosa, (name, data))
    assert answer.status_code == 422 and name in main_of(answer) and "Keep" not in main_of(answer)
    assert look(rosa).status_code == 422
    assert Source.objects.count() == 1


@pytest.mark.realdata
def test_hostile_files_never_break_a_page(world: World, rosa: Client, shared_data: Path) -> None:
    files = [path for path in sorted(shared_data.rglob("hostile/*")) if path.is_file()]
    assert files
    for path in files:
        if path.stat().st_size < 5_000_000:
            assert look(rosa, (path.name, path.read_bytes())).status_code in {200, 409, 422}, path.name


def test_large_files_never_touch_the_disk_in_the_clear(
    world: World, rosa: Client, monkeypatch: object
) -> None:
    """Django would write what is above 2.5 MB into the folder for temporary files."""
    large = b"P07: " + b"It was fine. " * 300_000
    assert len(large) > 2_621_440
    answer = rosa.post(reverse("hold_source"), {"transcripts": SimpleUploadedFile("large.txt", large)})
    assert answer.status_code == 200
    assert [type(one) for one in answer.wsgi_request.upload_handlers] == [HeldInMemory]  # type: ignore[attr-defined]  # of a test's answer


SHEET = b"Label,Group,Age,Arm\nP01,people who use crack,40s,intervention\nP99,nobody,30s,\n,x,y,z\n"


def test_face_sheet_shows_what_matches_and_then_keeps_it(world: World, rosa: Client) -> None:
    address = reverse("face_sheet")
    page = main_of(rosa.post(address, {"file": SimpleUploadedFile("people.csv", SHEET)}))
    assert "1 row matches" in page and "by the column “Label”" in page
    assert "line 3: P99" in page and "names nobody" in page and "follows from site and day: Arm" in page
    person = Participant.objects.get(label="P01")
    assert person.attributes == {}
    given = filled_in(page)
    answer = rosa.post(address, given | {"keep": "yes", "take": ["Age", "Group"]})
    person.refresh_from_db()
    assert answer.status_code == 302
    assert (person.group, person.attributes) == ("people who use crack", {"Age": "40s"})
    table = main_of(rosa.get(reverse("inquiry") + "?attribute=Age%3D40s"))
    assert "Interview 1" in table and "Age: 40s" in table


def test_face_sheet_of_sources_by_a_named_column(world: World, rosa: Client) -> None:
    sheet = f"no;source;site;date;kind;wave\n1;interview 1.docx;{world.cast.other_site.name};2025-04-05;focus group;2\n"
    address = reverse("face_sheet")
    unknown = rosa.post(address, {"file": SimpleUploadedFile("s.csv", sheet.encode()), "match": "name"})
    assert unknown.status_code == 422 and "has no column called name. It has: no, source" in main_of(unknown)
    page = main_of(
        rosa.post(address, {"file": SimpleUploadedFile("s.csv", sheet.encode()), "match": "Source"})
    )
    given = filled_in(page) | {"keep": "yes", "take": ["site", "date", "kind", "wave"]}
    rosa.post(address, given)
    row = Source.objects.get()
    assert (row.name, row.site, str(row.collected_on), row.kind, row.attributes) == (
        "Interview 1", world.cast.other_site, "2025-04-05", "focus_group", {"wave": "2"},
    )  # fmt: skip
    assert rosa.post(address, {}).status_code == 422


def test_table_of_sources_is_sorted_and_filtered(world: World, rosa: Client) -> None:
    for name, data in (("b talk.txt", TALK), ("a talk.txt", b"P08: Yes.\nI: No.")):
        rosa.post(reverse("keep_sources"), filled_in(main_of(look(rosa, (name, data)))))
    page = main_of(rosa.get(reverse("inquiry")))
    places = [page.index(name) for name in ("a talk", "b talk", "Interview 1")]
    assert places == sorted(places)
    first = Source.objects.get(name="a talk")
    ReadMark.objects.create(
        programme=world.cast.programme,
        source=first,
        analyst=str(world.cast.rosa.account.id),
        read_at=first.added_at,
    )
    read = main_of(rosa.get(reverse("inquiry") + "?read=yes"))
    assert "a talk" in read and "b talk" not in read
    newest = main_of(rosa.get(reverse("inquiry") + "?sort=added"))
    assert newest.index("a talk") < newest.index("b talk") < newest.index("Interview 1")
    assert "No source fits" in main_of(rosa.get(reverse("inquiry") + "?language=cy&kind=document"))


def test_table_asks_no_more_of_the_database_for_more_sources(
    world: World, rosa: Client, django_assert_max_num_queries: Any
) -> None:
    Participant.objects.update(attributes={"Age": "40s"})
    _many(world, 120)
    for query in ("", "?read=no&coded=no&sort=site", "?attribute=Age%3D40s", "?page=3"):
        with django_assert_max_num_queries(40):
            assert rosa.get(reverse("inquiry") + query).status_code == 200


def _many(world: World, number: int) -> None:
    """Sources as they lie in the database, without any text."""
    held = Source.objects.get(id=world.source.id)
    Source.objects.bulk_create(
        Source(
            programme=held.programme, analysis=held.analysis, name=f"Talk {place}", kind=held.kind, site=held.site,
            collected_on_nothing="not_recorded", file_hash=f"{place:064}", file_format="text", characters=9, text=b"",
            raw=b"", added_at=held.added_at, added_by="x", attributes={"wave": str(place % 3)}, is_deidentified=True,
        )
        for place in range(number)
    )  # fmt: skip
