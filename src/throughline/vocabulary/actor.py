"""Who does something. `by` is never empty: background work, devices and links are named kinds of actor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from throughline.vocabulary.roles import Role


class ActorKind(StrEnum):
    ACCOUNT = "account"
    SYSTEM = "system"
    LINK = "link"  # an outsider holding a signed link
    DEVICE = "device"
    SELF_SURVEY = "self_survey"


@dataclass(frozen=True)
class Grant:
    """What a membership gives: roles in one programme, for one organisation, at some or all of its sites."""

    programme_id: UUID
    organisation_id: UUID
    membership_id: UUID
    roles: frozenset[Role]
    site_ids: frozenset[UUID] = frozenset()
    is_all_sites: bool = False

    def reaches(self, site_id: UUID) -> bool:
        return self.is_all_sites or site_id in self.site_ids


@dataclass(frozen=True)
class Actor:
    """An acting party and what it was granted. `name` names system work ("retention"), never a person."""

    kind: ActorKind
    id: str
    grants: tuple[Grant, ...] = ()
    name: str = ""

    @classmethod
    def system(cls, name: str) -> Actor:
        """Work nobody pressed a button for; it is named, and audited under that name."""
        return cls(kind=ActorKind.SYSTEM, id=f"system:{name}", name=name)

    @classmethod
    def stranger(cls) -> Actor:
        """Somebody signed in, or nobody at all, without a membership: may see and do nothing."""
        return cls(kind=ActorKind.ACCOUNT, id="stranger")

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    def roles_in(self, programme_id: UUID) -> frozenset[Role]:
        roles: frozenset[Role] = frozenset()
        for grant in self.grants:
            if grant.programme_id == programme_id:
                roles |= grant.roles
        return roles

    def grants_in(self, programme_id: UUID) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.programme_id == programme_id)

    def organisation_in(self, programme_id: UUID, site_id: UUID | None = None) -> UUID | None:
        """The organisation the actor acts for in a programme (at a site); None for system work and strangers."""
        here = self.grants_in(programme_id)
        at_site = [grant for grant in here if site_id is not None and grant.reaches(site_id)]
        for grant in (*at_site, *here):
            return grant.organisation_id
        return None
