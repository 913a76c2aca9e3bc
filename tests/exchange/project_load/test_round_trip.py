"""A project that was imported is exported as the same project: document -> records -> document."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from tests.cast import Cast, make_cast
from tests.exchange.refi.documents import documents
from tests.records.made import a_study
from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.load import Into, keep_reading
from throughline.exchange.project.report import ImportReport, Reading
from throughline.records.inquiry.models import Analysis, Coding
from throughline.records.study.models import Study

# Each example is a whole import and export; there are few of them, and each holds every kind of thing.
FEW = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_cast(kept_rows: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def study(kept_cast: Cast) -> Study:
    return a_study(kept_cast)


def reading_of(document: ProjectDocument) -> Reading:
    """As if a file had held it, whose reader has nothing to tell."""
    return Reading(document, ImportReport("made.qdpx", "REFI-QDA project", document.origin, ()))


@FEW
@given(document=documents())
def test_any_project_imported_and_exported_is_the_same(
    document: ProjectDocument, study: Study, kept_cast: Cast, now: datetime, db: Any
) -> None:
    with transaction.atomic():
        kept = keep_reading(reading=reading_of(document), into=Into(study), by=kept_cast.rosa.actor, at=now)
        analysis = Analysis.objects.get(id=kept.analysis_id)
        dumped = document_of(analysis=analysis, by=kept_cast.rosa.actor, at=now)
        assert dumped.document == replace(document, origin="Throughline")
        laid = sum(1 for _ in document.codings())
        assert dumped.codings == laid
        assert Coding.objects.filter(source__analysis=analysis).count() == laid - dumped.carried
        transaction.set_rollback(True)
