"""Who may do what, as a table that a governance lead can read.

A change of this table is a change of permissions: it takes a decision record.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES, SYSTEM_WORK, permissions_of
from throughline.vocabulary.roles import Role

SNAPSHOT = Path(__file__).with_name("roles.md")


def matrix() -> str:
    """The roles and what each may do, as Markdown: a line per permission, a column per role."""
    roles = list(Role)
    lines = ["# Who may do what", ""]
    lines += [f"- **{ROLES[role].title}.** {ROLES[role].prose}" for role in roles]
    lines += ["", "| may | " + " | ".join(ROLES[role].title.english for role in roles) + " |"]
    lines.append("|---|" + "---|" * len(roles))
    for permission in Permission:
        marks = ["yes" if permission in ROLES[role].permissions else "" for role in roles]
        lines.append(f"| {permission.value.replace('_', ' ')} | " + " | ".join(marks) + " |")
    lines += ["", "| system work | may |", "|---|---|"]
    for name, permissions in SYSTEM_WORK.items():
        words = "everything" if permissions == frozenset(Permission) else ", ".join(sorted(permissions))
        lines.append(f"| {name} | {words} |")
    return "\n".join(lines) + "\n"


def test_roles_are_as_agreed() -> None:
    """Where a permission was meant to change, write matrix() to tests/rules/roles.md and say why in a record."""
    assert matrix() == SNAPSHOT.read_text(encoding="utf-8")


def test_roles_every_role_is_defined() -> None:
    assert set(ROLES) == set(Role)


def test_roles_every_permission_is_somebodys() -> None:
    assert permissions_of(frozenset(Role)) == frozenset(Permission)


@pytest.mark.parametrize("role", Role)
def test_roles_have_prose_and_nobody_has_everything(role: Role) -> None:
    definition = ROLES[role]
    assert definition.title.text and definition.prose.text.endswith(".")
    assert len(definition.permissions) <= len(Permission) / 2


# What must never be in one hand, and why.
APART = [
    ({Permission.ASK_FOR_ROWS}, {Permission.APPROVE_ROWS}, "rows need two people"),
    ({Permission.MANAGE_ACCOUNTS}, {Permission.SEE_CLIENT_HISTORY, Permission.SEE_SOURCES}, "keys without data"),
    ({Permission.SEE_AUDIT}, {Permission.EVALUATE, Permission.SEE_CONTACTS}, "the guardian does no analysis"),
    ({Permission.SEE_INCIDENTS}, {Permission.SEE_SOURCES}, "incidents are no research data before a freeze"),
    ({Permission.FREEZE}, {Permission.SEE_CONTACTS, Permission.SEE_CLIENT_HISTORY}, "evaluators see frozen data only"),
    ({Permission.SEE_OWN_REFERRALS}, {Permission.SEE_CONTACTS, Permission.SEE_REFERRALS, Permission.MOVE_REFERRAL},
     "the wall between police and service"),
    ({Permission.SEE_RESPONSES}, {Permission.APPROACH_PEOPLE, Permission.SEE_CONTACTS}, "who interviews reads no answers"),
    ({Permission.SEE_ATTITUDES}, {Permission.MANAGE_TRAINING, Permission.MANAGE_PROGRAMME}, "who leads people reads no attitudes"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "why"), APART, ids=[why for _, _, why in APART])
def test_roles_keep_apart(one: set[Permission], other: set[Permission], why: str) -> None:
    for role, definition in ROLES.items():
        assert not (one <= definition.permissions and other & definition.permissions), (role, why)


@pytest.mark.parametrize(
    "role", [Role.PEER_WORKER, Role.OUTREACH_WORKER, Role.PEER_COORDINATOR, Role.OUTREACH_OFFICER]
)
def test_roles_without_histories(role: Role) -> None:
    assert not ROLES[role].permissions & {Permission.SEE_CLIENT_HISTORY, Permission.SEE_CONTACTS}
