"""Keeping the versions of a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.study.models import Study
from throughline.records.surveys.models import Instrument, InstrumentVersion
from throughline.records.surveys.queries import questions_of
from throughline.rules.access import check_may_run_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import InstrumentDraft, Question


@transaction.atomic
def add_instrument_version(
    *, study: Study, code: str, title: str = "", draft: InstrumentDraft, by: Actor, at: datetime
) -> InstrumentVersion:
    """Keep a form as the next version of an instrument, which is made with its first. The same file again is the same version.

    `title`: of a new instrument, where it is not to be the form's own. Invalid where the same file is kept with other choices
    that are no answer: a version never changes.
    """
    check_may_run_waves(by, study.programme_id)
    Study.objects.select_for_update(no_key=True).get(id=study.id)
    if not code:
        raise Invalid(
            Sentence("An instrument needs a code: small letters, digits and -."),
            fields={"code": Sentence("Fill this in.")},
        )
    instrument, _ = Instrument.objects.get_or_create(
        programme_id=study.programme_id,
        study=study,
        code=code,
        defaults={"title": title or draft.title or code},
    )
    same = InstrumentVersion.objects.filter(instrument=instrument, content_hash=draft.content_hash).first()
    if same is not None:
        if _nothings(questions_of(same)) != _nothings(draft.questions):
            raise Invalid(
                Sentence(
                    "This file is version %(number)s already, with other choices that are no answer, and a version never changes."
                    " Change the version on the form's sheet settings, save it and choose it again.",
                    number=same.number,
                )
            )  # fmt: skip
        return same
    newest = instrument.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = InstrumentVersion.objects.create(
        programme_id=study.programme_id, instrument=instrument, number=newest + 1, label=draft.version[:60],
        file_name=draft.file_name[-200:], xlsform=draft.content, xform=draft.xform, content_hash=draft.content_hash,
        questions=draft.questions_json(), languages=list(draft.languages), warnings=list(draft.warnings),
        created_at=at, created_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.INSTRUMENT_VERSION_ADDED, target=version, programme_id=study.programme_id, by=by, at=at
    )
    return version


def _nothings(questions: Iterable[Question]) -> dict[tuple[str, str], Nothing | None]:
    return {(one.path, choice.name): choice.nothing for one in questions for choice in one.choices or ()}
