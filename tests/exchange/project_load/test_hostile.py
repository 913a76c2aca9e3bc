"""Bad projects: one clear report or one sentence; nothing is kept by halves, and no key without a source."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.exchange.refi.files import (
    CODE,
    CODEBOOK,
    archive,
    coding,
    one_source,
    project,
    selection,
    source,
)
from tests.exchange.taguette.files import Taguette
from tests.records.made import a_study
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.load import Into, ProjectFile, ProjectImport, import_project
from throughline.exchange.project.report import Kind
from throughline.records.inquiry.models import Analysis, Code, Coding, Source
from throughline.records.study.models import Study
from throughline.vocabulary.errors import Invalid

pytestmark = pytest.mark.django_db
TEXT = {"sources/one.txt": b"They look away when we come in."}
BOMB = archive(one_source(selection(0, 4)), TEXT) + b"PK\x01\x02" * 20_001
BAD = {
    "empty": b"",
    "no project": b"just words",
    "cut off": archive(one_source(selection(0, 4)), TEXT)[:200],
    "an archive of too many files": BOMB,
    "entities": b"<!DOCTYPE x [<!ENTITY a 'ha'>]><Project name='&a;'/>",
    "a database of nobody": Taguette().bytes()[:5000],
}


@pytest.fixture
def study(cast: Cast) -> Study:
    return a_study(cast)


def taken(data: bytes, study: Study, cast: Cast, now: datetime) -> ProjectImport:
    return import_project(file=ProjectFile("bad.qdpx", data), into=Into(study), by=cast.rosa.actor, at=now)


def keys_there() -> set[str]:
    return {path.name for path in Path(settings.THROUGHLINE_SOURCE_KEYS).glob("*")}


def told(done: ProjectImport, kind: Kind) -> tuple[int, int, int, int]:
    [one] = [one for one in done.became if one.kind is kind]
    return one.found, one.rows, one.carried, one.not_understood


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_whole_with_a_sentence(
    name: str, study: Study, cast: Cast, now: datetime
) -> None:
    keys = keys_there()
    with pytest.raises(Invalid, match=r"bad\.qdpx"):
        taken(BAD[name], study, cast, now)
    assert not Analysis.objects.exists()
    assert keys_there() == keys


def test_project_with_a_missing_text_keeps_the_others_and_lists_what_went(
    study: Study, cast: Cast, now: datetime
) -> None:
    two = source(selection(0, 4)) + source(selection(0, 4, 2), "internal://gone.txt", 2)
    done = taken(archive(project(f"{CODEBOOK}<Sources>{two}</Sources>"), TEXT), study, cast, now)
    assert told(done, Kind.TEXT) == (2, 1, 0, 1)
    assert told(done, Kind.CODING) == (2, 1, 0, 1)
    assert "is not there" in str(next(r.reason for r in done.report.refusals if r.kind is Kind.TEXT))
    assert Source.objects.get(analysis_id=done.analysis_id).name == "Interview 1"


def test_project_with_offsets_past_the_end_keeps_what_lies_inside(
    study: Study, cast: Cast, now: datetime
) -> None:
    lying = (
        selection(0, 4)
        + selection(5, 99, 2)
        + selection(20, 10, 3)
        + selection(-1, 4, 4)
        + selection("x", 4, 5)
    )
    done = taken(archive(one_source(lying), TEXT), study, cast, now)
    assert told(done, Kind.CODING) == (5, 1, 0, 4)
    assert len([r for r in done.report.refusals if r.kind is Kind.SELECTION]) == 4
    row = Coding.objects.get(source__analysis_id=done.analysis_id)
    assert (row.start, row.end) == (0, 4)


def test_project_with_codes_within_themselves_has_each_once(study: Study, cast: Cast, now: datetime) -> None:
    inner = f'<Code guid="{CODE}1" name="stigma"><Code guid="{CODE}2" name="looks"/></Code>'
    codes = f'<CodeBook><Codes><Code guid="{CODE}1" name="stigma">{inner}</Code></Codes></CodeBook>'
    done = taken(
        archive(project(f"{codes}<Sources>{source(selection(0, 4))}</Sources>"), TEXT), study, cast, now
    )
    assert told(done, Kind.CODE) == (3, 2, 0, 1)
    rows = Code.objects.filter(codebook__analysis_id=done.analysis_id).order_by("place")
    assert list(rows.values_list("name", "parent__name")) == [("stigma", None), ("looks", "stigma")]
    assert told(done, Kind.CODING) == (1, 1, 0, 0)


def test_project_with_guids_that_stand_twice_loses_nothing(study: Study, cast: Cast, now: datetime) -> None:
    """Codings, selections and sources that share a GUID are told apart; the same coding twice is one row and comes back."""
    lying = selection(0, 4) + selection(0, 4) + selection(5, 9) + coding(1)
    two = source(lying) + source(selection(0, 4))
    done = taken(archive(project(f"{CODEBOOK}<Sources>{two}</Sources>"), TEXT), study, cast, now)
    assert told(done, Kind.TEXT) == (2, 2, 0, 0)
    assert told(done, Kind.CODING) == (5, 4, 1, 0)
    assert any("had the GUID of another" in str(note) for note in done.report.notes)
    analysis = Analysis.objects.get(id=done.analysis_id)
    dumped = document_of(analysis=analysis, by=cast.rosa.actor, at=now)
    assert (dumped.codings, dumped.carried) == (5, 1)


def test_project_with_a_text_of_a_hundred_megabytes_is_told_and_not_kept(
    study: Study, cast: Cast, now: datetime
) -> None:
    data = archive(one_source(selection(0, 4)), {"sources/one.txt": b"a pipe. " * 12_500_000})
    done = taken(data, study, cast, now)
    assert told(done, Kind.TEXT) == (1, 0, 0, 1)
    assert told(done, Kind.CODING) == (1, 0, 0, 1)
    assert "longer than a source may be" in str(done.report.refusals[0].reason)


def test_project_that_is_damaged_anywhere_is_kept_whole_or_refused(
    study: Study, cast: Cast, now: datetime
) -> None:
    """A byte changed at random in the project file: whatever is kept balances, and its codings are all there."""
    draw, xml = random.Random(7), one_source(selection(0, 4) + selection(5, 9, 2))
    kept = 0
    for _ in range(12):
        broken = bytearray(xml)
        broken[draw.randrange(len(broken))] = draw.randrange(32, 127)
        keys = keys_there()
        try:
            done = taken(archive(bytes(broken), TEXT), study, cast, now)
        except Invalid:
            assert keys_there() == keys
            continue
        kept += 1
        rows = Coding.objects.filter(source__analysis_id=done.analysis_id).count()
        assert rows == sum(one.rows for one in done.became if one.kind is Kind.CODING)
    assert kept
