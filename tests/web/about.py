"""What addresses of the access matrix are about: made where the world of the pages does not hold it yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import START, SYSTEM
from tests.records.linking_made import a_linking
from tests.records.made import a_scale, a_training, asked_for_rows
from tests.records.surveys_made import a_response, a_wave, an_approach, completed
from tests.web.world import World

from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice, Meaning
from throughline.records.clients.actions import Identity, break_glass, keep_identity, merge_clients
from throughline.records.clients.models import ClientMerge, EmergencyOpening, IdentityVault
from throughline.records.engagement.actions import record_contact
from throughline.records.inquiry.actions import add_alias, write_journal, write_memo
from throughline.records.inquiry.models import Alias, Coder, JournalEntry, Memo
from throughline.records.programme.actions import (
    agree_partnership,
    keep_mapping,
    record_police_agreement,
    record_provision,
    start_component,
)
from throughline.records.programme.models import (
    CodeListEntry,
    Component,
    ImportMapping,
    Partnership,
    Provision,
)
from throughline.records.referral.actions import (
    IncidentDraft,
    PersonDraft,
    ReportDraft,
    record_incidents,
)
from throughline.records.referral.models import Incident
from throughline.records.study.models import RowsRequest
from throughline.records.supplies.actions import count_stock, receive_stock
from throughline.records.supplies.models import StockCount, StockMovement
from throughline.records.surveys.actions import make_fill_link
from throughline.records.surveys.models import (
    Approach,
    CodePlan,
    InstrumentVersion,
    SurveyResponse,
    Wave,
    WaveLinking,
)
from throughline.records.workforce.models import AttitudeScale, Training
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.programme import ComponentKind, PartnershipKind, ProvisionKind
from throughline.vocabulary.referral import GivenBy
from throughline.vocabulary.sharing import EmergencyKind
from throughline.vocabulary.stock import CountedLine, StockLine
from throughline.vocabulary.study import AliasKind


def alike_of(w: World) -> Any:
    """A client at Bob's site whose code is one initial apart."""
    draft = ContactDraft(
        site_id=w.cast.site.id, route=Route.PEER, device_time=w.contact.device_time, client_code="CX15071984F"
    )
    return record_contact(draft=draft, by=SYSTEM, at=w.contact.device_time).client


def client_state_of(w: World) -> dict[str, str]:
    """What the form about a client's life sends."""
    unsaid = dict.fromkeys(("injects_crack", "uses_heroin", "injects"), "not_recorded")
    return {
        "site": str(w.cast.site.id),
        "as_of": "2026-01-05",
        "housing": "hostel",
        "smokes_crack": "yes",
        **unsaid,
    }


def incidents_of(w: World) -> list[Any]:
    """Two incidents half an hour apart, once."""
    found = list(Incident.objects.order_by("occurred_at"))
    if found:
        return found
    drafts = [
        IncidentDraft(
            START + timedelta(minutes=minutes), people=(PersonDraft(origin_key=key),), origin_key=key,
            reports=(ReportDraft(source, START),),
        )
        for minutes, key, source in ((0, "police 1", GivenBy.POLICE), (30, "ambulance 1", GivenBy.AMBULANCE))
    ]  # fmt: skip
    record_incidents(programme=w.cast.programme, drafts=drafts, by=SYSTEM, at=START)
    return list(Incident.objects.order_by("occurred_at"))


def vault_of(w: World) -> IdentityVault:
    """The name of Bob's client, as Bob kept it."""
    return keep_identity(
        client=w.client, site=w.cast.site, identity=Identity("Robin Vale", "07700 900123"),
        consented_on=w.contact.device_time.date(), by=w.cast.bob.actor, at=datetime.now(UTC),
    )  # fmt: skip


def emergency_of(w: World) -> EmergencyOpening:
    """The record of Bob's client, opened by Alice."""
    found = break_glass(
        programme=w.cast.programme, client=w.client, kind=EmergencyKind.EMERGENCY,
        note="Found lying on the stairs; the ambulance asks what they take.", by=w.cast.alice.actor,
        at=datetime.now(UTC),
    )  # fmt: skip
    assert found is not None
    return found


def topic_of(w: World) -> Any:
    """A word of the list of topics."""
    return CodeListEntry.objects.get(programme=w.cast.programme, list_name="topic", code="debt")


def agreement_of(w: World) -> Any:
    """What the police agreed to for Bob's site."""
    return record_police_agreement(
        force=w.cast.police, area="Harrowmere", item_kinds=["safe_inhalation_pipe"], from_on=START.date(), to_on=None,
        document_reference="A 1", by=SYSTEM, at=START,
    )  # fmt: skip


def component_of(w: World) -> Any:
    """What is done at Bob's site, once."""
    begun = {"site": w.cast.site, "kind": ComponentKind.PEER_OUTREACH, "from_on": START.date()}
    return Component.objects.first() or start_component(**begun, by=SYSTEM, at=START)


def partnership_of(w: World) -> Any:
    """What Bob's service and the police agreed to do together, once."""
    two = {"first": w.cast.service, "second": w.cast.police, "kind": PartnershipKind.REFERRAL}
    found = Partnership.objects.filter(first=w.cast.service).first()
    return found or agree_partnership(**two, agreement="P 1", from_on=START.date(), by=SYSTEM, at=START)


def provision_of(w: World) -> Any:
    """What Bob's site gives anyway, once."""
    given = {"kind": ProvisionKind.GROUP, "what": "Weekly group", "from_on": START.date()}
    found = Provision.objects.filter(site=w.cast.site).first()
    return found or record_provision(site=w.cast.site, **given, by=SYSTEM, at=START)


def training_of(w: World) -> Any:
    """A course held for Bob's site, once."""
    return Training.objects.filter(site=w.cast.site).first() or a_training(w.cast)


def merge_of(w: World) -> Any:
    """Two clients merged by Alice, once."""
    found = ClientMerge.objects.filter(unmerged_at=None).first()
    both = {"kept": w.client, "merged": alike_of(w)}
    return found or merge_clients(**both, by=w.cast.alice.actor, at=w.contact.device_time)


def rows_of(w: World) -> RowsRequest:
    """A request for rows by the evaluator, made once."""
    found: RowsRequest | None = RowsRequest.objects.filter(programme=w.cast.programme).first()
    return found or asked_for_rows(w.cast)


def memo_of(w: World) -> Memo:
    """A memo of Rosa's, made once."""
    found: Memo | None = Memo.objects.filter(analysis=w.analysis).first()
    return found or write_memo(analysis=w.analysis, text="A thought.", by=w.cast.rosa.actor, at=START)


def entry_of(w: World) -> JournalEntry:
    """A private entry of somebody who does not ask."""
    found: JournalEntry | None = JournalEntry.objects.filter(analysis=w.analysis).first()
    return found or write_journal(analysis=w.analysis, text="I doubt.", by=SYSTEM, at=START)


def coder_of(w: World) -> Coder:
    """Somebody who coded in another program."""
    of = {"programme": w.cast.programme, "analysis": w.analysis, "actor": "coder:elsewhere", "name": "Elsa"}
    return Coder.objects.filter(actor="coder:elsewhere").first() or Coder.objects.create(**of)


def mapping_of(w: World) -> ImportMapping:
    """What the columns of Bob's site's log mean, kept once."""
    found: ImportMapping | None = ImportMapping.objects.filter(programme=w.cast.programme).first()
    choices = Choices(
        "harbour-log", (ColumnChoice("Date", Meaning.DATE),), {"site": w.cast.site.name, "route": "service"}
    )
    return found or keep_mapping(
        programme=w.cast.programme,
        kind="contacts",
        name=choices.name,
        choices=choices.as_plain(),
        by=SYSTEM,
        at=START,
    )


def count_of(w: World) -> StockCount:
    """A count of Bob's, made once."""
    found: StockCount | None = StockCount.objects.filter(site=w.cast.site).first()
    lines = [CountedLine(w.item.id, 40)]
    at = START + timedelta(days=400)
    return found or count_stock(site=w.cast.site, lines=lines, counted_at=at, by=SYSTEM, at=at)


def movement_of(w: World) -> StockMovement:
    """A delivery to Bob's site, made once."""
    found: StockMovement | None = StockMovement.objects.filter(to_site=w.cast.site).first()
    lines = [StockLine(w.item.id, 50)]
    at = START + timedelta(days=399)
    return found or receive_stock(site=w.cast.site, lines=lines, happened_at=at, by=SYSTEM, at=at)[0]


def alias_of(w: World) -> Alias:
    """A line of the list of names."""
    return add_alias(
        analysis=w.analysis, kind=AliasKind.PERSON, label="worker 3", terms=["Kayleigh"], by=SYSTEM, at=START
    )


def wave_of(w: World) -> Wave:
    """A wave with one complete response at Bob's site, made once."""
    found: Wave | None = Wave.objects.filter(programme=w.cast.programme).first()
    if found is None:
        found = a_wave(w.cast)
        completed(w.cast, found)
    return found


def linking_of(w: World) -> WaveLinking:
    """Two waves with somebody who answered in both, linked once."""
    found: WaveLinking | None = WaveLinking.objects.filter(programme=w.cast.programme).first()
    return found or a_linking(w.cast)


def plan_of(w: World) -> CodePlan:
    """What the codes of these waves are made of."""
    found: CodePlan = CodePlan.objects.get(study=linking_of(w).study_id)
    return found


def scale_of(w: World) -> AttitudeScale:
    """How a questionnaire of attitudes is scored."""
    return a_scale(w.cast)


def approach_of(w: World) -> Approach:
    """Somebody who agreed at Bob's site and was not asked yet."""
    return an_approach(wave_of(w), w.cast.site)


def token_of(w: World) -> str:
    """Of a link by which somebody who agreed answers alone."""
    return make_fill_link(approach=approach_of(w), by=SYSTEM, at=datetime.now(UTC))


def version_of(w: World) -> InstrumentVersion:
    """The form of that wave."""
    found: InstrumentVersion | None = wave_of(w).instrument_version
    assert found is not None
    return found


def response_of(w: World) -> SurveyResponse:
    """An interview that Bob began, made once."""
    found: SurveyResponse | None = SurveyResponse.objects.filter(wave=wave_of(w), completed_at=None).first()
    return found or a_response(w.cast, wave_of(w))
