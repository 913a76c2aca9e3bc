"""One of everything of inquiry, and for each operation a body that is right."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.cast import Cast
from throughline.records.inquiry.actions import CodeDraft, add_code, keep_codebook
from throughline.records.inquiry.models import Analysis, Codebook, Coder, Source, Theme
from throughline.vocabulary.study import CodeOrigin

if TYPE_CHECKING:
    from tests.api.world import World

# What bodies name and no path does.
BESIDE_PATHS = ("other_code_id",)


def more_of_inquiry(
    cast: Cast, analysis: Analysis, book: Codebook, source: Source, theme: Theme, at: datetime
) -> dict[str, UUID]:
    by: dict[str, Any] = {"by": cast.rosa.actor, "at": at}
    other = add_code(codebook=book, draft=CodeDraft("door", "Doors", CodeOrigin.INDUCTIVE), **by)
    keep_codebook(codebook=book, name="First", **by)
    coder = Coder.objects.create(
        programme_id=analysis.programme_id,
        analysis=analysis,
        actor=str(uuid4()),
        name="A. Coder",
        joined_to=str(cast.rosa.account.id),
    )
    return {"other_code_id": other.id, "coder_id": coder.id}


def bodies_of_inquiry(world: World) -> dict[str, Any]:
    other, coding = str(world.more["other_code_id"]), str(world.ids["coding_id"])
    analysis = {"name": "Another", "question": "What else?", "approach": "reflexive"}
    words = {"name": "Patience", "origin": "inductive"}
    return {
        "open_analysis": analysis,
        "describe_analysis": analysis | {"why": "It grew."},
        "write_position": {"text": "I worked there."},
        "join_coder": {"account_id": str(world.cast.rosa.account.id)},
        "add_codebook": {"name": "Second"},
        "add_code": words,
        "change_code": words | {"base_version": 1},
        "move_code": {},
        "keep_codebook": {"name": "After four"},
        "merge_codes": {"into_id": other},
        "split_code": {"code": words, "coding_ids": [coding]},
        "recode_codings": {"to_id": other, "coding_ids": [coding]},
        "export_codebook": {"form": "csv"},
        "import_codebook": b"name,definition\nRent,What it costs\n",
    }
