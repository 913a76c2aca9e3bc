"""All codings as a table: a row for each, and its words only where the door for words lets them out."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import numpy as np
import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    TEXT,
    a_code,
    a_participant,
    a_source,
    a_source_draft,
    an_analysis,
)
from throughline.exchange.codings.dump import CodingsFormat, export_codings
from throughline.exchange.project.staying import staying
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.consents import (
    check_passage_may_be_quoted,
    participants_in,
    speakers_of,
)
from throughline.records.inquiry.models import Analysis, Participant, Source
from throughline.records.inquiry.queries.speaking import quotable, speaking
from throughline.records.study.models import Release
from throughline.rules.access import may
from throughline.vocabulary.errors import NotAllowed
from throughline.vocabulary.study import AliasKind, CodeOrigin, ConsentScope, SourceKind

pytestmark = pytest.mark.django_db


def coded(cast: Cast, now: datetime) -> Analysis:
    """Three codings: by P01, who agreed to be quoted, by P02, who did not, and on a text that still has names."""
    analysis = an_analysis(cast)
    source, code = a_source(analysis), a_code(analysis)
    below = actions.add_code(
        codebook=code.codebook, draft=actions.CodeDraft("below", "=below", CodeOrigin.INDUCTIVE, parent=code.slug),
        by=SYSTEM, at=now,
    )  # fmt: skip
    a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    raw = a_source(analysis, a_source_draft("P03: Names.", name="02 raw.txt", is_deidentified=False))
    for one, words, put in ((source, "a reason to come in", code), (source, "Not for me.", below)):
        at = TEXT.index(words)
        actions.apply_code(source=one, code=put, start=at, end=at + len(words), by=cast.rosa.actor, at=now)
    actions.apply_code(source=raw, code=code, start=0, end=3, by=cast.rosa.actor, at=now)
    return analysis


def test_every_coding_is_a_row_and_words_only_where_they_may_leave(cast: Cast, now: datetime) -> None:
    analysis = coded(cast, now)
    left = export_codings(
        analysis=analysis, form=CodingsFormat.JSON, recipient="x", by=cast.rosa.actor, at=now
    )
    told = json.loads(left.data)
    assert [(row["source"], row["code"], row["analyst"], row["words"], row["words_kept_back"]) for row in told] == [
        ("01 interview.txt", "reason to come", "Rosa", "a reason to come in", None),
        ("01 interview.txt", "reason to come > =below", "Rosa", None, "no_consent"),
        ("02 raw.txt", "reason to come", "Rosa", None, "not_deidentified"),
    ]  # fmt: skip
    assert (left.codings, left.kept_back) == (3, 2)
    assert TEXT[told[0]["start"] : told[0]["end"]] == told[0]["words"]
    line = Release.objects.get(what="codings: What a pipe begins")
    assert (line.door, line.recipient, line.profile) == ("words", "x", "consented_words")


def test_a_coding_whose_words_a_correction_took_is_a_row_too(cast: Cast, now: datetime) -> None:
    analysis, by = coded(cast, now), cast.rosa.actor
    source = Source.objects.get(name="01 interview.txt")
    lost = source.codings.get(start=TEXT.index("a reason to come in"))
    words = TEXT.replace(" a reason to come in", "")
    actions.correct_text(source=source, text=words, base_version=source.version, by=by, at=now)
    given = {"analysis": analysis, "recipient": "x", "by": by, "at": now}
    left = export_codings(form=CodingsFormat.JSON, **given)
    told = {row["coding_id"]: row for row in json.loads(left.data)}
    assert (left.codings, left.kept_back, left.gone) == (3, 2, 1), "rows out = rows in"
    row = told[str(lost.id)]
    assert (row["words"], row["words_kept_back"], row["gone_in"]) == (None, "gone", 2)
    assert TEXT[row["start"] : row["end"]] == "a reason to come in", "its place in the version before"
    [stays] = [str(one) for one in staying(by, analysis) if "a correction" in str(one)]
    assert "stay here: 1." in stays
    [person] = Participant.objects.filter(analysis=analysis)
    actions.withdraw_participant(participant=person, by=by, at=now)
    assert str(lost.id) not in export_codings(form=CodingsFormat.CSV, **given).data.decode()


def test_words_in_which_a_name_of_the_list_stands_stay(cast: Cast, now: datetime) -> None:
    analysis, by = coded(cast, now), cast.rosa.actor
    before = json.loads(
        export_codings(analysis=analysis, form=CodingsFormat.JSON, recipient="x", by=by, at=now).data
    )
    [said] = [row["words"] for row in before if row["words"]]
    actions.add_alias(
        analysis=analysis,
        kind=AliasKind.PERSON,
        label="person 1",
        terms=[said.split()[-1].upper()],
        by=by,
        at=now,
    )
    left = export_codings(analysis=analysis, form=CodingsFormat.JSON, recipient="x", by=by, at=now)
    assert sorted(str(row["words_kept_back"]) for row in json.loads(left.data)) == [
        "name_left", "no_consent", "not_deidentified",
    ]  # fmt: skip
    assert said.encode() not in left.data and left.kept_back == 3


def test_table_holds_no_formula_and_is_the_same_in_csv(cast: Cast, now: datetime) -> None:
    analysis = coded(cast, now)
    actions.add_code(
        codebook=analysis.codebooks.get(), draft=actions.CodeDraft("top", "=1+1", CodeOrigin.INDUCTIVE),
        by=SYSTEM, at=now,
    )  # fmt: skip
    code = analysis.codebooks.get().codes.get(slug="top")
    source = Source.objects.get(name="01 interview.txt")
    actions.apply_code(source=source, code=code, start=0, end=4, by=cast.rosa.actor, at=now)
    data = export_codings(
        analysis=analysis, form=CodingsFormat.CSV, recipient="x", by=cast.rosa.actor, at=now
    ).data
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert len(rows) == 4
    assert rows[0]["code"] == "'=1+1"
    assert {row["words_kept_back"] for row in rows} == {"", "no_consent", "not_deidentified"}


def test_who_reads_only_deidentified_sources_gets_these_alone(cast: Cast, now: datetime) -> None:
    analysis = coded(cast, now)
    by = cast.chen.actor
    left = export_codings(analysis=analysis, form=CodingsFormat.JSON, recipient="x", by=by, at=now)
    assert {row["source"] for row in json.loads(left.data)} == {"01 interview.txt"}
    for name, actor in cast.everybody().items():
        if name not in ("rosa", "chen"):
            with pytest.raises(NotAllowed):
                export_codings(analysis=analysis, form=CodingsFormat.CSV, recipient="x", by=actor, at=now)


@pytest.mark.parametrize("kind", [SourceKind.INTERVIEW, SourceKind.OBSERVATION])
def test_quotable_agrees_with_the_check_of_one_passage(cast: Cast, now: datetime, kind: SourceKind) -> None:
    """Every passage of a text in which one agreed (twice in a row), one did not, one is of the team and one nobody knows."""
    text = "I: Well?\nP01: Yes.\nP01: Oh yes.\nP02: No.\nX: Hm.\n\nNoted.\n"
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft(text, kind=kind))
    a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    a_participant(analysis, "P02", source=source)
    actions.assign_speaker(source=source, speaker="I", participant=None, by=SYSTEM, at=now)
    places = [(start, end) for start in range(0, len(text), 3) for end in range(start + 1, len(text) + 1, 4)]
    expected = [may(check_passage_may_be_quoted, source, start, end) for start, end in places]
    assert quotable(source, places) == expected
    assert True in expected and False in expected
    starts, ends = np.array(places).T
    people, of = speaking(source, starts, ends)
    said = [set(people[one]) if one >= 0 else None for one in of.tolist()]
    assert said == [
        {one.id for one in participants_in(speakers_of(source, *place))} if may_be else None
        for place, may_be in zip(places, expected, strict=True)
    ]
