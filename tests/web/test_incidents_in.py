"""A list of incidents through the pages: guessed, said, seen, tried, imported; the next list; and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.cast import Cast
from tests.web.test_imports import AT_ONCE, posted
from tests.web.words import words_of

from throughline.cli.importing import _mapping_text
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.records.programme.models import ImportMapping
from throughline.records.referral.models import Incident, IncidentPerson, NaloxoneDose

pytestmark = pytest.mark.django_db
FILE = (
    "Naloxone given in the county\n\n"
    "Incident,Patient,When,Ward,Age,Sex,Died,Doses,Crew\n"
    "7,1,03/04/2024 00:42,Dock ward,30 to 34,F,N,2,EMS\n"
    "7,2,03/04/2024 00:40,12 Mill Street,34,M,unknown,1,PD\n"
    "8,1,14/04/2024 10:00,Mill ward,80 - *,x,N,0,EMS\n"
    "9,1,15/04/2024 10:00,Mill ward,20-24,?,N,1,the neighbour\n"
)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Iterator[Client]:
    """The service manager, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        client.force_login(cast.alice.account)
        yield client


def sent(client: Client, text: str = FILE, **more: Any) -> HttpResponse:
    file = SimpleUploadedFile("county 2024-04.csv", text.encode())
    return client.post(reverse("incidents_in"), {"file": file, **more}, follow=True)


def test_a_list_goes_through_the_pages_and_the_next_one_begins_where_it_ended(
    alice: Client, cast: Cast
) -> None:
    columns = sent(alice)
    form = columns.context["form"]
    guessed = {name: form[name].value() for name in ("incident", "person", "when_column", "place_column", "doses_column", "order", "time_zone")}  # fmt: skip
    assert guessed == {
        "incident": ["Incident"], "person": ["Patient"], "when_column": "When", "place_column": "Ward", "doses_column": "Doses",
        "order": "day_first", "time_zone": "Europe/London",
    }  # fmt: skip
    lacking = posted(alice, columns, order="", time_zone="Harrowmere")
    told = words_of(lacking)
    assert lacking.status_code == 422 and "Say who reported these" in told and "no such time zone" in told
    assert "Say what comes first" in told and lacking.context["form"]["place_column"].value() == "Ward"
    words = posted(alice, columns, source="ambulance", given_by_column="Crew")
    shown = {str(bound.label): bound.value() for bound in words.context["form"]}
    assert (shown["F"], shown["N"], shown["EMS"], shown["the neighbour"]) == ("woman", "no", "ambulance", "")
    assert shown["12 Mill Street"] == "" and shown["34"] == "" and "Dock ward" not in shown
    assert words.context["form"]["not_recorded"].value() == "?, unknown"
    wrong = posted(alice, words, **{"34": "about 30"})
    assert wrong.status_code == 422 and "such as 30-34 or 80+" in words_of(wrong)
    rows = posted(alice, words, **{"34": "30-34", "12 Mill Street": "Mill ward"})
    told = words_of(rows)
    assert "3 April 2024, 00:42" in told.replace("03 April", "3 April") and "Mill ward" in told
    assert "2, by a route that is not recorded, ambulance" in told and "no translation for this word" in told
    name = rows.context["form"]["name"].value()
    assert name == "county"
    assert "small letters" in words_of(posted(alice, rows, name="The county")).lower()
    checked = posted(alice, rows)
    assert "Would be recorded 3" in words_of(checked) and not Incident.objects.exists()
    assert "Incidents whose rows do not agree on when or where: 1" in words_of(checked)
    begun = checked.context["begun"].id
    refused = alice.get(reverse("incidents_rejects", args=[begun])).content.decode()
    assert refused.count("\n") == 2 and "neighbour" not in refused
    done = alice.post(reverse("keep_incidents", args=[begun]), follow=True)
    assert "Recorded 3" in words_of(done)
    assert (Incident.objects.count(), IncidentPerson.objects.count()) == (2, 3)
    assert sorted(NaloxoneDose.objects.values_list("quantity", "given_by")) == [(1, "police"), (2, "ambulance")]  # fmt: skip
    _kept_for_the_next(alice, cast, name)


def _kept_for_the_next(alice: Client, cast: Cast, name: str) -> None:
    kept = ImportMapping.objects.get(name=name)
    assert "Mill Street" not in str(kept.choices), "a place of this file could be an address"
    page = alice.get(reverse("import_mapping", args=[kept.id]))
    assert "kind: incidents" in words_of(page) and reverse("incidents_in") in page.content.decode()
    assert "header_line" not in _mapping_text(Path(name), cast.programme, IncidentMapping)
    more = FILE + "10,1,16/04/2024 10:00,Mill ward,20-24,F,N,1,EMS\n"
    words = posted(alice, sent(alice, more, mapping=name))
    assert words.context["form"]["given_by-0"].value() == "ambulance"
    rows = posted(
        alice, words, **{"34": "30-34"}
    )  # the place is said anew: nobody did, and its row is rejected
    other = posted(alice, rows, name="other")
    assert "Would be recorded" in words_of(other), "another file may have another name"
    checked = posted(alice, alice.get(rows.request["PATH_INFO"]), name=name)
    assert "Would be recorded 1" in words_of(checked) and "Known already 2" in words_of(checked)
    elsewhere = posted(alice, alice.get(reverse("incidents_columns", args=[checked.context["begun"].id])), person=[])  # fmt: skip
    refused = posted(alice, posted(alice, elsewhere), name=name)
    assert refused.status_code == 422 and "have been recognised by: Incident, Patient" in words_of(refused)
    again = posted(alice, posted(alice, posted(alice, sent(alice, mapping=name))), name="another")
    assert again.status_code == 422 and "imported as “county”" in words_of(again)
    gone = alice.post(reverse("let_import_mapping_go", args=[kept.id]))
    assert gone.url == reverse("incidents_in")


def test_a_mapping_file_says_it_too_and_pages_lead_there(alice: Client, cast: Cast) -> None:
    text = (
        "name: county\nkind: incidents\ntime_zone: Europe/London\nincident: Incident\nperson: Patient\nsource: police\n"
        "when: {at: {column: When, format: DD/MM/YYYY HH:mm}}\nfatal: no\ndoses: Doses\n"
    )
    columns = sent(alice, said=SimpleUploadedFile("m.yaml", text.encode()))
    form = columns.context["form"]
    assert (form["fatal"].value(), form["source"].value(), form["doses_column"].value()) == ("no", "police", "Doses")  # fmt: skip
    rows = posted(alice, posted(alice, columns))
    assert "Would be recorded 4" in words_of(posted(alice, rows))
    assert sent(alice, said=SimpleUploadedFile("m.yaml", b"kind: contacts")).status_code == 422
    assert reverse("incidents_in") in alice.get(reverse("incidents")).content.decode()
    assert reverse("incidents_in") in alice.get(reverse("imports")).content.decode()
    empty = sent(alice, "")
    assert "is empty" in words_of(empty) and empty.context["table_url"] in empty.content.decode()
    alice.force_login(cast.bob.account)
    assert alice.get(reverse("incidents_in")).status_code == 403
