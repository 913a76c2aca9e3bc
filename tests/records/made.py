"""Things that tests of records begin with, made with the same actions as everything else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import PASSWORD, START, SYSTEM, TODAY, Cast, Person
from throughline.exchange.device_event.load import receive
from throughline.records.accounts.actions import add_account, register_device
from throughline.records.accounts.models import Device
from throughline.records.audit.models import AuditEvent
from throughline.records.clients.actions import ConsentDraft, record_consent
from throughline.records.clients.models import Client, Consent
from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.models import DeviceEvent, Need
from throughline.records.foundation import new_id
from throughline.records.inquiry import actions as inquiry
from throughline.records.inquiry.models import Analysis, Code, Participant, Source, Theme
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.models import ImportRun, Membership, Organisation, Site
from throughline.records.programme.queries import actor_for
from throughline.records.referral import actions as referral
from throughline.records.referral.models import Incident, Referral
from throughline.records.study import actions as study
from throughline.records.study.models import (
    Freeze,
    Outcome,
    ResearchConsent,
    RowsRequest,
    Study,
    StudySite,
)
from throughline.records.workforce import actions as workforce
from throughline.records.workforce.models import AttitudeScale, Course, Training
from throughline.vocabulary.arriving import Sent
from throughline.vocabulary.attitudes import ScoringKey, Subscale
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, NeedDraft
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.programme import ImportState
from throughline.vocabulary.referral import Door, ReferralKind, YesNo
from throughline.vocabulary.roles import Role
from throughline.vocabulary.sharing import Shared, SharingBasis, SharingPurpose, SignedAs
from throughline.vocabulary.study import (
    Approach,
    ArmKind,
    CodeOrigin,
    ConsentScope,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    ReleaseDoor,
    SourceKind,
    Step,
)

TEXT = "Interviewer: What is a pipe for?\nP01: It is a reason to come in. Zoë said 🙂 so.\nP02: Not for me."
NOW = datetime.combine(TODAY, START.timetz())
CONSENTED = referral.Passing(SharingBasis.WRITTEN_CONSENT, YesNo.YES)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("chain_id", "sequence"))


def membership_of(person: Person) -> Membership:
    return Membership.objects.get(account=person.account)


def an_analyst(cast: Cast, name: str = "Yusuf") -> Person:
    """Somebody who codes but does not lead."""
    return an_account_with(cast, Role.ANALYST, membership_of(cast.rosa).organisation, name)


def an_account_with(cast: Cast, role: Role, organisation: Organisation, name: str = "Somebody") -> Person:
    """Somebody else with a role, at all sites of an organisation."""
    account = add_account(
        programme_id=cast.programme.id, username=name.lower(), display_name=name, password=PASSWORD,
        by=SYSTEM, at=START,
    )  # fmt: skip
    grant_membership(
        account=account, organisation=organisation, roles=[role], is_all_sites=True,
        from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    return Person(account, actor_for(account, TODAY))


def a_course(cast: Cast, name: str = "Talking about crack") -> Course:
    return workforce.add_course(programme=cast.programme, name=name, modules=["a", "b"], by=SYSTEM, at=START)


def a_training(cast: Cast, site: Site | None = None, held_on: date = date(2025, 3, 14)) -> Training:
    course = Course.objects.filter(programme=cast.programme).first() or a_course(cast)
    return workforce.hold_training(
        course=course, site=site or cast.site, held_on=held_on, trainer="A trainer", by=SYSTEM, at=START
    )


def a_scale(cast: Cast, name: str = "Role") -> AttitudeScale:
    """Two subscales of a fictional questionnaire of five items, answered from 1 to 7."""
    key = ScoringKey(
        1, 7,
        (Subscale("support", (1, 2, 3), (3,), may_miss=1), Subscale("burden", (4, 5), is_higher_better=False)),
    )  # fmt: skip
    return workforce.define_attitude_scale(programme=cast.programme, name=name, key=key, by=SYSTEM, at=START)


def a_study(cast: Cast, title: str = "Pipes and training") -> Study:
    return study.create_study(
        programme=cast.programme, title=title, design="before and after, with comparison", by=SYSTEM, at=START
    )


def a_study_site(cast: Cast, of: Study | None = None, site: Site | None = None) -> StudySite:
    return study.add_study_site(
        study=of or a_study(cast), site=site or cast.site, arm=ArmKind.INTERVENTION, by=SYSTEM, at=START
    )


def an_outcome(of: Study, code: str = "shared_a_pipe", *, step: Step | None = None) -> Outcome:
    """Of the survey, or a step of the line."""
    source = OutcomeSourceKind.MONITORING if step else OutcomeSourceKind.SURVEY
    return study.add_outcome(
        study=of, code=code, name=code.replace("_", " ").capitalize(), kind=OutcomeKind.BINARY, source=source,
        measure=step.value if step else code, rank=OutcomeRank.SECONDARY, direction=Direction.LOWER_IS_BETTER,
        success_by="People who use crack", by=SYSTEM, at=START,
    )  # fmt: skip


def a_consent(of: Study, *scopes: ConsentScope) -> ResearchConsent:
    return study.record_research_consent(
        study=of, sheet_version="2", scopes=scopes or (ConsentScope.TAKE_PART,), given_on=date(2025, 2, 1),
        by=SYSTEM, at=START,
    )  # fmt: skip


def a_freeze(of: Study, name: str = "spring") -> Freeze:
    return study.record_freeze(
        study=of, name=name, content_hash="0" * 64, rows={"contacts": 3}, by=SYSTEM, at=START
    )


def a_release_draft(
    door: ReleaseDoor = ReleaseDoor.TABLES, freeze: Freeze | None = None
) -> study.ReleaseDraft:
    return study.ReleaseDraft(door, "funnel by site", "The commissioner", "lt5", "1" * 64, freeze)


def a_rows_draft() -> study.RowsDraft:
    return study.RowsDraft(
        "contacts for a second opinion",
        "history",
        ("site", "route"),
        "Dr. Reader, Hill University",
        "DSA 2026-4",
        "lt5",
    )


def asked_for_rows(cast: Cast) -> RowsRequest:
    of = Study.objects.filter(title="Asked for").first() or a_study(cast, "Asked for")
    freeze = Freeze.objects.filter(name="asked").first() or a_freeze(of, "asked")
    return study.ask_for_rows(
        freeze=freeze, draft=a_rows_draft(), row_count=40, smallest_group=6, by=cast.chen.actor, at=START
    )


def approved_rows(cast: Cast) -> RowsRequest:
    return study.approve_rows(request=asked_for_rows(cast), by=cast.grace.actor, at=START)


def a_need(cast: Cast, site: Site | None = None) -> Need:
    place = site or cast.site
    contact = record_contact(
        draft=ContactDraft(
            site_id=place.id, route=Route.SERVICE, device_time=NOW - timedelta(hours=3),
            client_code="QK17031979F", needs=(NeedDraft("housing"),),
        ),
        by=SYSTEM, at=NOW - timedelta(hours=3),
    )  # fmt: skip
    return contact.needs.get()


def a_phone(cast: Cast, at: datetime = NOW - timedelta(days=1)) -> Device:
    """Of Bob's."""
    return register_device(
        programme_id=cast.programme.id,
        site_id=cast.site.id,
        account=cast.bob.account,
        by=cast.bob.actor,
        at=at,
    )


def a_held_record(cast: Cast, at: datetime = NOW - timedelta(hours=1)) -> DeviceEvent:
    """Something that Bob's phone sent and that does not open."""
    sent = Sent(new_id(), a_phone(cast).id, 1, 1, b"no seal", a_phone(cast).id)
    receive(events=[sent], programmes=[cast.programme], by=cast.bob.actor, clock=lambda: at)
    found: DeviceEvent = DeviceEvent.objects.get(event_id=sent.event_id)
    return found


def a_met_client(cast: Cast, now: datetime, code: str = "QK17031979F") -> Client:
    """Somebody whom Bob met at his site, yesterday."""
    at = now - timedelta(days=1)
    draft = ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=at, client_code=code)
    client = record_contact(draft=draft, by=cast.bob.actor, at=at).client
    assert client is not None
    return client


def a_sharing_consent(
    cast: Cast, client: Client, *, to: Organisation | None = None, at: datetime = NOW, **changed: Any
) -> Consent:
    """A client's written consent that Bob's service shares a referral with the housing office for a year."""
    day = at.date()
    draft = ConsentDraft(
        to or cast.housing, frozenset({Shared.REFERRAL}), SharingPurpose.HOUSING, day, SignedAs.PAPER, day,
        day + timedelta(days=365), is_told_revocable=True,
    )  # fmt: skip
    return record_consent(
        client=client, site=cast.site, draft=replace(draft, **changed), by=cast.bob.actor, at=at
    )


def a_referral(cast: Cast, *, is_sent: bool = True, at: datetime = NOW - timedelta(days=2)) -> Referral:
    return referral.make_referral(
        from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER,
        reason="housing", is_sent=is_sent, passing=CONSENTED if is_sent else referral.Passing(), by=cast.bob.actor, at=at,
    )  # fmt: skip


def an_incident(cast: Cast, key: str = "incident 1") -> Incident:
    draft = referral.IncidentDraft(
        Nothing.NOT_RECORDED, people=(referral.PersonDraft(origin_key=f"{key}, person 1"),), origin_key=key
    )
    referral.record_incidents(programme=cast.programme, drafts=[draft], by=SYSTEM, at=START)
    return Incident.objects.get(origin_key=key)


def an_import_run(cast: Cast, state: ImportState = ImportState.RUNNING) -> ImportRun:
    """A run as an import leaves it; runs are begun and ended by exchange's own actions."""
    return ImportRun.objects.create(
        programme=cast.programme, kind="incidents", mapping_name="m", mapping_hash="2" * 64,
        file_hash=new_id().hex * 2, state=state.value, started_at=START, heartbeat_at=START, started_by=SYSTEM.id,
    )  # fmt: skip


def an_analysis(cast: Cast, of: Study | None = None, name: str = "What a pipe begins") -> Analysis:
    return inquiry.open_analysis(
        study=of or a_study(cast), name=name, question="What does a pipe begin?", approach=Approach.REFLEXIVE,
        by=SYSTEM, at=START,
    )  # fmt: skip


def a_source_draft(text: str = TEXT, *, name: str = "01 interview.txt", kind: SourceKind = SourceKind.INTERVIEW,
                   site: Site | None = None, is_deidentified: bool = True) -> inquiry.SourceDraft:  # fmt: skip
    """A draft whose turns are its lines that have a label, without it."""
    turns: list[inquiry.TurnDraft] = []
    place = 0
    for line in text.splitlines(keepends=True):
        label, colon, _ = line.partition(": ")
        start, end = place + len(label) + len(colon), place + len(line.rstrip("\n"))
        if colon:
            turns.append(inquiry.TurnDraft(start, end, label))
        place += len(line)
    raw = text.encode()
    return inquiry.SourceDraft(
        name=name, kind=kind, text=text, raw=raw, file_hash=hashlib.sha256(raw).hexdigest(), file_format="text",
        turns=tuple(turns), site=site, collected_on=date(2025, 3, 1), language="en",
        is_deidentified=is_deidentified,
    )  # fmt: skip


def a_source(of: Analysis, draft: inquiry.SourceDraft | None = None) -> Source:
    return inquiry.add_source(analysis=of, draft=draft or a_source_draft(), by=SYSTEM, at=START)


def a_participant(
    of: Analysis, label: str = "P01", *scopes: ConsentScope, source: Source | None = None
) -> Participant:
    consent = a_consent(of.study, *scopes) if scopes else None
    participant = inquiry.add_participant(
        analysis=of, label=label, group="crack", consent=consent, by=SYSTEM, at=START
    )
    if source is not None:
        inquiry.assign_speaker(source=source, speaker=label, participant=participant, by=SYSTEM, at=START)
    return participant


def a_code(of: Analysis, slug: str = "reason-to-come") -> Code:
    book = of.codebooks.first() or inquiry.add_codebook(analysis=of, name="Codebook", by=SYSTEM, at=START)
    draft = inquiry.CodeDraft(slug, slug.replace("-", " "), CodeOrigin.INDUCTIVE)
    return inquiry.add_code(codebook=book, draft=draft, by=SYSTEM, at=START)


def a_theme(of: Analysis, name: str = "Something to ask for") -> Theme:
    return inquiry.write_theme(
        analysis=of, draft=inquiry.ThemeDraft(name, "A thing to ask for makes coming ordinary."), by=SYSTEM, at=START
    )  # fmt: skip
