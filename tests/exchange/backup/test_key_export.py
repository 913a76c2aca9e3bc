"""Keys behind a passphrase: they open with it, and with nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from throughline.exchange.key_export.document import Keys, Lock
from throughline.exchange.key_export.read import read_lock, unseal
from throughline.exchange.key_export.write import check_passphrase, seal
from throughline.vocabulary.errors import Invalid

PASSPHRASE = "five words are quite enough"
KEYS = Keys(ring="1:" + "A" * 43 + "=", sources={uuid4(): "1:wrapped"})
# A cheap lock: what costs half a second in life would cost minutes where every byte is flipped.
LOCK = Lock(
    created_at="2026-03-02", versions={1: "0123456789abcdef"}, n=2**14, r=1, salt="5a" * 32, nonce="5a" * 12
)


def test_unseal_with_the_passphrase_gives_the_keys() -> None:
    assert unseal(seal(KEYS, LOCK, PASSPHRASE), PASSPHRASE) == KEYS


@pytest.mark.parametrize("other", ["", "five words are quite enougH", PASSPHRASE + " "])
def test_unseal_with_another_passphrase_is_refused(other: str) -> None:
    with pytest.raises(Invalid, match="passphrase"):
        unseal(seal(KEYS, LOCK, PASSPHRASE), other)


def test_unseal_any_flipped_byte_is_found() -> None:
    content = seal(KEYS, LOCK, PASSPHRASE)
    for place in range(0, len(content), 3):
        damaged = bytearray(content)
        damaged[place] ^= 0x01
        with pytest.raises(Invalid):
            unseal(bytes(damaged), PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"not json\nabc", b"\xff" * 9000])
def test_read_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="no key export"):
        read_lock(content)


@pytest.mark.parametrize("change", [{"n": 2**30}, {"r": 1024}, {"p": 1000}])
def test_read_lock_that_would_eat_the_memory_is_refused(change: dict[str, int]) -> None:
    line = LOCK.model_dump_json().encode()
    for name, value in change.items():
        line = line.replace(f'"{name}":{getattr(LOCK, name)}'.encode(), f'"{name}":{value}'.encode())
    with pytest.raises(Invalid, match="no key export"):
        read_lock(line + b"\nabc")


def test_default_lock_costs_what_is_recommended() -> None:
    lock = Lock(created_at="", versions={}, salt="5a" * 32, nonce="5a" * 12)
    assert lock.n * lock.r * 128 == 128 * 1024 * 1024


def test_check_passphrase_short_is_refused() -> None:
    check_passphrase("twelve chars")
    with pytest.raises(Invalid, match="too short"):
        check_passphrase("eleven char")


def test_file_and_texts_hold_no_key() -> None:
    content = seal(KEYS, LOCK, PASSPHRASE)
    assert KEYS.ring.encode() not in content
    assert KEYS.ring not in repr(KEYS)
