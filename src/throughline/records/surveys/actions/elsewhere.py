"""Responses that were given elsewhere: a file's, all or none."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.study.models import StudySite, SurveyAnswer
from throughline.records.surveys.actions.code_parts import Withheld
from throughline.records.surveys.actions.responses import next_number, rows_of, sorted_out
from throughline.records.surveys.models import CodeParts, InstrumentVersion, SurveyResponse, Wave
from throughline.records.surveys.queries import known_origins, questions_of
from throughline.records.surveys.queries.texts import cipher_of
from throughline.rules.access import check_may_run_waves
from throughline.rules.answers import measures_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.surveys import Question
from throughline.vocabulary.waves import FilledBy, ResponseSource

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ResponseDraft:
    """One person's answers as a file has them. `origin_key`: keyed, recognises the row when its file comes again."""

    site_id: UUID
    answered_on: date
    origin_key: str
    answers: Mapping[str, Any]
    may_link: bool = False  # whether this person agreed to have waves linked


@transaction.atomic
def record_responses(
    *,
    wave: Wave,
    source: ResponseSource,
    questions: Sequence[Question],
    drafts: Sequence[ResponseDraft],
    by: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Record responses of a file in a wave: all or none. Returns how many were recorded, and how many were known already.

    A wave that is closed takes them too: they were given before. `questions` are those that the file answers; how a wave's form
    asks them says what they become, so that answers of both kinds have the same codes. Invalid where a site is not in the study.
    """
    check_may_run_waves(by, wave.programme_id)
    sites = set(StudySite.objects.filter(study=wave.study_id).values_list("site_id", flat=True))
    if any(draft.site_id not in sites for draft in drafts):
        raise Invalid(Sentence("An answer is of a site that is not in this study. Nothing was recorded."))
    known = known_origins(wave, [draft.origin_key for draft in drafts])
    fresh = [draft for draft in {d.origin_key: d for d in drafts}.values() if draft.origin_key not in known]
    asked: InstrumentVersion | None = wave.instrument_version
    layout = questions if asked is None else questions_of(asked)
    code = Withheld.of(wave, asked, layout)
    own = code.others(layout, frozenset(one.path for one in questions))
    numbers: dict[UUID, int] = defaultdict(int)
    for site_id in sorted({draft.site_id for draft in fresh}):
        numbers[site_id] = next_number(wave, site_id)
    for start in range(0, len(fresh), AT_ONCE):
        some, rows, parts = [], list[SurveyAnswer](), list[CodeParts]()
        for draft in fresh[start : start + AT_ONCE]:
            kept, texts = (code.rest(held) for held in sorted_out(layout, draft.answers))
            sealed = (
                cipher_of(wave).encrypt(json.dumps(texts, ensure_ascii=False).encode()) if texts else None
            )
            response = SurveyResponse(
                id=new_id(), programme_id=wave.programme_id, wave=wave, instrument_version=asked, site_id=draft.site_id,
                respondent=numbers[draft.site_id], source=source.value, mode=FilledBy.NOT_RECORDED.value,
                answered_on=draft.answered_on, started_at=at, started_by=by.id, completed_at=at, completed_by=by.id,
                origin_key=draft.origin_key, answers=kept, texts=sealed,
            )  # fmt: skip
            numbers[draft.site_id] += 1
            some.append(response)
            rows += rows_of(response, list(measures_of(layout, draft.answers, own)))
            own_parts = code.parts(response, layout, draft.answers, at) if draft.may_link else None
            parts += [] if own_parts is None else [own_parts]
        insert(some)
        insert(rows)
        insert(parts)
    audit.record(
        Event.RESPONSES_IMPORTED, target=wave, programme_id=wave.programme_id, by=by, at=at, reason=source.value,
        count=len(fresh),
    )  # fmt: skip
    return len(fresh), len(drafts) - len(fresh)
