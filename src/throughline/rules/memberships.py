"""Which roles people of an organisation may hold: the wall between police and service, by construction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.roles import Role
from throughline.vocabulary.words import ORGANISATIONS, ROLES

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
    unfit = sorted(role for role in set(roles) - MAY_HOLD[kind])
    if unfit:
        raise Invalid(
            Sentence(
                "Somebody who acts for an organisation of the kind %(kind)s cannot be: %(roles)s.",
                kind=ORGANISATIONS[kind], roles=tuple(ROLES[one] for one in unfit),
            )
        )  # fmt: skip
    if kind is OrganisationKind.POLICE and is_beyond_own_sites:
        raise Invalid(Sentence("Police act at sites of their own organisation only."))


@dataclass(frozen=True)
class Held:
    """A membership as the wall sees it. `from_on` and `to_on` (None: no end) are the first and the last day it holds."""

    kind: OrganisationKind
    roles: frozenset[Role]
    from_on: date
    to_on: date | None

    def meets(self, other: Held) -> bool:
        """Whether there is a day on which both hold."""
        return (self.to_on is None or other.from_on <= self.to_on) and (
            other.to_on is None or self.from_on <= other.to_on
        )


def check_one_side(wanted: Held, others: Iterable[Held]) -> None:
    """Invalid where one account would act for the police and, on the same day, in a role that police may not hold.

    `others` are its other memberships of the same programme. The order in which they were given does not matter.
    """
    for other in others:
        police = [one for one in (wanted, other) if one.kind is OrganisationKind.POLICE]
        unfit = sorted(role for role in (wanted.roles | other.roles) - MAY_HOLD[OrganisationKind.POLICE])
        if police and unfit and wanted.meets(other):
            raise Invalid(
                Sentence(
                    "Whoever acts for the police sees nobody who is met at a service: this account cannot act for the"
                    " police and be %(roles)s on the same day. End the other membership before this one begins.",
                    roles=tuple(ROLES[one] for one in unfit),
                )
            )  # fmt: skip
