"""Work for the background: freezing, asking the questions, writing the report. It acts as who asked for it."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import override
from django_tasks import task

from throughline.evaluation.freeze import freeze_study
from throughline.evaluation.runs import evaluate
from throughline.records.accounts.models import Account
from throughline.records.programme.queries import actor_for
from throughline.records.study.models import Freeze, Study
from throughline.reporting.files import HTML
from throughline.reporting.written import file_of, keep_quotes
from throughline.vocabulary.actor import Actor
from throughline.work.jobs import running


@task()
def make_freeze(*, job_id: str, study_id: str, name: str, account_id: str) -> None:
    """Freeze a study and ask its questions."""
    study = Study.objects.select_related("programme").get(id=study_id)
    with running(study.programme, UUID(job_id)) as work:
        by = _actor(account_id)
        freeze = freeze_study(study=study, name=name, by=by, at=now(), progress=work.tell)
        evaluate(freeze=freeze, by=by, at=now(), seed=_seed(), progress=work.tell)


@task()
def ask_questions(*, job_id: str, freeze_id: str, account_id: str) -> None:
    """Ask a freeze its questions, again or for the first time."""
    freeze = Freeze.objects.select_related("study__programme").get(id=freeze_id)
    with running(freeze.study.programme, UUID(job_id)) as work:
        evaluate(freeze=freeze, by=_actor(account_id), at=now(), seed=_seed(), progress=work.tell)


@task()
def make_report(
    *,
    job_id: str,
    freeze_id: str,
    account_id: str,
    profile: str,
    recipient: str,
    language: str,
    form: str = HTML,
    checklists: list[str] | None = None,
    contamination: str = "",
) -> None:
    """Take a report through the doors and write it beside the freeze."""
    # Drawing figures takes a second to load; pages that draw none need not wait for it.
    from throughline.evaluation.doors import profile_named
    from throughline.reporting.build import build_report
    from throughline.reporting.files import write_report

    freeze, by = Freeze.objects.select_related("study__programme").get(id=freeze_id), _actor(account_id)
    with running(freeze.study.programme, UUID(job_id)) as work, override(language):
        keep_quotes(freeze, UUID(job_id), by=by, at=now())
        report = build_report(
            freeze=freeze, recipient=recipient, profile=profile_named(profile), language=language, checklists=checklists,
            contamination=contamination, by=by, at=now(), progress=work.tell,
        )  # fmt: skip
        keep_quotes(freeze, UUID(job_id), by=by, at=now())
        write_report(report, file_of(freeze, UUID(job_id), form))


def _actor(account_id: str) -> Actor:
    """Who asked, with what they may do by now."""
    return actor_for(Account.objects.get(id=account_id))


def _seed() -> int:
    return secrets.randbelow(2**31)
