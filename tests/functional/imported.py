"""A log on its way through the pages, done as the worker does it, for the pages that show its steps."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tests.exchange.table.workbooks import sheet_xml, workbook
from tests.web.world import CODE, World
from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice, Meaning
from throughline.exchange.held import seal
from throughline.records.foundation import new_id
from throughline.vocabulary.roles import Role
from throughline.web.evaluation.jobs import ask_for
from throughline.web.imports.around import LOOK, TRY
from throughline.web.imports.state import Begun, keep_state, packed_file
from throughline.web.imports.tasks import read_log, try_log


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
    look, tried = (ask_for(programme, kind=kind, freeze="0" * 32, asked_by=by).id for kind in (LOOK, TRY))
    site = {world.cast.site.name.lower(): world.cast.site.name}
    columns = (
        ColumnChoice("Sheet", Meaning.ID), ColumnChoice("Where", Meaning.SITE, words=site),
        ColumnChoice("Date", Meaning.DATE, formats=("DD/MM/YYYY",)),
        ColumnChoice("Client", Meaning.CODE, words={"anon": "not_recorded"}), ColumnChoice("Foil", Meaning.ITEM, "Foil"),
        ColumnChoice("Crack told", Meaning.DISCLOSURE, "crack_use", {"y": "told", "n": "said_no"}),
        ColumnChoice("Needs as they were written down", Meaning.NEED, words={"housing": "housing"}, separator=";"),
    )  # fmt: skip
    choices = Choices("harbour-log", columns, {"route": "service"}, {"merged": "fill"})
    begun = Begun(new_id(), by, programme.id, "Harbour log.xlsx", file, choices, look=look, is_worded=True)
    keep_state(replace(begun, tried=tried))
    for work, job in ((read_log, look), (try_log, tried)):
        work.func(job_id=job, begun_id=str(begun.id), programme_id=str(programme.id), account_id=by)
    return begun.id
