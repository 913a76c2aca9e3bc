"""Importing a coded project: whole or not at all, once, with every coding in its place."""

from __future__ import annotations

import fcntl
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import Cast
from tests.exchange.project_load.projects import (
    AT,
    FIRST,
    NOTE,
    NOTE_ON_CODING,
    OTHER,
    REASONS,
    TEXT,
    a_project,
    coding,
    place,
    reading_of,
)
from tests.exchange.refi.files import archive, one_source, selection
from tests.records.made import a_source, a_source_draft, a_study, an_analysis
from throughline.exchange.project.became import Became
from throughline.exchange.project.document import ProjectDocument, ProjectSelection, ProjectSource
from throughline.exchange.project.load import (
    Into,
    ProjectFile,
    ProjectImport,
    ProjectOutcome,
    import_project,
    keep_reading,
)
from throughline.exchange.project.naming import row_id
from throughline.exchange.project.pending import destroy_orphans
from throughline.exchange.project.report import Kind
from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.actions import erase_source
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Coder,
    Coding,
    Memo,
    Participant,
    Source,
    Turn,
)
from throughline.records.inquiry.queries import text_of
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.records.keyring import source_keys
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db
FILE = ProjectFile("pipes.qdpx", archive(one_source(selection(0, 4)), {"sources/one.txt": b"They look."}))


def keep(cast: Cast, now: datetime, document: ProjectDocument | None = None, **more: object) -> ProjectImport:
    into = Into(more.pop("study", None) or a_study(cast), **more)  # type: ignore[arg-type]  # told by each test
    return keep_reading(reading=reading_of(document or a_project()), into=into, by=cast.rosa.actor, at=now)


def keys_there() -> set[str]:
    return {path.name for path in Path(settings.THROUGHLINE_SOURCE_KEYS).glob("*")}


def counts() -> tuple[int, ...]:
    kinds = (Analysis, Source, Turn, Coding, Code, Coder, Participant, Memo, Carried, AuditEvent)
    return tuple(kind._default_manager.count() for kind in kinds)


def test_import_project_makes_rows_of_what_fits_and_carries_the_rest(cast: Cast, now: datetime) -> None:
    done = keep(cast, now)
    analysis = Analysis.objects.get(id=done.analysis_id)
    assert (analysis.name, analysis.approach) == ("Pipes", Approach.CODEBOOK_TEMPLATE.value)
    assert list(
        Code.objects.filter(codebook__analysis=analysis)
        .order_by("place")
        .values_list("slug", "name", "definition", "colour", "parent__slug")
    ) == [
        ("reasons-to-come", "Reasons to come", "", 6, None),
        ("reason", "Reason", "What brings somebody in.", 0, "reasons-to-come"),
        ("reason-2", "Reason", "", 2, None),
    ]
    codings = Coding.objects.filter(source__analysis=analysis).order_by(
        "source__added_at", "start", "code__slug"
    )
    first, second = Source.objects.filter(analysis=analysis).order_by("-characters")
    assert sorted(codings.values_list("source", "code__slug", "analyst", "start", "end")) == sorted([
        (first.id, "reason", f"coder:{UUID(int=(1 << 64) + 1)}", *place("a reason to come in")),
        (first.id, "reason-2", f"coder:{UUID(int=(1 << 64) + 2)}", *place("a reason to come in")),
        (first.id, "reason-2", f"coder:{UUID(int=(1 << 64) + 1)}", 0, len(TEXT)),
        (second.id, "reason", "coder:not_recorded", *place("came late", OTHER)),
    ])  # fmt: skip
    assert set(codings.values_list("applied_at", flat=True)) == {AT}
    assert sorted(Coder.objects.filter(analysis=analysis).values_list("name", "short")) == [
        ("Anna", "A"), ("Ben", ""), ("not_recorded", ""),
    ]  # fmt: skip
    assert Participant.objects.get(analysis=analysis).attributes == {"Age": "41"}
    assert (first.attributes, first.is_deidentified) == ({"Age": "41"}, False)
    assert text_of(cast.rosa.actor, first, now) == TEXT
    speakers = Turn.objects.filter(source=first).order_by("number").values_list("speaker", flat=True)
    assert list(speakers) == ["Interviewer", "P01", "P01"]


def test_import_project_puts_memos_beside_the_first_thing_they_are_about(cast: Cast, now: datetime) -> None:
    analysis_id = keep(cast, now).analysis_id
    assert analysis_id is not None
    memo = Memo.objects.get(id=row_id(analysis_id, NOTE))
    assert (memo.code.name if memo.code else "", memo.title) == ("Reason", "On reasons")
    on_coding = Memo.objects.get(id=row_id(analysis_id, NOTE_ON_CODING))
    assert on_coding.coding is not None
    assert (on_coding.text, on_coding.coding.code.slug) == ("All in its description.", "reason")
    assert Memo.objects.filter(analysis_id=analysis_id).count() == 3


def test_import_project_is_seen_by_who_follows_the_changes_to_a_source(cast: Cast, now: datetime) -> None:
    source = Source.objects.get(id=row_id(keep(cast, now).analysis_id or uuid4(), FIRST))
    assert len(feed_for(cast.rosa.actor, source.id, 0).placed) == 3
    assert feed_for(cast.rosa.actor, source.id, source.changes).placed == []


def test_import_project_with_one_coder_is_reflexive_unless_told(cast: Cast, now: datetime) -> None:
    document = replace(a_project(), sources=a_project().sources[1:], sets=(), cases=(), links=())
    study = a_study(cast)
    assert keep(cast, now, document, study=study).approach is Approach.REFLEXIVE
    other = replace(document, name="Other")
    assert keep(cast, now, other, study=study, approach=Approach.CODING_RELIABILITY).approach is (
        Approach.CODING_RELIABILITY
    )


def test_import_project_again_adds_nothing_and_says_so(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    first, before = keep(cast, now, study=study), counts()
    again = keep(cast, now, replace(a_project(), origin="another program"), study=study)
    assert (again.outcome, again.analysis_id) == (ProjectOutcome.THERE_ALREADY, first.analysis_id)
    assert counts() == before
    changed = keep(cast, now, replace(a_project(), description="A later copy."), study=study)
    assert (changed.outcome, changed.analysis) == (ProjectOutcome.ADDED, "Pipes 2")


def test_import_project_dry_run_tells_the_same_and_writes_nothing(cast: Cast, now: datetime) -> None:
    study, before, keys = a_study(cast), counts(), keys_there()
    dry = import_project(file=FILE, into=Into(study), is_dry_run=True, by=cast.rosa.actor, at=now)
    assert (dry.outcome, dry.analysis_id) == (ProjectOutcome.WOULD_BE_ADDED, None)
    assert (counts(), keys_there()) == (before, keys)
    done = import_project(file=FILE, into=Into(study), by=cast.rosa.actor, at=now)
    assert (done.became, done.analysis, done.approach) == (dry.became, dry.analysis, dry.approach)
    assert {one.kind: one.rows for one in done.became} == {
        Kind.CODE: 1, Kind.TEXT: 1, Kind.SELECTION: 1, Kind.CODING: 1,
    }  # fmt: skip


def test_import_project_into_an_analysis_stands_beside_what_is_there(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    a_source(analysis, a_source_draft(OTHER))
    done = keep(cast, now, study=analysis.study, analysis=analysis)
    assert (done.analysis_id, done.approach) == (analysis.id, Approach.REFLEXIVE)
    assert Source.objects.filter(analysis=analysis).count() == 3
    assert analysis.codebooks.get().name == "Pipes"


def test_import_project_refuses_a_later_copy_into_the_same_analysis(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    keep(cast, now, study=analysis.study, analysis=analysis)
    before = counts()
    with pytest.raises(Invalid, match="is in the analysis What a pipe begins already"):
        keep(cast, now, replace(a_project(), name="Later"), study=analysis.study, analysis=analysis)
    assert counts() == before


def test_import_project_that_somebody_else_keeps_meanwhile_leaves_theirs_readable(
    cast: Cast, now: datetime
) -> None:
    """Texts alone: no code or case of theirs is in the way before the keys of the sources are."""
    analysis = an_analysis(cast)
    texts = ProjectDocument(
        "Texts",
        sources=(ProjectSource(FIRST, "Interview 1", TEXT), ProjectSource(uuid4(), "Interview 2", OTHER)),
    )
    into, theirs = Into(analysis.study, analysis=analysis), []

    def they_were_first(stage: str, done: int, total: int) -> None:
        if stage == "keeping" and not theirs:
            theirs.append(0)
            keep(cast, now, texts, study=analysis.study, analysis=analysis)

    with pytest.raises(Unready, match="a moment ago"):
        keep_reading(
            reading=reading_of(texts), into=into, by=cast.rosa.actor, at=now, progress=they_were_first
        )
    kept = Source.objects.filter(analysis=analysis).order_by("characters")
    assert [text_of(cast.rosa.actor, one, now) for one in kept] == [OTHER, TEXT]


def test_import_project_does_not_bring_back_what_was_erased(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft(OTHER))
    erase_source(source=source, by=cast.rosa.actor, at=now)
    before, keys = counts(), keys_there()
    with pytest.raises(Unready, match="erased from this analysis"):
        keep(cast, now, study=analysis.study, analysis=analysis)
    assert (counts(), keys_there()) == (before, keys)


def test_import_project_of_the_same_project_twice_shares_no_row(cast: Cast, now: datetime) -> None:
    """In another study it is another project, whose rows have ids of their own."""
    first, second = keep(cast, now), keep(cast, now, study=a_study(cast, "Another study"))
    assert second.outcome is ProjectOutcome.ADDED
    assert Coding.objects.filter(source__analysis_id__in=[first.analysis_id, second.analysis_id]).count() == 8


def test_import_project_by_who_may_not_reads_nothing(cast: Cast, now: datetime) -> None:
    study, before = a_study(cast), counts()
    for name, actor in cast.everybody().items():
        if name != "rosa":
            with pytest.raises(NotAllowed):
                import_project(file=replace(FILE, data=b"not even read"), into=Into(study), by=actor, at=now)
    assert counts() == before


@pytest.mark.parametrize("table", ["inquiry_coding", "inquiry_memo", "audit_auditevent"])
@pytest.mark.sqlite
def test_import_project_broken_off_leaves_nothing_and_no_key(cast: Cast, now: datetime, table: str) -> None:
    """The database refuses one row, late: no earlier one stays, nor any source's key."""
    study = a_study(cast)
    before, keys = counts(), keys_there()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'secret words'); END"
        )
    with pytest.raises(Unready, match=r"broke off .*: nothing of it was imported") as refused:
        keep(cast, now, study=study)
    assert "secret" not in str(refused.value.sentence)
    assert (counts(), keys_there()) == (before, keys)


@pytest.mark.sqlite
def test_import_project_counts_its_codings_before_it_ends(cast: Cast, now: datetime) -> None:
    """Where the database quietly drops one, nothing is kept."""
    study = a_study(cast)
    before, keys = counts(), keys_there()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER dropping BEFORE INSERT ON inquiry_coding WHEN NEW.start > 0 BEGIN SELECT RAISE(IGNORE); END"
        )
    with pytest.raises(ArithmeticError, match="4 codings were to be kept, 1 are there"):
        keep(cast, now, study=study)
    assert (counts(), keys_there()) == (before, keys)


def test_import_project_keeps_what_was_said_of_passages_under_the_key_of_the_source(
    cast: Cast, now: datetime
) -> None:
    """Names of selections quote the text: they lie in no column in the clear."""
    analysis_id = keep(cast, now).analysis_id
    rests = [json.dumps(one.rest) for one in Carried.objects.filter(analysis_id=analysis_id)]
    assert not [rest for rest in rests if "reason to come in" in rest or "Zoë" in rest]


def test_import_project_with_two_texts_of_the_same_bytes_keeps_both(cast: Cast, now: datetime) -> None:
    twice = tuple(ProjectSource(guid, "Same", "The same words.") for guid in (uuid4(), uuid4()))
    done = keep(cast, now, ProjectDocument("Twice", sources=twice))
    assert Source.objects.filter(analysis_id=done.analysis_id).count() == 2


def test_import_project_with_long_and_odd_names(cast: Cast, now: datetime) -> None:
    document = a_project("x" * 500)
    codes = tuple(replace(code, name=f"{code.name}\n{'y' * 300}") for code in document.codes)
    cases = tuple(
        replace(document.cases[0], guid=uuid4(), name=name) for name in ("", "", "P01", "P01", "z" * 90)
    )
    done = keep(cast, now, replace(document, codes=codes, cases=cases))
    labels = Participant.objects.filter(analysis_id=done.analysis_id).values_list("label", flat=True)
    assert sorted(labels) == ["P01", "P01 2", "case 1", "case 2", "z" * 40]
    assert all(len(code.name) == 160 for code in Code.objects.filter(codebook__analysis_id=done.analysis_id))


def test_books_of_an_import_must_balance() -> None:
    assert Became(Kind.CODING, found=3, understood=2, rows=1, carried=1, not_understood=1).rows == 1
    with pytest.raises(ValueError, match="codings: 3 in the file"):
        Became(Kind.CODING, found=3, understood=2, rows=1, carried=0, not_understood=1)


def test_keys_of_a_killed_import_go_with_the_next_one(cast: Cast, now: datetime) -> None:
    """Only those whose process is gone and that no source has."""
    kept = Source.objects.filter(analysis_id=keep(cast, now).analysis_id).first()
    assert kept is not None
    keys, orphan, alive = source_keys(), uuid4(), uuid4()
    for source_id in (orphan, alive):
        keys.create(source_id)
    dead, living = keys.folder / "dead.importing", keys.folder / "living.importing"
    dead.write_text(json.dumps([str(orphan), str(kept.id)]))
    living.write_text(json.dumps([str(alive)]))
    with living.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert destroy_orphans(keys.folder) == 1
    there = keys_there()
    assert {f"{kept.id}.key", f"{alive}.key", living.name} <= there
    assert not {f"{orphan}.key", dead.name} & there
    assert destroy_orphans(keys.folder) == 1
    assert f"{alive}.key" not in keys_there()


def test_a_coding_twice_in_one_place_is_one_row_and_comes_back_as_two(cast: Cast, now: datetime) -> None:
    text = "They look."
    laid = tuple(
        ProjectSelection(uuid4(), 0, 4, (replace(coding(number, REASONS), guid=uuid4()),))
        for number in range(3)
    )
    document = replace(
        a_project(), sources=(ProjectSource(FIRST, "One", text, laid),), cases=(), links=(), sets=()
    )
    done = keep(cast, now, document)
    assert Coding.objects.filter(source__analysis_id=done.analysis_id).count() == 1
