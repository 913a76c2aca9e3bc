"""What the actions of inquiry are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, a_source, a_source_draft, a_study, a_theme, an_analysis
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Round
from throughline.vocabulary.study import Approach, CodeOrigin, Judgement, Step

CODE = actions.CodeDraft("new", "New", CodeOrigin.INDUCTIVE)


def _place(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    return {"source": a_source(analysis), "code": a_code(analysis), "start": 0, "end": 5}


def _places(cast: Cast, now: datetime) -> dict[str, Any]:
    place = _place(cast, now)
    return {"source": place["source"], "drafts": [actions.CodingDraft(place["code"], 0, 5)]}


def _joint(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    return {
        "study": analysis.study, "analysis": analysis, "step": Step.CONTACT, "theme": None,
        "judgement": Judgement.SILENCE, "reason": "x",
    }  # fmt: skip


def _quote(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    return {"theme": a_theme(analysis), "source": a_source(analysis), "start": 0, "end": 5}


def _compared(cast: Cast, now: datetime) -> Analysis:
    """An analysis whose approach makes use of rounds."""
    found = Analysis.objects.filter(name="Compared").first()
    return found or actions.open_analysis(
        study=a_study(cast),
        name="Compared",
        question="?",
        approach=Approach.CODING_RELIABILITY,
        by=SYSTEM,
        at=now,
    )


def _assigned(analysis: Analysis) -> list[actions.AssignmentDraft]:
    return [actions.AssignmentDraft(a_source(analysis), "somebody")]


def _round(cast: Cast, now: datetime) -> Round:
    analysis = _compared(cast, now)
    return actions.open_round(
        analysis=analysis, name="New", assignments=_assigned(analysis), by=SYSTEM, at=now
    )


CALLS = {
    "open_analysis": lambda cast, now: {
        "study": a_study(cast), "name": "New", "question": "?", "approach": Approach.REFLEXIVE,
    },
    "add_participant": lambda cast, now: {"analysis": an_analysis(cast), "label": "P01"},
    "add_source": lambda cast, now: {"analysis": an_analysis(cast), "draft": a_source_draft()},
    "assign_speaker": lambda cast, now: {
        "source": a_source(an_analysis(cast)), "speaker": "P01", "participant": None,
    },
    "read_source": lambda cast, now: {"source": a_source(an_analysis(cast))},
    "declare_deidentified": lambda cast, now: {
        "source": a_source(an_analysis(cast), a_source_draft(is_deidentified=False)),
    },
    "erase_source": lambda cast, now: {"source": a_source(an_analysis(cast))},
    "add_codebook": lambda cast, now: {"analysis": an_analysis(cast), "name": "New"},
    "add_code": lambda cast, now: {"codebook": a_code(an_analysis(cast)).codebook, "draft": CODE},
    "add_codes": lambda cast, now: {"codebook": a_code(an_analysis(cast)).codebook, "drafts": [CODE]},
    "apply_code": _place,
    "apply_codes": _places,
    "move_coding": lambda cast, now: {
        "coding": actions.apply_code(**_place(cast, now), by=SYSTEM, at=now), "start": 1, "end": 3,
        "base_version": 1,
    },
    "restore_coding": lambda cast, now: {
        "coding": actions.remove_coding(
            coding=actions.apply_code(**_place(cast, now), by=SYSTEM, at=now), by=SYSTEM, at=now
        ),
    },
    "open_round": lambda cast, now: {
        "analysis": _compared(cast, now), "name": "New", "assignments": _assigned(_compared(cast, now)),
    },
    "close_round": lambda cast, now: {"round": _round(cast, now)},
    "remove_coding": lambda cast, now: {
        "coding": actions.apply_code(**_place(cast, now), by=SYSTEM, at=now),
    },
    "write_memo": lambda cast, now: {"analysis": an_analysis(cast), "text": "x"},
    "write_theme": lambda cast, now: {
        "analysis": an_analysis(cast), "draft": actions.ThemeDraft("New", "x"),
    },
    "choose_quote": _quote,
    "write_joint_row": _joint,
}  # fmt: skip
