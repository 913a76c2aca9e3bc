"""A whole evaluation of the fictional programme, from its freeze to its report, imputation apart: seconds by step.

The programme is loaded into an installation of its own (not counted), then: frozen, asked every question, let out and composed into
a report, and written as HTML, Word and PDF; what was asked for imputation is told apart. Wall seconds, and seconds of the
processor of this process and its children. Goal: under 20 s from freeze to report, on 2 cores.

Seconds of the processor, of this process and its children, November 2026, median of 5 evaluations, each the first of its ledger, no
imputation asked for: freeze 4.8, questions 3.0, doors and composing 9.7 (5.8 of this process; two others draw the figures), HTML .2,
Word 2.5, PDF 1.4: 21.5 in all. In turns with these, before the rows of a unit and the people of surveys were read once, cells
compared by groups of ids first, and text put into Word as it is: 25.0; questions 3.2, doors and composing 11.5 (8.8 of this
process), Word 3.1. The clock told nothing then, for others kept the same 2 cores busy (22 to 92 s). While fewer did, seven evaluations
took 16.9 by it (median; 16.1 to 26.7) to three reports, and 14.3 (13.2 to 21.2) to HTML: freeze 4.7, questions 2.6, doors and composing
7.1, Word 1.8, PDF 1.2; two without these changes amid them 18.6 and 19.2. Of the freeze a fourth is SQLite's reading of rows; tables
built in a thread beside the reading took as long, since both want the interpreter. Further runs compare with what the runs before let
out, and take longer: three reports of one freeze took 6.5, 7.6 and 8.7 of this process (means of 2), before these changes 9.5, 12.4
and 12.6.

    python -m bench.evaluation [--runs 1]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.installation import new_place

GOAL = 20.0
LOAD = """
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
from throughline.cli.setting_up import _make_key_file, bring_up_to_date
_make_key_file(Path(settings.THROUGHLINE_KEY_FILE))
bring_up_to_date()
from throughline.example.load import load_example
load_example(at=datetime.now(UTC))
"""
RUN = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from throughline.evaluation.freeze import freeze_study
from throughline.evaluation.runs import evaluate
from throughline.records.study.models import Study
from throughline.reporting.build import build_report
from throughline.reporting.files import FORMATS, write_report
from throughline.vocabulary.actor import Actor

by, at, told, seen = Actor.system("command line"), datetime.now(UTC), [], []

def now():
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used)

def step(name, work):
    began = now()
    found = work()
    ended = now()
    told.append([name, ended[0] - began[0], ended[1] - began[1]])
    return found

def asked(stage, done, total):
    seen.append([stage, *now()])

study = Study.objects.get(programme__slug="lantern")
freeze = step("freeze", lambda: freeze_study(study=study, name=NAME, by=by, at=at))
step("questions", lambda: evaluate(freeze=freeze, by=by, at=at, seed=7, progress=asked))
made = step("doors and composing", lambda: build_report(freeze=freeze, recipient="Bench", by=by, at=at))
for form in FORMATS:
    step(f"report as {form}", lambda: write_report(made, Path(FOLDER) / f"{NAME}.{form}"))
questions = {}
for (stage, *began), (_, *ended) in zip(seen, seen[1:]):
    wall, cpu = questions.get(stage, (0.0, 0.0))
    questions[stage] = (wall + ended[0] - began[0], cpu + ended[1] - began[1])
print(json.dumps({"steps": told, "questions": [[name, *both] for name, both in questions.items()]}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        place = new_place(Path(name))
        place.python(LOAD)
        for number in range(given.runs):
            out = place.python(f"NAME, FOLDER = 'bench-{number}', {name!r}\n" + RUN)
            told = json.loads(out.splitlines()[-1])
            print(f"{'step':28}{'wall s':>9}{'CPU s':>9}")
            for step, wall, cpu in told["steps"]:
                print(f"{step:28}{wall:9.2f}{cpu:9.2f}")
                if step == "questions":
                    for question, own, used in sorted(told["questions"], key=lambda one: -one[1]):
                        print(f"  {question:26}{own:9.2f}{used:9.2f}")
            imputation = sum(wall for question, wall, _ in told["questions"] if question == "imputation")
            whole = sum(wall for _, wall, _ in told["steps"]) - imputation
            used = sum(cpu for _, _, cpu in told["steps"])
            print(
                f"{'freeze to three reports':28}{whole:9.2f}{used:9.2f}  (goal: under {GOAL:g} s of the clock, imputation apart)",
                flush=True,
            )
            slow = slow or whole > GOAL
    sys.exit(int(slow))


if __name__ == "__main__":
    main()
