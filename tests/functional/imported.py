"""A log on its way through the pages, done as the worker does it, for the pages that show its steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from tests.exchange.table.workbooks import sheet_xml, workbook
from tests.records.surveys_made import a_wave
from tests.web.world import CODE, World
from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice, Meaning
from throughline.exchange.held import seal
from throughline.records.workforce.models import AttitudeScale
from throughline.vocabulary.roles import Role
from throughline.web.answers_in.state import Begun as AnswersBegun
from throughline.web.answers_in.tasks import read_answers, try_answers_file
from throughline.web.attitudes_in.state import Begun as AttitudesBegun
from throughline.web.attitudes_in.tasks import read_attitudes, try_attitudes_file
from throughline.web.imports.state import Begun
from throughline.web.imports.tasks import read_log, try_log
from throughline.web.incidents_in.state import Begun as IncidentsBegun
from throughline.web.incidents_in.tasks import read_incidents, try_incidents_file
from throughline.work.jobs import ask_for
from throughline.work.sealed import packed_file


def a_log_tried(world: World) -> UUID:
    """By the service manager: merged cells, dates that could be either, words to say, rows that are rejected."""
    programme, by = world.cast.programme, str(world.by_role[Role.SERVICE_MANAGER].id)
    rows = [
        ["Sheet", "Where", "Date", "Client", "Foil", "Crack told", "Needs as they were written down"],
        [1, world.cast.site.name, "03/04/2024", CODE, 2, "Y", "housing; wound care"],
        [2, None, "13/04/2024", "anon", 1, "N", ""],
        [3, world.cast.site.name, "yesterday", "", 1, "maybe", ""],
    ]
    xml = sheet_xml(rows).replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    )
    file = seal(packed_file("Harbour log.xlsx", workbook({"March": xml})))
    look, tried = (
        ask_for(programme, kind=kind, freeze="0" * 32, asked_by=by).id
        for kind in ("import-look", "import-try")
    )
    site = {world.cast.site.name.lower(): world.cast.site.name}
    columns = (
        ColumnChoice("Sheet", Meaning.ID), ColumnChoice("Where", Meaning.SITE, words=site),
        ColumnChoice("Date", Meaning.DATE, formats=("DD/MM/YYYY",)),
        ColumnChoice("Client", Meaning.CODE, words={"anon": "not_recorded"}), ColumnChoice("Foil", Meaning.ITEM, "Foil"),
        ColumnChoice("Crack told", Meaning.DISCLOSURE, "crack_use", {"y": "told", "n": "said_no"}),
        ColumnChoice("Needs as they were written down", Meaning.NEED, words={"housing": "housing"}, separator=";"),
    )  # fmt: skip
    choices = Choices("harbour-log", columns, {"route": "service"}, {"merged": "fill"})
    begun = Begun(
        owner=by, programme=programme.id, filename="Harbour log.xlsx", file=file, choices=choices, look=look,
        is_worded=True,
    )  # fmt: skip
    replace(begun, tried=tried).keep()
    for work, job in ((read_log, look), (try_log, tried)):
        work.func(job_id=job, begun_id=str(begun.id), programme_id=str(programme.id), account_id=by)
    return begun.id


def incidents_tried(world: World) -> UUID:
    """By the service manager: words to say, a place that could be an address, a row that is rejected."""
    programme, by = world.cast.programme, str(world.by_role[Role.SERVICE_MANAGER].id)
    text = (
        "Incident,Patient,When,Ward,Age,Sex,Doses,Crew\n7,1,2026-02-26 00:42,Dock ward,30 to 34,F,2,EMS\n"
        "7,2,2026-02-26 00:40,12 Mill Street,34,M,1,PD\n8,1,2026-02-27 10:00,Mill ward,80 - *,NA,0,EMS\n"
    )
    file = seal(packed_file("County.csv", text.encode()))
    look, tried = (
        ask_for(programme, kind=kind, freeze="0" * 32, asked_by=by).id for kind in ("incidents-look", "incidents-try")
    )  # fmt: skip
    mapping = {
        "name": "county", "kind": "incidents", "time_zone": "Europe/London", "incident": ["Incident"], "person": ["Patient"],
        "when": {"at": {"column": "When"}}, "place": {"column": "Ward"}, "age_band": {"column": "Age", "values": {"34": "30-34"}},
        "gender": {"column": "Sex", "values": {"F": "woman", "M": "man"}}, "doses": {"column": "Doses"},
        "given_by": {"column": "Crew", "values": {"EMS": "ambulance", "PD": "police"}}, "source": "ambulance",
        "nothing": {"NA": "not_recorded"},
    }  # fmt: skip
    begun = IncidentsBegun(
        owner=by, programme=programme.id, filename="County.csv", file=file, mapping=mapping, look=look, is_said=True,
        is_worded=True,
    )  # fmt: skip
    about = {"begun_id": str(begun.id), "programme_id": str(programme.id), "account_id": by}
    begun.keep()
    read_incidents.func(job_id=look, **about)
    replace(begun, tried=tried).keep()
    try_incidents_file.func(job_id=tried, **about)
    return begun.id


def answers_tried(world: World) -> UUID:
    """By the evaluator, of a wave without a form: a site to translate, a row that is rejected."""
    programme, by = world.cast.programme, str(world.by_role[Role.EVALUATOR].id)
    wave = a_wave(world.cast, "files", instrument_version=None, opens_on=date(2026, 1, 1))
    text = "No,Town,Day,Age,Pipe\n1,H,26/02/2026,41,no\n2,H,27/02/2026,30,yes\n3,?,28/02/2026,50,yes\n"
    file = seal(packed_file("Files.csv", text.encode()))
    look, tried = (
        ask_for(programme, kind=kind, freeze="0" * 32, asked_by=by).id
        for kind in ("answers-look", "answers-try")
    )
    mapping = {
        "name": "files", "kind": "answers", "source": "csv", "site": {"column": "Town", "values": {"H": world.cast.site.name}},
        "answered": {"column": "Day", "format": "DD/MM/YYYY"},
        "questions": [{"column": "Age", "kind": "number"}, {"column": "Pipe", "kind": "choice", "values": {"no": "no", "yes": "yes"}}],
    }  # fmt: skip
    begun = AnswersBegun(
        owner=by, programme=programme.id, wave=wave.id, filename="Files.csv", file=file, mapping=mapping, look=look, is_said=True
    )  # fmt: skip
    about = {"begun_id": str(begun.id), "programme_id": str(programme.id), "account_id": by}
    begun.keep()
    read_answers.func(job_id=look, **about)
    replace(begun, tried=tried).keep()
    try_answers_file.func(job_id=tried, **about)
    return begun.id


def attitudes_tried(world: World, scale: AttitudeScale) -> UUID:
    """By the evaluator: words to translate, an answer outside the range, a row without a label."""
    programme, by = world.cast.programme, str(world.by_role[Role.EVALUATOR].id)
    text = (
        "Station,Role,When,Date,Pin,Q1,Q2,Q3,Q4,Q5\nH,PC,before,26/02/2026,ann-7,2,6,2,1,7\n"
        "H,PC,after,28/02/2026,ann-7,6,refused,2,1,\nH,PC,before,27/02/2026,,9,1,1,1,1\n"
    )
    file = seal(packed_file("Training day.csv", text.encode()))
    look, tried = (
        ask_for(programme, kind=kind, freeze="0" * 32, asked_by=by).id
        for kind in ("attitudes-look", "attitudes-try")
    )
    mapping = {
        "name": "attitudes", "kind": "attitudes", "site": {"column": "Station", "values": {"H": world.cast.site.name}},
        "group": {"column": "Role", "values": {"PC": "officer"}}, "moment": {"column": "When"},
        "taken_on": {"column": "Date", "format": "DD/MM/YYYY"}, "label": "Pin", "items": "Q", "nothing": {"refused": "declined"},
    }  # fmt: skip
    begun = AttitudesBegun(
        owner=by, programme=programme.id, scale=scale.id, filename="Training day.csv", file=file, look=look
    )
    about = {"begun_id": str(begun.id), "programme_id": str(programme.id), "account_id": by}
    begun.keep()
    read_attitudes.func(job_id=look, **about)
    replace(begun, mapping=mapping, is_said=True, tried=tried).keep()
    try_attitudes_file.func(job_id=tried, **about)
    return begun.id
