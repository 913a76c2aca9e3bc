"""Coded projects on the command line: in with a report, out as a file, and all codings as a table."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

from tests.exchange.refi.files import CODEBOOK, one_source, project, selection, source
from tests.installation import Installation
from throughline.exchange.refi.read import read_refi

OF = ("--programme", "lantern", "--study", "Lantern study")


def test_project_goes_in_with_a_report_and_out_as_the_same(mine: Installation, tmp_path: Path) -> None:
    """The text lies in a folder beside the project file; a second source's is missing and is told of."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "one.txt").write_text("They look away when we come in.")
    given = tmp_path / "study.qde"
    given.write_bytes(
        project(f"{CODEBOOK}<Sources>{source(selection(0, 4))}{source('', 'internal://no.txt', 2)}</Sources>")
    )
    done = mine.throughline("import", "project", str(given), *OF, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    kinds = {one["kind"]: (one["found"], one["rows"], one["not_understood"]) for one in told["kinds"]}
    assert (told["outcome"], told["analysis"], told["approach"]) == ("added", "Study", "reflexive")
    assert (kinds["texts"], kinds["codings"]) == ((2, 1, 1), (1, 1, 0))
    assert "no.txt, is not there" in told["not_understood"][0]["reason"]
    out = tmp_path / "out.qdpx"
    kept = mine.throughline("export", "project", str(out), *OF, "--analysis", "study")
    assert (kept.returncode, out.exists()) == (5, False)
    assert "--untouched" in kept.stderr
    left = mine.throughline("export", "project", str(out), *OF, "--analysis", "study", "--untouched")
    assert left.returncode == 0, left.stderr
    assert "1 codes, 1 sources, 1 codings" in left.stdout and "0 themes, 0 framework cells" in left.stdout
    assert "not shared stay here" in left.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    document = read_refi(out.read_bytes(), "out.qdpx").document
    assert [one.selected(lying) for one, lying in document.selections()] == ["They"]
    table = tmp_path / "codings.csv"
    listed = mine.throughline("codings", *OF, "--analysis", "Study", "--out", str(table))
    assert listed.returncode == 0, listed.stderr
    [row] = csv.DictReader(table.open(encoding="utf-8"))
    assert (row["source"], row["code"], row["start"], row["end"]) == ("Interview 1", "stigma", "0", "4")
    assert (row["words"], row["words_kept_back"]) == ("", "not_deidentified")


def test_project_that_is_none_or_goes_nowhere_is_a_sentence(made: Installation, tmp_path: Path) -> None:
    bad, there = tmp_path / "bad.qdpx", tmp_path / "there.qdpx"
    bad.write_bytes(one_source(selection(0, 4))[:50])
    there.write_text("precious")
    for words, code, says in (
        (("import", "project", str(bad), *OF, "--dry-run"), 6, "bad.qdpx is"),
        (("export", "project", str(there), *OF), 5, "There is a file"),
    ):
        done = made.throughline(*words)
        assert (done.returncode, says in done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stderr
    assert there.read_text() == "precious"
