"""What the actions of returns are called with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from throughline.records.programme.actions import report_month
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting


def _month(cast: Cast, now: datetime) -> dict[str, Any]:
    month = Month.of(now.date()).before()
    first: date = month.first()
    report_month(site=cast.site, month=first, reporting=Reporting.COMPLETE, by=SYSTEM, at=now)
    return {"site": cast.site, "month": month}


CALLS = {"close_month": _month}
