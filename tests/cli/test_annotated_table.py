"""A table utterance x annotator x label, as published corpora have it, as a round: the figures of other implementations.

Of the shape of AnnoMI's multi-annotator transcripts: 166 utterances, 10 annotators, one of four labels each. Brought in
by the ordinary actions; asked on the ordinary command line.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from itertools import combinations
from typing import Any

import krippendorff
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.cast import START, SYSTEM, Cast
from tests.methods.oracles import cohens_kappa, fleiss_kappa
from tests.records.made import a_study, an_analyst
from throughline.cli.main import app
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Code, Source
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind

pytestmark = pytest.mark.django_db

LABELS = ("other", "question", "reflection", "therapist_input")
TRANSCRIPTS = (60, 56, 50)
ANNOTATORS = 10


def a_table(seed: int = 166) -> str:
    """CSV: transcript_id, utterance_id, annotator_id, label. Annotators mostly see what most see, some less so."""
    rng = np.random.default_rng(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["transcript_id", "utterance_id", "annotator_id", "main_therapist_behaviour"])
    care = rng.uniform(0.7, 0.97, ANNOTATORS)
    for transcript, utterances in enumerate(TRANSCRIPTS):
        for utterance in range(utterances):
            usual = rng.choice(4, p=(0.2, 0.35, 0.3, 0.15))
            for annotator in range(ANNOTATORS):
                label = usual if rng.random() < care[annotator] else rng.integers(4)
                writer.writerow([transcript, utterance, annotator, LABELS[label]])
    return out.getvalue()


def brought_in(table: str, cast: Cast, at: datetime) -> list[str]:
    """Each transcript a source, each utterance a turn, each annotator a coder, each label a code on the whole turn.

    The coders, in the order of the annotators.
    """
    rows = list(csv.DictReader(io.StringIO(table)))
    study = a_study(cast, "Annotated")
    analysis = actions.open_analysis(
        study=study, name="Behaviour", question="?", approach=Approach.CODING_RELIABILITY, by=SYSTEM, at=START
    )
    book = actions.add_codebook(analysis=analysis, name="Behaviour", by=SYSTEM, at=START)
    drafts = [actions.CodeDraft("behaviour", "Behaviour", CodeOrigin.DEDUCTIVE)]
    drafts += [
        actions.CodeDraft(one.replace("_", "-"), one, CodeOrigin.DEDUCTIVE, "behaviour") for one in LABELS
    ]
    actions.add_codes(codebook=book, drafts=drafts, by=SYSTEM, at=START)
    codes = {code.name: code for code in Code.objects.filter(codebook=book)}
    sources: list[tuple[Source, list[tuple[int, int]]]] = []
    for transcript, utterances in enumerate(TRANSCRIPTS):
        lines = [f"This is utterance {number} of transcript {transcript}." for number in range(utterances)]
        places, reached = [], 0
        for line in lines:
            places.append((reached, reached + len(line)))
            reached += len(line) + 1
        text = "\n".join(lines)
        draft = actions.SourceDraft(
            f"transcript {transcript}", SourceKind.INTERVIEW, text, text.encode(), f"{transcript}" * 64, "text",
            tuple(actions.TurnDraft(start, end, "therapist") for start, end in places), is_deidentified=True,
        )  # fmt: skip
        sources.append((actions.add_source(analysis=analysis, draft=draft, by=SYSTEM, at=START), places))
    coders = [an_analyst(cast, f"Annotator{number}").actor for number in range(ANNOTATORS)]
    around = actions.open_round(
        analysis=analysis, name="Published", by=cast.rosa.actor, at=at,
        assignments=[actions.AssignmentDraft(source, coder.id) for source, _ in sources for coder in coders],
    )  # fmt: skip
    for number, coder in enumerate(coders):
        for transcript, (source, places) in enumerate(sources):
            own = [
                actions.CodingDraft(codes[row["main_therapist_behaviour"]], *places[int(row["utterance_id"])])
                for row in rows
                if (int(row["transcript_id"]), int(row["annotator_id"])) == (transcript, number)
            ]
            actions.apply_codes(source=source, drafts=own, by=coder, at=at)
    actions.close_round(round=around, by=cast.rosa.actor, at=at)
    return [coder.id for coder in coders]


def asked(level: str) -> dict[str, Any]:
    words = [
        "agreement",
        "--round",
        "Published",
        "--programme",
        "lantern",
        "--study",
        "Annotated",
        "--domain",
        "behaviour",
    ]
    done = CliRunner().invoke(app, [*words, "--level", level, "--json"])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def test_table_of_annotators_gives_the_figures_of_other_implementations(cast: Cast, now: datetime) -> None:
    table = a_table()
    coders = brought_in(table, cast, now)
    rows = list(csv.DictReader(io.StringIO(table)))
    numbers = np.array([LABELS.index(row["main_therapist_behaviour"]) for row in rows]).reshape(
        -1, ANNOTATORS
    )
    assert numbers.shape == (166, 10)
    told = asked("turn")
    domain = told["domain"]
    assert (domain["units"], domain["missing_units"], domain["sources"], domain["units_with_two_codes"]) == (
        166,
        0,
        3,
        0,
    )
    assert domain["method"] == "agreement.nominal/1" and "agreement.per_code/1" in told["methods"]
    assert domain["fleiss_kappa"]["value"] == pytest.approx(fleiss_kappa(numbers), abs=1e-9)
    alpha = krippendorff.alpha(numbers.T.astype(float), level_of_measurement="nominal")
    assert domain["alpha"]["value"] == pytest.approx(alpha, abs=1e-9)
    held = {frozenset(pair["coders"]): pair for pair in domain["pairs"]}
    kappas = {}
    for i, j in combinations(range(ANNOTATORS), 2):
        crossed = np.zeros((4, 4))
        np.add.at(crossed, (numbers[:, i], numbers[:, j]), 1)
        kappas[i, j] = cohens_kappa(crossed)
        pair = held[frozenset((coders[i], coders[j]))]
        assert pair["kappa"]["value"] == pytest.approx(kappas[i, j], abs=1e-9) and pair["units"] == 166
    assert len(held) == len(kappas) == 45
    assert domain["mean_kappa"]["value"] == pytest.approx(sum(kappas.values()) / 45, abs=1e-9)
    for code in told["codes"]:  # each label for itself: has it, or not
        own = (numbers == LABELS.index(code["code"])).astype(float)
        wanted = krippendorff.alpha(own.T, level_of_measurement="nominal")
        assert code["alpha"]["value"] == pytest.approx(wanted, abs=1e-9)
    # An utterance is one sentence here: the same figures, though by another way of cutting.
    again = asked("sentence")["domain"]
    assert again["units"] == 166 and again["fleiss_kappa"] == domain["fleiss_kappa"]
