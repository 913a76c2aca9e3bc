"""The programme in small, so that loading takes seconds; and whole, as simulated."""

from __future__ import annotations

import pytest

from tests.example.in_small import in_small
from throughline.example.parameters import Parameters, read_parameters
from throughline.example.simulate import Simulated, simulate


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return read_parameters()


@pytest.fixture(scope="session")
def drawn(parameters: Parameters) -> Simulated:
    return simulate(parameters)


@pytest.fixture(scope="session")
def small(parameters: Parameters) -> Parameters:
    return Parameters.model_validate(in_small(parameters))
