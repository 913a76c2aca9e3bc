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
from throughline.records.programme.models import Partnership
from throughline.records.referral.models import Incident
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.records.supplies.models import Item, Kit

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
