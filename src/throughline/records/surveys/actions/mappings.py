"""Keeping what the columns of a study's files of answers mean."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.study.models import Study
from throughline.records.surveys.models import KeptMapping
from throughline.rules.access import check_may_run_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@transaction.atomic
def keep_answers_mapping(
    *, study: Study, name: str, content: dict[str, Any], by: Actor, at: datetime
) -> KeptMapping:
    """Keep a mapping by its name, in place of what was kept by that name before. Invalid for a name that is none."""
    check_may_run_waves(by, study.programme_id)
    if not NAME.fullmatch(name):
        raise Invalid(
            Sentence("A mapping's name is small letters, digits, - and _, at most 60: for example redcap-wave."),
            fields={"name": Sentence("Small letters, digits, - and _.")},
        )  # fmt: skip
    kept, _is_new = KeptMapping.objects.update_or_create(
        programme_id=study.programme_id, study=study, name=name,
        defaults={"content": content, "kept_at": at, "kept_by": by.id},
    )  # fmt: skip
    audit.record(Event.MAPPING_KEPT, target=kept, programme_id=study.programme_id, by=by, at=at)
    return kept


@transaction.atomic
def let_answers_mapping_go(*, mapping: KeptMapping, by: Actor, at: datetime) -> None:
    """Keep a mapping no longer. What came with it stays."""
    check_may_run_waves(by, mapping.programme_id)
    audit.record(Event.MAPPING_LET_GO, target=mapping, programme_id=mapping.programme_id, by=by, at=at)
    mapping.delete()
