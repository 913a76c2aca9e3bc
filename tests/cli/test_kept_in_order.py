"""What a person at the command line puts in order: what is given out, partnerships, incidents reported twice, a source to erase."""

from __future__ import annotations

import re
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from tests.cast import START, SYSTEM, Cast
from tests.records.made import a_source, an_analysis, an_incident
from throughline.cli.main import app
from throughline.records.inquiry.models import Source
from throughline.records.programme.models import Partnership, PoliceAgreement, Programme
from throughline.records.referral.models import Incident, IncidentsApart
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.records.supplies.models import Item, Kit, KitComponent

pytestmark = pytest.mark.django_db
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def run(cast: Cast, *words: str, **given: str) -> Result:
    words = (*words, "--programme", cast.programme.slug)
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "300"}, **given)  # type: ignore[arg-type]  # its input


def test_items_and_kits_are_retired_and_brought_back_by_name(cast: Cast) -> None:
    pipe = add_item(programme=cast.programme, name="Pipe", kind="foil", by=SYSTEM, at=START)
    add_kit_version(
        programme=cast.programme, name="Set", components={pipe: 1}, from_on=START.date(), by=SYSTEM, at=START
    )
    assert run(cast, "item", "retire", "Pipe").output == "Pipe is given out no longer.\n"
    assert run(cast, "item", "retire", "Set", "--kit").exit_code == 0
    assert Item.objects.get().retired_at and Kit.objects.get().retired_at
    told = run(cast, "item", "list").output
    assert told.count("no, since") == 2
    assert run(cast, "item", "bring-back", "Set", "--kit").output == "Set is offered again.\n"
    assert Kit.objects.get().retired_at is None
    missing = run(cast, "item", "retire", "Foil")
    assert missing.exit_code == 6 and "There are: Pipe." in missing.stderr


def test_items_are_added_and_packed_as_kits(cast: Cast) -> None:
    added = run(cast, "item", "add", "Pipe", "--kind", "foil", "--unit", "pair", "--controlled")
    assert added.output == f"Pipe was added to {cast.programme.name}.\n"
    pipe = Item.objects.get()
    assert (pipe.kind, pipe.unit, pipe.is_controlled) == ("foil", "pair", True)
    strange = run(cast, "item", "add", "Cup", "--kind", "china")
    assert strange.exit_code == 6 and "no kind of item called china. There are: " in strange.stderr
    for words, version in ((["--item", "Pipe=2"], 1), (["--item", "Pipe", "--from", "2026-03-02"], 2)):
        assert f"Set, version {version}: packed so from" in run(cast, "item", "pack", "Set", *words).output
    assert list(KitComponent.objects.order_by("quantity").values_list("quantity", flat=True)) == [1, 2]
    for held in ("Pipe=0", "Pipe=many", "Cup=1"):
        assert run(cast, "item", "pack", "Set", "--item", held).exit_code == 6
    assert KitComponent.objects.count() == 2


def test_police_agreement_is_recorded_listed_and_ended(cast: Cast) -> None:
    words = ["--item", "foil", "--document", "VP 2026-11", "--from", "2026-01-05"]
    made = run(cast, "police-agreement", "record", cast.police.name, "--area", cast.site.area, *words)
    assert made.exit_code == 0 and "from 2026-01-05 to no day named" in made.output
    listed = run(cast, "police-agreement", "list").output
    assert "VP 2026-11" in listed and cast.police.name in listed
    [found] = ID.findall(listed)
    assert run(cast, "police-agreement", "end", found, "--on", "2026-06-30").exit_code == 0
    assert PoliceAgreement.objects.get().to_on == date(2026, 6, 30)
    elsewhere = CliRunner().invoke(
        app, ["police-agreement", "end", found, "--programme", cast.elsewhere.slug]
    )
    assert elsewhere.exit_code == 4
    nowhere = run(cast, "police-agreement", "record", cast.police.name, "--area", "Nowhere", *words)
    assert nowhere.exit_code == 6 and f"There are: {cast.site.area}" in nowhere.stderr
    for word, is_needed in (("require", True), ("waive", False)):
        assert run(cast, "police-agreement", word).exit_code == 0
        assert Programme.objects.get(id=cast.programme.id).is_agreement_needed is is_needed


def test_partnership_is_agreed_listed_and_ended(cast: Cast) -> None:
    words = ["--kind", "referral", "--agreement", "MoU 4", "--from", "2026-01-05"]
    made = run(cast, "partnership", "agree", cast.service.name, cast.housing.name, *words)
    assert made.exit_code == 0 and "from 2026-01-05 to no day named" in made.output
    listed = run(cast, "partnership", "list").output
    assert "MoU 4" in listed
    [found] = ID.findall(listed)
    assert run(cast, "partnership", "end", found, "--on", "2026-06-30").exit_code == 0
    assert Partnership.objects.get().to_on == date(2026, 6, 30)
    elsewhere = CliRunner().invoke(app, ["partnership", "end", found, "--programme", cast.elsewhere.slug])
    assert elsewhere.exit_code == 4
    assert run(cast, "partnership", "end", found, "--on", "2020-01-01").exit_code == 6


def test_incidents_are_merged_and_parted(cast: Cast) -> None:
    one, other = an_incident(cast), an_incident(cast, "incident 2")
    assert "2 of 2 incidents" in run(cast, "incident", "list").output
    pair = run(cast, "incident", "merge", str(one.id), str(other.id))
    assert pair.exit_code == 0 and str(other.id) in pair.output
    assert Incident.objects.get(id=other.id).merged_into_id == one.id
    assert "1 of 1 incidents" in run(cast, "incident", "list", "--most", "1").output
    assert run(cast, "incident", "merge", str(one.id), str(other.id)).exit_code == 5
    assert run(cast, "incident", "unmerge", str(other.id)).exit_code == 0
    assert Incident.objects.get(id=other.id).merged_into_id is None
    assert run(cast, "incident", "apart", str(one.id), str(other.id)).exit_code == 0
    assert IncidentsApart.objects.count() == 1
    assert run(cast, "incident", "likely").exit_code == 0


def test_source_is_erased_once_it_was_asked(cast: Cast) -> None:
    of = an_analysis(cast)
    name = a_source(of).name
    refused = run(cast, "source", "erase", name.upper(), input="n\n")
    assert refused.exit_code == 1 and Source.objects.get().erased_at is None
    done = run(cast, "source", "erase", name, "--yes")
    assert done.exit_code == 0 and "Erased. 0 reports" in done.output
    assert Source.objects.get().erased_at is not None
    assert "erased" in run(cast, "source", "list").output
    assert run(cast, "source", "erase", name, "--yes").exit_code == 4
