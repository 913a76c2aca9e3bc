"""Which roles people of an organisation may hold: the wall between police and service, by construction."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.roles import Role

_POLICE_ONLY = frozenset({Role.OUTREACH_OFFICER})
_ANYWHERE_ELSE = frozenset(Role) - _POLICE_ONLY

# A police organisation's people never hold a role that sees a contact, a client or a source.
MAY_HOLD: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.POLICE: _POLICE_ONLY | {Role.REFERRER, Role.PARTNERSHIP_MANAGER},
    OrganisationKind.DRUG_SERVICE: _ANYWHERE_ELSE,
    OrganisationKind.PEER_NETWORK: _ANYWHERE_ELSE,
    OrganisationKind.HEALTH: _ANYWHERE_ELSE,
    OrganisationKind.HOUSING: _ANYWHERE_ELSE,
    OrganisationKind.COMMUNITY: _ANYWHERE_ELSE,
    OrganisationKind.FAITH: _ANYWHERE_ELSE,
    OrganisationKind.RESEARCH: _ANYWHERE_ELSE,
}


def check_roles_fit(kind: OrganisationKind, roles: Iterable[Role], *, is_beyond_own_sites: bool) -> None:
    """Invalid where people of such an organisation cannot hold one of the roles, or not at sites of others."""
    unfit = sorted(role.value for role in set(roles) - MAY_HOLD[kind])
    if unfit:
        raise Invalid(
            Sentence(
                "Somebody who acts for an organisation of the kind %(kind)s cannot be: %(roles)s.",
                kind=kind.value.replace("_", " "), roles=", ".join(unfit).replace("_", " "),
            )
        )  # fmt: skip
    if kind is OrganisationKind.POLICE and is_beyond_own_sites:
        raise Invalid(Sentence("Police act at sites of their own organisation only."))
