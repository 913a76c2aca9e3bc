"""Words for codes that stand within a sentence, where a floor without a framework writes it."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.vocabulary.chain import Route
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.roles import Role
from throughline.vocabulary.sentences import Sentence
from throughline.vocabulary.study import ArmKind, OutcomeRank, PhaseKind, Step

ARMS: Mapping[ArmKind, Sentence] = {
    ArmKind.INTERVENTION: Sentence("intervention"),
    ArmKind.COMPARISON: Sentence("comparison"),
}
PHASES: Mapping[PhaseKind, Sentence] = {
    PhaseKind.BEFORE: Sentence("before"),
    PhaseKind.IMPLEMENTATION: Sentence("implementation"),
    PhaseKind.AFTER: Sentence("after"),
}
RANKS: Mapping[OutcomeRank, Sentence] = {
    OutcomeRank.PRIMARY: Sentence("primary"),
    OutcomeRank.SECONDARY: Sentence("secondary"),
    OutcomeRank.EXPLORATORY: Sentence("exploratory"),
}
ROUTES: Mapping[str, Sentence] = {
    Route.SERVICE: Sentence("service"),
    Route.PEER: Sentence("peer"),
    Route.POLICE: Sentence("police"),
    Route.PHARMACY: Sentence("pharmacy"),
    Route.POST: Sentence("by post"),
    Route.VENDING: Sentence("vending machine"),
}
STEPS: Mapping[Step, Sentence] = {
    Step.CONTACT: Sentence("contact"),
    Step.CRACK_USE_TOLD: Sentence("crack use told"),
    Step.FURTHER_NEED_TOLD: Sentence("further need told"),
    Step.RESPONSE: Sentence("response"),
    Step.ACCEPTED: Sentence("accepted"),
    Step.ENTERED: Sentence("entered"),
    Step.CAME_BACK: Sentence("came back"),
}
PRIVACY: Mapping[Privacy, Sentence] = {
    Privacy.DIRECT: Sentence("names a person"),
    Privacy.QUASI: Sentence("together with others it can single a person out"),
    Privacy.PLAIN: Sentence("tells nothing about a person"),
    Privacy.FREE_TEXT: Sentence("free text"),
}
ROLES: Mapping[Role, Sentence] = {
    Role.PRACTITIONER: Sentence("practitioner"),
    Role.PEER_WORKER: Sentence("peer worker"),
    Role.PEER_COORDINATOR: Sentence("peer coordinator"),
    Role.OUTREACH_WORKER: Sentence("outreach worker"),
    Role.OUTREACH_OFFICER: Sentence("outreach officer"),
    Role.SERVICE_MANAGER: Sentence("service manager"),
    Role.PARTNERSHIP_MANAGER: Sentence("partnership manager"),
    Role.REFERRER: Sentence("referrer"),
    Role.LEAD_RESEARCHER: Sentence("lead researcher"),
    Role.ANALYST: Sentence("analyst"),
    Role.EVALUATOR: Sentence("evaluator"),
    Role.DATA_GUARDIAN: Sentence("data guardian"),
    Role.ADMINISTRATOR: Sentence("administrator"),
}
ORGANISATIONS: Mapping[OrganisationKind, Sentence] = {
    OrganisationKind.POLICE: Sentence("police"),
    OrganisationKind.DRUG_SERVICE: Sentence("drug service"),
    OrganisationKind.PEER_NETWORK: Sentence("peer network"),
    OrganisationKind.HEALTH: Sentence("health"),
    OrganisationKind.HOUSING: Sentence("housing"),
    OrganisationKind.COMMUNITY: Sentence("community"),
    OrganisationKind.FAITH: Sentence("faith"),
    OrganisationKind.RESEARCH: Sentence("research"),
}
INTERVENTION_SITES = Sentence("%(count)s intervention site", "%(count)s intervention sites")
COMPARISON_SITES = Sentence("%(count)s comparison site", "%(count)s comparison sites")
SITES: Mapping[ArmKind, Sentence] = {
    ArmKind.INTERVENTION: INTERVENTION_SITES,
    ArmKind.COMPARISON: COMPARISON_SITES,
}
