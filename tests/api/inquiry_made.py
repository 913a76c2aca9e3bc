"""One of everything of inquiry, and for each operation a body that is right."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.cast import Cast
from throughline.exchange.held import hold
from throughline.exchange.transcript.held import Held, packed
from throughline.exchange.transcript.read import read_transcript
from throughline.records.inquiry.actions import (
    CodeDraft,
    PassageDraft,
    RecordingDraft,
    ThemeDraft,
    add_alias,
    add_code,
    add_participant,
    add_recording,
    assign_speaker,
    choose_quote,
    keep_codebook,
    place_passage,
    relate_themes,
    write_cell,
    write_journal,
    write_memo,
    write_theme,
)
from throughline.records.inquiry.models import Analysis, Codebook, Coder, Round, Source, Theme
from throughline.records.study.actions import record_research_consent
from throughline.vocabulary.study import AliasKind, CodeOrigin, ConsentScope, ThemeRelationKind

if TYPE_CHECKING:
    from tests.api.world import World

# What bodies name and no path does.
BESIDE_PATHS = ("other_code_id", "other_theme_id")


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
    consent = record_research_consent(
        study=analysis.study, sheet_version="1", scopes=[ConsentScope.QUOTE], given_on=at.date(), **by
    )
    person = add_participant(analysis=analysis, label="P01", consent=consent, **by)
    assign_speaker(source=source, speaker="P01", participant=person, **by)
    alias = add_alias(analysis=analysis, kind=AliasKind.PERSON, label="worker 1", terms=["Ruth Hale"], **by)
    add_recording(source=source, draft=RecordingDraft("audio/wav", b"RIFF0000WAVEfmt "), **by)
    beside = write_theme(analysis=analysis, draft=ThemeDraft("Waiting", "Nobody comes."), **by)
    relation = relate_themes(origin=theme, target=beside, kind=ThemeRelationKind.CONTRADICTS, **by)
    # of an approach that compares nobody, which is told to whoever asks (409): rounds have a test of their own
    round_ = Round.objects.create(
        programme_id=analysis.programme_id,
        analysis=analysis,
        name="First",
        is_blind=False,
        opened_at=at,
        opened_by="x",
    )
    passages = [PassageDraft(source, 0, 17)]
    write_cell(participant=person, theme=theme, summary="Met kindly.", passages=passages, **by)
    return {
        "other_code_id": other.id, "other_theme_id": beside.id, "coder_id": coder.id, "alias_id": alias.id,
        "relation_id": relation.id, "round_id": round_.id,
        "passage_id": place_passage(theme=theme, source=source, start=18, end=44, **by).id,
        "quote_id": choose_quote(theme=theme, source=source, start=0, end=17, **by).id,
        "memo_id": write_memo(analysis=analysis, text="Think of doors.", **by).id,
        "journal_entry_id": write_journal(analysis=analysis, text="I was tired.", **by).id,
    }  # fmt: skip


def bodies_of_inquiry(world: World) -> dict[str, Any]:
    other, coding = str(world.more["other_code_id"]), str(world.ids["coding_id"])
    analysis = {"name": "Another", "question": "What else?", "approach": "reflexive"}
    words = {"name": "Patience", "origin": "inductive"}
    return {
        **_of_sources(world),
        **_of_themes(world),
        **_of_questions(world),
        "apply_codes": {"text_version": 1, "places": [{"code_id": other, "start": 0, "end": 5}]},
        "move_coding": {"start": 2, "end": 17, "base_version": 1},
        "restore_coding": {},
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


def _of_sources(world: World) -> dict[str, Any]:
    ticket, other, sheet = _held(world.cast.rosa.actor.id)
    return {
        "read_transcript": b"I: How was it?\nP: They were kind.\n",
        "add_source": {"ticket": ticket, "name": "I02"},
        "look_at_transcript": {"ticket": other, "steps": [{"do": "give", "turn": 1, "speaker": "Guest"}]},
        "search_sources": {"kind": "interview", "is_coded": True},
        "mark_name": {"text_version": 1, "start": 2, "end": 5},
        "read_face_sheet": b"label,age\nP01,40s\n",
        "keep_face_sheet": {"ticket": sheet},
        "describe_source": {"name": "I01", "attributes": {"recruited": "by peers"}},
        "add_recording": b"RIFF0000WAVEfmt data",
        "correct_text": {"text": "I was met kindly.", "turn": 1, "base_version": 1},
        "correct_turns": {"do": "rename", "speaker": "P01", "name": "Guest", "base_version": 1},
        "assign_speaker": {"speaker": "P01", "participant_id": None},
        "add_name": {"kind": "place", "label": "place A", "terms": ["Oldham"]},
        "deidentify_source": {"base_version": 1, "replacements": []},
        "add_participant": {"label": "P02"},
        "describe_participant": {"group": "guests", "attributes": {"age": "40s"}},
        "withdraw_participant": {"label": "p09"},
    }


@cache
def _held(owner: str) -> tuple[str, str, str]:
    """Tickets to a transcript that is kept, one that is looked at, and a face sheet, all of them read."""
    read = Held("a.txt", b"I: So?", read_transcript(b"I: So?", "a.txt"))
    files = packed(read), packed(read), b"csv\nlabel,age\nP01,40s\n"
    first, second, third = (hold(one, owner=owner) for one in files)
    return first, second, third


def _of_themes(world: World) -> dict[str, Any]:
    theme = {"name": "Doors", "central_concept": "Who opens."}
    place = {"source_id": str(world.ids["source_id"]), "start": 2, "end": 17}
    return {
        "write_memo": {"text": "Start anew."},
        "search_memos": {"words": "DOORS"},
        "rewrite_memo": {"text": "Think of windows.", "base_version": 1},
        "write_source_memo": {"text": "Listen again.", "kind": "note", "start": 0, "end": 5},
        "write_journal": {"text": "A long day."},
        "write_theme": theme,
        "rewrite_theme": theme | {"base_version": 1},
        "arrange_theme": {"status": "reviewed"},
        "relate_themes": {"target_id": str(world.more["other_theme_id"]), "kind": "supports"},
        "place_passage": place,
        "choose_quote": place,
        "write_cell": {"summary": "Says little."},
        "release_framework": {"recipient": "Dr. Reader"},
        "record_decision": {"text": "We let it go.", "decided_on": "2026-01-05"},
    }


def _of_questions(world: World) -> dict[str, Any]:
    code, to = {"code_ids": [str(world.more["code_id"])]}, {"recipient": "Dr. Reader", "form": "csv"}
    place = {"source_id": str(world.ids["source_id"]), "start": 0, "end": 5}
    by = {"attribute": {"kind": "kind"}}
    rosa = str(world.cast.rosa.account.id)
    return {
        "open_round": {"name": "Second", "assigned": [{"source_id": place["source_id"], "coder_id": rosa}]},
        "release_agreement": to,
        "settle": {**place, "code_id": code["code_ids"][0], "stands": True, "reason": "Read again."},
        "ask_passages": code, "release_passages": code | to, "code_matrix": {}, "release_code_matrix": to,
        "attribute_matrix": by, "release_attribute_matrix": by | to, "concordance": {"words": "kindly"},
        "release_concordance": {"words": "kindly"} | to, "saturation": {}, "release_saturation": to,
    }  # fmt: skip
