"""Of surveys, one of everything; and bodies that are right for their operations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.api.world_set_up import Made
from tests.cast import SYSTEM, Cast
from tests.records.surveys_made import a_draft, a_wave, an_approach
from throughline.records.keyring import source_keys
from throughline.records.surveys import actions
from throughline.records.surveys.models import Attachment, LinkedPair, WaveLinking
from throughline.vocabulary.code_parts import CodeElement, PairState

if TYPE_CHECKING:
    from tests.api.world import World

XFORM = (
    '<html><head><model><instance><data id="pipes" version="2026"><about><age/><shared/></about><ways/><why/>'
    "<visit><days/></visit><meta><instanceID/></meta></data></instance></model></head></html>"
)
FILLED = (
    '<data id="pipes" version="2026"><about><age>41</age><shared>no</shared></about><ways>service friend</ways>'
    "<why>It is near.</why><visit><days>2</days></visit><meta><instanceID>uuid:7c6bb6a1-39a7-4a0f-9d3c-0d1f7e6a2b11</instanceID></meta></data>"
)


def surveyed(cast: Cast, at: datetime) -> Made:
    """A wave with a form that is open today; Bob asks two people and begins with the first."""
    bob: dict[str, Any] = {"by": cast.bob.actor, "at": at}
    first = a_wave(cast)
    version = first.instrument_version
    assert version is not None
    kept = actions.add_instrument_version(
        study=first.study,
        code="again",
        draft=replace(a_draft(b"another form"), xform=XFORM),
        by=SYSTEM,
        at=at,
    )
    plan = actions.name_code_elements(
        study=first.study, instrument=kept.instrument,
        elements=[CodeElement("about/shared"), CodeElement("about/age"), CodeElement("why")],
        destroy_on=at.date() + timedelta(days=900), by=cast.chen.actor, at=at,
    )  # fmt: skip
    wave = a_wave(cast, code="second", instrument_version=kept)
    asked = an_approach(wave, cast.site)
    response = actions.start_response(approach=asked, **bob)
    other = actions.start_response(approach=an_approach(wave, cast.site), **bob)
    Attachment.objects.create(
        programme=cast.programme, response=response, key="photo", number=1, media_type="image/jpeg", length_bytes=9,
        sealed=source_keys().create(response.id).encrypt(b"a picture"),
    )  # fmt: skip
    linking = WaveLinking.objects.create(
        programme=cast.programme, study=first.study, first=first, second=wave, least_days=1, most_days=730,
        elements=3, expected_false=0.1, without_code=[0, 0], linked_at=at, linked_by=cast.chen.actor.id,
    )  # fmt: skip
    pair = LinkedPair.objects.create(
        programme=cast.programme,
        linking=linking,
        first=response,
        second=other,
        differs=2,
        state=PairState.WAITING.value,
    )
    waits = an_approach(wave, cast.site)
    return Made(
        {
            "version_id": kept.id, "wave_id": wave.id, "approach_id": waits.id, "response_id": response.id,
            "number": "1", "plan_id": plan.id, "linking_id": linking.id, "pair_id": pair.id,
        },
        {"first_wave": first.id, "first_version": version.id, "instrument": kept.instrument_id},
    )  # fmt: skip


def bodies_of_surveyed(world: World) -> dict[str, dict[str, Any]]:
    site, base = str(world.cast.site.id), {"version": 0, "page": str(world.ids["plan_id"])}
    return {
        "open_wave": {
            "study_id": str(world.ids["study_id"]), "code": "autumn", "phase": "after", "opens_on": "2026-11-01",
            "version_id": str(world.ids["version_id"]), "sheet_version": "2",
        },
        "set_target": {"target": 40},
        "record_approach": {"site_id": site, "through": "peer", "result": "not_eligible", "reason": "under_age"},
        "exclude_response": {"site_id": site, "respondent": 1, "reason": "trial"},
        "include_response": {"site_id": site, "respondent": 1},
        "withdraw_response": {"site_id": site, "respondent": 1, "code": "ABCD-EFGH"},
        "save_response": {"xml": FILLED, "base": base},
        "choose_draft": {"which": "kept"},
        "complete_response": {"xml": FILLED, "base": base},
        "name_code_elements": {
            "instrument_id": str(world.more["instrument"]), "elements": [{"path": "about/shared"}, {"path": "why"}, {"path": "about/age"}],
            "destroy_on": "2027-01-01",
        },
        "link_two_waves": {"first_id": str(world.more["first_wave"]), "second_id": str(world.ids["wave_id"])},
        "decide_pair": {"decision": "rejected", "seen": "waiting", "reason": "too_little"},
    }  # fmt: skip
