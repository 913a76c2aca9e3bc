"""The contact log of Harbour service and what its mapping names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from tests.cast import START, SYSTEM, Cast
from throughline.exchange.contacts_csv.context import ContactContext, SiteRef
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.mapping import read_mapping
from throughline.records.programme.actions.tenant import CODE_LISTS
from throughline.records.supplies import actions as supplies
from throughline.rules.client_code import DEFAULT_HINT, DEFAULT_PATTERN

GOLDEN = Path(__file__).parent / "golden"
SITE, PIPE, OLD_PACK, NEW_PACK = (UUID(int=at) for at in range(1, 5))


@pytest.fixture
def log_bytes() -> bytes:
    return (GOLDEN / "harbour-log.csv").read_bytes()


@pytest.fixture
def mapping() -> ContactMapping:
    return read_mapping((GOLDEN / "harbour-log.yaml").read_text(), "harbour-log.yaml", ContactMapping)


@pytest.fixture
def context() -> ContactContext:
    """As a programme would be, without a database."""
    return ContactContext(
        sites={"harrowmere": SiteRef(SITE, "Europe/London")},
        items={"glass pipe": PIPE},
        kits={"foil pack": ((date(2024, 1, 1), OLD_PACK), (date(2025, 6, 1), NEW_PACK))},
        codes={
            name: frozenset(word.value for word in CODE_LISTS[name])
            for name in ("place", "topic", "need_domain", "barrier_kind")
        },
        code_pattern=DEFAULT_PATTERN,
        code_hint=DEFAULT_HINT,
    )


@pytest.fixture
def stocked(cast: Cast) -> Cast:
    """The cast's programme with the items and kits that the log speaks of."""
    supplies.add_item(
        programme=cast.programme, name="Glass pipe", kind="safe_inhalation_pipe", by=SYSTEM, at=START
    )
    foil = supplies.add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=START)
    supplies.add_kit_version(
        programme=cast.programme, name="Foil pack", components={foil: 10}, from_on=date(2024, 1, 1), by=SYSTEM,
        at=START,
    )  # fmt: skip
    return cast
