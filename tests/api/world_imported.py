"""Of imports, one of everything: Alice sent a log and asked for its trial, Chen sent answers; a mapping of each is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.api.world_set_up import Made
from tests.cast import SYSTEM, Cast
from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice, Meaning
from throughline.records.programme.actions import keep_mapping
from throughline.records.surveys.actions import keep_answers_mapping
from throughline.records.surveys.queries import wave_for
from throughline.work.importing import CONTACTS, Wanted, ask_for_import, hold_file

if TYPE_CHECKING:
    from tests.api.world import World

LOG = b"No,Day,Where\n1,2026-02-02,Harrowmere\n2,2026-02-03,Nowhere\n"
INCIDENTS = b"No,Day,Where\n1,2026-02-02 10:00,Quay\n2,Nowhere,Quay\n"
ANSWERS = b"No,Day,about/age,ways\n1,2026-03-01,41,service\n"
ATTITUDES = (
    b"site,group,moment,taken_on,label,item_1,item_2,item_3,item_4,item_5\n"
    b"Harrowmere,officer,before,2026-02-02,Zebra,1,2,3,4,5\nHarrowmere,officer,before,2026-02-02,Gnu,9,2,3,4,5\n"
)
CONTACTS_YAML = (
    "name: harbour-log\nid: No\nsite: {column: Where}\nwhen: {date: {column: Day}}\nroute: service\n"
)
INCIDENTS_YAML = (
    "name: ambulance\nkind: incidents\ntime_zone: Europe/London\nincident: No\n"
    "when: {at: {column: Day}}\nsource: ambulance\n"
)
ANSWERS_YAML = "name: plain\nsource: csv\nid: No\nsite: Harrowmere\nanswered: {column: Day}\n"


def imported(cast: Cast, made: Made, at: datetime) -> Made:
    columns = (
        ColumnChoice("No", Meaning.ID),
        ColumnChoice("Day", Meaning.DATE),
        ColumnChoice("Where", Meaning.SITE),
    )
    kept = keep_mapping(
        programme=cast.programme, kind="contacts", name="harbour-log",
        choices=Choices("harbour-log", columns, {"route": "service"}).as_plain(), by=cast.alice.actor, at=at,
    )  # fmt: skip
    wave = wave_for(cast.chen.actor, UUID(str(made.ids["wave_id"])))
    content = {"name": "plain", "source": "csv", "site": "Harrowmere", "answered": "2026-02-02"}
    answers = keep_answers_mapping(study=wave.study, name="plain", content=content, by=SYSTEM, at=at)
    file = hold_file(LOG, cast.alice.actor, cast.programme)
    wanted = Wanted(cast.alice.actor.id, cast.programme.id, CONTACTS, file, CONTACTS_YAML, is_dry=True)
    job = ask_for_import(cast.programme, wanted)
    return Made(
        {"file_id": file, "import_id": job.id, "kept_id": kept.id, "answers_mapping_id": answers.id},
        {"chens_file": hold_file(ANSWERS, cast.chen.actor, cast.programme)},
    )


def bodies_of_imported(world: World) -> dict[str, Any]:
    log, chens = str(world.ids["file_id"]), str(world.more["chens_file"])
    return {
        "hold_file": LOG,
        "import_contacts": {"file_id": log, "kept_id": str(world.ids["kept_id"]), "is_dry": True},
        "import_incidents": {"file_id": log, "mapping": INCIDENTS_YAML, "is_dry": True},
        "import_answers": {"file_id": chens, "mapping": ANSWERS_YAML, "is_dry": True},
        "import_attitudes": {"file_id": chens, "is_dry": True},
        "keep_contact_mapping": {
            "name": "harbour-log", "always": {"route": "service"},
            "columns": [
                {"column": "No", "meaning": "id"}, {"column": "Day", "meaning": "date"}, {"column": "Where", "meaning": "site"},
            ],
        },
        "keep_answers_mapping": {"mapping": ANSWERS_YAML},
    }  # fmt: skip
