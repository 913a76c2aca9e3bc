"""Loading the fictional programme, in small: all of it, once, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction

from tests.cast import SYSTEM
from throughline.example.arrays import ITEMS
from throughline.example.load import LoadedExample, load_example
from throughline.example.loading import asking, words
from throughline.example.parameters import Parameters
from throughline.example.respondents import ELEMENTS
from throughline.example.simulate import Simulated, simulate
from throughline.exchange.xlsform.worker import compiled
from throughline.records.accounts.models import Account
from throughline.records.accounts.queries import account_named
from throughline.records.audit.queries import verify
from throughline.records.clients.actions import pseudonym_of
from throughline.records.clients.models import Client, ClientKey
from throughline.records.engagement.models import Contact, Disclosure, KitLine, Need
from throughline.records.engagement.queries.stock import counted_items, on_hand_for
from throughline.records.inquiry.models import (
    Coding,
    JointRow,
    Memo,
    Participant,
    Source,
    Theme,
    ThemeQuote,
    Turn,
)
from throughline.records.programme.models import MonthReport, Programme, Site
from throughline.records.programme.queries import actor_for
from throughline.records.referral.models import Incident, Referral, ReferralEvent
from throughline.records.study.models import (
    AnalysisPlan,
    Outcome,
    Phase,
    ResearchConsent,
    SurveyAnswer,
)
from throughline.records.supplies.models import StockCount
from throughline.records.surveys.models import Approach, CodeParts, LinkedPair, SurveyResponse, Wave
from throughline.records.surveys.queries import Flow, progress_of
from throughline.records.workforce.models import Assessment, Attendance
from throughline.rules.roles import ROLES
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import ConsentScope

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def busier(small: Parameters) -> Parameters:
    """Quillford with enough contacts that some pipes left while it had no agreement."""
    content = small.model_dump(mode="json", by_alias=True)
    content["sites"][2]["contacts_per_day"] = 2.0
    return Parameters.model_validate(content)


@pytest.fixture(scope="module")
def told() -> list[tuple[str, int, int]]:
    """What the load said of its progress."""
    return []


@pytest.fixture(scope="module")
def loaded(
    busier: Parameters,
    told: list[tuple[str, int, int]],
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[LoadedExample]:
    """Loaded once for this module, in a transaction that is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_example(at=AT, parameters=busier, progress=lambda *step: told.append(step))
        transaction.set_rollback(True)


def test_load_example_keeps_the_shelves_as_they_were_drawn(loaded: LoadedExample, busier: Parameters) -> None:
    """What the books say at the end, with every contact in them, is what the draw carried along by hand."""
    shelves, by = simulate(busier).shelves, Actor.system("example")
    sites = Site.objects.filter(programme_id=loaded.programme_id, kind="fixed")
    for place, part in enumerate(busier.sites):
        shelf = on_hand_for(by, sites.get(name=part.name).id, AT)
        found = {line.item.kind: line.on_hand for line in shelf.lines}
        drawn = {str(kind): int(shelves.closing[place, item]) for item, kind in enumerate(ITEMS)}
        assert found and found == {kind: drawn[kind] for kind in found}
    counts = list(StockCount.objects.filter(programme_id=loaded.programme_id).select_related("site"))
    differ = [
        one for count in counts for one in counted_items(count.site, [count])[count.id] if one.difference
    ]
    assert len(counts) == len(shelves.counts) and differ
    assert len(differ) == sum(len(one.differs) for one in shelves.counts)
    assert any(one.needs_reason for one in differ) and any(one.explanation for one in differ)


def keys() -> set[str]:
    return {path.name for path in Path(settings.THROUGHLINE_SOURCE_KEYS).glob("*.key")}


def test_load_example_asks_officers_and_workers_before_and_after(loaded: LoadedExample) -> None:
    held = Assessment.objects.filter(programme_id=loaded.programme_id)
    counted = {
        (group, moment): held.filter(group=group, moment=moment).count()
        for group in ("officer", "worker")
        for moment in ("before", "after")
    }
    assert counted == {
        ("officer", "before"): 48, ("officer", "after"): 48, ("worker", "before"): 54, ("worker", "after"): 42,
    }  # fmt: skip
    assert held.exclude(training=None).values("site").distinct().count() == 3
    assert not held.filter(scores__value=None).exists()


def test_load_example_loads_everything_that_was_drawn(
    loaded: LoadedExample, busier: Parameters, told: list[tuple[str, int, int]]
) -> None:
    drawn = simulate(busier)
    lantern = Programme.objects.get(id=loaded.programme_id)
    assert lantern.is_fiction and lantern.is_agreement_needed
    mine = {"programme": lantern}
    assert Contact.objects.filter(**mine).count() == drawn.contacts.count
    assert ClientKey.objects.filter(**mine).count() == len(drawn.clients.code)
    assert Need.objects.filter(**mine).count() == drawn.needs.contact.size
    assert Need.objects.filter(**mine, closed_as="met").count() == int(drawn.needs.is_closed.sum())
    assert Disclosure.objects.filter(**mine).count() == drawn.disclosures.contact.size
    assert KitLine.objects.filter(**mine).count() == drawn.kit_lines.contact.size
    assert Referral.objects.filter(**mine).count() == drawn.referrals.target.size
    # Each referral begins as a draft, which the simulation does not count.
    events = drawn.referral_events.referral.size + drawn.referrals.target.size
    assert ReferralEvent.objects.filter(**mine).count() == events
    assert Incident.objects.filter(**mine).count() == drawn.incidents.site.size
    waves = {"before", "after"}  # of the outcomes; one more was asked with a form
    responses = SurveyResponse.objects.filter(**mine, wave__code__in=waves).values("id")
    of_waves = SurveyAnswer.objects.filter(**mine, response_id__in=responses)
    size = len(drawn.respondents)
    # An age band, a row for each of three genders, and of who answered after whether a pipe reached them.
    assert of_waves.count() == drawn.survey.value.size + size * (1 + 3) + size // 2
    _check_codes(loaded, drawn)
    assert Attendance.objects.filter(**mine).count() == drawn.attendance.staff.size
    assert MonthReport.objects.filter(**mine).count() == 6 * 18
    assert Phase.objects.filter(**mine).count() == 18
    assert AnalysisPlan.objects.get(**mine).locked_at < datetime(2024, 9, 1, tzinfo=UTC)
    assert Client.objects.filter(**mine).exclude(birth_year_band="not_recorded").count() == int(
        drawn.clients.is_described.sum()
    )
    assert ("contacts", drawn.contacts.count, drawn.contacts.count) in told
    assert verify().breaks == ()


def _check_codes(loaded: LoadedExample, drawn: Simulated) -> None:
    """Kept keyed of who agreed, and in no answer; people of before are found again after."""
    parts = CodeParts.objects.filter(programme_id=loaded.programme_id)
    agreed = sum(one.may_link for one in drawn.respondents.values())
    assert 0 < parts.count() == agreed < len(drawn.respondents)
    kept = SurveyResponse.objects.filter(programme_id=loaded.programme_id, wave__code__in=("before", "after"))
    assert not any(set(ELEMENTS) & set(answers) for answers in kept.values_list("answers", flat=True))
    assert LinkedPair.objects.filter(programme_id=loaded.programme_id, state="linked").exists()


def test_load_example_brings_words_with_their_consents(loaded: LoadedExample) -> None:
    mine = {"programme_id": loaded.programme_id}
    assert Source.objects.filter(**mine).count() == 24
    assert {source.language for source in Source.objects.filter(**mine)} == {"en", "fr"}
    spoke = ResearchConsent.objects.filter(**mine).exclude(
        id__in=Approach.objects.filter(consent__isnull=False).values("consent")
    )
    assert Participant.objects.filter(**mine).count() == spoke.count()
    refused = [
        p.label
        for p in Participant.objects.filter(**mine)
        if ConsentScope.QUOTE.value not in p.consent.scopes
    ]
    assert set(refused) == words.NOT_QUOTED
    analysts = set(Coding.objects.filter(**mine).values_list("analyst", flat=True))
    assert analysts == {str(account_named(name).id) for name in ("bryony", "yusuf")}
    assert Coding.objects.filter(**mine).count() > 500
    assert Theme.objects.filter(**mine).count() == 4
    assert ThemeQuote.objects.filter(**mine).count() == 12
    assert JointRow.objects.filter(**mine).count() == 9
    assert Memo.objects.filter(**mine).count() == 8
    # Interviewers stand for no participant; whoever is named in a header and speaks does.
    spoken = Turn.objects.filter(**mine, speaker__startswith="P")
    assert spoken.count() > 500
    assert not spoken.filter(participant=None).exists()
    assert not Turn.objects.filter(**mine, speaker__iexact="interviewer").exclude(participant=None).exists()


def test_load_example_asks_with_a_form_that_is_what_the_compiler_makes_of_its_file(
    loaded: LoadedExample,
) -> None:
    wave = Wave.objects.get(programme_id=loaded.programme_id, code=asking.CODE)
    version = wave.instrument_version
    assert compiled(bytes(version.xlsform), asking.FORM)["xform"] == version.xform
    flow = sum((one.flow for one in progress_of(SYSTEM, wave)), Flow())
    assert (flow.approached, flow.eligible, flow.refused, flow.consented, flow.analysed) == (
        44,
        34,
        10,
        24,
        14,
    )
    responses = SurveyResponse.objects.filter(wave=wave).values("id")
    asked = set(SurveyAnswer.objects.filter(response_id__in=responses).values_list("question", flat=True))
    outcomes = set(Outcome.objects.filter(study=wave.study).values_list("measure", flat=True))
    assert "visits" in asked and not asked & outcomes


def test_load_example_lets_one_person_of_each_role_sign_in(loaded: LoadedExample) -> None:
    assert {one.role for one in loaded.sign_ins} == {ROLES[role].title.english for role in Role}
    passwords = [one.password for one in loaded.sign_ins]
    assert len(set(passwords)) == len(passwords)
    for one in loaded.sign_ins:
        account = account_named(one.username)
        assert account.is_example and account.check_password(one.password)
        assert one.password not in repr(one)
    able = {account_named(one.username).id for one in loaded.sign_ins}
    for account in Account.objects.exclude(id__in=able):
        assert account.is_example and not account.has_usable_password()


def test_load_example_walls_the_second_programme_off(loaded: LoadedExample) -> None:
    dana, maeve = (actor_for(account_named(name), AT.date()) for name in ("dana", "maeve"))
    seen = Contact.objects.visible_to(dana)
    assert 0 < seen.count() == seen.filter(programme_id=loaded.beacon_id).count()
    assert not Contact.objects.visible_to(maeve).filter(programme_id=loaded.beacon_id).exists()
    assert Contact.objects.visible_to(maeve).exists()
    ours, theirs = (
        set(ClientKey.objects.filter(programme_id=pk).values_list("pseudonym", flat=True))
        for pk in (loaded.programme_id, loaded.beacon_id)
    )
    assert theirs and not ours & theirs  # the same codes, other keys


def test_load_example_a_second_time_refuses_and_changes_nothing(
    loaded: LoadedExample, small: Parameters
) -> None:
    before = (Contact.objects.count(), Account.objects.count(), keys())
    with pytest.raises(Unready, match="loaded already"):
        load_example(at=AT, parameters=small)
    assert (Contact.objects.count(), Account.objects.count(), keys()) == before


def test_load_example_flags_pipes_that_left_without_an_agreement(loaded: LoadedExample) -> None:
    flagged = Contact.objects.filter(programme_id=loaded.programme_id, is_flagged_supply=True)
    assert flagged.exists()
    assert {contact.site.name for contact in flagged.select_related("site")} == {"Quillford"}
    days = sorted(contact.device_time.date().isoformat() for contact in flagged)
    assert days[0] >= "2025-07-12" and days[-1] <= "2025-08-03"


def test_load_example_keeps_each_moment_at_the_site(loaded: LoadedExample, busier: Parameters) -> None:
    drawn = simulate(busier)
    rows = Contact.objects.filter(programme_id=loaded.programme_id)
    zone = ZoneInfo("Europe/London")
    found = sorted(row.device_time.astimezone(zone).replace(tzinfo=None) for row in rows)
    asked = sorted(
        datetime.combine(busier.period.from_on, time()) + timedelta(days=int(day), minutes=int(minute))
        for day, minute in zip(drawn.contacts.day, drawn.contacts.minute, strict=True)
    )
    assert found == asked


def test_load_example_makes_the_referrers_own_referrals(loaded: LoadedExample) -> None:
    petra = actor_for(account_named("petra"), AT.date())
    own = Referral.objects.visible_to(petra)
    assert own.exists()
    assert set(own.values_list("made_by", flat=True)) == {petra.id}


def test_load_example_describes_the_person_of_each_code(loaded: LoadedExample, busier: Parameters) -> None:
    people = simulate(busier).clients
    lantern = Programme.objects.get(id=loaded.programme_id)
    rows = [row for row in range(len(people.code)) if people.is_described[row]]
    assert len(rows) > 10
    for row in rows:
        pseudonym = pseudonym_of(lantern, people.code[row]).value
        client = ClientKey.objects.select_related("client").get(programme=lantern, pseudonym=pseudonym).client
        first, last = (int(year) for year in client.birth_year_band.split("-"))
        assert first <= people.birth_year[row] <= last
        assert client.area == busier.sites[people.site[row]].name
