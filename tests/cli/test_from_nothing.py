"""From nothing to a freeze on the command line alone: what the fictional programme's loader does, without it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cast import Cast
from tests.installation import new_place
from tests.ready import run as run_process
from throughline.cli.main import app
from throughline.records.accounts.models import Account
from throughline.records.programme.models import Membership, Organisation, Programme, Site
from throughline.records.study.models import Phase

LOG = "Date,Code\n02/04/2025,AB01021980F\n05/04/2025,AB01021980F\n07/10/2025,CX15071984F\n"
MAPPING = """
name: harbour-log
kind: contacts
site: Harrowmere
when:
  date: {column: Date, format: DD/MM/YYYY}
route: service
client: {code: Code}
"""


# In one process, which loads the libraries once.
TYPED = """
import json, sys
from typer.testing import CliRunner
from throughline.cli.main import app
told = []
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, words)
    told.append(done.output)
    if done.exit_code:
        break
print(json.dumps(told))
"""


def test_line_from_init_to_a_freeze(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "log.yaml").write_text(MAPPING)
    ours = ("--organisation", "Harbour service")
    there = ("--area", "Harrowmere", "--time-zone", "Europe/London", "--opened", "2025-04-01")
    typed = [
        ("init", "--programme", "Harbour programme", *ours),
        ("organisation", "add", "Hill University", "--kind", "research"),
        ("site", "add", "Harrowmere", *ours, *there),
        ("user", "add", "bob", "--name", "Bob Hale", *ours, "--role", "practitioner", "--site", "Harrowmere"),
        ("import", "contacts", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "log.yaml")),
        ("study", "add", "Pipes and training", "--design", "before and after"),
        ("study", "site", "harrowmere", "--arm", "intervention"),
        ("study", "phase", "Harrowmere", "before", "--from", "2025-04-01", "--to", "2025-09-30"),
        ("study", "phase", "Harrowmere", "after", "--from", "2025-10-01"),
        ("freeze", "first"),
        ("evaluate", "--freeze", "first", "--seed", "7"),
    ]
    done = run_process(TYPED, json.dumps(typed), env=place.environment(), cwd=tmp_path)
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told) == len(typed), told[-1]
    said = dict(zip((" ".join(words[:2]) for words in typed), told, strict=True))
    assert "throughline site add" in said["init --programme"]
    assert "One-time code" in said["user add"]
    assert re.search(r"contacts\s+│ 3\b", said["freeze first"]), said
    assert "Evaluated first" in told[-1]


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(cast: Cast) -> Run:
    def one(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
        return done.exit_code, done.output

    return one


def test_site_add_close_and_list(cast: Cast, run: Run) -> None:
    of = ("--programme", cast.programme.slug)
    at = ("--organisation", cast.service.name, "--area", "Ness", "--time-zone", "Europe/London")
    code, said = run("site", "add", "Nessford", *at, "--kind", "van", "--opened", "2026-01-05", *of)
    assert code == 0 and "Nessford was added" in said
    site = Site.objects.get(name="Nessford", programme=cast.programme)
    assert (site.kind, site.area, str(site.opened_on)) == ("van", "Ness", "2026-01-05")
    assert run("site", "close", "nessford", "--on", "2026-03-31", *of)[0] == 0
    listed = run("site", "list", *of)[1]
    assert "2026-03-31" in listed and "none named" in listed
    for words, why in (
        (("Weir", *at, "--opened", "5.1.2026"), "--opened is a day"),
        ((" ", *at), "The name is empty"),
        (("W" * 121, *at), "longer than 120"),
        (("Weir", *at[:4], "--time-zone", "Europe/Nowhere"), "not a time zone"),
        (("Weir", "--organisation", "Nobody", *at[2:]), "There is no organisation called Nobody"),
    ):
        code, said = run("site", "add", *words, *of)
        assert code == 6 and why in said, said
    assert not Site.objects.filter(name="Weir").exists()
    assert run("site", "close", "Weir", *of)[0] == 4


def test_organisation_add_and_list(cast: Cast, run: Run) -> None:
    of = ("--programme", cast.programme.slug)
    assert run("organisation", "add", "Ness Faith House", "--kind", "faith", *of)[0] == 0
    listed = run("organisation", "list", *of)[1]
    assert re.search(r"Ness Faith House +│ faith +│ 0 +│ 0", listed), listed
    assert run("organisation", "add", "Other", "--kind", "circus", *of)[0] == 2


def test_programme_add_opens_a_walled_programme_with_its_administrator(cast: Cast, run: Run) -> None:
    words = ("programme", "add", "Ness programme", "--organisation", "Ness service", "--username", "carol")
    code, said = run(*words)
    assert code == 0 and re.search(r"One-time code, valid for a day: \w{4}-\w{4}", said)
    made = Programme.objects.get(slug="ness-programme")
    held = Membership.objects.get(account=Account.objects.get(username="carol"))
    assert (held.programme_id, held.roles, held.is_all_sites) == (made.id, ["administrator"], True)
    assert [one.name for one in Organisation.objects.filter(programme=made)] == ["Ness service"]
    assert re.search(r"ness-programme +│ Ness programme +│ 1 +│ 0", run("programme", "list")[1])
    before = Programme.objects.count()
    code, said = run(*words[:-1], "dan")
    assert code == 6 and "There is a programme called Ness programme already" in said
    code, said = run("programme", "add", "Weir programme", *words[3:])  # whose administrator's name is taken
    assert code == 6 and "carol is taken" in said
    assert Programme.objects.count() == before
    weir = ("programme", "add", "Weir programme", *words[3:], "--agreement-needed", "--same-person")
    assert "Nobody signs in as nobody" in run(*weir[:6], "nobody", *weir[7:])[1]
    code, said = run(*weir)
    assert code == 0 and "They sign in as before" in said and "One-time code" not in said
    assert Programme.objects.get(slug="weir-programme").is_agreement_needed
    assert Membership.objects.filter(account__username="carol", roles=["administrator"]).count() == 2


def test_study_of_the_command_line(cast: Cast, run: Run) -> None:
    of = ("--programme", cast.programme.slug)
    assert "has no study yet" in run("study", "list", *of)[1]
    assert run("study", "add", "Ness", "--design", "before and after", *of)[0] == 0
    code, said = run("study", "phase", cast.site.name, "before", "--from", "2025-04-01", *of)
    assert code == 4 and "is not in this study. There are: none yet." in said
    assert run("study", "site", cast.site.name, "--arm", "comparison", *of)[0] == 0
    assert run("study", "phase", cast.site.name, "before", "--from", "2025-04-01", *of)[0] == 0
    assert [(one.kind, one.to_on) for one in Phase.objects.all()] == [("before", None)]
    assert "before 2025-04-01 to still open" in run("study", "list", *of)[1]
    code, said = run("study", "phase", cast.site.name, "after", "--from", "2025-05-01", *of)
    assert code == 6, said
