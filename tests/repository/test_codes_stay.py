"""Parts of self-generated codes and linked pairs are read where waves are linked, and nowhere else on the way out."""

from __future__ import annotations

from pathlib import Path

import throughline

SOURCE = Path(throughline.__file__).parent
NAMES = (
    "CodeParts",
    "LinkedPair",
    "code_parts",
    "codeparts",
    "linkedpair",
    "WaveLinking",
    "wavelinking",
    "CodePlan",
    "codeplan",
)
LINKING = SOURCE / "evaluation" / "linking.py"  # reads parts, and tells counts
# What the pages of linking do: plans and linkings by name, pairs through the action that notes who looked, parts never.
PAGES_TOO = SOURCE / "api" / "surveys" / "linking.py"
# It names plans and linkings, the vocabulary's words of code_parts, and the action that destroys them; nothing more.
NAMED_THERE = {"WaveLinking", "CodePlan", "code_parts"}


def test_no_freeze_extract_report_or_interface_names_codes_or_pairs() -> None:
    ways_out = [SOURCE / name for name in ("evaluation", "reporting", "api", "exchange")]
    files = [
        path
        for way in ways_out
        for kind in ("*.py", "*.sql", "*.html")
        for path in way.rglob(kind)
        if path != LINKING
    ]
    assert len(files) > 100
    told = [
        (path.name, name)
        for path in files
        for name in NAMES
        if name in path.read_text(encoding="utf-8").replace("rules.code_parts", "")
        and not (path == PAGES_TOO and name in NAMED_THERE)
    ]
    assert not told


def test_linking_over_the_api_reads_no_part_and_no_pair_by_itself() -> None:
    text = PAGES_TOO.read_text(encoding="utf-8")
    assert not [name for name in (".parts", "objects") if name in text]
    meant = ("vocabulary.code_parts import", '"destroy_code_parts"', "actions.destroy_code_parts(")
    assert text.count("code_parts") == len(meant) and all(one in text for one in meant)
