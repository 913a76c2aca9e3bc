"""An analysis with themes of every kind, cells, journals and decisions, for tests of what leaves and comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.cast import Cast, make_cast
from tests.records.made import (
    TEXT,
    a_code,
    a_participant,
    a_source,
    an_analysis,
    an_outcome,
)
from throughline.exchange.project.document import (
    ProjectDocument,
)
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.load import Into, ProjectImport, keep_reading
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qdpx
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import PassageDraft, ThemeDraft, TookPart
from throughline.records.inquiry.models import (
    Analysis,
    Decision,
    FrameworkCell,
    FrameworkPassage,
    JournalEntry,
    Memo,
    Participant,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import (
    ConsentScope,
    Step,
    ThemeRelationKind,
    ThemeStatus,
)

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
WORDS = "a reason to come in"
PRIVATE = "Nobody reads this but me."


@dataclass
class World:
    cast: Cast
    analysis: Analysis
    source: Source
    theme: Theme
    participant: Participant

    @property
    def rosa(self) -> Actor:
        return self.cast.rosa.actor

    def document(self, by: Actor | None = None) -> ProjectDocument:
        return document_of(analysis=self.analysis, by=by or self.rosa, at=NOW).document

    def passage(self, words: str) -> dict[str, Any]:
        start = TEXT.index(words)
        return {"source": self.source, "start": start, "end": start + len(words)}


def a_world() -> World:
    """Two themes in lanes, a subtheme, all kinds of passages, a cell written twice, journals, decisions."""
    cast = make_cast()
    rosa, analysis = cast.rosa.actor, an_analysis(cast)
    source = a_source(analysis)
    person = a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    said = {"by": rosa, "at": NOW}
    draft = ThemeDraft(
        "Something to ask for", "A thing to ask for.", "Not food.", "Some come for nobody.", ThemeStatus.KEPT,
        (Step.CONTACT, Step.CRACK_USE_TOLD), (a_code(analysis),),
        (an_outcome(analysis.study), an_outcome(analysis.study, "housed")),
    )  # fmt: skip
    theme = actions.write_theme(analysis=analysis, draft=draft, **said)
    below_it, beside = (
        actions.write_theme(analysis=analysis, draft=ThemeDraft(name, f"{name}."), **said)
        for name in ("Part of it", "Another")
    )
    actions.arrange_theme(theme=below_it, status=ThemeStatus.LET_GO, parent=theme, **said)
    relate = {"origin": theme, "target": beside, **said}
    actions.relate_themes(**relate, kind=ThemeRelationKind.CONTRADICTS, note="at night: alone")
    world = World(cast, analysis, source, theme, person)
    actions.choose_quote(theme=theme, **world.passage(WORDS), **said)
    actions.choose_quote(theme=theme, **world.passage("Zoë said"), is_contrary=True, **said)
    actions.place_passage(theme=theme, **world.passage(WORDS), **said)
    actions.place_passage(theme=beside, **world.passage("Not for me"), is_contrary=True, **said)
    cell = {"participant": person, "theme": theme, **said}
    actions.write_cell(**cell, summary="Comes.", passages=[])
    rested = [PassageDraft(**world.passage(WORDS))]
    actions.write_cell(**cell, summary="Comes for it.", passages=rested, base_version=1, reason="Read again.")
    shared = actions.write_journal(analysis=analysis, text="I wanted this theme.", by=rosa, at=NOW)
    actions.share_journal(entry=shared, by=rosa, at=NOW + timedelta(days=1))
    for who in (rosa, cast.chen.actor):
        actions.write_journal(analysis=analysis, text=PRIVATE, by=who, at=NOW)
    for about, groups in ((theme, [TookPart("peer researchers: two sites", 2)]), (None, [])):
        actions.record_decision(
            analysis=analysis, text="Kept.\nFor now.", decided_on=date(2026, 2, 28), took_part=groups, theme=about, **said
        )  # fmt: skip
    actions.write_memo(analysis=analysis, text="On the theme.", about=theme, **said)
    return world


def through_a_file(document: ProjectDocument, world: World) -> tuple[Analysis, ProjectImport]:
    """Written, read and kept as a new analysis."""
    reading = read_refi(write_qdpx(document), "begun.qdpx")
    assert reading.document == document and not reading.report.refusals
    done = keep_reading(reading=reading, into=Into(world.analysis.study), by=world.rosa, at=NOW)
    return Analysis.objects.get(id=done.analysis_id), done


def told(analysis: Analysis) -> dict[str, Any]:
    """All that is kept of it, without ids: people by whether they are the same."""
    who = {"written_by", "chosen_by", "placed_by", "related_by", "recorded_by", "analyst"}

    def rows(model: Any, path: str, *fields: str) -> list[Any]:
        held = model.objects.filter(**{path: analysis}).values(
            *fields, *(who & {f.name for f in model._meta.fields})
        )
        return sorted(
            tuple((k, str(v).removeprefix("coder:") if k in who else str(v)) for k, v in sorted(one.items()))
            for one in held
        )  # fmt: skip

    place = ("theme__name", "source__name", "start", "end", "is_contrary")
    return {
        "themes": rows(Theme, "analysis", "name", "central_concept", "boundaries", "contrary", "status", "steps", "outcomes", "parent__name", "codes__name", "written_at"),
        "quotes": rows(ThemeQuote, "theme__analysis", *place, "chosen_at"),
        "passages": rows(ThemePassage, "theme__analysis", *place, "placed_at"),
        "relations": rows(ThemeRelation, "origin__analysis", "origin__name", "target__name", "kind", "note"),
        "cells": rows(FrameworkCell, "analysis", "participant__label", "theme__name", "summary", "reason", "written_at"),
        "rested": rows(FrameworkPassage, "cell__analysis", "cell__theme__name", "source__name", "start", "end"),
        "journal": rows(JournalEntry, "analysis", "text", "written_at", "shared_at"),
        "decisions": rows(Decision, "analysis", "text", "took_part", "decided_on", "theme__name", "recorded_at"),
        "memos": rows(Memo, "analysis", "text", "theme__name"),
    }  # fmt: skip
