"""Programme, organisations, sites and memberships; what is done where; imports."""

from throughline.records.programme.models.doing import (
    Adaptation,
    Component,
    MonthReport,
    OpenHours,
    PoliceAgreement,
    Population,
    Provision,
)
from throughline.records.programme.models.imports import ImportMapping, ImportRun, arrived
from throughline.records.programme.models.tenant import (
    CodeListEntry,
    Epoch,
    KeyVersion,
    Membership,
    Organisation,
    Partnership,
    Programme,
    Site,
)

__all__ = [
    "Adaptation",
    "CodeListEntry",
    "Component",
    "Epoch",
    "ImportMapping",
    "ImportRun",
    "KeyVersion",
    "Membership",
    "MonthReport",
    "OpenHours",
    "Organisation",
    "Partnership",
    "PoliceAgreement",
    "Population",
    "Programme",
    "Provision",
    "Site",
    "arrived",
]
