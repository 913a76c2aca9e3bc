"""Every word that a person reads can be translated: pages in a made-up language show no plain ones."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.functional.evaluated import Findings, make_findings
from tests.functional.test_pages import addresses, found
from tests.web.conftest import SignIn
from tests.web.plain_words import Data, plain_words
from tests.web.pseudo import LANGUAGE, wide_language
from tests.web.world import World

from throughline.evaluation.codebook import TABLES, offered
from throughline.vocabulary.roles import Role

# Pages that show somebody's answers, or a file: words of it that are also words of ours.
ANSWERS = ("yes", "no", "refused", "service", "friend", "made_it", "woman")
CELLS = ("Date", "housing", "wound care", "yes", "no", "Two initials")
OF_FILES: Mapping[str, tuple[str, ...]] = {
    "response": ANSWERS, "instrument": ANSWERS, "linked-pairs": ANSWERS,
    **{f"import-{step}": CELLS for step in ("table", "columns", "words", "rows", "check")},
    **{f"answers-{step}": CELLS for step in ("columns", "rows", "check")},
    **dict.fromkeys(("answers-table", "attitudes-table", "incidents-table"), ("utf-8", "Date", *(f"Q{n}" for n in range(1, 6)))),
    **dict.fromkeys(("ask-for-rows", "ask-for-rows-lead"), tuple(one.name for table in TABLES for one in offered(table))),
    "estimates": ("The comparison sites recorded nothing of this outcome.",),
    "baseline": ("intervention", "comparison"), "attitudes": ("Role, support",),
    "who-answered": ("though some did before",),
    "project-told": ("Study", "Interview 2", "internal", "project"),
    "attitude-scales": ("support", "burden"), "attitudes-columns": ("Date", "support", "burden"), "project-refused": ("A study of pipes, second project",),
}  # fmt: skip
SAID = os.environ.get("THROUGHLINE_PLAIN_WORDS")  # a folder for what was found


def plain_on(
    sign_in: SignIn, world: World, pages: Mapping[str, tuple[Role | None, str]], name: str
) -> dict[str, list[str]]:
    data = Data.of_database()
    browsers: dict[Role | None, Any] = {}
    plain: dict[str, list[str]] = {}
    with wide_language():
        for page, (role, address) in pages.items():
            if role not in browsers:
                browsers[role] = sign_in(
                    world.by_role[role] if role else None, headers={"accept-language": LANGUAGE}
                )
            here = data.with_also(OF_FILES[page]) if page in OF_FILES else data
            words = plain_words(browsers[role].get(address).content.decode(), here)
            if words:
                plain[page] = words
    if SAID:
        (Path(SAID) / f"{name}.json").write_text(json.dumps(plain, indent=1, ensure_ascii=False))
    return plain


def test_pages(world: World, sign_in: SignIn) -> None:
    assert plain_on(sign_in, world, addresses(world), "pages") == {}


@pytest.fixture
def findings(transactional_db: None, world: World, settings: Any, tmp_path: Path) -> Findings:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    return make_findings(world)


def test_findings(world: World, findings: Findings, sign_in: SignIn) -> None:
    assert plain_on(sign_in, world, found(findings, world), "findings") == {}
