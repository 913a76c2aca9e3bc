"""The programme in small, so that loading takes seconds; and whole, as simulated."""

from __future__ import annotations

import pytest

from throughline.example.parameters import Parameters, changed, read_parameters
from throughline.example.simulate import Simulated, simulate


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return read_parameters()


@pytest.fixture(scope="session")
def drawn(parameters: Parameters) -> Simulated:
    return simulate(parameters)


@pytest.fixture(scope="session")
def small(parameters: Parameters) -> Parameters:
    """The same programme with a fortieth of its contacts and a tenth of its survey."""
    content = parameters.model_dump(mode="json", by_alias=True)
    sites = [
        {**site, "contacts_per_day": site["contacts_per_day"] / 40, "survey": max(site["survey"] // 10, 1)}
        for site in content["sites"]
    ]
    return changed(parameters, sites=sites, referral={**content["referral"], "from_police_per_month": 2.0})
