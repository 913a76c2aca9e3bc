"""Months of sites: what each reported, closed for good, and the return as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import StringConstraints

from throughline.api.asked import month_of
from throughline.api.evaluation import Recipient
from throughline.api.files import file_given, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Line, Out, answers
from throughline.evaluation.doors import profile_named
from throughline.evaluation.returned import release_return
from throughline.records.programme.actions import report_month
from throughline.records.programme.queries import programme_for, site_for
from throughline.records.returns.actions import close_month
from throughline.reporting.return_files import return_file, type_of
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.programme import Reporting

router = Router(tags=["returns"])
ProfileName = Annotated[Line, StringConstraints(min_length=1, max_length=40)]


class MonthSaidIn(In):
    reporting: Reporting


class MonthSaidOut(Out):
    site_id: UUID
    month: str
    reporting: Reporting


class ClosedMonthOut(Out):
    site_id: UUID
    month: str
    closed_at: datetime


class ReturnFileIn(In):
    """Who gets it, under which profile: counts are hidden or rounded by it. It becomes a line of the ledger."""

    recipient: Recipient
    profile: ProfileName = "lt5"
    form: Literal["xlsx", "csv"] = "xlsx"


@router.put(
    "/sites/{site_id}/months/{month}/reported", response=answers(MonthSaidOut), operation_id="report_month"
)
def report(request: HttpRequest, site_id: UUID, month: str, said: MonthSaidIn) -> MonthSaidOut:
    """Say whether a site's month (`YYYY-MM`) is all there. Said again, it replaces; nothing reported is not a zero."""
    actor = acting(request)
    site, asked = site_for(actor, site_id), month_of(month)
    report_month(site=site, month=asked.first(), reporting=said.reporting, by=actor, at=now())
    return MonthSaidOut(site_id=site.id, month=str(asked), reporting=said.reporting)


@router.post(
    "/sites/{site_id}/months/{month}/close", response=answers(ClosedMonthOut, 201), operation_id="close_month"
)
def close(request: HttpRequest, site_id: UUID, month: str) -> Status[Any]:
    """Return a site's month: its counts never change again. 409 for one that is not over, or closed."""
    actor = acting(request)
    site, asked = site_for(actor, site_id), month_of(month)
    row = close_month(site=site, month=asked, by=actor, at=now())
    return Status(201, ClosedMonthOut(site_id=site.id, month=str(asked), closed_at=row.closed_at))


@router.post(
    "/programmes/{programme_id}/returns/{month}/file", response=FILE, operation_id="release_return",
    openapi_extra=gives_file(type_of("xlsx"), type_of("csv")),
)  # fmt: skip
def leave(request: HttpRequest, programme_id: UUID, month: str, wanted: ReturnFileIn) -> HttpResponse:
    """Let a month leave, through the door for tables. 409 where no site's month is closed, or too much could be told."""
    actor = acting(request)
    programme, asked = programme_for(actor, programme_id), month_of(month)
    check_may_release(actor, programme.id, Permission.RELEASE_TABLES)
    left = release_return(
        programme=programme, month=asked, profile=profile_named(wanted.profile), recipient=wanted.recipient, by=actor,
        at=now(),
    )  # fmt: skip
    return file_given(
        return_file(wanted.form)(left.told), type_of(wanted.form), f"return-{asked}.{wanted.form}"
    )
