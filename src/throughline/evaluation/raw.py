"""What is read from the database for a freeze, table by table, in words that SQLite and PostgreSQL both take.

A raw table is a SELECT of typed columns; `dialect.py` writes it for one database. Only rows that have arrived are read:
not those of a running or broken import, nor withdrawn contacts, nor what hangs on them. Ids are read so that tables can
be joined in the build; they stay in a temporary folder and are deleted before a freeze gets its name. No free text,
no pseudonym, no name of a person is read at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class As(Enum):
    """How a column is read, and what it is in the raw Parquet file."""

    ID = "id"  # a UUID as 32 hex digits
    MEMBER = "member"  # a UUID as a keyed 64-bit number, the same in every freeze
    TEXT = "text"
    NUMBER = "number"
    TENTHS = "tenths"  # a decimal, times 10, as a whole number: exact in both databases
    THOUSANDTHS = "thousandths"
    DAY = "day"
    LOCAL_DAY = "local_day"  # a moment, as the day at the site whose id stands in the column before it
    JSON = "json"  # a list of words, joined by commas; anything else as canonical JSON


ARROW: Mapping[As, pa.DataType] = {
    As.ID: pa.string(), As.MEMBER: pa.int64(), As.TEXT: pa.string(), As.NUMBER: pa.int64(), As.TENTHS: pa.int64(), As.THOUSANDTHS: pa.int64(),
    As.DAY: pa.date32(), As.LOCAL_DAY: pa.date32(), As.JSON: pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Raw:
    """A table to read. `columns`: name -> (SQL, how). `number` counts its rows, in the order of their ids."""

    name: str
    columns: Mapping[str, tuple[str, As]]
    rows: str  # FROM and WHERE; {programme} and {study} stand for their ids
    order: str
    number: str | None = None

    def schema(self) -> pa.Schema:
        numbered = [pa.field(self.number, pa.int64())] if self.number else []
        return pa.schema(
            [*numbered, *(pa.field(name, ARROW[how]) for name, (_, how) in self.columns.items())]
        )


ID, TEXT, NUMBER, DAY, LOCAL_DAY = As.ID, As.TEXT, As.NUMBER, As.DAY, As.LOCAL_DAY

_RUN = "LEFT JOIN programme_importrun r ON r.id = {0}.import_run_id"
_ARRIVED = "({0}.import_run_id IS NULL OR r.state = 'complete')"
_CONTACTS = f"engagement_contact c {_RUN.format('c')}"
_CONTACT_ARRIVED = f"c.programme_id = {{programme}} AND c.withdrawn_at IS NULL AND {_ARRIVED.format('c')}"
_OF_CONTACT = f"JOIN engagement_contact c ON c.id = x.contact_id {_RUN.format('c')} WHERE {_CONTACT_ARRIVED}"
_REFERRALS = f"referral_referral f {_RUN.format('f')}"
_SENT = f"f.programme_id = {{programme}} AND f.state <> 'draft' AND {_ARRIVED.format('f')}"
_OF_REFERRAL = f"JOIN referral_referral f ON f.id = x.referral_id {_RUN.format('f')} WHERE {_SENT}"
_INCIDENT = f"JOIN referral_incident i ON i.id = x.incident_id {_RUN.format('i')} WHERE i.programme_id = {{programme}} AND {_ARRIVED.format('i')}"
_ANALYSIS = "JOIN inquiry_analysis a ON a.id = {0}.analysis_id AND a.study_id = {{study}}"
_SOURCE = f"JOIN inquiry_source s ON s.id = x.source_id AND s.erased_at IS NULL {_ANALYSIS.format('s')}"
# Of a complete response: the words of a step of the flow, and why it is left out.
_KEPT = "WHEN p.excluded_at IS NOT NULL OR k.withdrawn_at IS NOT NULL THEN 'left_out' ELSE 'analysed'"
_LEFT_OUT = "CASE WHEN p.excluded_at IS NOT NULL THEN p.exclusion WHEN k.withdrawn_at IS NOT NULL THEN 'withdrew' ELSE 'not_applicable' END"

# A plan that was locked before the study's first freeze that could hold days of an after phase.
_BEFORE_DATA = (
    "NOT EXISTS (SELECT 1 FROM study_freeze f WHERE f.study_id = {0}.study_id AND f.frozen_at <= {0}.locked_at AND EXISTS"
    " (SELECT 1 FROM study_phase a JOIN study_studysite b ON b.id = a.study_site_id WHERE b.study_id = f.study_id"
    " AND a.kind = 'after' AND a.from_on <= f.frozen_at))"
)

PLACES = (
    Raw(
        "raw_sites",
        {
            "id": ("s.id", ID), "name": ("s.name", TEXT), "organisation_id": ("o.id", ID), "organisation": ("o.name", TEXT), "kind": ("s.kind", TEXT),
            "area": ("s.area", TEXT), "time_zone": ("s.time_zone", TEXT), "opened_on": ("s.opened_on", DAY),
            "closed_on": ("s.closed_on", DAY), "arm": ("t.arm", TEXT),
        },
        "programme_site s JOIN programme_organisation o ON o.id = s.organisation_id"
        " LEFT JOIN study_studysite t ON t.site_id = s.id AND t.study_id = {study} WHERE s.programme_id = {programme}",
        "s.id",
    ),
    Raw(
        "raw_phases",
        {"site_id": ("t.site_id", ID), "phase": ("p.kind", TEXT), "from_on": ("p.from_on", DAY), "to_on": ("p.to_on", DAY)},
        "study_phase p JOIN study_studysite t ON t.id = p.study_site_id WHERE t.study_id = {study}",
        "p.id",
    ),
    Raw(
        "raw_components",
        {"site_id": ("x.site_id", ID), "component": ("x.kind", TEXT), "from_on": ("x.from_on", DAY), "to_on": ("x.to_on", DAY)},
        "programme_component x WHERE x.programme_id = {programme}",
        "x.id",
    ),
    Raw(
        "raw_provisions",
        {"site_id": ("x.site_id", ID), "provision": ("x.kind", TEXT), "from_on": ("x.from_on", DAY), "to_on": ("x.to_on", DAY)},
        "programme_provision x WHERE x.programme_id = {programme}",
        "x.id",
    ),
    Raw(
        "raw_codes",
        {"list_name": ("x.list_name", TEXT), "code": ("x.code", TEXT), "core": ("x.core", TEXT)},
        "programme_codelistentry x WHERE x.programme_id = {programme}",
        "x.list_name, x.code",
    ),
)  # fmt: skip

SERVICE = (
    Raw(
        "raw_contacts",
        {
            "id": ("c.id", ID), "member": ("c.id", As.MEMBER), "client_id": ("c.client_id", ID), "worker_id": ("c.worker_id", ID),
            "site_id": ("c.site_id", ID), "local_on": ("c.device_time", LOCAL_DAY), "served_site_id": ("c.site_id", ID),
            "served_on": ("c.server_time", LOCAL_DAY), "kind": ("c.kind", TEXT), "tally": ("c.tally", NUMBER),
            "route": ("c.route", TEXT), "newness": ("c.newness", TEXT), "place": ("c.place", TEXT), "mode": ("c.mode", TEXT),
            "who_spoke": ("c.who_spoke", TEXT), "duration": ("c.duration", TEXT),
            "on_behalf_of": ("c.on_behalf_of", NUMBER), "on_behalf_of_nothing": ("c.on_behalf_of_nothing", TEXT),
        },
        f"{_CONTACTS} WHERE {_CONTACT_ARRIVED}", "c.id", number="contact_no",
    ),
    Raw(
        "raw_clients",
        {"id": ("x.id", ID), "member": ("x.id", As.MEMBER), "merged_into_id": ("x.merged_into_id", ID)},
        "clients_client x WHERE x.programme_id = {programme}", "x.id", number="client_row",
    ),
    Raw(
        "raw_kit_lines",
        {
            "contact_id": ("x.contact_id", ID), "item_id": ("x.item_id", ID), "kit_version_id": ("x.kit_version_id", ID),
            "quantity": ("x.quantity", NUMBER),
        },
        f"engagement_kitline x {_OF_CONTACT}", "x.id",
    ),
    Raw("raw_items", {"id": ("x.id", ID), "kind": ("x.kind", TEXT)}, "supplies_item x WHERE x.programme_id = {programme}", "x.id"),
    Raw(
        "raw_kit_components",
        {"kit_version_id": ("x.kit_version_id", ID), "item_id": ("x.item_id", ID), "quantity": ("x.quantity", NUMBER)},
        "supplies_kitcomponent x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw(
        "raw_disclosures",
        {
            "contact_id": ("x.contact_id", ID), "topic": ("x.topic", TEXT), "answer": ("x.answer", TEXT),
            "raised_by": ("x.raised_by", TEXT),
        },
        f"engagement_disclosure x {_OF_CONTACT}", "x.id",
    ),
    Raw(
        "raw_needs",
        {
            "id": ("x.id", ID), "contact_id": ("x.contact_id", ID), "domain": ("x.domain", TEXT),
            "urgency": ("x.urgency", TEXT), "closed_as": ("x.closed_as", TEXT), "site_id": ("c.site_id", ID),
            "closed_on": ("x.closed_at", LOCAL_DAY),
        },
        f"engagement_need x {_OF_CONTACT}", "x.id", number="need_no",
    ),
    Raw(
        "raw_actions",
        {"need_id": ("y.need_id", ID), "kind": ("y.kind", TEXT), "site_id": ("c.site_id", ID), "taken_on": ("y.taken_at", LOCAL_DAY)},
        f"engagement_action y JOIN engagement_need x ON x.id = y.need_id {_OF_CONTACT}", "y.id", number="action_no",
    ),
    Raw(
        "raw_barriers",
        {"contact_id": ("c.id", ID), "need_id": ("y.need_id", ID), "kind": ("y.kind", TEXT), "level": ("y.level", TEXT)},
        "engagement_barrier y LEFT JOIN engagement_need n ON n.id = y.need_id"
        f" JOIN engagement_contact c ON c.id = COALESCE(y.contact_id, n.contact_id) {_RUN.format('c')} WHERE {_CONTACT_ARRIVED}",
        "y.id", number="barrier_no",
    ),
)  # fmt: skip

REFERRALS = (
    Raw(
        "raw_referrals",
        {
            "id": ("f.id", ID), "to_organisation": ("o.name", TEXT), "door": ("f.door", TEXT), "kind": ("f.kind", TEXT),
            "reason": ("f.reason", TEXT), "state": ("f.state", TEXT), "site_id": ("f.from_site_id", ID),
            "made_on": ("f.made_at", LOCAL_DAY),
        },
        f"{_REFERRALS} JOIN programme_organisation o ON o.id = f.to_organisation_id WHERE {_SENT}", "f.id",
        number="referral_no",
    ),
    Raw(
        "raw_referral_needs",
        {"referral_id": ("x.referral_id", ID), "need_id": ("x.need_id", ID)},
        f"referral_referralneed x {_OF_REFERRAL}", "x.id",
    ),
    Raw(
        "raw_referral_events",
        {
            "referral_id": ("x.referral_id", ID), "sequence": ("x.sequence", NUMBER), "state": ("x.state", TEXT),
            "source": ("x.source", TEXT), "site_id": ("f.from_site_id", ID), "happened_on": ("x.happened_at", LOCAL_DAY),
            "known_site_id": ("f.from_site_id", ID), "known_on": ("x.recorded_at", LOCAL_DAY),
        },
        f"referral_referralevent x {_OF_REFERRAL}", "x.referral_id, x.sequence",
    ),
    Raw(
        "raw_incidents",
        {
            "id": ("i.id", ID), "merged_into_id": ("i.merged_into_id", ID), "site_id": ("NULL", ID),
            "occurred_on": ("i.occurred_at", LOCAL_DAY), "occurred_on_nothing": ("i.occurred_at_nothing", TEXT),
            "place_band": ("i.place_band", TEXT), "flags": ("i.flags", As.JSON),
        },
        f"referral_incident i {_RUN.format('i')} WHERE i.programme_id = {{programme}} AND {_ARRIVED.format('i')}", "i.id",
        number="incident_row",
    ),
    Raw("raw_incident_reports", {"incident_id": ("x.incident_id", ID)}, f"referral_incidentreport x {_INCIDENT}", "x.id"),
    Raw(
        "raw_incident_people",
        {
            "id": ("x.id", ID), "incident_id": ("x.incident_id", ID), "age_band": ("x.age_band", TEXT),
            "gender": ("x.gender", TEXT), "fatal": ("x.fatal", TEXT), "naloxone_given": ("x.naloxone_given", TEXT),
        },
        f"referral_incidentperson x {_INCIDENT}", "x.id", number="person_no",
    ),
    Raw(
        "raw_doses",
        {
            "person_id": ("y.person_id", ID), "quantity": ("y.quantity", NUMBER),
            "quantity_nothing": ("y.quantity_nothing", TEXT), "route": ("y.route", TEXT), "given_by": ("y.given_by", TEXT),
        },
        f"referral_naloxonedose y JOIN referral_incidentperson x ON x.id = y.person_id {_INCIDENT}", "y.id", number="dose_no",
    ),
)  # fmt: skip

STUDY = (
    Raw(
        "raw_month_reports",
        {"site_id": ("x.site_id", ID), "month_on": ("x.month", DAY), "reporting": ("x.reporting", TEXT)},
        "programme_monthreport x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw(
        "raw_open_hours",
        {
            "site_id": ("x.site_id", ID), "month_on": ("x.month", DAY), "tenths": ("x.hours", As.TENTHS),
            "hours_nothing": ("x.hours_nothing", TEXT),
        },
        "programme_openhours x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw(
        "raw_memberships",
        {
            "id": ("x.id", ID), "account_id": ("x.account_id", ID), "organisation_id": ("x.organisation_id", ID),
            "is_all_sites": ("CASE WHEN x.is_all_sites THEN 1 ELSE 0 END", NUMBER), "roles": ("x.roles", As.JSON),
            "from_on": ("x.from_on", DAY), "to_on": ("x.to_on", DAY),
        },
        "programme_membership x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw(
        "raw_membership_sites",
        {"membership_id": ("x.id", ID), "site_id": ("y.site_id", ID)},
        "programme_membership x JOIN programme_membership_sites y ON y.membership_id = x.id WHERE x.programme_id = {programme}",
        "x.id",
    ),
    Raw(
        "raw_trained",
        {"account_id": ("m.account_id", ID), "held_on": ("y.held_on", DAY)},
        "workforce_attendance x JOIN workforce_training y ON y.id = x.training_id"
        " JOIN workforce_course c ON c.id = y.course_id"
        " JOIN programme_membership m ON m.id = x.membership_id"
        " WHERE x.programme_id = {programme} AND x.is_completed AND c.is_programme_training",
        "x.id",
    ),
    Raw(
        "raw_attitude_scales",
        {"id": ("x.id", ID), "name": ("x.name", TEXT), "key": ("x.key", As.JSON)},
        "workforce_attitudescale x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw(
        "raw_attitude_respondents", {"id": ("x.id", ID)},
        "workforce_attituderespondent x WHERE x.programme_id = {programme}", "x.id", number="respondent_no",
    ),
    Raw(
        "raw_assessments",
        {
            "id": ("x.id", ID), "scale_id": ("x.scale_id", ID), "respondent_id": ("x.respondent_id", ID), "site_id": ("x.site_id", ID),
            "respondent_group": ('x."group"', TEXT), "moment": ("x.moment", TEXT), "taken_on": ("x.taken_on", DAY),
            "is_of_training": ("CASE WHEN x.training_id IS NULL THEN 0 ELSE 1 END", NUMBER),
        },
        "workforce_assessment x WHERE x.programme_id = {programme}", "x.id", number="assessment_no",
    ),
    Raw(
        "raw_attitude_scores",
        {
            "assessment_id": ("x.assessment_id", ID), "subscale": ("x.subscale", TEXT), "thousandths": ("x.value", As.THOUSANDTHS),
            "value_nothing": ("x.value_nothing", TEXT),
        },
        "workforce_assessmentscore x WHERE x.programme_id = {programme}", "x.id",
    ),
    Raw("raw_courses", {"name": ("c.name", TEXT)}, "workforce_course c WHERE c.programme_id = {programme} AND c.is_programme_training", "c.id"),
    Raw(
        "raw_answers",
        {
            "site_id": ("x.site_id", ID), "phase": ("x.phase", TEXT), "answered_on": ("x.answered_on", DAY),
            "respondent": ("x.respondent", NUMBER), "question": ("x.question", TEXT),
            "thousandths": ("x.value", As.THOUSANDTHS), "value_nothing": ("x.value_nothing", TEXT),
            # whoever had the same one was asked the same: a version of an instrument, else the wave, else the plain table
            "form_id": ("COALESCE(p.instrument_version_id, p.wave_id)", ID),
        },
        # of a wave's responses those that are complete, not left out, and whose person has not withdrawn
        "study_surveyanswer x LEFT JOIN surveys_surveyresponse p ON p.id = x.response_id"
        " LEFT JOIN study_researchconsent k ON k.id = p.consent_id WHERE x.study_id = {study} AND (x.response_id IS NULL"
        " OR (p.completed_at IS NOT NULL AND p.excluded_at IS NULL AND k.withdrawn_at IS NULL))", "x.id",
    ),
    # a response left out before it was complete stays not complete, as its wave's own page counts it
    Raw(
        "raw_approaches",
        {
            "id": ("x.id", ID), "wave": ("w.code", TEXT), "phase": ("w.phase", TEXT), "site_id": ("x.site_id", ID),
            "through": ("x.through", TEXT),
            "reached": (
                f"CASE WHEN x.result <> 'consented' THEN x.result WHEN p.completed_at IS NULL THEN 'not_complete' {_KEPT} END", TEXT,
            ),
            "reason": (f"CASE WHEN x.result = 'not_eligible' THEN x.reason WHEN p.completed_at IS NOT NULL THEN {_LEFT_OUT} ELSE x.reason END", TEXT),
        },
        "surveys_approach x JOIN surveys_wave w ON w.id = x.wave_id LEFT JOIN surveys_surveyresponse p ON p.approach_id = x.id"
        " LEFT JOIN study_researchconsent k ON k.id = x.consent_id WHERE w.study_id = {study}", "x.id",
    ),
    Raw(
        "raw_came_from_elsewhere",
        {
            "id": ("p.id", ID), "wave": ("w.code", TEXT), "phase": ("w.phase", TEXT), "site_id": ("p.site_id", ID),
            "reached": (f"CASE {_KEPT} END", TEXT), "reason": (_LEFT_OUT, TEXT),
        },
        "surveys_surveyresponse p JOIN surveys_wave w ON w.id = p.wave_id LEFT JOIN study_researchconsent k ON k.id = p.consent_id"
        " WHERE w.study_id = {study} AND p.approach_id IS NULL AND p.completed_at IS NOT NULL", "p.id",
    ),
    Raw(
        "raw_outcomes",
        {
            "code": ("x.code", TEXT), "name": ("x.name", TEXT), "kind": ("x.kind", TEXT), "source": ("x.source", TEXT),
            "measure": ("x.measure", TEXT), "rank": ("x.rank", TEXT), "direction": ("x.direction", TEXT),
            "success_by": ("x.success_by", TEXT),
        },
        "study_outcome x WHERE x.study_id = {study}", "x.id",
    ),
    Raw(
        # The newest plan that was locked before anybody could look: see queries.plans_of, which says the same in Python.
        "raw_plans",
        {"content": ("x.content", As.JSON)},
        f"study_analysisplan x WHERE x.study_id = {{study}} AND {_BEFORE_DATA.format('x')} AND NOT EXISTS (SELECT 1 FROM"  # noqa: S608  (words of ours only)
        f" study_analysisplan n WHERE n.study_id = x.study_id AND n.version > x.version AND {_BEFORE_DATA.format('n')})",
        "x.id",
    ),
)  # fmt: skip

INQUIRY = (
    Raw(
        "raw_analyses", {"id": ("a.id", ID), "name": ("a.name", TEXT), "approach": ("a.approach", TEXT), "with_counts": ("CASE WHEN a.with_counts THEN 1 ELSE 0 END", NUMBER)},
        "inquiry_analysis a WHERE a.study_id = {study}", "a.id", number="analysis_no",
    ),
    Raw(
        "raw_sources",
        {
            "id": ("s.id", ID), "analysis_id": ("s.analysis_id", ID), "kind": ("s.kind", TEXT), "site_id": ("s.site_id", ID),
            "collected_on": ("s.collected_on", DAY), "guide_version": ("s.guide_version", TEXT),
            "topics": ("s.topics_asked", As.JSON), "language": ("s.language", TEXT),
            "is_deidentified": ("CASE WHEN s.is_deidentified THEN 1 ELSE 0 END", NUMBER),
        },
        f"inquiry_source s {_ANALYSIS.format('s')} WHERE s.erased_at IS NULL", "s.id", number="source_no",
    ),
    Raw(
        "raw_turns",
        {
            "source_id": ("x.source_id", ID), "participant_id": ("x.participant_id", ID), "start_at": ("x.start", NUMBER),
            "end_at": ('x."end"', NUMBER),
        },
        f"inquiry_turn x {_SOURCE} JOIN inquiry_participant p ON p.id = x.participant_id"
        " WHERE p.withdrawn_at IS NULL", "x.id",
    ),
    Raw(
        "raw_participants",
        {"id": ("p.id", ID), "analysis_id": ("p.analysis_id", ID), "participant_group": ('p."group"', TEXT)},
        f"inquiry_participant p {_ANALYSIS.format('p')} LEFT JOIN study_researchconsent c ON c.id = p.consent_id"
        " WHERE c.withdrawn_at IS NULL AND p.withdrawn_at IS NULL", "p.id", number="participant_no",
    ),
    Raw(
        "raw_codings",
        {
            "source_id": ("x.source_id", ID), "code_id": ("x.code_id", ID), "start_at": ("x.start", NUMBER),
            "end_at": ('x."end"', NUMBER),
        },
        # what is coded blindly counts once its round is closed: a number would tell how others read a source
        f"inquiry_coding x {_SOURCE} LEFT JOIN inquiry_round r ON r.id = x.round_id WHERE x.removed_at IS NULL"
        " AND x.lost_in IS NULL AND (r.id IS NULL OR r.closed_at IS NOT NULL OR NOT r.is_blind)", "x.id",
    ),
    Raw(
        "raw_themes",
        {
            "id": ("t.id", ID), "member": ("t.id", As.MEMBER), "analysis_id": ("t.analysis_id", ID), "name": ("t.name", TEXT),
            "status": ("t.status", TEXT), "steps": ("t.steps", As.JSON),
            "outcomes": ("t.outcomes", As.JSON),
        },
        f"inquiry_theme t {_ANALYSIS.format('t')}", "t.id", number="theme_no",
    ),
    Raw(
        "raw_joint_rows",
        {
            "step": ("x.step", TEXT), "outcome": ("x.outcome", TEXT), "theme_id": ("x.theme_id", ID),
            "analysis_id": ("x.analysis_id", ID), "judgement": ("x.judgement", TEXT),
        },
        "inquiry_jointrow x WHERE x.study_id = {study}", "x.id",
    ),
    Raw(
        "raw_theme_codes",
        {"theme_id": ("x.theme_id", ID), "code_id": ("x.code_id", ID)},
        f"inquiry_theme_codes x JOIN inquiry_theme t ON t.id = x.theme_id {_ANALYSIS.format('t')}", "x.theme_id, x.code_id",
    ),
)  # fmt: skip

RAW: tuple[Raw, ...] = (*PLACES, *SERVICE, *REFERRALS, *STUDY, *INQUIRY)
