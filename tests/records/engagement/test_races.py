"""Two at the same moment: both are answered, nothing is doubled. On both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from tests.cast import Cast, make_cast
from throughline.records.clients.actions import GUESSES_REFUSED, look_up_client
from throughline.records.clients.models import Client, CodeAttempt
from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.models import Contact
from throughline.records.foundation import new_id
from throughline.records.referral.actions import make_referral
from throughline.records.referral.models import Referral
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.referral import Door, ReferralKind

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*jobs: Callable[[], object]) -> list[object]:
    barrier, results = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(job())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_same_new_code_by_two_workers_is_one_client(cast: Cast, now: datetime) -> None:
    for n in range(5):
        draft = ContactDraft(
            site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code=f"QK0101{1960 + n}F"
        )
        done = _at_once(
            lambda draft=draft: record_contact(draft=draft, by=cast.bob.actor, at=now),
            lambda draft=draft: record_contact(draft=draft, by=cast.priya.actor, at=now),
        )
        assert [type(d) for d in done] == [Contact, Contact], done
        assert len({d.client_id for d in done}) == 1
    assert Client.objects.count() == 5 and Contact.objects.count() == 10


def test_several_lookups_at_once_are_not_each_the_last_that_is_allowed(cast: Cast, now: datetime) -> None:
    by = cast.bob.actor
    CodeAttempt.objects.bulk_create(
        CodeAttempt(programme=cast.programme, account_id=by.id, at=now, is_known=False, is_entry=False)
        for _ in range(GUESSES_REFUSED - 1)
    )
    done = _at_once(
        *(
            lambda n=n: look_up_client(programme=cast.programme, code=f"QK0101{1960 + n}F", by=by, at=now)
            for n in range(4)
        )
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "TooSoon", "TooSoon", "TooSoon"]


def test_same_record_sent_twice_at_once_is_one_contact(cast: Cast, now: datetime) -> None:
    for _ in range(5):
        draft = ContactDraft(id=new_id(), site_id=cast.site.id, route=Route.SERVICE, device_time=now)
        done = _at_once(*(lambda draft=draft: record_contact(draft=draft, by=cast.bob.actor, at=now),) * 3)
        assert {getattr(d, "id", d) for d in done} == {draft.id}
    assert Contact.objects.count() == 5


def test_same_form_of_a_referral_sent_twice_at_once_refers_once(cast: Cast, now: datetime) -> None:
    key = new_id()
    done = _at_once(
        *(
            lambda: make_referral(
                from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.SIGNPOST,
                reason="housing", referral_id=key, by=cast.bob.actor, at=now,
            ),
        )
        * 3
    )  # fmt: skip
    assert {getattr(one, "id", one) for one in done} == {key} and Referral.objects.count() == 1
