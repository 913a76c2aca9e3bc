"""What the actions of referral are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import CONSENTED, a_referral, an_incident
from throughline.records.referral import actions
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import Door, ReferralKind, ReferralState


def _pair(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"kept": an_incident(cast, "one"), "merged": an_incident(cast, "two")}


def _merged(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"merged": actions.merge_incidents(**_pair(cast, now), by=SYSTEM, at=now)}


CALLS = {
    "make_referral": lambda cast, now: {
        "from_site": cast.site, "to_organisation": cast.housing, "door": Door.SERVICE,
        "kind": ReferralKind.LETTER, "reason": "housing", "passing": CONSENTED,
    },
    "make_referrals": lambda cast, now: {
        "programme": cast.programme,
        "drafts": [
            actions.ReferralDraft(
                cast.site.id, cast.housing.id, Door.SERVICE, ReferralKind.LETTER, now, reason="housing"
            )
        ],
    },
    "move_referral": lambda cast, now: {
        "referral": a_referral(cast), "state": ReferralState.RECEIVED, "happened_at": now, "base_version": 1,
    },
    "record_incidents": lambda cast, now: {
        "programme": cast.programme, "drafts": [actions.IncidentDraft(Nothing.NOT_RECORDED)],
    },
    "merge_incidents": _pair,
    "keep_incidents_apart": lambda cast, now: dict(zip(("first", "second"), _pair(cast, now).values(), strict=True)),
    "unmerge_incidents": _merged,
}  # fmt: skip
