"""Importing transcripts into an analysis: added, there already, or refused; one bad file keeps no other out."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.records.made import a_code, an_analysis
from throughline.exchange.transcript.load import About, Outcome, TranscriptFile, import_transcripts
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import Source, Turn
from throughline.vocabulary.errors import NotAllowed
from throughline.vocabulary.study import SourceKind

TALK = "Interviewer: Why did you come in?\n\nP01: They had pipes. Zoë told me.\n\nInterviewer: And then?\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\n<v Anna>They had pipes.\n\n00:00:04.000 --> 00:00:06.000\n<v Bo>And then?\n"


def file(name: str, text: str, encoding: str = "utf-8") -> TranscriptFile:
    return TranscriptFile(name, text.encode(encoding))


def test_import_transcripts_adds_each_with_turns_times_and_hash(cast: Cast, now: datetime) -> None:
    analysis, told = an_analysis(cast), []
    files = [file("talks/p01.txt", TALK, "cp1252"), file("group.vtt", VTT)]
    first, second = import_transcripts(
        files=files, analysis=analysis, about=About(kind=SourceKind.FOCUS_GROUP, site=cast.site, language="en"),
        by=cast.rosa.actor, at=now, progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert [first.outcome, second.outcome] == [Outcome.ADDED, Outcome.ADDED]
    assert told == [(1, 2), (2, 2)]
    source = Source.objects.get(id=first.source_id)
    assert (source.name, source.kind, source.site_id, source.language) == (
        "p01",
        "focus_group",
        cast.site.id,
        "en",
    )
    assert source.file_hash == hashlib.sha256(files[0].data).hexdigest()
    assert (first.turns, first.speakers) == (3, ("Interviewer", "P01"))
    assert any("Windows-1252" in str(note) for note in first.notes)
    text = queries.text_of(cast.rosa.actor, source, now)
    turn = Turn.objects.get(source=source, number=2)
    assert text[turn.start : turn.end] == "They had pipes. Zoë told me."
    times = (
        Turn.objects.filter(source_id=second.source_id).order_by("number").values_list("start_ms", "end_ms")
    )
    assert list(times) == [(1_000, 3_500), (4_000, 6_000)]


def test_import_transcripts_with_a_refused_file_adds_the_others(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    results = import_transcripts(
        files=[TranscriptFile("sound.mp3", b"ID3" + bytes(200)), file("a.txt", TALK), TranscriptFile("none.txt", b"")],
        analysis=analysis, by=cast.rosa.actor, at=now,
    )  # fmt: skip
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.ADDED, Outcome.REFUSED]
    assert all(
        result.filename in str(result.sentence) for result in results if result.outcome is Outcome.REFUSED
    )
    assert Source.objects.filter(analysis=analysis).count() == 1


def test_import_transcripts_again_adds_nothing_whatever_the_name(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    (first,) = import_transcripts(files=[file("a.txt", TALK)], analysis=analysis, by=cast.rosa.actor, at=now)
    again = import_transcripts(
        files=[file("b.txt", TALK), file("a.txt", TALK + "P01: More.\n")],
        analysis=analysis,
        by=cast.rosa.actor,
        at=now,
    )
    assert [result.outcome for result in again] == [Outcome.THERE_ALREADY, Outcome.ADDED]
    assert again[0].source_id == first.source_id
    assert Source.objects.filter(analysis=analysis).count() == 2


def test_import_transcripts_with_a_very_long_file_name(cast: Cast, now: datetime) -> None:
    (result,) = import_transcripts(
        files=[file("x" * 300 + ".txt", TALK)], analysis=an_analysis(cast), by=cast.rosa.actor, at=now
    )
    assert len(Source.objects.get(id=result.source_id).name) == 160


def test_import_transcripts_by_who_may_not_reads_nothing(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    for name, actor in cast.everybody().items():
        if name != "rosa":
            with pytest.raises(NotAllowed):
                import_transcripts(files=[file("a.txt", TALK)], analysis=analysis, by=actor, at=now)
    assert not Source.objects.filter(analysis=analysis).exists()


def test_import_transcripts_keeps_words_out_of_logs_and_reprs(
    cast: Cast, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    given = [file("a.txt", TALK)]
    with caplog.at_level(logging.DEBUG):
        results = import_transcripts(files=given, analysis=an_analysis(cast), by=cast.rosa.actor, at=now)
    logged = " ".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    assert "pipes" not in logged + repr(given) + repr(results)
    assert "P01" not in repr(results)


@pytest.mark.realdata
def test_every_real_transcript_opens_as_turns_and_can_be_coded(
    cast: Cast, now: datetime, shared_data: Path
) -> None:
    """All of them, the Chinese and French too: a code lies on exactly the words of a turn in the middle of each."""
    paths = sorted((shared_data / "transcripts").iterdir())
    analysis, by = an_analysis(cast), cast.rosa.actor
    code = a_code(analysis, "said")
    results = import_transcripts(
        files=[TranscriptFile(path.name, path.read_bytes()) for path in paths],
        analysis=analysis,
        by=by,
        at=now,
    )
    assert {result.filename for result in results if result.outcome is not Outcome.ADDED} == set()
    turns = {result.filename: result.turns for result in results}
    assert (turns["en_interview_2022-01-13.md"], turns["fr_radio_interview_2016-01-27.docx"]) == (360, 112)
    scripts = set()
    for result in results:
        source = Source.objects.get(id=result.source_id)
        assert Turn.objects.filter(source=source).count() == result.turns > 0
        turn = Turn.objects.get(source=source, number=result.turns // 2 + 1)
        actions.apply_code(source=source, code=code, start=turn.start, end=turn.end, by=by, at=now)
        [coding] = queries.codings_of(by, source)
        words = queries.text_of(by, source, now)[coding.start : coding.end]
        assert words.strip() and (coding.start, coding.end) == (turn.start, turn.end), result.filename
        scripts |= {unicodedata.name(letter, "?").split()[0] for letter in words}
    assert {"LATIN", "CJK"} <= scripts


@pytest.mark.realdata
def test_import_transcripts_of_hostile_files_refuses_or_reads_each(
    cast: Cast, now: datetime, shared_data: Path
) -> None:
    paths = sorted((shared_data / "hostile").iterdir())
    analysis = an_analysis(cast)
    results = import_transcripts(
        files=[TranscriptFile(path.name, path.read_bytes()) for path in paths], analysis=analysis, by=cast.rosa.actor,
        at=now,
    )  # fmt: skip
    assert len(results) == len(paths)
    refused = [result for result in results if result.outcome is Outcome.REFUSED]
    assert all(result.sentence is not None and result.filename in str(result.sentence) for result in refused)
    assert {path.name for path in paths if path.suffix == ".xlsx"} <= {result.filename for result in refused}
    assert Source.objects.filter(analysis=analysis).count() == len(results) - len(refused)
