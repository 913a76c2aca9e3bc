"""Agreement and quotes on the command line, as real processes."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

from tests.installation import Installation

OF = ("--programme", "lantern", "--study", "Lantern study", "--analysis", "Compared")
WORLD = """
from datetime import UTC, datetime
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Code
from throughline.records.study.actions import record_research_consent
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import Approach, CodeOrigin, ConsentScope, SourceKind
at, by, other = datetime(2026, 3, 2, 11, 0, tzinfo=UTC), Actor.system("command line"), Actor.system("example")
study = Study.objects.get(title="Lantern study")
analysis = actions.open_analysis(
    study=study, name="Compared", question="?", approach=Approach.CODING_RELIABILITY, by=by, at=at)
book = actions.add_codebook(analysis=analysis, name="B", by=by, at=at)
actions.add_codes(codebook=book, drafts=[actions.CodeDraft(s, s.title(), CodeOrigin.INDUCTIVE, p)
    for s, p in (("money", None), ("rent", "money"), ("food", "money"))], by=by, at=at)
rent, food = (Code.objects.get(codebook=book, slug=s) for s in ("rent", "food"))
text = "=Rent is due. Food is dear. Rent again."
source = actions.add_source(analysis=analysis, draft=actions.SourceDraft("S", SourceKind.INTERVIEW, text, text.encode(), "b" * 64,
    "text", (actions.TurnDraft(0, len(text), "P01"),), is_deidentified=True), by=by, at=at)
consent = record_research_consent(study=study, sheet_version="1", scopes=[ConsentScope.QUOTE], given_on=at.date(), by=by, at=at)
person = actions.add_participant(analysis=analysis, label="P01", consent=consent, by=by, at=at)
actions.assign_speaker(source=source, speaker="P01", participant=person, by=by, at=at)
around = actions.open_round(analysis=analysis, name="First", by=by, at=at,
    assignments=[actions.AssignmentDraft(source, one.id) for one in (by, other)])
for who in (by, other):
    actions.apply_code(source=source, code=rent, start=0, end=13, by=who, at=at)
    actions.apply_code(source=source, code=food, start=14, end=27, by=who, at=at)
actions.apply_code(source=source, code=rent, start=28, end=39, by=by, at=at)
actions.close_round(round=around, by=by, at=at)
theme = actions.write_theme(analysis=analysis, draft=actions.ThemeDraft("Dear", "Dear"), by=by, at=at)
actions.write_cell(participant=person, theme=theme, summary="All is dear.", by=by, at=at)
"""


BROUGHT = """
from throughline.records.inquiry.models import Analysis, Code, Coder, Coding, Source
analysis = Analysis.objects.get(name="Compared")
source, rent = Source.objects.get(analysis=analysis), Code.objects.get(codebook__analysis=analysis, slug="rent")
for name, end in (("Elsa", 8), ("Finn", 13)):
    Coder.objects.create(programme=analysis.programme, analysis=analysis, actor=f"coder:{name}", name=name)
    Coding.objects.create(programme=analysis.programme, source=source, code=rent, analyst=f"coder:{name}", start=0, end=end,
        applied_at=source.added_at)
"""


def test_agreement_and_quotes_of_an_analysis(mine: Installation, tmp_path: Path) -> None:
    mine.python(WORLD)
    done = mine.throughline(
        "agreement", "--round", "first", *OF, "--level", "sentence", "--domain", "money", "--json"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    codes = {one["code"]: one for one in told["codes"]}
    assert (told["round"], told["level"], codes["Rent"]["units"]) == ("First", "sentence", 3)
    assert (
        round(codes["Rent"]["observed"]["value"], 9) == round(2 / 3, 9)
        and codes["Food"]["alpha"]["value"] == 1
    )
    assert codes["Rent"]["pairs"][0]["both"] == 1 and told["domain"]["units"] == 3
    assert told["over_all"]["units"] == 3 and told["over_all"]["codes"] == len(codes)
    observed = [one["observed"]["value"] for one in codes.values()]
    assert round(told["over_all"]["observed"]["value"] * len(observed), 9) == round(sum(observed), 9)
    assert {"pooled_kappa", "alpha"} <= set(told["sources"][0]["over_all"])
    shown = mine.throughline("agreement", "--round", "First", "--domain", "money", *OF)
    assert shown.returncode == 0 and "pooled kappa" in shown.stdout and "Rent" in shown.stdout
    assert "all sources" in shown.stdout and "cu-alpha" in shown.stdout, "at the level of characters"
    file = tmp_path / "rent.csv"
    left = mine.throughline("quotes", str(file), "--code", "rent", "--recipient", "A reader", *OF)
    assert left.returncode == 0, left.stderr
    assert "2 passages" in left.stdout and stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert [row["passage"] for row in rows] == ["'=Rent is due.", "Rent again."]
    differ = tmp_path / "differ.csv"
    left = mine.throughline("disagreements", str(differ), "--round", "First", "--recipient", "A reader", *OF)
    assert left.returncode == 0 and "1 stretches" in left.stdout, left.stderr
    (row,) = csv.DictReader(differ.open(encoding="utf-8-sig", newline=""))
    assert (row["code"], row["passage"], row["settled"]) == ("Rent", "Rent again.", "not settled")
    cells = tmp_path / "cells.csv"
    left = mine.throughline("matrix", str(cells), "--of", "framework", "--recipient", "A reader", *OF)
    assert left.returncode == 0 and stat.S_IMODE(cells.stat().st_mode) == 0o600, left.stderr
    assert "All is dear." in cells.read_text(encoding="utf-8-sig")
    mine.python(BROUGHT)
    made = mine.throughline("imported-round", "As it came", "--coder", "elsa", "--coder", "Finn", *OF)
    assert made.returncode == 0 and "2 coders, 1 sources, 2 codings" in made.stdout, made.stderr
    told = json.loads(mine.throughline("agreement", "--round", "As it came", *OF, "--json").stdout)
    assert [one["coders"] for one in told["pairs"]] == [["coder:Elsa", "coder:Finn"]]
    for words, code, says in (
        (("imported-round", "Again", "--coder", "Gus", *OF), 4, "There are: Elsa; Finn"),
        (("imported-round", "Again", *OF), 6, "in a round already"),
        (("agreement", "--round", "Second", *OF), 4, "There are: First"),
        (("agreement", "--round", "First", *OF, "--level", "word"), 6, "--level is character"),
        (("quotes", str(file), "--code", "rent", "--recipient", "x", *OF), 5, "There is a file"),
        (("matrix", str(tmp_path / "x.csv"), "--recipient", "x", *OF), 5, "No count of this table may leave"),
        (
            (
                "matrix",
                str(tmp_path / "x.csv"),
                "--of",
                "attribute",
                "--attribute",
                "age",
                "--recipient",
                "x",
                *OF,
            ),
            4,
            "There are: ",
        ),
    ):
        done = mine.throughline(*words)
        assert (done.returncode, says in done.stderr) == (code, True), done.stderr
