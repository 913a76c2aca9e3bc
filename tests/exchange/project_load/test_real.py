"""Every real project of other programs: imported, laid on exactly its words, and exported again as the same project."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.cast import Cast, make_cast
from tests.exchange.refi.schema import Schema
from tests.records.made import a_study
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.formats import read_project
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.load import Into, ProjectImport, ProjectOutcome, keep_reading
from throughline.exchange.project.report import Kind, Reading
from throughline.exchange.refi.read import read_refi
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.models import Analysis, Coder, Coding, Participant, Source, Turn
from throughline.records.inquiry.queries import text_of
from throughline.records.keyring import source_keys
from throughline.records.study.models import Release, Study
from throughline.vocabulary.study import Approach

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
SAID = b"Diet and health are closely linked, they say."
BESIDE = {"hand_authored_project.qde": {"11111111-1111-1111-1111-111111111111.txt": SAID}}
TAGUETTE = "coded/serdif_taguette.sqlite3"

# name: (codings, of which become rows, participants, approach)
FILES = {
    TAGUETTE: (1930, 1930, 0, Approach.REFLEXIVE),
    "coded/serdif_qualcoder_v8_data.qda": (881, 881, 8, Approach.CODEBOOK_TEMPLATE),
    "coded/nvivo15mac_project.qdpx": (0, 0, 0, Approach.REFLEXIVE),
    "coded/qc132_demo.qdpx": (205, 205, 0, Approach.REFLEXIVE),
    "refi-qda/A1_codebook.qdc": (0, 0, 0, Approach.REFLEXIVE),
    "refi-qda/A2_atlasti84_project.qde": (0, 0, 0, Approach.REFLEXIVE),
    "refi-qda/A3_transana322_project.qde": (0, 0, 0, Approach.REFLEXIVE),
    "refi-qda/hand_authored_project.qde": (3, 3, 1, Approach.REFLEXIVE),
    "refi-qda/qdapy_sample.qdpx": (6, 6, 1, Approach.CODEBOOK_TEMPLATE),
}


@dataclass(frozen=True)
class World:
    cast: Cast
    study: Study
    readings: dict[str, Reading]
    imported: dict[str, ProjectImport]

    def analysis(self, name: str) -> Analysis:
        return Analysis.objects.get(id=self.imported[name].analysis_id)


@pytest.fixture(scope="module")
def kept_world(kept_rows: None, shared_data: Path) -> World:
    """Each file read and imported once."""
    cast = make_cast()
    world = World(cast, a_study(cast), {}, {})
    for name in FILES:
        path = shared_data / name
        world.readings[name] = read_project(path.read_bytes(), path.name, beside=BESIDE.get(path.name, {}))
        world.imported[name] = keep_reading(
            reading=world.readings[name], into=Into(world.study), by=cast.rosa.actor, at=NOW
        )
    return world


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return kept_world


@pytest.mark.parametrize(("name", "expected"), FILES.items())
def test_real_project_is_imported_whole(
    world: World, name: str, expected: tuple[int, int, int, Approach]
) -> None:
    done, analysis = world.imported[name], world.analysis(name)
    document = world.readings[name].document
    codings, rows, people, approach = expected
    assert done.outcome is ProjectOutcome.ADDED
    assert (sum(1 for _ in document.codings()), approach) == (codings, done.approach)
    assert Coding.objects.filter(source__analysis=analysis).count() == rows
    assert Participant.objects.filter(analysis=analysis).count() == people
    assert Source.objects.filter(analysis=analysis).count() == len(document.sources)
    assert Coder.objects.filter(analysis=analysis, actor__startswith="coder:").count() >= len(document.users)
    told = {one.kind: one for one in done.became}
    assert {one.kind for one in world.readings[name].report.counts} <= set(told)
    if codings:
        assert (told[Kind.CODING].rows, told[Kind.CODING].carried) == (rows, codings - rows)
    event = AuditEvent.objects.get(action="project_imported", target_id=str(analysis.id))
    assert event.count == rows


@pytest.mark.parametrize("name", FILES)
def test_real_project_exported_is_the_same_and_read_again_too(world: World, name: str) -> None:
    rosa = world.cast.rosa.actor
    document = replace(world.readings[name].document, origin="Throughline")
    analysis = world.analysis(name)
    assert document_of(analysis=analysis, by=rosa, at=NOW).document == document
    left = export_project(
        analysis=analysis,
        form=ProjectFormat.QDPX,
        recipient="The archive",
        is_untouched=True,
        by=rosa,
        at=NOW,
    )
    again = read_refi(left.data, "again.qdpx")
    assert again.document == document
    assert not again.report.refusals
    assert left.codings == FILES[name][0]
    line = Release.objects.get(what=f"project: {analysis.name}"[:120], recipient="The archive")
    assert (line.door, line.profile) == ("words", "untouched_texts")


@pytest.mark.parametrize("name", FILES)
def test_real_project_exported_is_valid_against_the_standard(
    world: World, name: str, shared_data: Path
) -> None:
    rosa, analysis = world.cast.rosa.actor, world.analysis(name)
    for form, schema in ((ProjectFormat.QDPX, "Project.xsd"), (ProjectFormat.QDC, "Codebook.xsd")):
        if form is ProjectFormat.QDC and not world.readings[name].document.codes:
            continue
        data = export_project(
            analysis=analysis, form=form, recipient="x", is_untouched=True, by=rosa, at=NOW
        ).data
        if form is ProjectFormat.QDPX:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read("project.qde")
        assert schema_of(shared_data / "refi-qda" / schema).errors(data) == []


@cache
def schema_of(path: Path) -> Schema:
    return Schema(path)


@pytest.mark.parametrize("name", [name for name, (codings, *_) in FILES.items() if codings])
def test_real_codings_lie_on_their_words(world: World, name: str) -> None:
    """Row by row against the document: source, code, words."""
    texts = {
        source.id: text_of(world.cast.rosa.actor, source, NOW)
        for source in Source.objects.filter(analysis=world.analysis(name))
    }
    kept = sorted(
        (row.source.name, row.code.name, texts[row.source_id][row.start : row.end])
        for row in Coding.objects.filter(source__analysis=world.analysis(name)).select_related(
            "source", "code"
        )
    )
    document = world.readings[name].document
    codes = {code.guid: code.name for code in document.codes}
    assert kept == sorted(
        (source.name, codes[coding.code], source.selected(selection) if selection else source.text)
        for source, selection, coding in document.codings()
    )


def test_real_taguette_highlights_land_on_exactly_their_text(world: World, shared_data: Path) -> None:
    """All 1,794, against the words that Taguette itself keeps of each: an independent statement of its place."""
    from throughline.exchange.taguette.html import words_of

    base = sqlite3.connect(f"file:{shared_data / TAGUETTE}?mode=ro", uri=True)
    snippets = base.execute(
        "SELECT d.name, t.path, h.snippet FROM highlights h JOIN documents d ON d.id = h.document_id"
        " JOIN highlight_tags ht ON ht.highlight_id = h.id JOIN tags t ON t.id = ht.tag_id"
    ).fetchall()
    assert base.execute("SELECT count(*) FROM highlights").fetchone() == (1794,)
    base.close()
    sources = Source.objects.filter(analysis=world.analysis(TAGUETTE))
    texts = {source.id: text_of(world.cast.rosa.actor, source, NOW) for source in sources}
    rows = Coding.objects.filter(source__in=sources).select_related("source", "code")
    kept = sorted(
        (row.source.name, row.code.name, _bare(texts[row.source_id][row.start : row.end])) for row in rows
    )
    assert kept == sorted((name, tag, _bare(words_of(snippet))) for name, tag, snippet in snippets)


def _bare(words: str) -> str:
    """Without white space: Taguette's snippets have that of HTML, where a text has line ends."""
    return "".join(words.split())


def test_real_sources_have_turns_inside_their_text_and_a_key_each(world: World) -> None:
    sources = list(Source.objects.filter(analysis=world.analysis(TAGUETTE)))
    assert len(sources) == 17
    for source in sources:
        turns = list(Turn.objects.filter(source=source).order_by("number"))
        assert turns
        assert all(0 <= turn.start < turn.end <= source.characters for turn in turns)
        assert (source_keys().folder / f"{source.id}.key").exists()
        assert not source.is_deidentified
        assert source.changes == 1


def test_real_project_imported_again_adds_nothing(world: World) -> None:
    before = (Analysis.objects.count(), Source.objects.count(), Coding.objects.count())
    reading = world.readings[TAGUETTE]
    done = keep_reading(reading=reading, into=Into(world.study), by=world.cast.rosa.actor, at=NOW)
    assert done.outcome is ProjectOutcome.THERE_ALREADY
    assert done.analysis_id == world.imported[TAGUETTE].analysis_id
    assert (Analysis.objects.count(), Source.objects.count(), Coding.objects.count()) == before
