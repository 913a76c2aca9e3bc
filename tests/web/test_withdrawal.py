"""Whoever withdraws is on no page, in no answer, no file and no later freeze; what left before is listed.

One world, one withdrawal by the page, then every address of the access matrix, every operation of the API, every file
of the command line, a new freeze with its report, and a backup: their bytes are searched, also inside packed files.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.api.access_matrix import MATRIX as OPERATIONS_KNOWN
from tests.api.agreed import OPERATIONS
from tests.web.access_matrix import MATRIX
from tests.web.conftest import SignIn
from tests.web.may import Row
from tests.web.test_access import account_of
from tests.web.withdrawn_world import ATTRIBUTE, LABEL, MARK, SECRETS, Spoken, make_spoken
from tests.web.world import World
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.evaluation.freeze import folder_of
from throughline.exchange.backup.dump import back_up
from throughline.exchange.backup.read import Reader, read_header
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.load import Into, ProjectFile, import_project
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import withdraw_participant
from throughline.records.inquiry.models import Analysis, Carried, Participant, Source, Theme
from throughline.records.keyring import Purpose, ring, source_keys
from throughline.records.study.actions import create_study
from throughline.records.study.models import Freeze
from throughline.reporting.written import take_back_reports
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import Approach, SourceKind
from throughline.work.jobs import job_of

EARLIER = "earlier"
# Where the words, their label or their codings stand before: else the walk would prove nothing.
SHOWN_BEFORE = {
    "agreement", "codebook_export", "concordance", "differences", "evaluation_joint", "evaluation_report",
    "evaluation_site_month", "evaluation_themes", "framework_cell", "memo", "participant", "passages_leave",
    "review_theme", "round", "source", "source_text", "withdraw_participant",
}  # fmt: skip
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
WHO = ("lead_researcher", "evaluator", "data_guardian", "service_manager")
OF = ("--programme", "lantern", "--study", "Pipes", "--analysis", "Compared")
# The label stays, empty, so that nobody takes them for somebody who was never asked.
# A browser that is open on the source learns so which codings to take off its page: ids, and no words.
TOMBSTONES = {"source_codings"}
GUARDED = {"home", "ledger", "rows"}  # where the data guardian sees what others do not
LABELLED = {"participants", "participant", "withdraw_participant", "consent_recorded"}


def inside(data: bytes) -> Iterator[str]:
    """The words of a file: of a packed one, those of every file within."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name
                yield from inside(packed.read(name))
        return
    yield html.unescape(data.decode("utf-8", errors="replace")).replace("\\u2019", "’")


def told_in(data: bytes, secrets: tuple[str, ...]) -> set[str]:
    words = "\n".join(inside(data)).casefold()
    return {one for one in secrets if one.casefold() in words}


class _Back(Exception):
    """Takes back what a request changed."""


class Walk:
    """Asks, takes back, and notes where a secret stands."""

    def __init__(self, world: World, spoken: Spoken) -> None:
        self.world, self.spoken = world, spoken
        self.ids = [form for pk in spoken.theirs for form in (str(pk), pk.hex)]
        self.secrets = (*SECRETS, *self.ids)
        self.found: dict[str, set[str]] = {}
        self.asked = 0
        self.signed_in = {who: self.sign_in(who) for who in WHO}

    def sign_in(self, who: str) -> dict[str, str]:
        """Their cookies. Once for all that they ask: to sign in costs more than most pages."""
        client, account = Client(), account_of(self.world, who)
        assert account is not None
        client.force_login(account)
        return {name: morsel.value for name, morsel in client.cookies.items()}

    def look(self, where: str, data: bytes, *, allowed: Collection[str] = ()) -> None:
        self.asked += 1
        told = told_in(data, self.secrets) - set(allowed)
        if told:
            self.found.setdefault(where, set()).update(told)

    def ask(self, where: str, who: str, send: Callable[[Client], HttpResponse], **look: Any) -> None:
        client = Client()
        client.cookies.load(self.signed_in[who])
        with suppress(_Back), transaction.atomic():
            answer = send(client)
            data = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]  # of a file
            self.look(f"{where} as {who}: {answer.status_code}", data, **look)
            raise _Back

    def address(self, name: str, url: str, post: dict[str, Any] | None = None) -> None:
        """As the one or two who see most there."""
        served = [who for who in WHO if who in MATRIX[name].served]
        if name.startswith("evaluation") or name.endswith("_leave"):
            served = [
                one for one in served if one != "lead_researcher"
            ]  # it takes the evaluator to let anything leave
        guardian = [one for one in served if one == "data_guardian" and (name in LABELLED or name in GUARDED)]
        for who in dict.fromkeys(served[:1] + guardian):
            self.ask(
                f"{name} {url}", who, lambda client: client.post(url, post) if post is not None else client.get(url),
                allowed=self.allowed(name),
            )  # fmt: skip

    def allowed(self, name: str) -> Collection[str]:
        if name in TOMBSTONES:
            return self.ids
        return (LABEL,) if name in LABELLED else ()

    def matrix(self) -> None:
        """Every address, with everything of this study in its place; of each source and coding once."""
        asked: set[tuple[str, str]] = set()
        for world in self.worlds():
            for name, row in MATRIX.items():
                with suppress(Participant.DoesNotExist):
                    key = (name, str(row.args(world)))
                    if key not in asked:
                        asked.add(key)
                        self.row(world, name, row)

    def row(self, world: World, name: str, row: Row) -> None:
        url = reverse(name, args=row.args(world)) + row.query(world)
        if not row.args(world) and not row.query(world) and not row.is_open:
            url += f"?analysis={world.analysis.id}"
        self.address(name, url, row.post(world) if row.post else None)

    def worlds(self) -> Iterator[World]:
        one = self.spoken
        for source, pk in ((one.group, one.theirs[0]), (one.alone, one.theirs[-1]), (one.group, one.kept.id)):
            coding = type(one.kept).objects.get(id=pk)
            yield replace(
                self.world, analysis=one.analysis, source=Source.objects.get(id=source.id), code=one.code,
                coding=coding, theme=Theme.objects.get(id=one.theme.id),
            )  # fmt: skip

    def places(self) -> None:
        """Pages that the matrix names by what is not in its world."""
        one = self.spoken
        analysis, source = f"?analysis={one.analysis.id}", one.group.id
        for person in (one.person, one.other):
            for name in ("participant", "withdraw_participant"):
                self.address(name, reverse(name, args=[person.id]))
            self.address("framework_cell", reverse("framework_cell", args=[person.id, one.theme.id]))
        for name in ("round", "agreement", "differences"):
            self.address(name, reverse(name, args=[one.round.id]))
        for level in ("turn", "sentence", "character"):
            url = (
                reverse("agreement", args=[one.round.id])
                + f"?level={level}&over=text&domain={one.code.parent_id}"
            )
            self.address("agreement", url)
        self.address(
            "saturation", reverse("saturation") + f"{analysis}&base_size=1&run_length=1&threshold=0.05"
        )
        for words in (MARK, "tea", "w"):
            self.address("concordance", reverse("concordance") + f"{analysis}&words={words}")
        for number in range(1, 7):
            self.address("source", reverse("source", args=[source]) + f"?turn={number}")
        for name in ("source_codings", "source_text"):
            for since in (0, 1, 2):
                self.address(name, reverse(name, args=[source]) + f"?since={since}")
        self.address("memo", reverse("memo", args=[one.extra["memo"]]))
        for show in ("aside", "against", "for"):
            self.address("review_theme", reverse("review_theme", args=[one.theme.id]) + f"?show={show}")
        for kind in ("csv", "xlsx", "docx", "qdc"):
            given = {"kind": kind, "format": kind, "with_examples": "on", "recipient": "A reader"}
            self.address("codebook_export", reverse("codebook_export", args=[one.code.codebook_id]), given)
            leave = reverse("passages_leave") + f"{analysis}&a={one.code.id}"
            self.address("passages_leave", leave, given)

    def freeze(self, freeze: Freeze, month: str, job: UUID) -> None:
        site = self.world.cast.site.name.lower()
        for name in ("funnel", "estimates", "joint", "themes", "report", "rows"):
            self.address(f"evaluation_{name}", reverse(f"evaluation_{name}", args=[freeze.name]))
        self.address(
            "evaluation_site_month", reverse("evaluation_site_month", args=[freeze.name, site, month])
        )
        self.address("evaluation_job", reverse("evaluation_job", args=[job]))
        self.address("evaluation_download", reverse("evaluation_download", args=[freeze.name, job]))

    def api(self, freeze: Freeze) -> None:
        one = self.spoken
        assert set(OPERATIONS) == set(OPERATIONS_KNOWN)
        for source in (one.group, one.alone):
            ids = {
                "programme_id": self.world.cast.programme.id, "contact_id": self.world.contact.id,
                "need_id": self.world.need.id, "client_id": self.world.client.id, "referral_id": self.world.referral.id,
                "source_id": source.id, "freeze_id": freeze.id, "coding_id": one.theirs[0], "analysis_id": one.analysis.id,
            }  # fmt: skip
            for name, (method, template, _) in OPERATIONS.items():
                if source == one.alone and "{source_id}" not in template:
                    continue
                path = template
                for parameter, value in ids.items():
                    path = path.replace(f"{{{parameter}}}", str(value))
                for who in WHO[:2]:
                    self.ask(
                        f"api {name} {path}", who,
                        lambda c, m=method, p=path: c.generic(m.upper(), p, "{}", content_type="application/json"),
                        allowed=self.allowed(name),
                    )  # fmt: skip

    def command_line(self, freeze: Freeze, folder: Path) -> None:
        """Every command that writes or prints what an analysis holds."""
        runner = CliRunner()
        commands: list[tuple[str, ...]] = [
            (
                "agreement",
                "--round",
                "First",
                *OF,
                "--json",
                "--over",
                "text",
                "--level",
                level,
                "--domain",
                "all",
            )
            for level in ("character", "turn", "sentence")
        ]
        commands += [("codings", *OF, "--format", kind) for kind in ("csv", "json")]
        for ending in ("csv", "xlsx", "docx"):
            commands.append(
                ("quotes", "FILE." + ending, "--code", "came", "--code", "tea", "--recipient", "x", *OF)
            )
        for ending in ("qdpx", "qde", "qdc"):
            commands.append(("export", "project", "FILE." + ending, *OF))
        for ending in ("csv", "xlsx", "docx", "qdc"):
            given = (
                "--programme",
                "lantern",
                "--analysis",
                "Compared",
                "--with-examples",
                "--recipient",
                "x",
            )
            commands.append(("export", "codebook", "FILE." + ending, *given))
        commands.append(("report", "FILE.html", "--recipient", "x", "--freeze", freeze.name, *OF[:4]))
        for number, words in enumerate(commands):
            place = folder / str(number)
            place.mkdir(parents=True)
            done = runner.invoke(app, [w.replace("FILE", str(place / "file")) for w in words])
            if done.exit_code:
                self.found[f"cli {' '.join(words)}"] = {done.output}
            self.look(f"cli {' '.join(words)}", done.output.encode())
            for path in place.iterdir():
                self.look(f"file of {' '.join(words)}", path.read_bytes())


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC) - timedelta(hours=2)


@pytest.fixture
def spoken(transactional_db: None, world: World, now: datetime) -> Spoken:
    return make_spoken(world, now)


def frozen_with_report(world: World, name: str) -> tuple[Freeze, UUID]:
    """By the pages, as the evaluator does it."""
    chen = Client()
    chen.force_login(world.cast.chen.account)
    asked = chen.post(reverse("evaluation"), {"study": str(world.study.id), "name": name})
    assert asked.status_code == 302
    given = {"recipient": "The commissioner", "profile": "lt5"}
    asked = chen.post(reverse("evaluation_report", args=[name]), given)
    job = UUID(asked.url.split("/")[-2])  # type: ignore[attr-defined]  # of a redirect
    told = job_of(world.cast.programme, job)
    assert told.state == "done", told
    return Freeze.objects.get(name=name), job


def report_of(freeze: Freeze, job: UUID) -> Path:
    return folder_of(freeze) / "reports" / f"{job}.html"


@pytest.mark.slow
@override_settings(TASKS=AT_ONCE)
def test_who_withdrew_is_nowhere(world: World, spoken: Spoken, sign_in: SignIn, tmp_path: Path) -> None:
    earlier, job = frozen_with_report(world, EARLIER)
    month = f"{world.contact.device_time.astimezone(ZoneInfo(world.cast.site.time_zone)):%Y-%m}"
    assert told_in(report_of(earlier, job).read_bytes(), (MARK,))
    before = Walk(world, spoken)
    before.places()
    before.freeze(earlier, month, job)
    assert {one.split()[0] for one in before.found} >= SHOWN_BEFORE

    grace = sign_in(world.cast.grace.account)
    done = grace.post(reverse("withdraw_participant", args=[spoken.person.id]), {"label": LABEL})
    assert done.status_code == 302
    told = html.unescape(grace.get(done.url).content.decode())
    assert EARLIER in told and "The commissioner" in told  # the freeze and the report that left
    assert "1 report that may quote them was deleted" in told

    walk = Walk(world, spoken)
    later, later_job = frozen_with_report(world, "later")
    walk.matrix()
    walk.places()
    for freeze, of in ((earlier, job), (later, later_job)):
        walk.freeze(freeze, month, of)
    walk.api(later)
    walk.command_line(later, tmp_path)
    files(walk, later, tmp_path)
    assert walk.found == {} and walk.asked > 300
    # What may be told still is not taken back with it.
    assert take_back_reports(world.study, at=datetime.now(UTC)) == 0
    assert report_of(later, later_job).exists() and not report_of(earlier, job).exists()


def test_who_withdrew_from_an_imported_project_is_in_nothing_that_came_with_it(
    world: World, now: datetime
) -> None:
    """Cases with attributes, selections with names, notes and sets: what has no field here is carried along, too."""
    spoken, rosa, lead = make_spoken(world, now), world.cast.rosa.actor, Actor.system("command line")
    given = {"by": lead, "at": now}
    left = export_project(
        analysis=spoken.analysis,
        form=ProjectFormat("qdpx"),
        recipient="A colleague",
        is_untouched=True,
        **given,
    )
    assert told_in(left.data, (MARK, LABEL, ATTRIBUTE)) == {MARK, LABEL, ATTRIBUTE}
    study = create_study(programme=world.cast.programme, title="Elsewhere", design="x", **given)
    into = Into(study, None, Approach.CODEBOOK_TEMPLATE, SourceKind.FOCUS_GROUP, "en", True)
    import_project(file=ProjectFile("came.qdpx", left.data, {}, None), into=into, is_dry_run=False, **given)
    analysis = Analysis.objects.get(study=study)
    person = analysis.participants.get(label=LABEL)
    assert Carried.objects.filter(row=person.id).exists()
    with pytest.raises(Unready, match="nobody said which turns"):
        withdraw_participant(participant=person, by=rosa, at=now)
    for source in analysis.sources.all():
        actions.assign_speaker(source=source, speaker="Moderator", participant=None, **given)
        actions.assign_speaker(source=source, speaker=LABEL, participant=person, **given)
    for one in (spoken.person, person):
        withdraw_participant(participant=one, by=rosa, at=now)
    assert list(in_the_clear((MARK, ATTRIBUTE))) == []
    again = export_project(
        analysis=analysis, form=ProjectFormat("qdpx"), recipient="A colleague", is_untouched=True, **given
    )
    assert told_in(again.data, SECRETS) == set() and told_in(again.data, ("talk",)) == {"talk"}


def in_the_clear(secrets: Collection[str]) -> Iterator[str]:
    """Where one of these stands in a row, sealed texts opened with the keys that there are."""
    for model in apps.get_app_config("inquiry").get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if isinstance(field, models.BinaryField) and value:
                    source_id = getattr(row, "source_id", row.pk)
                    value = source_keys().open(source_id).decrypt(bytes(value)).decode(errors="replace")
                if any(one in str(value).casefold() for one in secrets):
                    yield f"{model.__name__}.{field.name}: {str(value)[:200]}"


def files(walk: Walk, later: Freeze, folder: Path) -> None:
    """What lies on the disk: a new freeze, reports of every freeze, files held, and a backup made now."""
    home = Path(settings.THROUGHLINE_FREEZES)
    for path in sorted(home.rglob("*")):
        if path.is_file() and (later.name in path.parts or "reports" in path.parts):
            walk.look(f"disk {path.relative_to(home)}", path.read_bytes())
    kept = folder / "kept.backup"
    back_up(path=kept, by=Actor.system("command line"), at=datetime.now(UTC))
    with kept.open("rb") as file:
        header, line = read_header(file)
        reader = Reader(file, header, line, ring().key(Purpose.BACKUP, version=header.key_version))
        for part in reader.parts():
            data, place = b"".join(reader.data()), Path(part.name).parts
            if (
                EARLIER not in place or "reports" in place
            ):  # the freeze itself is listed as what was made before
                is_database = (
                    len(place) == 1
                )  # tombstones and the audit hold ids, and the participant a label
                walk.look(f"backup {part.name}", data, allowed=(LABEL, *walk.ids) if is_database else ())
