"""What the pages' tests begin with: the cast, a person in every role, and one of everything that has a page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.cast import PASSWORD, START, SYSTEM, Cast
from tests.kept import Kept
from tests.records.made import CONSENTED, a_sharing_consent

from throughline.records.accounts.actions import add_account
from throughline.records.accounts.models import Account
from throughline.records.clients.models import Client, Consent
from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.models import Contact, Need
from throughline.records.inquiry import actions as inquiry
from throughline.records.inquiry.models import Analysis, Code, Coding, Source, Theme
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.models import Membership, Site
from throughline.records.referral.actions import make_referral
from throughline.records.referral.models import Referral
from throughline.records.study.actions import create_study, record_research_consent
from throughline.records.study.models import Study
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.records.supplies.models import Item, KitVersion
from throughline.vocabulary.chain import ActionKind, Answer, Route, Urgency
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft, KitLineDraft, NeedDraft
from throughline.vocabulary.referral import Door, ReferralKind
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach, CodeOrigin, ConsentScope, SourceKind, Step

CODE = "KX15071984F"
TEXT = "What is a pipe for?\nIt is a reason to come in. Then I said the rest.\nAnd the rest?\nThat I had no roof."


@dataclass(frozen=True)
class World:
    """One of everything, at Bob's site."""

    cast: Cast
    by_role: dict[Role, Account]
    nobody: Account  # signed in, a member of nothing
    item: Item
    kit: KitVersion
    contact: Contact
    client: Client
    need: Need
    consent: Consent  # that the referral rests on
    referral: Referral  # for the need, by Bob
    omars: Referral  # for a reason, by Omar
    study: Study
    analysis: Analysis
    source: Source
    code: Code
    coding: Coding  # by Rosa
    theme: Theme


@Kept
def make_world(cast: Cast, now: datetime) -> World:
    """Made with the same actions as everything else."""
    item = add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=START)
    pipe = add_item(
        programme=cast.programme, name="Glass pipe", kind="safe_inhalation_pipe", is_controlled=True, by=SYSTEM,
        at=START,
    )  # fmt: skip
    kit = add_kit_version(
        programme=cast.programme, name="Pipe kit", components={pipe: 1, item: 2}, from_on=START.date(),
        by=SYSTEM, at=START,
    )  # fmt: skip
    draft = ContactDraft(
        site_id=cast.site.id, route=Route.SERVICE, device_time=now - timedelta(days=3), client_code=CODE,
        place="counter", kit_lines=(KitLineDraft(item_id=item.id, quantity=2),),
        disclosures=(DisclosureDraft("crack_use", Answer.TOLD), DisclosureDraft("debt", Answer.SAID_NO)),
        needs=(NeedDraft("housing", Urgency.TODAY, (ActionKind.ADVISED,)),),
    )  # fmt: skip
    contact = record_contact(draft=draft, by=cast.bob.actor, at=now - timedelta(days=3))
    need = contact.needs.get()
    consent = a_sharing_consent(cast, contact.client, at=now - timedelta(days=3))
    referral = make_referral(
        from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.WARM_HANDOVER,
        needs=[need], passing=CONSENTED, by=cast.bob.actor, at=now - timedelta(days=3),
    )  # fmt: skip
    omars = make_referral(
        from_site=_station(cast), to_organisation=cast.service, door=Door.OFFICER_CONTACT, kind=ReferralKind.LETTER,
        reason="drug_treatment", passing=CONSENTED, by=cast.omar.actor, at=now - timedelta(days=2),
    )  # fmt: skip
    return World(
        cast=cast, by_role=_roles(cast), nobody=_account(cast, "nobody", "Nobody Yet"), item=item, kit=kit,
        contact=contact, client=contact.client, need=need, consent=consent, referral=referral, omars=omars, **_inquiry(cast, now),
    )  # fmt: skip


def _station(cast: Cast) -> Site:
    found: Site = Membership.objects.get(account=cast.omar.account).sites.get()
    return found


def _account(cast: Cast, username: str, name: str) -> Account:
    return add_account(
        programme_id=cast.programme.id, username=username, display_name=name, password=PASSWORD, by=SYSTEM,
        at=START,
    )  # fmt: skip


def _roles(cast: Cast) -> dict[Role, Account]:
    found = {
        Role.SERVICE_MANAGER: cast.alice, Role.PRACTITIONER: cast.bob, Role.PEER_WORKER: cast.priya,
        Role.REFERRER: cast.omar, Role.EVALUATOR: cast.chen, Role.LEAD_RESEARCHER: cast.rosa,
        Role.DATA_GUARDIAN: cast.grace, Role.ADMINISTRATOR: cast.ada,
    }  # fmt: skip
    accounts = {role: person.account for role, person in found.items()}
    for role in Role:
        if role not in accounts:
            accounts[role] = _account(cast, role.value, role.value.replace("_", " ").capitalize())
            is_police = role is Role.OUTREACH_OFFICER
            grant_membership(
                account=accounts[role], organisation=cast.police if is_police else cast.service, roles=[role],
                sites=[_station(cast) if is_police else cast.site], from_on=START.date(), by=SYSTEM, at=START,
            )  # fmt: skip
    return accounts


def _inquiry(cast: Cast, now: datetime) -> dict[str, Any]:
    study = create_study(
        programme=cast.programme, title="Pipes", design="before and after", by=SYSTEM, at=START
    )
    by, at = cast.rosa.actor, now - timedelta(days=1)
    analysis = inquiry.open_analysis(
        study=study, name="What a pipe opens", question="What does a pipe open?", approach=Approach.REFLEXIVE,
        by=by, at=at,
    )  # fmt: skip
    lines = TEXT.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    speakers = ["Interviewer", "P01", "Interviewer", "P01"]
    source = inquiry.add_source(
        analysis=analysis,
        draft=inquiry.SourceDraft(
            name="Interview 1", kind=SourceKind.INTERVIEW, text=TEXT, raw=TEXT.encode(),
            file_hash=hashlib.sha256(TEXT.encode()).hexdigest(), file_format="text", site=cast.site, language="en",
            is_deidentified=True,
            turns=tuple(
                inquiry.TurnDraft(start, start + len(line), who)
                for start, line, who in zip(starts, lines, speakers, strict=True)
            ),
        ),
        by=by, at=at,
    )  # fmt: skip
    consent = record_research_consent(
        study=study, sheet_version="1", scopes=[ConsentScope.TAKE_PART, ConsentScope.QUOTE],
        given_on=at.date(), by=by, at=at,
    )  # fmt: skip
    participant = inquiry.add_participant(analysis=analysis, label="P01", consent=consent, by=by, at=at)
    inquiry.assign_speaker(source=source, speaker="P01", participant=participant, by=by, at=at)
    book = inquiry.add_codebook(analysis=analysis, name="Codebook", by=by, at=at)
    code = inquiry.add_code(
        codebook=book, draft=inquiry.CodeDraft("door", "A door", CodeOrigin.INDUCTIVE), by=by, at=at
    )
    coding = inquiry.apply_code(source=source, code=code, start=starts[1], end=starts[2] - 1, by=by, at=at)
    theme = inquiry.write_theme(
        analysis=analysis,
        draft=inquiry.ThemeDraft(
            "A reason to come in", "Equipment is a reason to come in, and talk follows.", codes=(code,),
            steps=(Step.CONTACT, Step.CRACK_USE_TOLD),
        ),
        by=by, at=at,
    )  # fmt: skip
    inquiry.choose_quote(theme=theme, source=source, start=starts[1], end=starts[2] - 1, by=by, at=at)
    return {
        "study": study, "analysis": analysis, "source": source, "code": code, "coding": coding, "theme": theme,
    }  # fmt: skip
