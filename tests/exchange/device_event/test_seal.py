"""The seal: for its own event and key alone. The phone's tests open the same file by another implementation of HPKE."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.exchange.device_event import vectors
from throughline.exchange.device_event.seal import Unopenable, opened, private_key, public_key, seal
from throughline.records.keyring import KeyRing

ID = UUID("01900000-0000-7000-8000-00000000abcd")


def test_every_event_of_the_vector_file_opens() -> None:
    told = json.loads(vectors.PATH.read_text(encoding="utf-8"))
    assert [one["plain"] for one in told] == vectors.PLAIN
    for one in told:
        key = X25519PrivateKey.from_private_bytes(vectors.raw(one["private_key"]))
        sealed = vectors.raw(one["sealed"])
        assert opened(sealed, key=key, event_id=UUID(one["event_id"])) == one["plain"].encode()


@pytest.mark.parametrize("plain", [b"", b"a contact", b"x" * 70_000])
def test_seal_opens_for_its_own_event_and_key_alone(plain: bytes) -> None:
    keys, programme_id = KeyRing.new(), UUID(int=7)
    key = private_key(keys, programme_id)
    sealed = seal(plain, to=public_key(keys, programme_id), event_id=ID)
    assert opened(sealed, key=key, event_id=ID) == plain
    assert len(sealed) == 32 + len(plain) + 16
    others = [
        (sealed, key, UUID(int=ID.int + 1)),
        (sealed, private_key(keys, UUID(int=8)), ID),
        (sealed, private_key(keys.rotated(), programme_id), ID),
        (sealed[:-1], key, ID), (sealed[:40], key, ID), (b"", key, ID), (sealed + b"\0", key, ID),
        (bytes(32) + sealed[32:], key, ID),  # a point of low order
        (sealed[:50] + bytes([sealed[50] ^ 1]) + sealed[51:] if plain else b"\xff" * 64, key, ID),
    ]  # fmt: skip
    for wrong, with_key, event_id in others:
        with pytest.raises(Unopenable):
            opened(wrong, key=with_key, event_id=event_id)
    assert opened(sealed, key=private_key(keys.rotated(), programme_id, 1), event_id=ID) == plain
