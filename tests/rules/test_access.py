"""Every check, for every role, at an own site, another site and in another programme."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from throughline.rules import access
from throughline.rules.access import may, why_not
from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES, SYSTEM_WORK
from throughline.vocabulary.actor import Actor, ActorKind, Grant
from throughline.vocabulary.errors import NotAllowed
from throughline.vocabulary.roles import Role

HERE, THERE, SITE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)

# Checks that take more than an actor and a place: what is filled in, and the permission that decides.
SPECIAL: dict[str, list[tuple[dict[str, Any], Permission]]] = {
    "check_may_correct_contact": [
        ({"is_own": True, "is_recent": True}, Permission.RECORD_CONTACT),
        ({"is_own": True, "is_recent": False}, Permission.CORRECT_CONTACT),
        ({"is_own": False, "is_recent": True}, Permission.CORRECT_CONTACT),
    ],
    "check_may_resolve_event": [({"is_own": False}, Permission.CORRECT_CONTACT)],
    "check_may_retire_device": [
        ({"is_own": True, "is_of_colleague": False}, Permission.RECORD_CONTACT),
        ({"is_own": False, "is_of_colleague": True}, Permission.RETIRE_DEVICE),
    ],
    "check_may_destroy_revisions": [
        ({"is_all_own": True}, Permission.RECORD_CONTACT), ({"is_all_own": False}, Permission.CORRECT_CONTACT),
    ],
    "check_may_release": [
        ({"door": door}, door)
        for door in (Permission.RELEASE_TABLES, Permission.RELEASE_WORDS, Permission.ASK_FOR_ROWS)
    ],
    "check_may_hold": [({"is_oneself": False}, Permission.MANAGE_ACCOUNTS)],
    "check_may_end_membership": [({"is_oneself": False}, Permission.MANAGE_ACCOUNTS)],
    "check_may_manage_account": [
        ({"is_oneself": False, "member_of": frozenset({HERE})}, Permission.MANAGE_ACCOUNTS),
    ],
    "check_may_approve_release": [({"is_own": False}, Permission.APPROVE_ROWS)],
    "check_may_take_rows": [({"is_own": True}, Permission.ASK_FOR_ROWS)],
    "check_may_read_contact": [
        ({"is_own": True}, Permission.RECORD_CONTACT), ({"is_own": False}, Permission.SEE_CONTACTS),
    ],
    "check_may_read_source": [
        ({"is_deidentified": True}, Permission.SEE_SOURCES), ({"is_deidentified": False}, Permission.ADD_SOURCES),
    ],
    "check_may_remove_coding": [
        ({"is_own": True}, Permission.APPLY_CODE), ({"is_own": False}, Permission.REMOVE_CODINGS),
    ],
    "check_may_fill_response": [({"is_own": True}, Permission.APPROACH_PEOPLE)],
    "check_may_move_coding": [({"is_own": True}, Permission.APPLY_CODE)],
}  # fmt: skip
# Of the installation, not of a programme: the command line and system work only.
INSTALLATION = {"check_may_back_up", "check_may_create_programme"}
CHECKS: dict[str, Callable[..., None]] = {
    name: check for name, check in vars(access).items() if name.startswith("check_may_")
}


def actor_as(role: Role, programme: UUID = HERE, site: UUID = SITE) -> Actor:
    grant = Grant(programme, UUID(int=7), UUID(int=8), frozenset({role}), frozenset({site}))
    return Actor(ActorKind.ACCOUNT, "somebody", (grant,))


def _arguments(check: Callable[..., None], extra: dict[str, Any]) -> dict[str, Any]:
    names = list(inspect.signature(check).parameters)
    known: dict[str, Any] = {"programme_id": HERE, "site_id": SITE} | extra
    return {name: known[name] for name in names if name != "actor"}


def _cases() -> list[tuple[str, dict[str, Any], frozenset[Role]]]:
    found = []
    for name in sorted(CHECKS):
        if name in INSTALLATION:
            continue
        for extra, _ in SPECIAL.get(name, [({}, None)]):
            arguments = _arguments(CHECKS[name], extra)
            roles = frozenset(r for r in Role if may(CHECKS[name], actor_as(r), **arguments))
            found.append((name, arguments, roles))
    return found


def test_check_allows_exactly_who_holds_the_permission() -> None:
    for name, cases in SPECIAL.items():
        for extra, permission in cases:
            allowed = {r for r in Role if may(CHECKS[name], actor_as(r), **_arguments(CHECKS[name], extra))}
            assert allowed == {r for r in Role if permission in ROLES[r].permissions}, (name, extra)


def test_checks_allow_as_their_source_says() -> None:
    """A check with one permission in it allows exactly the roles that hold it."""
    for name, check in CHECKS.items():
        if name in SPECIAL or name in INSTALLATION:
            continue
        named = [
            p
            for p in Permission
            if f"P.{p.name}" in inspect.getsource(check).replace(",", " ").replace(")", " ").split()
        ]
        assert len(named) == 1, f"{name}: say in SPECIAL what it decides by"
        allowed = {r for r in Role if may(check, actor_as(r), **_arguments(check, {}))}
        assert allowed == {r for r in Role if named[0] in ROLES[r].permissions}, name


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case[0])
def test_check_refuses_the_stranger_and_another_programme(
    case: tuple[str, dict[str, Any], frozenset[Role]],
) -> None:
    name, arguments, roles = case
    assert roles, f"{name} allows nobody"
    assert not may(CHECKS[name], Actor.stranger(), **arguments)
    assert not may(CHECKS[name], Actor.system("unheard of"), **arguments)
    for role in Role:
        assert not may(CHECKS[name], actor_as(role, programme=THERE), **arguments), (name, role)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case[0])
def test_check_with_a_site_refuses_another_site(case: tuple[str, dict[str, Any], frozenset[Role]]) -> None:
    name, arguments, roles = case
    for role in roles:
        outcome = may(CHECKS[name], actor_as(role, site=OTHER), **arguments)
        assert outcome == ("site_id" not in arguments), (name, role)


@pytest.mark.parametrize("name", sorted(INSTALLATION))
def test_check_of_the_installation_refuses_every_role(name: str) -> None:
    assert not any(may(CHECKS[name], actor_as(role)) for role in Role)
    assert may(CHECKS[name], Actor.system("command line"))


def test_why_not_says_what_the_check_says() -> None:
    for name, arguments, _ in _cases():
        for role in Role:
            actor = actor_as(role)
            sentence = why_not(CHECKS[name], actor, **arguments)
            assert may(CHECKS[name], actor, **arguments) == (sentence is None)
            if sentence is not None:
                with pytest.raises(NotAllowed) as refusal:
                    CHECKS[name](actor, **arguments)
                assert refusal.value.sentence == sentence


def test_refusal_names_who_may() -> None:
    sentence = why_not(access.check_may_freeze, actor_as(Role.PRACTITIONER), HERE)
    assert sentence is not None and [str(one) for one in sentence.params["roles"]] == ["Evaluator"]


def test_refusal_of_another_site_says_so() -> None:
    sentence = why_not(access.check_may_record_contact, actor_as(Role.PRACTITIONER, site=OTHER), HERE, SITE)
    assert sentence is not None and "not one of your sites" in str(sentence)


def test_own_release_is_never_approved_by_oneself() -> None:
    sentence = why_not(access.check_may_approve_release, actor_as(Role.DATA_GUARDIAN), HERE, is_own=True)
    assert sentence is not None and "another person" in str(sentence)


@pytest.mark.parametrize("name", sorted(SYSTEM_WORK))
def test_system_work_may_what_its_name_allows(name: str) -> None:
    for permission in Permission:
        assert access.system_may(Actor.system(name), permission) == (permission in SYSTEM_WORK[name])
        named_alike = Actor(ActorKind.ACCOUNT, f"system:{name}", name=name)
        assert not access.system_may(named_alike, permission)
