"""What the database is asked for a contact of a phone: little, and no more the longer somebody has recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from tests.cast import Cast
from tests.exchange.device_event.phones import phone_of
from tests.installation import IS_POSTGRES
from throughline.exchange.device_event.load import AT_ONCE

# statements for a contact of somebody who is known, with one line of each kind; where there are many writers one more, a lock
EACH = 12 if IS_POSTGRES else 11
TOGETHER = 10  # for each transaction of AT_ONCE, and for the request


def test_a_contact_takes_few_statements_and_none_looks_through_what_an_account_sent_before(
    cast: Cast, now: datetime
) -> None:
    phone = phone_of(cast, cast.bob, now)
    told = phone.contact(
        now, client_code="QK17031979F", disclosures=[{"topic": "debt", "answer": "told"}],
        needs=[{"domain": "housing", "actions": ["advised"]}],
    )  # fmt: skip

    def send() -> None:
        sent = [phone.sealed(phone.event("contact", now, contact=told)) for _ in range(AT_ONCE)]
        assert {one.state for one in phone.send(*sent, at=now).answers} == {"accepted"}

    send()  # what a process asks only once
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        send()
    assert len(asked) <= EACH * AT_ONCE + TOGETHER, len(asked)
    if connection.vendor != "sqlite":
        return  # what PostgreSQL plans depends on how much is there; how often it is asked was counted above
    with connection.cursor() as cursor:
        for sql, params in dict(asked).items():
            if sql.startswith("SELECT") and "accounts_device" not in sql:  # somebody has few devices
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps = [row[3] for row in cursor.fetchall()]
                assert not any("(account_id=?)" in one or one.startswith("SCAN") for one in steps), (
                    sql,
                    steps,
                )
