"""What the actions of inquiry are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    a_code,
    a_participant,
    a_release_draft,
    a_source,
    a_source_draft,
    a_study,
    a_theme,
    an_analysis,
)
from throughline.records.foundation import new_id
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Coder, Coding, Round, SourceVersion, ThemeQuote
from throughline.vocabulary.study import (
    AliasKind,
    Approach,
    CodeOrigin,
    Judgement,
    ReleaseDoor,
    SourceKind,
    Step,
    ThemeRelationKind,
    ThemeStatus,
)

SOUND = actions.RecordingDraft("audio/wav", b"RIFF....WAVE")
CODE = actions.CodeDraft("new", "New", CodeOrigin.INDUCTIVE)


def _joined(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    coder = Coder.objects.create(
        programme=cast.programme, analysis=analysis, actor="coder:elsewhere", name="Elsa"
    )
    return {"coder": coder, "account": cast.rosa.account}


def _place(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    return {"source": a_source(analysis), "code": a_code(analysis), "start": 0, "end": 5}


def _places(cast: Cast, now: datetime) -> dict[str, Any]:
    place = _place(cast, now)
    return {"source": place["source"], "drafts": [actions.CodingDraft(place["code"], 0, 5)]}


def _joint(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    return {
        "study": analysis.study, "analysis": analysis, "of": Step.CONTACT, "theme": None,
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


def _imported(cast: Cast, now: datetime) -> dict[str, Any]:
    """Two people who coded one source in another program."""
    analysis = _compared(cast, now)
    source, code = a_source(analysis), a_code(analysis)
    for name in ("Elsa", "Finn"):
        coding = actions.apply_code(source=source, code=code, start=0, end=5, by=SYSTEM, at=now)
        Coding.objects.filter(id=coding.id).update(analyst=name)
        Coder.objects.create(programme=analysis.programme, analysis=analysis, actor=name, name=name)
    return {"analysis": analysis, "name": "Brought"}


def _codes(cast: Cast, now: datetime) -> dict[str, Any]:
    code = a_code(an_analysis(cast))
    other = actions.add_code(codebook=code.codebook, draft=CODE, by=SYSTEM, at=now)
    return {"code": code, "into": other}


def _coded(cast: Cast, now: datetime) -> dict[str, Any]:
    coding = actions.apply_code(**_place(cast, now), by=SYSTEM, at=now)
    return {"code": coding.code, "codings": [coding]}


def _themes(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    other = actions.write_theme(analysis=analysis, draft=actions.ThemeDraft("Other", "x"), by=SYSTEM, at=now)
    return {"origin": a_theme(analysis), "target": other, "kind": ThemeRelationKind.SUPPORTS}


def _cell(cast: Cast, now: datetime) -> dict[str, Any]:
    analysis = an_analysis(cast)
    person = actions.add_participant(analysis=analysis, label="P09", by=SYSTEM, at=now)
    return {"participant": person, "theme": a_theme(analysis), "summary": "x"}


def _chosen(cast: Cast, now: datetime) -> Any:
    """A quote of an observation: nobody speaks in it."""
    given = _quote(cast, now)
    place = {"theme": given["theme"], "source": given["source"], "start": 0, "end": 5}
    return ThemeQuote.objects.create(programme=cast.programme, **place, chosen_at=now, chosen_by=SYSTEM.id)


def _version(cast: Cast, now: datetime) -> SourceVersion:
    source = a_source(an_analysis(cast))
    actions.correct_text(source=source, text="x", turn=1, base_version=1, by=SYSTEM, at=now)
    return source.versions.get()


def _project(cast: Cast) -> actions.CodedProjectDraft:
    """One that holds nothing but its name."""
    return actions.CodedProjectDraft(
        new_id(),
        None,
        "New",
        "?",
        Approach.REFLEXIVE,
        "Codes",
        SourceKind.INTERVIEW,
        "en",
        False,
        (),
        (),
        (),
        (),
        (),
        (),
    )


def _closed(cast: Cast, now: datetime) -> Round:
    return actions.close_round(round=_round(cast, now), by=SYSTEM, at=now)


def _difference(cast: Cast, now: datetime) -> dict[str, Any]:
    """Two coders on a source, of whom one has a code on its first characters."""
    analysis = _compared(cast, now)
    source, code, who = a_source(analysis), a_code(analysis), [SYSTEM.id, "another"]
    around = actions.open_round(
        analysis=analysis, name="New", by=SYSTEM, at=now,
        assignments=[actions.AssignmentDraft(source, one) for one in who],
    )  # fmt: skip
    actions.apply_code(source=source, code=code, start=0, end=5, by=SYSTEM, at=now)
    actions.close_round(round=around, by=SYSTEM, at=now)
    around.refresh_from_db()
    return {
        "round": around, "source": source, "code": code, "start": 0, "end": 5, "stands": True, "reason": "x",
    }  # fmt: skip


CALLS = {
    "keep_project": lambda cast, now: {"study": a_study(cast), "draft": _project(cast)},
    "open_sources": lambda cast, now: {"sources": [a_source(an_analysis(cast))]},
    "let_project_leave": lambda cast, now: {
        "analysis": an_analysis(cast), "draft": a_release_draft(ReleaseDoor.WORDS), "codings": 3,
    },
    "open_analysis": lambda cast, now: {
        "study": a_study(cast), "name": "New", "question": "?", "approach": Approach.REFLEXIVE,
    },
    "describe_analysis": lambda cast, now: {
        "analysis": an_analysis(cast), "why": "x",
        "draft": actions.AnalysisDraft("New", "What else?", Approach.REFLEXIVE),
    },
    "join_coder": _joined,
    "part_coder": lambda cast, now: {"coder": actions.join_coder(**_joined(cast, now), by=SYSTEM, at=now)},
    "write_position": lambda cast, now: {"analysis": an_analysis(cast), "text": "x"},
    "rewrite_memo": lambda cast, now: {
        "memo": actions.write_memo(analysis=an_analysis(cast), text="x", by=SYSTEM, at=now), "text": "y",
        "base_version": 1,
    },
    "mark_read": lambda cast, now: {"source": a_source(an_analysis(cast))},
    "write_journal": lambda cast, now: {"analysis": an_analysis(cast), "text": "x"},
    "share_journal": lambda cast, now: {
        "entry": actions.write_journal(analysis=an_analysis(cast), text="x", by=SYSTEM, at=now),
    },
    "add_recording": lambda cast, now: {"source": a_source(an_analysis(cast)), "draft": SOUND},
    "hear_recording": lambda cast, now: {
        "recording": actions.add_recording(
            source=a_source(an_analysis(cast)), draft=SOUND, by=SYSTEM, at=now
        ),
    },
    "describe_source": lambda cast, now: {
        "source": a_source(an_analysis(cast)), "facts": actions.SourceFacts("New", SourceKind.DOCUMENT),
    },
    "describe_participant": lambda cast, now: {
        "participant": actions.add_participant(analysis=an_analysis(cast), label="P08", by=SYSTEM, at=now),
        "group": "peers", "attributes": {"age": "40s"},
    },
    "add_participant": lambda cast, now: {"analysis": an_analysis(cast), "label": "P01"},
    "rest_on_consent": lambda cast, now: {"participant": a_participant(an_analysis(cast)), "consent": None},
    "withdraw_participant": lambda cast, now: {"participant": a_participant(an_analysis(cast))},
    "add_source": lambda cast, now: {"analysis": an_analysis(cast), "draft": a_source_draft()},
    "assign_speaker": lambda cast, now: {
        "source": a_source(an_analysis(cast)), "speaker": "P01", "participant": None,
    },
    "read_source": lambda cast, now: {"source": a_source(an_analysis(cast))},
    "correct_text": lambda cast, now: {
        "source": a_source(an_analysis(cast)), "text": "x", "turn": 1, "base_version": 1,
    },
    "correct_turns": lambda cast, now: {
        "source": a_source(an_analysis(cast)), "change": actions.GiveTurn(1, "P09"), "base_version": 1,
    },
    "read_version": lambda cast, now: {"version": _version(cast, now)},
    "add_alias": lambda cast, now: {
        "analysis": an_analysis(cast), "kind": AliasKind.PERSON, "label": "worker 3", "terms": ["Kayleigh"],
    },
    "remove_alias": lambda cast, now: {
        "alias": actions.add_alias(
            analysis=an_analysis(cast), kind=AliasKind.PERSON, label="x", terms=["y"], by=SYSTEM, at=now
        ),
    },
    "compare_passages_with_names": lambda cast, now: {
        "analysis": actions.add_alias(
            analysis=an_analysis(cast), kind=AliasKind.PERSON, label="x", terms=["y"], by=SYSTEM, at=now
        ).analysis,
        "passages": [("y said so.", 0, 4)],
    },
    "compare_with_names": lambda cast, now: {
        "analysis": actions.add_alias(
            analysis=an_analysis(cast), kind=AliasKind.PERSON, label="x", terms=["y"], by=SYSTEM, at=now
        ).analysis,
        "texts": [("memo", "y said so.")],
    },
    "read_aliases": lambda cast, now: {"analysis": an_analysis(cast)},
    "deidentify_source": lambda cast, now: {
        "source": a_source(an_analysis(cast), a_source_draft(is_deidentified=False)), "base_version": 1,
        "replacements": [actions.Replacement(0, 11, AliasKind.PERSON, "x")],
    },
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
    "make_round_of_imported": _imported,
    "settle_disagreement": _difference,
    "write_agreed_version": lambda cast, now: {"round": _closed(cast, now)},
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
    "change_code": lambda cast, now: {
        "code": a_code(an_analysis(cast)), "words": actions.CodeWords("New", CodeOrigin.INDUCTIVE), "base_version": 1,
    },
    "move_code": lambda cast, now: {"code": _codes(cast, now)["code"], "parent": None},
    "retire_code": lambda cast, now: {"code": a_code(an_analysis(cast))},
    "reinstate_code": lambda cast, now: {
        "code": actions.retire_code(code=a_code(an_analysis(cast)), by=SYSTEM, at=now),
    },
    "keep_codebook": lambda cast, now: {"codebook": a_code(an_analysis(cast)).codebook, "name": "Spring"},
    "merge_codes": _codes,
    "split_code": lambda cast, now: {**_coded(cast, now), "draft": CODE},
    "recode_codings": lambda cast, now: {
        "codings": (made := _coded(cast, now))["codings"],
        "to": actions.add_code(codebook=made["code"].codebook, draft=CODE, by=SYSTEM, at=now),
    },
    "arrange_theme": lambda cast, now: {
        "theme": a_theme(an_analysis(cast)), "status": ThemeStatus.KEPT, "parent": None,
    },
    "place_passage": _quote,
    "remove_passage": lambda cast, now: {
        "passage": actions.place_passage(**_quote(cast, now), by=SYSTEM, at=now),
    },
    "let_quote_go": lambda cast, now: {"quote": _chosen(cast, now)},
    "relate_themes": _themes,
    "unrelate_themes": lambda cast, now: {
        "relation": actions.relate_themes(**_themes(cast, now), by=SYSTEM, at=now),
    },
    "record_decision": lambda cast, now: {
        "analysis": an_analysis(cast), "text": "x", "decided_on": now.date(),
    },
    "write_cell": _cell,
}  # fmt: skip
