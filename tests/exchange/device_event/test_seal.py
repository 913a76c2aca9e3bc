"""The seal against the RFC's own vectors, another implementation, and the file that the phone's tests read as well."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.exchange.device_event import vectors
from throughline.exchange.device_event.seal import (
    INFO,
    Unopenable,
    key_and_nonce,
    opened,
    private_key,
    public_key,
    seal,
)
from throughline.records.keyring import KeyRing

ID = UUID("01900000-0000-7000-8000-00000000abcd")
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def test_seal_is_what_the_vector_file_says() -> None:
    assert json.loads(vectors.PATH.read_text(encoding="utf-8")) == vectors.made()


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


def test_key_schedule_is_that_of_the_librarys_own_hpke() -> None:
    """It seals without associated data: its message opens with the key and the nonce that are worked out here."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    receiver = X25519PrivateKey.generate()
    sealed = SUITE.encrypt(b"a contact", receiver.public_key(), INFO)
    shared = receiver.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    key, nonce = key_and_nonce(shared, sealed[:32], receiver.public_key().public_bytes_raw(), INFO)
    assert AESGCM(key).decrypt(nonce, sealed[32:], b"") == b"a contact"
    ours = seal(b"a contact", to=receiver.public_key().public_bytes_raw(), event_id=ID)
    assert len(ours) == len(sealed)


def test_shared_secret_is_that_of_rfc_9180() -> None:
    """Appendix A.1.1 (DHKEM(X25519), HKDF-SHA256): its AEAD has a 16-byte key, so only the KEM's part can be compared."""
    from throughline.exchange.device_event import seal as module

    ephemeral = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    )
    receiver = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    encapsulated = ephemeral.public_key().public_bytes_raw()
    assert encapsulated.hex() == "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    context = encapsulated + receiver.public_key().public_bytes_raw()
    shared = receiver.exchange(ephemeral.public_key())
    secret = module._expand(
        module._extract(b"", b"eae_prk", shared, module._KEM), b"shared_secret", context, 32, module._KEM
    )
    assert secret.hex() == "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
