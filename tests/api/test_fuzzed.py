"""Every operation with generated requests, right and wrong: no failure of ours, and every answer as documented."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from tests.api.access_matrix import MATRIX
from tests.api.agreed import DOCUMENT, OPERATIONS
from tests.api.in_process import BASE, session
from tests.api.world import World

load_all_checks()
# A well-formed request may well be refused: the generator does not know which codes are on a programme's lists.
REFUSED_BY_RULES = "positive_data_acceptance"
INPUTS = {
    name: bool(operation.get("parameters") or operation.get("requestBody"))
    for name, (_, _, operation) in OPERATIONS.items()
}
CHECKED = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name != REFUSED_BY_RULES]


MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
# What takes no input at all cannot be asked in a wrong shape.
CASES = [
    pytest.param(name, mode, id=f"{name}-{mode.value}")
    for name, takes_input in sorted(INPUTS.items())
    for mode in MODES[: 1 + takes_input]
]


@pytest.fixture(scope="module")
def sessions(kept_world: World) -> dict[str, dict[str, str]]:
    """Who -> their cookies: whoever asks signs in once, before the tests; what a test does to a session is rolled back."""
    held = {}
    for person in {who_may(name) for name in OPERATIONS}:
        browser = Browser()
        browser.force_login(getattr(kept_world.cast, person).account)
        held[person] = {name: morsel.value for name, morsel in browser.cookies.items()}
    return held


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mode"), CASES)
def test_operation_fuzzed_as_who_may_do_it(
    world: World, sessions: dict[str, dict[str, str]], name: str, mode: GenerationMode
) -> None:
    here = session(sessions[who_may(name)])
    method, path, _ = OPERATIONS[name]
    operation = _described()[path][method.upper()]

    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    @settings(
        max_examples=4, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def each(case: Any, is_real: bool) -> None:
        if is_real and mode is GenerationMode.POSITIVE:
            # Half of them meet what is really there, so that more than "not found" is tried.
            ids = world.ids_for(name)
            case.path_parameters = {key: str(ids[key]) for key in case.path_parameters or {}}
        case.call_and_validate(base_url=BASE, session=here, checks=CHECKED)

    each()


def who_may(name: str) -> str:
    """Bob where he does it, else the first of the cast who does: what is refused at the door is fuzzed no further."""
    may = [who for who, status in MATRIX[name].items() if status < 300]
    return "bob" if "bob" in may or not may else may[0]


@cache
def _described() -> Any:
    """The document as the generator reads it: once, for it is long."""
    return schemathesis.openapi.from_dict(_signed_in(deepcopy(DOCUMENT)))


def _signed_in(document: dict[str, Any]) -> dict[str, Any]:
    """Without the session, which is there always: what strangers get is told by the access matrix, all of it."""
    for methods in document["paths"].values():
        for operation in methods.values():
            del operation["security"]
    return document
