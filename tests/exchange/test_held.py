"""Files put aside for an account: opened by that account alone, and so much of them at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from throughline.exchange import held
from throughline.vocabulary.errors import NotFound, Unready


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.THROUGHLINE_HOME = tmp_path
    return tmp_path / "held"


def test_a_ticket_opens_for_the_account_that_it_was_made_for(folder: Path) -> None:
    ticket = held.hold(b"what was said", owner="una")
    assert held.take_up(ticket, owner="una") == b"what was said"
    with pytest.raises(NotFound, match="no longer held"):
        held.take_up(ticket, owner="abe")
    held.let_go(ticket, owner="abe")
    assert len(list(folder.iterdir())) == 1, "nobody lets go what is held for another"
    held.let_go(ticket, owner="una")
    assert not list(folder.iterdir())


def test_so_much_is_held_for_an_account(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_HELD", 1 << 20)
    ticket = held.hold(bytes(600_000), owner="una")
    with pytest.raises(Unready, match="1 MB"):
        held.hold(bytes(600_000), owner="una")
    held.hold(bytes(600_000), owner="abe")
    assert len(list(folder.iterdir())) == 2
    held.let_go(ticket, owner="una")
    held.hold(bytes(600_000), owner="una")
