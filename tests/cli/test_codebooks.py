"""A codebook on the command line: in after a look, and out; with examples as a line of the ledger."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.installation import Installation

OF = ("--programme", "lantern", "--analysis", "Talk")


def test_codebook_goes_in_after_a_look_and_out(mine: Installation, tmp_path: Path) -> None:
    given, out = tmp_path / "codes.csv", tmp_path / "codes.docx"
    given.write_text("Name,Under,Example\nReach,,\nA reason,Reach,“I came for it”\n")
    looked = mine.throughline("import", "codebook", str(given), *OF, "--dry-run")
    assert (looked.returncode, "2 codes added" in looked.stdout) == (0, True), looked.stderr
    for added in ("2 codes added", "0 codes added"):
        done = mine.throughline("import", "codebook", str(given), *OF)
        assert (done.returncode, added in done.stdout) == (0, True), done.stderr
    left = mine.throughline("export", "codebook", str(out), *OF)
    assert left.returncode == 0, left.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for words, code, says in (
        (("codes.doc",), 6, "ends in .csv"),
        (("codes.docx",), 5, "There is a file"),
        (("told.csv", "--with-examples"), 6, "Say who gets the codebook"),
    ):
        refused = mine.throughline("export", "codebook", str(tmp_path / words[0]), *words[1:], *OF)
        assert (refused.returncode, says in refused.stderr) == (code, True), refused.stderr
    told = tmp_path / "told.csv"
    recipient = ("--with-examples", "--recipient", "Dr. Reader")
    assert mine.throughline("export", "codebook", str(told), *recipient, *OF).returncode == 0
    assert "I came for it" in told.read_text(encoding="utf-8-sig")
