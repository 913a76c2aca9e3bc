"""A study in which one participant's words went everywhere that words can go, for the test of their withdrawal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.records.made import a_source_draft, an_analyst
from tests.web.world import World

from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Code, Coding, Participant, Round, Source, Theme
from throughline.records.study.actions import add_study_site, record_research_consent, set_phase
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import (
    Approach,
    ArmKind,
    CodeOrigin,
    ConsentScope,
    Judgement,
    PhaseKind,
    SourceKind,
    Step,
)

LABEL, GROUP_NAME, ATTRIBUTE = "Falconer-7", "falconry guild", "merlinhood"
MARK = "quillfeather"  # in every four words of theirs, and in nobody else's
FIRST = "The quillfeather came first and quillfeather money went on quillfeather roofs alone."
SECOND = "Without quillfeather nobody came, quillfeather was why, quillfeather every morning."
ALONE = "Only quillfeather stayed with quillfeather through all quillfeather winters long."
KEPT = "I stayed for the talk and for the tea they make."
GROUP = f"Moderator: What came first?\n{LABEL}: {FIRST}\nOther-2: {KEPT}\nModerator: And then?\n{LABEL}: {SECOND}\nOther-2: For me it was the tea."
INTERVIEW = f"Moderator: Who stayed?\n{LABEL}: {ALONE}\nModerator: Thank you."
SECRETS = (MARK, LABEL, GROUP_NAME, ATTRIBUTE)


@dataclass(frozen=True)
class Spoken:
    """What was made of it."""

    analysis: Analysis
    group: Source
    alone: Source
    person: Participant
    other: Participant
    code: Code
    theme: Theme
    round: Round
    theirs: tuple[UUID, ...]  # codings on their words alone
    kept: Coding  # on another's words
    extra: dict[str, UUID]  # rows with pages of their own


class Making:
    """Made step by step with the actions that pages use."""

    def __init__(self, world: World, at: datetime) -> None:
        self.world, self.at, self.rosa = world, at, world.cast.rosa.actor
        self.yusuf = an_analyst(world.cast, "Yusuf").actor
        self.who: dict[str, Any] = {"by": self.rosa, "at": at}
        self.analysis = actions.open_analysis(
            study=world.study, name="Compared", question="What came?", approach=Approach.CODING_RELIABILITY, **self.who
        )  # fmt: skip

    def made(self) -> Spoken:
        self._sources()
        self._people()
        self._codes()
        around, theirs, kept = self._coded()
        self._themes()
        self._written(theirs[0])
        extra = {"version": self.version.id, "memo": self.memo.id}
        return Spoken(
            self.analysis, self.group, self.alone, self.person, self.other, self.code, self.theme, around,
            tuple(one.id for one in theirs), kept, extra,
        )  # fmt: skip

    def _sources(self) -> None:
        def added(text: str, name: str, kind: SourceKind) -> Source:
            draft = a_source_draft(text, name=name, kind=kind, site=self.world.cast.site)
            source = actions.add_source(analysis=self.analysis, draft=draft, **self.who)
            actions.assign_speaker(source=source, speaker="Moderator", participant=None, **self.who)
            data = f"RIFF {MARK}".encode()
            sound = actions.RecordingDraft("audio/mpeg", data, hashlib.sha256(data).hexdigest())
            actions.add_recording(source=source, draft=sound, **self.who)
            return source

        self.group = added(GROUP, f"Group with {LABEL}.txt", SourceKind.FOCUS_GROUP)
        self.alone = added(INTERVIEW, f"{LABEL}.txt", SourceKind.INTERVIEW)

    def _people(self) -> None:
        people = []
        for label, group in ((LABEL, GROUP_NAME), ("Other-2", "tea drinkers")):
            consent = record_research_consent(
                study=self.world.study, sheet_version="1", scopes=[ConsentScope.TAKE_PART, ConsentScope.QUOTE],
                given_on=self.at.date(), **self.who,
            )  # fmt: skip
            row = actions.add_participant(analysis=self.analysis, label=label, consent=consent, **self.who)
            actions.assign_speaker(source=self.group, speaker=label, participant=row, **self.who)
            people.append(
                actions.describe_participant(
                    participant=row, group=group, attributes={"keeps": label}, **self.who
                )
            )
        self.person, self.other = people
        actions.describe_participant(
            participant=self.person, group=GROUP_NAME, attributes={"keeps": ATTRIBUTE}, **self.who
        )
        actions.assign_speaker(source=self.alone, speaker=LABEL, participant=self.person, **self.who)

    def _codes(self) -> None:
        book = actions.add_codebook(analysis=self.analysis, name="Compared codes", **self.who)
        vivo = "quillfeather money went on"
        drafts = [
            actions.CodeDraft("all", "All of it", CodeOrigin.DEDUCTIVE),
            actions.CodeDraft("came", "What came", CodeOrigin.INDUCTIVE, "all", example=FIRST),
            actions.CodeDraft("tea", "Tea", CodeOrigin.INDUCTIVE, "all", example=KEPT),
            actions.CodeDraft(vivo.replace(" ", "-"), vivo, CodeOrigin.INDUCTIVE),
        ]
        actions.add_codes(codebook=book, drafts=drafts, **self.who)
        codes = {one.slug: one for one in Code.objects.filter(codebook=book)}
        self.code, self.tea, self.vivo = codes["came"], codes["tea"], codes[vivo.replace(" ", "-")]
        actions.keep_codebook(codebook=book, name="As it was", **self.who)
        row = self.code
        words = actions.CodeWords(
            row.name, CodeOrigin.INDUCTIVE, "What came first.", include=f'Such as "{SECOND}"', example=FIRST, colour=1
        )  # fmt: skip
        self.code = actions.change_code(code=row, words=words, base_version=row.version, **self.who)
        self.version = actions.keep_codebook(codebook=book, name="As it is", **self.who)

    def _place(self, text: str, words: str) -> dict[str, int]:
        start = text.index(words)
        return {"start": start, "end": start + len(words)}

    def _put(self, source: Source, text: str, words: str, code: Code, by: Actor) -> Coding:
        return actions.apply_code(source=source, code=code, **self._place(text, words), by=by, at=self.at)

    def _coded(self) -> tuple[Round, list[Coding], Coding]:
        actions.correct_text(
            source=self.group, turn=5, text=SECOND.replace("morning", "evening"), base_version=1, **self.who
        )
        text = GROUP.replace("morning", "evening")
        both = (self.rosa, self.yusuf)
        around = actions.open_round(
            analysis=self.analysis, name="First", **self.who,
            assignments=[actions.AssignmentDraft(one, by.id) for one in (self.group, self.alone) for by in both],
        )  # fmt: skip
        theirs = [self._put(self.group, text, "quillfeather came first", self.code, by) for by in both]
        theirs.append(self._put(self.group, text, "nobody came, quillfeather was why", self.code, self.rosa))
        theirs.append(self._put(self.group, text, "quillfeather money went on", self.vivo, self.rosa))
        theirs.append(self._put(self.alone, INTERVIEW, "Only quillfeather stayed", self.code, self.yusuf))
        kept = self._put(self.group, text, "I stayed for the talk", self.tea, self.yusuf)
        self._put(self.group, text, "for the tea they make", self.code, self.yusuf)
        self._put(self.group, text, "roofs alone.\nOther-2: I stayed", self.tea, self.rosa)
        actions.close_round(round=around, **self.who)
        actions.settle_disagreement(
            round=around, source=self.group, code=self.code, **self._place(text, "nobody came, quillfeather was why"),
            stands=True, reason=f'Because of "{SECOND}"', **self.who,
        )  # fmt: skip
        actions.write_agreed_version(round=around, **self.who)
        self.text = text
        return around, theirs, kept

    def _themes(self) -> None:
        first = actions.ThemeDraft(
            "The quillfeather came first and", f"Said: {FIRST}", boundaries=FIRST, contrary=SECOND,
            codes=(self.code, self.tea), steps=(Step.CONTACT,),
        )  # fmt: skip
        theme = actions.write_theme(analysis=self.analysis, draft=first, **self.who)
        second = actions.ThemeDraft(
            "The quillfeather came first and",
            f"Again: {FIRST}",
            codes=(self.code, self.tea),
            steps=(Step.CONTACT,),
        )
        self.theme = actions.write_theme(
            analysis=self.analysis, draft=second, theme=theme, base_version=theme.version, **self.who
        )
        for words in (FIRST, KEPT, "quillfeather every evening"):
            actions.choose_quote(
                theme=self.theme, source=self.group, **self._place(self.text, words), **self.who
            )
        actions.choose_quote(theme=self.theme, source=self.alone, **self._place(INTERVIEW, ALONE), **self.who)
        lone = self._place(self.text, "quillfeather roofs")
        actions.place_passage(theme=self.theme, source=self.group, **lone, **self.who)
        passage = actions.PassageDraft(self.group, **lone)
        actions.write_cell(
            participant=self.person,
            theme=self.theme,
            summary=f"Says: {FIRST}",
            passages=[passage],
            **self.who,
        )
        actions.write_cell(
            participant=self.other, theme=self.theme, summary=f"Tea; unlike who said {FIRST}", **self.who
        )
        actions.write_joint_row(
            study=self.world.study, analysis=self.analysis, of=Step.CONTACT, theme=self.theme,
            judgement=Judgement.EXPANSION, reason=f"They said {SECOND}", **self.who,
        )  # fmt: skip

    def _written(self, coding: Coding) -> None:
        of: dict[str, Any] = {"analysis": self.analysis, **self.who}
        about: list[Any] = [coding, self.group, self.code, self.theme, None]
        memos = [actions.write_memo(title=FIRST, text=f"Note: {SECOND}", about=one, **of) for one in about]
        self.memo = memos[1]
        actions.rewrite_memo(
            memo=self.memo, text=f"Now: {FIRST}", title="T", base_version=self.memo.version, **self.who
        )
        entry = actions.write_journal(text=f"I think of {ALONE}", **of)
        actions.share_journal(entry=entry, **self.who)
        actions.record_decision(text=f"Kept for {FIRST}", decided_on=date(2026, 1, 5), theme=self.theme, **of)
        actions.write_position(text=f"I am moved by {ALONE}", **of)


def make_spoken(world: World, at: datetime) -> Spoken:
    """In a study with its site, so that it can be frozen."""
    place = add_study_site(
        study=world.study, site=world.cast.site, arm=ArmKind.INTERVENTION, by=world.cast.rosa.actor, at=at
    )
    begun = (at - timedelta(days=500)).date()
    set_phase(
        study_site=place, kind=PhaseKind.BEFORE, from_on=begun, to_on=None, by=world.cast.rosa.actor, at=at
    )
    return Making(world, at).made()
