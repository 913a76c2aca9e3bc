"""Sentences keep text and parameters apart; errors carry them and a status."""

from __future__ import annotations

from uuid import UUID

import pytest

from throughline.vocabulary.actor import Actor, ActorKind, Grant
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence, ThroughlineError, Unready
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED, Nothing
from throughline.vocabulary.pseudonym import Pseudonym
from throughline.vocabulary.roles import Role


def test_sentence_fills_its_places() -> None:
    sentence = Sentence("The name %(name)s is taken.", name="50%")
    assert str(sentence) == "The name 50% is taken."
    assert sentence.text == "The name %(name)s is taken."


def test_sentence_without_places_keeps_a_percent_sign() -> None:
    assert str(Sentence("100% of it")) == "100% of it"


def test_sentence_equality_is_of_text_and_params() -> None:
    assert Sentence("a %(n)s", n=1) == Sentence("a %(n)s", n=1)
    assert hash(Sentence("a %(n)s", n=1)) == hash(Sentence("a %(n)s", n=1))
    assert Sentence("a %(n)s", n=1) != Sentence("a %(n)s", n=2)
    assert Sentence("a") != "a"


def test_sentence_params_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Sentence("a %(n)s", n=1).params["n"] = 2  # type: ignore[index]  # the refusal is what is tested


@pytest.mark.parametrize(
    ("kind", "status"), [(NotAllowed, 403), (NotFound, 404), (Unready, 409), (Invalid, 422)]
)
def test_errors_answer_their_status(kind: type[ThroughlineError], status: int) -> None:
    error = kind("Say what to do.")
    assert (error.status, str(error), error.sentence) == (
        status,
        "Say what to do.",
        Sentence("Say what to do."),
    )


def test_invalid_says_where() -> None:
    assert Invalid("x", fields={"name": Sentence("taken")}).fields["name"] == Sentence("taken")


def test_nothing_is_five_and_suppressed_is_none_of_them() -> None:
    assert {kind.value for kind in Nothing} == {
        "not_asked", "declined", "dont_know", "not_applicable", "not_recorded",
    }  # fmt: skip
    assert SUPPRESSED not in {kind.value for kind in Nothing}
    assert set(NOTHING_LABELS) == set(Nothing)


def test_pseudonym_never_shows_its_value() -> None:
    value = "ab" * 32
    assert value not in repr(Pseudonym(value, 1)) and value not in f"{Pseudonym(value, 1)}"


@pytest.mark.parametrize(
    ("value", "version"), [("AB" * 32, 1), ("ab" * 31, 1), ("ab" * 32, 0), ("zz" * 32, 1)]
)
def test_pseudonym_refuses_what_is_none(value: str, version: int) -> None:
    with pytest.raises(ValueError, match=r"hex digits|begin at 1"):
        Pseudonym(value, version)


def test_actor_roles_and_reach_are_of_one_programme() -> None:
    here, there, site = UUID(int=1), UUID(int=2), UUID(int=3)
    grant = Grant(here, UUID(int=9), UUID(int=8), frozenset({Role.PRACTITIONER}), frozenset({site}))
    actor = Actor(ActorKind.ACCOUNT, "a", (grant,))
    assert actor.roles_in(here) == {Role.PRACTITIONER} and actor.roles_in(there) == frozenset()
    assert actor.organisation_in(here) == UUID(int=9) and actor.organisation_in(there) is None
    assert grant.reaches(site) and not grant.reaches(UUID(int=4))


def test_stranger_and_system_are_told_apart() -> None:
    assert Actor.stranger().grants == () and not Actor.stranger().is_system
    assert Actor.system("retention").is_system and Actor.system("retention").id == "system:retention"
