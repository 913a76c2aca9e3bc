"""A service's own spreadsheet of contacts: sent, said what it means, seen, tried, imported; and the next month's."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from tests.exchange.table.workbooks import sheet_xml, workbook
from tests.records.made import an_import_run
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import CODE, World

from throughline.cli.importing import _mapping_text
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.held import clear_old
from throughline.exchange.table.mapping import read_mapping
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Contact, Disclosure, KitLine
from throughline.records.programme.models import ImportMapping, ImportRun
from throughline.vocabulary.programme import ImportState

pytestmark = pytest.mark.django_db
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
HEAD = ["Sheet", "Line", "Where", "Date", "Time", "Client", "Foil", "Crack told", "Needs", "Remarks"]
Row = Sequence[str | int | float | None]


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    cache.clear()  # rate limits count per process
    return deepcopy(kept_world)


@pytest.fixture
def alice(world: World, sign_in: SignIn) -> Iterator[Client]:
    """The service manager, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        yield sign_in(world.cast.alice.account)


def held() -> set[Path]:
    return set((Path(settings.THROUGHLINE_HOME) / "held").glob("*.held"))


def sent(client: Client, data: bytes, name: str = "Harbour log 2024-03.xlsx", **more: str) -> HttpResponse:
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, data), **more}, follow=True)


def posted(client: Client, answer: HttpResponse, **said: str) -> HttpResponse:
    """A page's form sent as it stands, but for what is said; its fields by name, or by their column or word."""
    form = answer.context["form"]
    given = {bound.html_name: bound.value() for bound in form}
    labels = {str(bound.label): bound.html_name for bound in form}
    given |= {labels.get(name, name): value for name, value in said.items()}
    given = {name: value for name, value in given.items() if value not in (None, False)}
    return client.post(answer.request["PATH_INFO"], given, follow=True)


def book(
    rows: Sequence[Row], *, merged: Sequence[str] = (), head: Sequence[str] = HEAD, above: int = 0
) -> bytes:
    """A workbook with a title above, when asked, and merged areas."""
    title: list[Row] = [["Harbour needle exchange, contact log"], []][:above]
    xml = sheet_xml([*title, list(head), *rows])
    if merged:
        areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
        xml = xml.replace(
            "</sheetData>", f'</sheetData><mergeCells count="{len(merged)}">{areas}</mergeCells>'
        )
    return workbook({"Cover": sheet_xml([]), "March": xml})


def log(world: World) -> bytes:
    """Merged cells, dates in three formats, a second header, an empty row, numbers as text, a formula without a result."""
    site = world.cast.site.name
    rows: list[Row] = [
        [1, 1, site, 45_355.0, "09:30", CODE, "2", "Y", "housing; wound care", "spoke with Ann Smith"],
        [1, 2, None, "13/03/2024", "9:45", "anon", 1, "N", "", ""],
        [1, 3, None, "03/04/2024", "", "ab-01.02.1980 x", "0", "?", "none", ""],
        HEAD,
        [],
        [1, 4, site, "4 Mar 2024", "", "not a code", 1, "N", "", ""],
        [1, 5, site, "yesterday", "", "", 1, "maybe", "", ""],
        [1, 6, site, 1.0, "", "", 3, "", "", ""],
        [1, 7, "Elsewhere", "14/03/2024", "", "", 1, "", "", ""],
    ]
    return book(rows, merged=["C4:C6"], above=2)


def test_log_goes_through_the_pages_and_the_next_month_begins_where_it_ended(
    world: World, alice: Client
) -> None:
    before, contacts = held(), Contact.objects.count()
    page = sent(alice, log(world))
    told = words_of(page)
    assert (
        "Merged areas (1): C4:C6" in told
        and "line 3" in told
        and "stands in the table again (1 time)" in told
    )
    for path in held() - before:
        assert not [word for word in (b"Smith", CODE.encode(), b"Crack") if word in path.read_bytes()]
    refused = posted(alice, page)
    assert refused.status_code == 422, "what merged cells mean is said, never guessed"
    page = posted(alice, refused, merged="fill")
    page = posted(alice, page, merged="fill") if "columns" not in page.request["PATH_INFO"] else page
    told = words_of(page)
    assert "Its header says “Client”." in told and "6 of 7 cells are dates." in told, told
    means = {str(bound.label): bound.value() for bound in page.context["form"]}
    assert {name: means[name] for name in HEAD[:8]} == {
        "Sheet": "id", "Line": "id", "Where": "site", "Date": "date", "Time": "time", "Client": "code", "Foil": "item|Foil",
        "Crack told": "disclosure|crack_use",
    }  # fmt: skip
    assert means["Needs"] == "need" and means["Remarks"] == "left_out"
    lacking = posted(alice, page, Client="left_out")
    assert lacking.status_code == 422 and "choose one route for all rows" in words_of(lacking)
    assert lacking.context["form"]["c5"].value() == "left_out", "what was chosen stays"
    page = posted(alice, alice.get(page.request["PATH_INFO"]), Client="code", route="service")
    told = words_of(page)
    assert "1 03/04/2026: could be either" in told.replace(
        "03/04/2026: could be either 1", "1 03/04/2026: could be either"
    )
    assert "14 Mar 2026" in told and "of a year before 1990" in told
    assert "Cells that can only have the day first: 2; only the month: 0." in told
    shown = {str(bound.label): bound.value() for bound in page.context["form"]}
    assert (
        shown["Y"] == "told"
        and shown["?"] == "not_recorded"
        and shown["maybe"] == ""
        and shown["anon"] == "not_recorded"
    )
    assert shown["wound care"] == "wound_care" and shown["Elsewhere"] == ""
    page = posted(alice, page)
    told = words_of(page)
    assert (
        "a client, by the code" in told
        and "anonymous" in told
        and "crack use: told" in told
        and "Foil × 2" in told
    )
    assert "housing" in told and "4 March 2024, 09:30" in told.replace("04 March", "4 March"), told
    assert (
        "3 April 2024, 12:00" in told and "lies before" in told and "The row is the header once more" in told
    )
    name = page.context["form"]["name"].value()
    assert name == "harbour-log"
    mapping_text = page.context["yaml"]
    page = posted(alice, page)
    told = page.context["told"]
    assert (told["rows_read"], told["fresh"], told["known"], told["rejected"]) == (8, 3, 0, 5)
    assert Contact.objects.count() == contacts and not ImportRun.objects.exists(), "nothing is kept yet"
    rejects = alice.get(reverse("import_rejects", args=[page.context["begun"].id]))
    lines = list(csv.DictReader(io.StringIO(rejects.content.decode())))
    assert [row["line"] for row in lines] == ["7", "9", "10", "11", "12"] and lines[0]["reason"].startswith(
        "The row is"
    )
    assert "yesterday" not in rejects.content.decode() and rejects["Cache-Control"] == "no-store"
    page = alice.post(reverse("keep_import", args=[page.context["begun"].id]), follow=True)
    assert (page.context["told"]["imported"], page.context["told"]["rejected"]) == (3, 5)
    _recorded(world, contacts)
    assert not (alice.post(reverse("keep_import", args=[page.context["begun"].id])).status_code >= 400)
    assert ImportRun.objects.count() == 1, "sent twice, done once"
    kept = ImportMapping.objects.get(name=name)
    assert AuditEvent.objects.filter(action="mapping_kept", target_id=kept.id).count() == 1
    assert (
        CODE not in str(kept.choices)
        and "Smith" not in str(kept.choices)
        and "yesterday" not in str(kept.choices)
    )
    _the_command_line_says_the_same(world, mapping_text.replace("name: log\n", f"name: {name}\n"))
    _next_month(world, alice, name)


def _recorded(world: World, before: int) -> None:
    found = list(Contact.objects.arrived().order_by("device_time").filter(import_run__isnull=False))
    assert [row.device_time.date() for row in found] == [
        date(2024, 3, 4),
        date(2024, 3, 13),
        date(2024, 4, 3),
    ]
    assert (
        found[0].client_id == world.client.id
        and found[1].client_id is None
        and found[2].client_id is not None
    )
    assert {row.site_id for row in found} == {world.cast.site.id}, "merged cells were filled"
    assert [row.quantity for row in KitLine.objects.filter(contact=found[0])] == [2]
    assert Disclosure.objects.get(contact=found[1]).answer == "said_no"
    assert Contact.objects.count() == before + 3


def _the_command_line_says_the_same(world: World, text: str) -> None:
    mapping = read_mapping(text, "harbour-log.yaml", ContactMapping)
    done = import_contacts(
        data=log(world), filename="log.xlsx", mapping=mapping, programme=world.cast.programme,
        by=world.cast.alice.actor, clock=timezone.now,
    )  # fmt: skip
    assert done.imported == 0 and done.known + done.rejected == 8


def _next_month(world: World, alice: Client, name: str) -> None:
    """The mapping of last month; what it says is there without being chosen again."""
    row: Row = [2, 1, world.cast.site.name, "05/04/2024", "10:00", CODE, 4, "Y", "housing", ""]
    page = sent(
        alice,
        book([row, [1, 1, world.cast.site.name, 45_355.0, "09:30", CODE, 2, "Y", "", ""]]),
        mapping=name,
    )
    page = posted(alice, page)
    assert page.context["form"]["route"].value() == "service" and page.context["form"]["c3"].value() == "date"
    page = posted(alice, page)
    assert words_of(page).count("What comes first") == 1
    assert posted(alice, page, o3="").status_code == 422, "asked each time: the file may come from elsewhere"
    page = posted(alice, posted(alice, page, o3="day_first"))
    assert (page.context["told"]["fresh"], page.context["told"]["known"]) == (1, 1)
    mapped = alice.get(reverse("import_mapping_file", args=[ImportMapping.objects.get(name=name).id]))
    assert _mapping_text(Path(name), world.cast.programme, ContactMapping).encode() == mapped.content, (
        "kept by name for the command line"
    )
    assert yaml.safe_load(mapped.content)["kit"] == [{"column": "Foil", "item": "Foil"}]


def test_same_file_by_another_name_or_by_other_columns_is_refused(world: World, alice: Client) -> None:
    text = f"Where;Date;No;Foil\n{world.cast.site.name};2024-03-04;1;2\n".encode("cp1252")
    page = _to_rows(alice, text)
    page = posted(alice, page, name="counter")
    begun = page.context["begun"].id
    assert (
        words_of(alice.post(reverse("keep_import", args=[begun]), follow=True)).count(
            "The file was destroyed"
        )
        == 1
    )
    page = _to_rows(alice, text)
    refused = posted(alice, page, name="van")
    assert refused.status_code == 422 and "imported as “counter”" in words_of(refused)
    page = posted(alice, alice.get(page.request["PATH_INFO"].replace("rows", "columns")), No="left_out")
    refused = posted(alice, posted(alice, page), name="counter")
    assert refused.status_code == 422 and "have been recognised by: No" in words_of(refused)
    assert Contact.objects.filter(import_run__isnull=False).count() == 1
    dropped = alice.post(reverse("drop_import", args=[page.context["begun"].id]), follow=True)
    assert "let go" in words_of(dropped) and alice.get(page.request["PATH_INFO"]).status_code == 404


def _to_rows(alice: Client, data: bytes, name: str = "log.csv") -> HttpResponse:
    page = posted(alice, sent(alice, data, name))
    return posted(alice, posted(alice, page, route="service"))


BAD = {
    "empty.csv": (b"", "is empty"),
    "locked.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99, "password"),
    "bomb.xlsx": (None, "unfolds to far more"),
    "cut.xlsx": (book([["a", "b"]])[:300], "damaged"),
    "picture.csv": (b"\x89PNG\r\n", "is a picture"),
    "quotes.csv": (b'Date;Code\n2024-03-04;"open\n', "never closes"),
}  # fmt: skip


def test_bad_files_get_a_sentence_each_and_leave_nothing(world: World, alice: Client) -> None:
    before = held()
    for name, (data, says) in BAD.items():
        data = (
            data
            if data is not None
            else workbook({"A": sheet_xml([["x"]])}, extra={"xl/a.bin": b"\0" * 30_000_000})
        )
        page = sent(alice, data, name)
        assert "It cannot be read" in words_of(page) and says in words_of(page), name
        alice.post(reverse("drop_import", args=[page.context["begun"].id]))
    assert held() == before
    # A macro is a part like any other: it is not run, and the table is read.
    macro = workbook(
        {"A": sheet_xml([["Date", "No"], ["2024-03-04", 1]])},
        extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
    )
    assert "macro.xlsm" in words_of(sent(alice, macro, "macro.xlsm"))
    wrong = sent(alice, "Where;Date\nCafé;2024-03-04\n".encode("cp437"), "dos.csv")
    page = posted(alice, wrong, encoding="cp437", delimiter=";")
    assert "Café" in words_of(posted(alice, page)), "read as somebody says, once it is said"


def test_file_that_came_in_meanwhile_under_another_name_is_not_counted_twice(
    world: World, alice: Client
) -> None:
    """Two windows had it tried, each under its own name, before either imported it."""
    text = f"Where;Date;No;Foil\n{world.cast.site.name};2024-03-04;1;2\n".encode("cp1252")
    tried = [
        posted(alice, _to_rows(alice, text), name=name).context["begun"].id for name in ("counter", "van")
    ]
    told = [words_of(alice.post(reverse("keep_import", args=[one]), follow=True)) for one in tried]
    assert "The file was destroyed" in told[0] and "imported as “counter”" in told[1]
    assert Contact.objects.filter(import_run__isnull=False).count() == 1
    other = posted(alice, _to_rows(alice, text), name="van", is_another="on").context["begun"].id
    alice.post(reverse("keep_import", args=[other]), follow=True)
    assert Contact.objects.filter(import_run__isnull=False).count() == 2, "said to be other rows, they are"


def test_one_account_is_held_so_many_bytes_and_no_more(
    world: World, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("throughline.exchange.held.MOST_HELD", 1 << 20)
    log = b"Where;Date\nHarbour;2024-03-04\n"
    large = log + b"Harbour;2024-03-05\n" * 40_000
    begun = sent(alice, large, "large.csv").context["begun"].id
    refused = sent(alice, large, "again.csv")
    assert refused.status_code == 422 and "1 MB that were looked at and not kept" in words_of(refused)
    path = f"/api/programmes/{world.cast.programme.id}/held-files"
    over_the_api = alice.generic("POST", path, large, content_type="application/octet-stream")
    assert over_the_api.status_code == 409 and "not kept are held for you" in over_the_api.json()["detail"]
    alice.post(reverse("drop_import", args=[begun]))
    assert sent(alice, large, "again.csv").status_code == 200


def test_formulas_without_a_result_and_months_taken_for_days_are_said(world: World, alice: Client) -> None:
    cells = '<c r="A2" t="inlineStr"><is><t>2024-03-04</t></is></c><c r="B2"><f>A1+1</f></c><c r="C2" t="e"><v>#N/A</v></c>'
    xml = sheet_xml([["Date", "No", "Foil"]]).replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>')
    assert "2 cells whose formula has no result" in words_of(
        sent(alice, workbook({"A": xml}), "formula.xlsx")
    )
    days = [f"2024-{month:02d}-05;{month}" for month in range(1, 8)] + ["17/05/2024;8"]
    page = _to_dates(alice, ("Date;No\n" + "\n".join(days)).encode(), site=world.cast.site.name)
    assert "Months may have been taken for days" in words_of(page)


def test_import_that_cannot_be_done_now_is_done_when_it_can(world: World, alice: Client) -> None:
    page = posted(alice, _to_rows(alice, f"Where;Date\n{world.cast.site.name};2024-03-04\n".encode()))
    begun = page.context["begun"].id
    other = an_import_run(world.cast)
    ImportRun.objects.filter(id=other.id).update(heartbeat_at=timezone.now())
    page = alice.post(reverse("keep_import", args=[begun]), follow=True)
    assert "Another import into this programme is running" in words_of(
        page
    ) and "Try the import again" in words_of(page)
    assert not Contact.objects.filter(import_run__isnull=False).exists()
    ImportRun.objects.filter(id=other.id).update(state=ImportState.BROKEN.value)
    page = alice.post(reverse("keep_import", args=[begun]), follow=True)
    assert page.context["told"]["imported"] == 1 and "Imported" in words_of(page)


def test_log_of_thousands_of_rows_is_tried_and_imported_whole(world: World, alice: Client) -> None:
    site = world.cast.site.name
    lines = [f"{at},{site},{at % 28 + 1:02d}/{at % 12 + 1:02d}/2023,{at % 4}" for at in range(2_100)]
    page = _to_dates(alice, ("No,Where,Date,Foil\n" + "\n".join(lines)).encode())
    page = posted(alice, posted(alice, page, o2="day_first"), name="years")
    assert page.context["told"]["fresh"] == 2_100
    page = alice.post(reverse("keep_import", args=[page.context["begun"].id]), follow=True)
    assert (
        page.context["told"]["imported"]
        == Contact.objects.arrived().filter(import_run__isnull=False).count()
        == 2_100
    )


def _to_dates(alice: Client, data: bytes, **said: str) -> HttpResponse:
    return posted(alice, posted(alice, sent(alice, data, "log.csv")), route="service", **said)


def test_nobody_else_sees_an_import_or_its_rejects(world: World, alice: Client, sign_in: SignIn) -> None:
    page = sent(alice, b"Where;Date\nHarbour;2024-03-04\n", "log.csv")
    begun = page.context["begun"].id
    names = (
        "import_begun",
        "import_table",
        "import_columns",
        "import_words",
        "import_rows",
        "import_check",
        "import_rejects",
    )
    for account, status in (
        (world.cast.dana.account, 404),
        (world.cast.bob.account, 403),
        (world.cast.omar.account, 403),
    ):
        other = sign_in(account)
        assert {name: other.get(reverse(name, args=[begun])).status_code for name in names} == dict.fromkeys(
            names, status
        )
        assert other.post(reverse("drop_import", args=[begun])).status_code == status
    assert alice.get(reverse("import_table", args=[begun])).status_code == 200
    for what in (page.context["begun"].file, page.context["begun"].look):
        assert alice.get(reverse("import_table", args=[what])).status_code == 404, "no import of its own"
    for path in held():
        os.utime(path, (0, 0))
    clear_old()
    assert not held() and alice.get(reverse("import_table", args=[begun])).status_code == 404, "a day went by"
    sent(alice, b"Where;Date\nHarbour;2024-03-04\n", "log.csv")
    assert re.search(r"log\.csv", words_of(alice.get(reverse("imports"))))
