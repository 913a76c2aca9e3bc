"""A contact's codes in words that are shown, and in the reader's language.

A closed word is named here for good. A listed word may have been renamed by the programme: its own label is
shown where it is not the one that every programme starts with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from throughline.records.programme.queries import codes_of
from throughline.vocabulary import chain
from throughline.vocabulary.programme import ProvisionKind

Words = Mapping[Any, Promise | str]

ROUTES: Words = {
    chain.Route.SERVICE: _("service"),
    chain.Route.PEER: _("peer"),
    chain.Route.POLICE: _("police"),
    chain.Route.PHARMACY: _("pharmacy"),
    chain.Route.POST: _("by post"),
    chain.Route.VENDING: _("vending machine"),
}
MODES: Words = {
    chain.Mode.FACE_TO_FACE: _("face to face"),
    chain.Mode.PHONE: _("phone"),
    chain.Mode.MESSAGE: _("message"),
    chain.Mode.DELIVERY: _("delivery"),
    chain.Mode.NOT_RECORDED: _("not recorded"),
}
WHO_SPOKE: Words = {
    chain.WhoSpoke.SELF: _("the person"),
    chain.WhoSpoke.FAMILY: _("family"),
    chain.WhoSpoke.FRIEND: _("a friend"),
    chain.WhoSpoke.STAFF: _("staff"),
    chain.WhoSpoke.NOBODY: _("nobody"),
    chain.WhoSpoke.NOT_RECORDED: _("not recorded"),
}
NEWNESS: Words = {
    chain.Newness.NEW: _("new here"),
    chain.Newness.RETURNING: _("been before"),
    chain.Newness.UNKNOWN: _("not known"),
}
DURATIONS: Words = {
    chain.DurationBand.UNDER_5: _("under 5 minutes"),
    chain.DurationBand.FROM_5_TO_14: _("5 to 14 minutes"),
    chain.DurationBand.FROM_15_TO_29: _("15 to 29 minutes"),
    chain.DurationBand.FROM_30: _("30 minutes or more"),
    chain.DurationBand.NOT_RECORDED: _("not recorded"),
}
PROVISIONS: Words = {
    ProvisionKind.ADVICE: _("advice on smoking more safely"),
    ProvisionKind.GROUP: _("a group"),
    ProvisionKind.ONE_TO_ONE: _("one-to-one work"),
    ProvisionKind.EQUIPMENT: _("equipment other than pipes"),
    ProvisionKind.HEALTH_CARE: _("care of lungs or wounds"),
    ProvisionKind.OUTREACH: _("outreach"),
    ProvisionKind.OTHER: _("something else"),
}
KINDS: Words = {chain.ContactKind.SINGLE: _("one contact"), chain.ContactKind.TALLY: _("tally")}
ANSWERS: Words = {
    chain.Answer.TOLD: _("told"),
    chain.Answer.SAID_NO: _("said no"),
    chain.Answer.NOT_ASKED: _("not asked"),
    chain.Answer.DECLINED: _("declined"),
    chain.Answer.DONT_KNOW: _("don't know"),
    chain.Answer.NOT_APPLICABLE: _("not applicable"),
    chain.Answer.NOT_RECORDED: _("not recorded"),
}
URGENCIES: Words = {
    chain.Urgency.TODAY: _("today"),
    chain.Urgency.SOON: _("soon"),
    chain.Urgency.ROUTINE: _("can wait"),
    chain.Urgency.NOT_RECORDED: _("not recorded"),
}
ACTIONS: Words = {
    chain.ActionKind.GIVEN_HERE: _("given here"),
    chain.ActionKind.REFERRED: _("referred"),
    chain.ActionKind.ADVISED: _("advised"),
    chain.ActionKind.NOTHING_POSSIBLE: _("nothing possible"),
}
RAISED_BY: Words = {
    chain.RaisedBy.PERSON: _("the person"),
    chain.RaisedBy.WORKER: _("the worker"),
    chain.RaisedBy.NOT_RECORDED: _("not recorded"),
}
BARRIER_LEVELS: Words = {
    chain.BarrierLevel.PERSONAL: _("personal"),
    chain.BarrierLevel.ORGANISATIONAL: _("of the service"),
    chain.BarrierLevel.STRUCTURAL: _("of the whole system"),
    chain.BarrierLevel.NOT_RECORDED: _("not recorded"),
}
# Why a contact is corrected (engagement.actions.REASONS).
REASONS: Words = {
    "typing_mistake": _("a slip while recording"),
    "told_later": _("told or found out later"),
    "wrong_site": _("wrong site"),
    "wrong_time": _("wrong time"),
    "wrong_person": _("it was about another person"),
}

_NEED = "something a person needs"
_TOPIC = "something a person tells about"
_BARRIER = "something that stood in the way"
_ITEM = "something that is given out"

LISTED: dict[str, Words] = {
    "place": {
        chain.Place.COUNTER: _("counter"),
        chain.Place.CONSULTING_ROOM: _("consulting room"),
        chain.Place.STREET: _("street"),
        chain.Place.HOSTEL: _("hostel"),
        chain.Place.HOME: _("home"),
        chain.Place.VAN: _("van"),
        chain.Place.STATION: _("police station"),
        chain.Place.HOSPITAL: _("hospital"),
        chain.Place.PHARMACY: _("pharmacy"),
        chain.Place.NOT_RECORDED: _("not recorded"),
    },
    "topic": {
        chain.Topic.CRACK_USE: pgettext_lazy(_TOPIC, "crack use"),
        chain.Topic.INJECTING: pgettext_lazy(_TOPIC, "injecting"),
        chain.Topic.OVERDOSE: pgettext_lazy(_TOPIC, "overdose"),
        chain.Topic.HOUSING: pgettext_lazy(_TOPIC, "housing"),
        chain.Topic.MENTAL_HEALTH: pgettext_lazy(_TOPIC, "mental health"),
        chain.Topic.PHYSICAL_HEALTH: pgettext_lazy(_TOPIC, "physical health"),
        chain.Topic.VIOLENCE: pgettext_lazy(_TOPIC, "violence"),
        chain.Topic.SEX_WORK: pgettext_lazy(_TOPIC, "sex work"),
        chain.Topic.DEBT: pgettext_lazy(_TOPIC, "debt"),
        chain.Topic.COURT: pgettext_lazy(_TOPIC, "court"),
        chain.Topic.CHILDREN: pgettext_lazy(_TOPIC, "children"),
        chain.Topic.OTHER: pgettext_lazy(_TOPIC, "something else"),
    },
    "need_domain": {
        chain.NeedDomain.HOUSING: pgettext_lazy(_NEED, "housing"),
        chain.NeedDomain.PHYSICAL_HEALTH: pgettext_lazy(_NEED, "physical health"),
        chain.NeedDomain.MENTAL_HEALTH: pgettext_lazy(_NEED, "mental health"),
        chain.NeedDomain.DRUG_TREATMENT: pgettext_lazy(_NEED, "drug treatment"),
        chain.NeedDomain.WOUND_CARE: pgettext_lazy(_NEED, "wound care"),
        chain.NeedDomain.BLOOD_BORNE_VIRUS: pgettext_lazy(_NEED, "blood-borne virus"),
        chain.NeedDomain.BENEFITS: pgettext_lazy(_NEED, "benefits"),
        chain.NeedDomain.LEGAL: pgettext_lazy(_NEED, "legal advice"),
        chain.NeedDomain.SAFETY: pgettext_lazy(_NEED, "safety"),
        chain.NeedDomain.FAMILY: pgettext_lazy(_NEED, "family"),
        chain.NeedDomain.OTHER: pgettext_lazy(_NEED, "something else"),
    },
    "need_closed": {
        chain.NeedClosed.MET: _("met"),
        chain.NeedClosed.NO_LONGER_NEEDED: _("no longer needed"),
        chain.NeedClosed.PERSON_DECLINED: _("the person declined"),
        chain.NeedClosed.NO_PROVISION: _("nobody provides it"),
        chain.NeedClosed.LOST_CONTACT: _("lost contact"),
        chain.NeedClosed.RECORDED_IN_ERROR: _("recorded in error"),
    },
    "barrier_kind": {
        chain.BarrierKind.OPENING_HOURS: pgettext_lazy(_BARRIER, "opening hours"),
        chain.BarrierKind.DISTANCE: pgettext_lazy(_BARRIER, "distance"),
        chain.BarrierKind.WAITING: pgettext_lazy(_BARRIER, "waiting"),
        chain.BarrierKind.STIGMA: pgettext_lazy(_BARRIER, "stigma"),
        chain.BarrierKind.ELIGIBILITY: pgettext_lazy(_BARRIER, "eligibility"),
        chain.BarrierKind.TRUST: pgettext_lazy(_BARRIER, "trust"),
        chain.BarrierKind.NO_PROVISION: pgettext_lazy(_BARRIER, "nobody provides it"),
        chain.BarrierKind.LEGAL_FEAR: pgettext_lazy(_BARRIER, "fear of the law"),
        chain.BarrierKind.CHILDCARE: pgettext_lazy(_BARRIER, "childcare"),
        chain.BarrierKind.LANGUAGE: pgettext_lazy(_BARRIER, "language"),
        chain.BarrierKind.OTHER: pgettext_lazy(_BARRIER, "something else"),
    },
    "gender": {
        chain.Gender.WOMAN: _("woman"),
        chain.Gender.MAN: _("man"),
        chain.Gender.NON_BINARY: _("non-binary"),
        chain.Gender.SELF_DESCRIBED: _("described in other words"),
        chain.Gender.NOT_ASKED: _("not asked"),
        chain.Gender.DECLINED: _("declined"),
        chain.Gender.DONT_KNOW: _("don't know"),
        chain.Gender.NOT_APPLICABLE: _("not applicable"),
        chain.Gender.NOT_RECORDED: _("not recorded"),
    },
    "item_kind": {
        chain.ItemKind.PIPE: pgettext_lazy(_ITEM, "safe inhalation pipe"),
        chain.ItemKind.MOUTHPIECE: pgettext_lazy(_ITEM, "mouthpiece"),
        chain.ItemKind.SCREEN: pgettext_lazy(_ITEM, "screen"),
        chain.ItemKind.PUSH_STICK: pgettext_lazy(_ITEM, "push stick"),
        chain.ItemKind.FOIL: pgettext_lazy(_ITEM, "foil"),
        chain.ItemKind.NEEDLE: pgettext_lazy(_ITEM, "needle"),
        chain.ItemKind.SYRINGE: pgettext_lazy(_ITEM, "syringe"),
        chain.ItemKind.BARREL: pgettext_lazy(_ITEM, "barrel"),
        chain.ItemKind.WATER: pgettext_lazy(_ITEM, "water"),
        chain.ItemKind.CITRIC: pgettext_lazy(_ITEM, "citric"),
        chain.ItemKind.SWAB: pgettext_lazy(_ITEM, "swab"),
        chain.ItemKind.SHARPS_BIN: pgettext_lazy(_ITEM, "sharps bin"),
        chain.ItemKind.CONDOM: pgettext_lazy(_ITEM, "condom"),
        chain.ItemKind.NALOXONE_NASAL: pgettext_lazy(_ITEM, "naloxone nasal"),
        chain.ItemKind.NALOXONE_INJECTABLE: pgettext_lazy(_ITEM, "naloxone injectable"),
        chain.ItemKind.INFORMATION: pgettext_lazy(_ITEM, "information"),
        chain.ItemKind.OTHER: pgettext_lazy(_ITEM, "other"),
    },
}


def listed(programme_id: UUID, list_name: str, *, with_retired: bool = False) -> dict[str, Promise | str]:
    """Code -> words of one of the programme's lists: the vocabulary's codes in its order, then the added ones."""
    own = codes_of(programme_id, list_name, with_retired=with_retired)
    places = {str(code): place for place, code in enumerate(LISTED.get(list_name, {}))}
    ordered = sorted(own, key=lambda code: places.get(code, len(places)))
    return {code: _shown(list_name, code, own[code]) for code in ordered}


def _shown(list_name: str, code: str, label: str) -> Promise | str:
    started_with = label.casefold() == code.replace("_", " ").casefold()
    core = LISTED.get(list_name, {}).get(code)
    return core if core is not None and started_with else label
