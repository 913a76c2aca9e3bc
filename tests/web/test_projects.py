"""Projects of other programs: sent, told of, imported or let go; and an analysis that leaves as a project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.cast import START
from tests.exchange.refi.files import CODEBOOK, archive, one_source, project, selection, source
from tests.web.conftest import SignIn
from tests.web.world import World

from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import NAMES, Kind
from throughline.exchange.refi.read import read_refi
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.models import Analysis, Coding, Source
from throughline.records.programme.models import Programme
from throughline.records.study.actions import create_study
from throughline.records.study.models import Release
from throughline.web.inquiry.projects.views import KEEP, LOOK
from throughline.web.inquiry.projects.words import OFFSETS
from throughline.work.jobs import jobs_of

pytestmark = pytest.mark.django_db
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
TEXT = "They look away when we come in."
QDPX = archive(
    project(f"{CODEBOOK}<Sources>{source(selection(0, 4))}{source('', 'internal://no.txt', 2)}</Sources>"),
    {"sources/one.txt": TEXT.encode()},
)
BAD = {
    "empty.qdpx": (b"", "is empty"),
    "words.qdpx": (b"just words", "words.qdpx"),
    "cut.qdpx": (QDPX[:200], "cut.qdpx is damaged"),
    "bomb.qdpx": (QDPX + b"PK\x01\x02" * 20_001, "bomb.qdpx"),
    "zeros.qdpx": (None, "zeros.qdpx"),
    "entities.qde": (b"<!DOCTYPE x [<!ENTITY a 'ha'>]><Project name='&a;'/>", "entities.qde"),
    "nobody.sqlite3": (b"SQLite format 3\x00" + bytes(5_000), "neither of Taguette nor of QualCoder"),
}


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    cache.clear()  # rate limits count per process
    return deepcopy(kept_world)


@pytest.fixture
def rosa(world: World, sign_in: SignIn) -> Iterator[Client]:
    """The lead researcher, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        yield sign_in(world.cast.rosa.account)


def main_of(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().partition("<main")[2].split())


def sent(client: Client, data: bytes, name: str = "study.qdpx", **more: object) -> HttpResponse:
    """Sends a project; the page on it once it was read."""
    given = {"file": SimpleUploadedFile(name, data), "kind": "interview", "language": "not_recorded"} | more
    return client.post(reverse("import_project"), given, follow=True)


def address(page: str, what: str) -> str:
    """Where a form of a page leads: to keep or to drop."""
    [found] = re.findall(rf'action="([^"]+/{what}/)"', page)
    return found


def held() -> set[Path]:
    return set((Path(settings.THROUGHLINE_HOME) / "held").glob("*.held"))


def rows_of(page: str) -> dict[str, list[str]]:
    """The report's table: kind -> in the file, kept, carried, not understood."""
    body = page.partition("kind by kind")[2].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in body.split("<tr>")[2:]]
    return {" ".join(row[:-4]): row[-4:] for row in rows}


def test_project_is_told_of_then_imported_and_the_same_again_adds_nothing(world: World, rosa: Client) -> None:
    before, notes = held(), _notes(world.cast.programme)
    answer = sent(rosa, QDPX, is_deidentified="on")
    page = main_of(answer)
    assert "Nothing is kept yet" in page and "It would become a new analysis: Study" in page
    assert rows_of(page)["texts"] == ["2", "1", "0", "1"] and rows_of(page)["codings"] == ["1", "1", "0", "0"]
    assert "1 thing was not understood" in page and "no.txt, is not there" in page
    assert Analysis.objects.count() == Source.objects.count() == 1, "the world's own: nothing is kept"
    assert not AuditEvent.objects.filter(action="project_imported").exists()
    assert len(held() - before) == 2, "the file and what was told of it"
    for path in (held() - before) | (_notes(world.cast.programme) - notes):
        assert not [word for word in (b"They look", b"stigma", b"study") if word in path.read_bytes()]
    done = rosa.post(address(page, "keep"), follow=True)
    kept = Analysis.objects.get(name="Study")
    assert "It is imported" in main_of(done) and rows_of(main_of(done))["texts"] == ["2", "1", "0", "1"]
    assert Coding.objects.get(source__analysis=kept).source.characters == len(TEXT)
    assert AuditEvent.objects.filter(action="project_imported", target_id=kept.id).count() == 1
    assert rosa.post(address(page, "keep")).status_code == 404, "the file is not held any more"
    assert "no longer held" in main_of(rosa.get(answer.redirect_chain[-1][0]))
    before = held()
    again = main_of(sent(rosa, QDPX))
    assert "It is there already" in again and "Nothing is added" in again and "Import it<" not in again
    assert Analysis.objects.count() == 2 and len(held() - before) == 1, "the file is let go"
    into = main_of(sent(rosa, QDPX, analysis=str(world.analysis.id)))
    assert "It would be added to the analysis What a pipe opens" in into
    rosa.post(address(into, "keep"))
    assert Source.objects.filter(analysis=world.analysis).count() == 2 and Analysis.objects.count() == 2


def _notes(programme: Programme) -> set[Path]:
    return set((Path(settings.THROUGHLINE_FREEZES) / programme.slug / ".jobs").glob("*.json"))


def test_project_file_with_its_texts_beside_it(world: World, rosa: Client) -> None:
    text = SimpleUploadedFile("one.txt", TEXT.encode())
    page = main_of(sent(rosa, one_source(selection(0, 4)), "study.qde", beside=[text]))
    assert rows_of(page)["texts"] == ["1", "1", "0", "0"]


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_answered_with_its_sentence_and_not_held(world: World, rosa: Client, name: str) -> None:
    data, says = BAD[name]
    data = data if data is not None else archive(b"\0" * 300_000_000, {})
    before = held()
    answer = sent(rosa, data, name)
    page = main_of(answer)
    assert (
        answer.status_code == 200 and "It cannot be imported" in page and says in page.replace("&#x27;", "'")
    )
    assert "Import it<" not in page and len(held() - before) == 1, "only what was told of it"
    assert Analysis.objects.count() == 1


@pytest.mark.realdata
def test_hostile_files_are_told_of_and_real_ones_come_in(
    world: World, rosa: Client, shared_data: Path
) -> None:
    for path in sorted((shared_data / "hostile").glob("*.*")):
        page = main_of(sent(rosa, path.read_bytes(), path.name))
        assert "It cannot be imported" in page and path.name in page, path.name
    page = main_of(sent(rosa, (shared_data / "coded" / "serdif_taguette.sqlite3").read_bytes(), "s.sqlite3"))
    assert rows_of(page)["selections"][0] == "1,794" and rows_of(page)["codings"][0] == "1,930"
    rosa.post(address(page, "keep"))
    assert Coding.objects.exclude(source__analysis=world.analysis).count() == 1_930


def test_what_is_too_large_or_no_file_is_refused(world: World, rosa: Client) -> None:
    before = held()
    with override_settings(THROUGHLINE_UPLOAD_LIMIT=500):
        assert sent(rosa, QDPX).status_code == 413
    answer = rosa.post(reverse("import_project"), {"kind": "interview", "language": "en"})
    assert answer.status_code == 422 and "This field is required" in main_of(answer)
    elsewhere = sent(rosa, QDPX, study=str(world.cast.other_site.id))
    assert elsewhere.status_code == 422 and held() == before


def test_study_is_chosen_where_there_are_several(world: World, rosa: Client) -> None:
    other = create_study(
        programme=world.cast.programme,
        title="Another",
        design="site change",
        by=world.cast.rosa.actor,
        at=START,
    )
    assert "Another" in main_of(rosa.get(reverse("import_project")))
    wrong = sent(rosa, QDPX, study=str(other.id), analysis=str(world.analysis.id))
    assert wrong.status_code == 422 and "belongs to another study" in main_of(wrong)
    page = main_of(sent(rosa, QDPX, study=str(other.id), approach="codebook_framework", language="fr"))
    rosa.post(address(page, "keep"))
    made = Source.objects.select_related("analysis").exclude(id=world.source.id).get()
    assert (made.analysis.study_id, made.analysis.approach) == (other.id, "codebook_framework")
    assert (made.language, made.is_deidentified) == ("fr", False)


def test_file_is_let_go(world: World, rosa: Client) -> None:
    before = held()
    answer = sent(rosa, QDPX)
    here = answer.redirect_chain[-1][0]
    assert here in main_of(rosa.get(reverse("import_project")))
    dropped = rosa.post(address(main_of(answer), "drop"), follow=True)
    assert "The file was let go" in dropped.content.decode() and held() == before
    assert here not in main_of(dropped) and Analysis.objects.count() == 1
    assert rosa.get(here).status_code == 404


def test_work_under_way_can_be_left_and_is_done_once(world: World, sign_in: SignIn) -> None:
    """No worker runs here: what is asked for waits."""
    rosa, programme = sign_in(world.cast.rosa.account), world.cast.programme
    answer = sent(rosa, QDPX)
    assert "Waiting for the worker" in main_of(answer) and "may be left" in main_of(answer)
    [job] = [one for one in jobs_of(programme, kind=LOOK) if not one.is_over]
    here = reverse("project_work", args=[job.id])
    assert here in main_of(rosa.get(reverse("import_project")))
    part = rosa.get(here, headers={"HX-Request": "true"})
    assert "<main" not in part.content.decode() and f'hx-get="{here}"' in part.content.decode()
    first = rosa.post(reverse("keep_project", args=[job.id]))
    assert rosa.post(reverse("keep_project", args=[job.id]))["Location"] == first["Location"]
    [under_way] = [one for one in jobs_of(programme, kind=KEEP) if not one.is_over]
    assert rosa.post(reverse("drop_project", args=[under_way.id])).status_code == 409
    _forget(programme)


def _forget(programme: Programme) -> None:
    for path in _notes(programme):
        path.unlink()


def test_what_was_held_and_altered_stops_the_work_and_keeps_nothing(world: World, sign_in: SignIn) -> None:
    rosa, before = sign_in(world.cast.rosa.account), held()
    sent(rosa, QDPX)
    [path] = held() - before
    path.write_bytes(path.read_bytes()[:-40] + b"A" * 40)
    [job] = [one for one in jobs_of(world.cast.programme, kind=LOOK) if not one.is_over]
    with override_settings(TASKS=AT_ONCE):
        done = rosa.post(reverse("keep_project", args=[job.id]), follow=True)
    assert "It did not work" in main_of(done) and "server&#x27;s log" in main_of(done)
    assert Analysis.objects.count() == 1
    _forget(world.cast.programme)


def test_work_is_for_who_asked_for_it_alone(world: World, rosa: Client, sign_in: SignIn) -> None:
    here = sent(rosa, QDPX).redirect_chain[-1][0]
    job_id = UUID(here.rstrip("/").rpartition("/")[2])
    for person in (world.cast.dana, world.cast.chen, world.cast.alice):
        other = sign_in(person.account)
        assert other.get(here).status_code == 403
        assert other.post(reverse("keep_project", args=[job_id])).status_code == 403
        assert other.post(reverse("import_project"), {}).status_code == 403
    assert Analysis.objects.count() == 1


def test_every_kind_and_way_of_counting_has_words() -> None:
    assert (set(NAMES), set(OFFSETS)) == (set(Kind), set(OffsetMode))


def left(client: Client, **given: str) -> HttpResponse:
    return client.post(
        reverse("export_project"), {"form": "qdpx", "recipient": "Dr. Reader, Hill University"} | given
    )


def test_export_is_a_line_of_the_ledger_and_gives_the_same_project(
    world: World, rosa: Client, sign_in: SignIn
) -> None:
    assert left(rosa, recipient="").status_code == 422
    answer = left(rosa)
    assert answer["Content-Disposition"] == 'attachment; filename="what-a-pipe-opens.qdpx"'
    document = read_refi(answer.content, "out.qdpx").document
    assert [one.name for one in document.codes] == ["A door"] and document.sources[0].name == "Interview 1"
    line = Release.objects.get()
    assert (line.recipient, line.profile) == ("Dr. Reader, Hill University", "whole_texts")
    assert left(rosa, form="qdc")["Content-Type"].startswith("application/xml")
    chen = sign_in(world.cast.chen.account)
    assert "is_untouched" not in main_of(chen.get(reverse("export_project")))
    assert left(chen, form="qde").status_code == 200 and Release.objects.count() == 3
    page = main_of(sent(rosa, answer.content))
    assert rows_of(page)["codings"][:2] == ["1", "1"]


def test_texts_that_may_name_somebody_leave_only_where_it_is_said(
    world: World, rosa: Client, sign_in: SignIn
) -> None:
    page = main_of(sent(rosa, QDPX))
    rosa.post(address(page, "keep"))
    rosa.get(reverse("inquiry") + f"?analysis={Analysis.objects.get(name='Study').id}")
    asked = main_of(rosa.get(reverse("export_project")))
    assert "1 still holds words that may name somebody" in asked and "not shared stay here" in asked
    refused = left(rosa)
    assert refused.status_code == 409 and "Take names out of them first" in main_of(refused)
    assert not Release.objects.exists()
    answer = left(rosa, is_untouched="on")
    document = read_refi(answer.content, "out.qdpx").document
    assert [one.selected(lying) for one, lying in document.selections()] == ["They"]
    assert Release.objects.get().profile == "untouched_texts"
    assert left(sign_in(world.cast.alice.account)).status_code == 403
