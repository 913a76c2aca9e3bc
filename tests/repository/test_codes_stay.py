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
    ]
    assert not told
