"""What the team writes from its codings: memos, themes, chosen quotes, judgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import (
    check_may_change_themes,
    check_may_look_at_findings,
    check_open_to_themes,
)
from throughline.records.inquiry.actions.coding import check_passage
from throughline.records.inquiry.actions.consents import check_passage_may_be_quoted
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    Coding,
    JointRow,
    Memo,
    Source,
    Theme,
    ThemeQuote,
    ThemeRevision,
)
from throughline.records.racing import again_if_raced
from throughline.records.study.models import Outcome, Study
from throughline.rules.access import check_may_write_themes
from throughline.rules.approaches import check_approach_uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import ApproachUse, Judgement, MemoKind, Step, ThemeStatus, is_a_step


@dataclass(frozen=True)
class ThemeDraft:
    """A pattern of meaning: its central concept, where it ends, what speaks against it. It may rest on no code."""

    name: str
    central_concept: str
    boundaries: str = ""
    contrary: str = ""
    status: ThemeStatus = ThemeStatus.CANDIDATE
    steps: tuple[Step, ...] = ()
    codes: tuple[Code, ...] = ()
    outcomes: tuple[Outcome, ...] = ()  # of its study; none that is a step


@transaction.atomic
def write_memo(
    *,
    analysis: Analysis,
    text: str,
    title: str = "",
    about: Source | Code | Coding | Theme | None = None,
    kind: MemoKind = MemoKind.MEMO,
    start: int | None = None,
    end: int | None = None,
    by: Actor,
    at: datetime,
) -> Memo:
    """A thought kept beside one source, code, coding or theme, or (None) the analysis as a whole.

    `start` and `end`: the passage [start, end) of the source that it lies beside; without them the whole source.
    """
    check_may_write_themes(by, analysis.programme_id)
    if not text.strip():
        raise Invalid(Sentence("Write something first."), fields={"text": Sentence("Empty.")})
    if about is not None and _analysis_of(about) != analysis.id:
        raise Invalid(Sentence("What the memo is about belongs to another analysis."))
    _check_kind(analysis, about, kind)
    _check_beside(about, start, end)
    memo = Memo(
        programme_id=analysis.programme_id, analysis=analysis, title=title, text=text, kind=kind.value,
        start=start, end=end, written_at=at, written_by=by.id,
    )  # fmt: skip
    if about is not None:
        setattr(memo, type(about).__name__.lower(), about)
    Memo.objects.bulk_create([memo])
    audit.record(Event.MEMO_WRITTEN, target=memo, programme_id=analysis.programme_id, by=by, at=at)
    return memo


@transaction.atomic
def write_theme(
    *,
    analysis: Analysis,
    draft: ThemeDraft,
    theme: Theme | None = None,
    base_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Theme:
    """Write a new theme, or an existing one anew: what it was is kept as a revision.

    `base_version` is the version that the writer saw; Unready where somebody wrote meanwhile, or codes blindly.
    """
    check_may_change_themes(by, analysis.programme_id, analysis.id)
    _check_theme(analysis, draft, theme)
    if theme is None:
        row = Theme.objects.create(
            programme_id=analysis.programme_id, analysis=analysis, written_at=at, written_by=by.id,
            **_written(draft),
        )  # fmt: skip
    else:
        row = Theme.objects.select_for_update(no_key=True).get(id=theme.id)
        if row.version != base_version:
            raise Unready(
                Sentence("Somebody wrote this theme anew meanwhile. Look at version %(version)s first.",
                         version=row.version)
            )  # fmt: skip
        keep_theme_revision(row)
        Theme.objects.filter(id=row.id).update(
            version=row.version + 1, written_at=at, written_by=by.id, **_written(draft)
        )
        row.refresh_from_db()
    row.codes.set(draft.codes)
    audit.record(Event.THEME_WRITTEN, target=row, programme_id=analysis.programme_id, by=by, at=at)
    return row


@again_if_raced
def choose_quote(
    *,
    theme: Theme,
    source: Source,
    start: int,
    end: int,
    is_contrary: bool = False,
    by: Actor,
    at: datetime,
) -> ThemeQuote:
    """Let a passage stand for a theme, or against it. NotAllowed without everybody's consent who speaks in it."""
    check_may_write_themes(by, theme.programme_id)
    if source.analysis_id != theme.analysis_id:
        raise Invalid(Sentence("The source belongs to another analysis than the theme."))
    check_passage(source, start, end)
    check_open_to_themes(by, [source.id])
    check_passage_may_be_quoted(source, start, end)
    if ThemeQuote.objects.filter(theme=theme, source=source, start=start, end=end, lost_in=None).exists():
        raise Unready(Sentence("This very passage is a quote of the theme already."))
    quote = ThemeQuote.objects.create(
        programme_id=theme.programme_id, theme=theme, source=source, start=start, end=end,
        is_contrary=is_contrary, chosen_at=at, chosen_by=by.id,
    )  # fmt: skip
    audit.record(Event.QUOTE_CHOSEN, target=quote, programme_id=theme.programme_id, by=by, at=at)
    return quote


@again_if_raced
def write_joint_row(
    *,
    study: Study,
    analysis: Analysis,
    of: Step | Outcome,
    theme: Theme | None,
    judgement: Judgement,
    reason: str,
    base_version: int | None = None,
    by: Actor,
    at: datetime,
) -> JointRow:
    """What a person concludes where the numbers of a step or an outcome stand beside a theme. Written again, it replaces.

    `base_version`: the version that the writer saw, None where nothing was judged there. Unready where somebody judged
    meanwhile, or for who codes blindly in the study.
    """
    check_may_write_themes(by, analysis.programme_id)
    check_may_look_at_findings(by, study.id)
    if analysis.study_id != study.id or (theme is not None and theme.analysis_id != analysis.id):
        raise Invalid(Sentence("The study, the analysis and the theme of a row must belong together."))
    if isinstance(of, Outcome):
        _check_beside_the_line(analysis, [of])
    if not reason.strip():
        raise Invalid(Sentence("Say why: a judgement without a reason tells nobody anything."))
    place = {
        "programme_id": analysis.programme_id, "study": study, "analysis": analysis, "theme": theme,
        "step": of.value if isinstance(of, Step) else "", "outcome": of.code if isinstance(of, Outcome) else "",
    }  # fmt: skip
    row: JointRow | None = JointRow.objects.select_for_update(no_key=True).filter(**place).first()
    if (row.version if row else None) != base_version:
        raise Unready(Sentence("Somebody judged this meanwhile. Look at what is said there now first."))
    if row is None:
        row = JointRow(**place)
    else:
        row.version += 1
    row.judgement, row.reason, row.written_at, row.written_by = judgement.value, reason, at, by.id
    row.save()
    audit.record(Event.JUDGEMENT_WRITTEN, target=row, programme_id=analysis.programme_id, by=by, at=at)
    return row


def _check_kind(analysis: Analysis, about: Source | Code | Coding | Theme | None, kind: MemoKind) -> None:
    """Another reading stands beside a coding, where the approach has such; a note beside a source."""
    if kind is MemoKind.ANOTHER_READING:
        check_approach_uses(analysis, ApproachUse.OTHER_READINGS)
        if not isinstance(about, Coding):
            raise Invalid(Sentence("Another reading is written beside a coding."))
    if kind is MemoKind.NOTE and not isinstance(about, Source):
        raise Invalid(Sentence("A note is written beside a source. A memo may be about anything."))


def _check_beside(about: Source | Code | Coding | Theme | None, start: int | None, end: int | None) -> None:
    if start is None and end is None:
        return
    if start is None or end is None or not isinstance(about, Source):
        raise Invalid(Sentence("A passage has a start and an end, and lies in a source."))
    check_passage(about, start, end)


def _analysis_of(about: Source | Code | Coding | Theme) -> object:
    match about:
        case Code():
            return about.codebook.analysis_id
        case Coding():
            return about.source.analysis_id
        case _:
            return about.analysis_id


def _check_theme(analysis: Analysis, draft: ThemeDraft, theme: Theme | None) -> None:
    if theme is not None and theme.analysis_id != analysis.id:
        raise Invalid(Sentence("The theme belongs to another analysis."))
    if any(code.codebook.analysis_id != analysis.id for code in draft.codes):
        raise Invalid(Sentence("A code of the theme belongs to another analysis."))
    _check_beside_the_line(analysis, draft.outcomes)
    same = Theme.objects.filter(analysis=analysis, name=draft.name)
    if (same.exclude(id=theme.id) if theme else same).exists():
        raise Invalid(
            Sentence("There is a theme called %(name)s already. Write that one anew.", name=draft.name),
            fields={"name": Sentence("This name is taken.")},
        )


def _check_beside_the_line(analysis: Analysis, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.study_id != analysis.study_id:
            raise Invalid(Sentence("The outcome %(code)s belongs to another study.", code=outcome.code))
        if is_a_step(outcome.source, outcome.measure):
            raise Invalid(
                Sentence("The outcome %(code)s is a step of the line. Name the step.", code=outcome.code)
            )


def _written(draft: ThemeDraft) -> dict[str, str | Sequence[str]]:
    return {
        "name": draft.name, "central_concept": draft.central_concept, "boundaries": draft.boundaries,
        "contrary": draft.contrary, "status": draft.status.value,
        "steps": [step.value for step in Step if step in draft.steps],
        "outcomes": sorted({outcome.code for outcome in draft.outcomes}),
    }  # fmt: skip


def keep_theme_revision(row: Theme) -> None:
    """Keep what a theme was; for actions that write it anew."""
    ThemeRevision.objects.create(
        programme_id=row.programme_id, theme=row, version=row.version, written_at=row.written_at,
        written_by=row.written_by,
        was={
            "name": row.name, "central_concept": row.central_concept, "boundaries": row.boundaries,
            "contrary": row.contrary, "status": row.status, "steps": row.steps,
            "outcomes": row.outcomes,
            "codes": sorted(row.codes.values_list("slug", flat=True)),
            "parent": row.parent.name if row.parent else None,
        },
    )  # fmt: skip
