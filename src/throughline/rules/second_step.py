"""Whose account must not rest on a password alone: an administrator can set one, and read what its owner reads."""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from throughline.rules.permissions import Permission as P
from throughline.rules.roles import permissions_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence

GUARDED = frozenset({P.SEE_SOURCES, P.SEE_CLIENT_HISTORY, P.APPROVE_ROWS})
SECOND_STEP_MISSING = Sentence(
    "Your roles see what people told in confidence, so a password alone is not enough. Set up a second step (an app or a"
    " passkey) under Your account first."
)


def needs_second_step(actor: Actor, fictions: Set[UUID]) -> bool:
    """Whether a role of the actor's sees what people told, in a programme that is not fiction.

    `fictions` are the programmes of which nothing is real: the example's, which people look around in.
    """
    return any(
        grant.programme_id not in fictions and permissions_of(grant.roles) & GUARDED for grant in actor.grants
    )
