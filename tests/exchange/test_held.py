"""Files put aside for an account: opened by that account alone, and so much of them at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from throughline.exchange import held
from throughline.records.keyring import KeyRing
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


def test_what_pages_and_programs_sent_counts_with_what_is_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "MOST_HELD", 1 << 20)
    monkeypatch.setenv("THROUGHLINE_KEYS", KeyRing.new().to_text())
    place = held.seal_for("una", bytes(600_000))
    assert held.is_sealed(place) and held.unseal(place) == bytes(600_000)
    for once_more in (held.seal_for, lambda owner, content: held.hold(content, owner=owner)):
        with pytest.raises(Unready, match="1 MB"):
            once_more("una", bytes(600_000))
    held.seal_for("abe", bytes(600_000))
    held.discard(place)
    assert not held.is_sealed(place)
    held.seal_for("una", bytes(600_000))
