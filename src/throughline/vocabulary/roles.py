"""Names of the roles. What each may do stands, in prose and permissions, in rules/roles.py."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    PRACTITIONER = "practitioner"
    PEER_WORKER = "peer_worker"
    PEER_COORDINATOR = "peer_coordinator"
    OUTREACH_WORKER = "outreach_worker"
    OUTREACH_OFFICER = "outreach_officer"
    SERVICE_MANAGER = "service_manager"
    PARTNERSHIP_MANAGER = "partnership_manager"
    REFERRER = "referrer"
    LEAD_RESEARCHER = "lead_researcher"
    ANALYST = "analyst"
    EVALUATOR = "evaluator"
    DATA_GUARDIAN = "data_guardian"
    ADMINISTRATOR = "administrator"
