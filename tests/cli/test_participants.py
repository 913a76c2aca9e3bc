"""A participant is taken out on the command line, as a real process; a freeze made afterwards holds nothing of them."""

from __future__ import annotations

import json

from tests.installation import Installation

WORLD = """
from datetime import UTC, datetime
from throughline.records.inquiry import actions
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import Approach, CodeOrigin, ReleaseDoor, SourceKind
at, by = datetime(2026, 3, 2, 11, 0, tzinfo=UTC), Actor.system("command line")
study = Study.objects.get(title="Lantern study")
analysis = actions.open_analysis(study=study, name="Group", question="?", approach=Approach.CODING_RELIABILITY, by=by, at=at)
book = actions.add_codebook(analysis=analysis, name="B", by=by, at=at)
code = actions.add_code(codebook=book, draft=actions.CodeDraft("c", "C", CodeOrigin.INDUCTIVE), by=by, at=at)
theme = actions.write_theme(analysis=analysis, draft=actions.ThemeDraft("T", "x", codes=(code,)), by=by, at=at)
text = "Kestrel, said one. Tea, said the other."
source = actions.add_source(analysis=analysis, draft=actions.SourceDraft("S", SourceKind.FOCUS_GROUP, text, text.encode(),
    "c" * 64, "text", (actions.TurnDraft(0, 18, "P01"), actions.TurnDraft(19, 39, "P02")), is_deidentified=True), by=by, at=at)
for label in ("P01", "P02"):
    person = actions.add_participant(analysis=analysis, label=label, by=by, at=at)
    actions.assign_speaker(source=source, speaker=label, participant=person, by=by, at=at)
for start, end in ((0, 7), (19, 22)):
    actions.apply_code(source=source, code=code, start=start, end=end, by=by, at=at)
draft = ReleaseDraft(ReleaseDoor.WORDS, "quotes: T", "The commissioner", "three_share", "1" * 64, None)
record_release(programme=study.programme, draft=draft, by=by, at=datetime.now(UTC))
"""
FROZEN = """
from datetime import UTC, datetime
import pyarrow.parquet as pq
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
freeze = freeze_study(study=Study.objects.get(title="Lantern study"), name="{name}", by=Actor.system("command line"),
    at=datetime.now(UTC))
folder = folder_of(freeze)
tables = {{path.stem: pq.read_table(path) for path in folder.rglob("*.parquet")}}
print(len(tables["participants"]), sum(tables["theme_coverage"]["passages"].to_pylist()),
      any(b"Kestrel" in path.read_bytes() for path in folder.rglob("*") if path.is_file()))
"""
OF = ("--programme", "lantern", "--analysis", "Group")


def test_participant_withdraw_takes_out_and_lists_what_left(mine: Installation) -> None:
    mine.python(WORLD)
    before = mine.python(FROZEN.format(name="before")).split()
    asked = mine.throughline("participant", "withdraw", "P01", *OF)
    assert asked.returncode == 1 and "for good (1 sources)?" in asked.stderr
    done = mine.throughline("participant", "withdraw", "p01", *OF, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["sources_erased"], told["sources_changed"], told["codings_removed"]) == (0, 1, 1)
    assert [one["what"] for one in told["released"]] == ["quotes: T"] and told["freezes"] == ["before"]
    after = mine.python(FROZEN.format(name="after")).split()
    assert [int(before[0]) - int(after[0]), int(before[1]) - int(after[1])] == [1, 1]
    assert before[2] == after[2] == "False"
    nobody = mine.throughline("participant", "withdraw", "P09", *OF, "--yes")
    assert nobody.returncode == 4 and "no participant called that" in nobody.stderr
