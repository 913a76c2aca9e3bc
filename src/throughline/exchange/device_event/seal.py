"""The seal of an event: who holds the phone cannot open what it holds, who holds the programme's key can.

HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message each. `info` names the format,
the associated data are the 16 bytes of the event's id, so that a sealed event cannot be passed off as another. Sealed bytes
are the encapsulated key (32) and the ciphertext. The library's own HPKE takes no associated data, so its three steps stand
here, on the library's primitives; tests hold them to the RFC's own vectors and to that HPKE.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from throughline.records.keyring import KeyRing, Purpose

INFO = b"throughline/device-event/1"
ENCAPSULATED = 32  # bytes
TAG = 16  # bytes

_KEM = b"KEM" + (0x0020).to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(one.to_bytes(2, "big") for one in (0x0020, 0x0001, 0x0002))
_VERSION = b"HPKE-v1"
_BASE_MODE = b"\x00"


class Unopenable(Exception):
    """Altered, cut short, sealed to another key or for another event: which of them, cannot be told."""


def private_key(keys: KeyRing, programme_id: UUID, version: int | None = None) -> X25519PrivateKey:
    """A programme's key to open events with. Unready where that version is not held."""
    return _private(keys.key(Purpose.DEVICE, programme_id, version))


def public_key(keys: KeyRing, programme_id: UUID) -> bytes:
    """What devices seal to: 32 bytes, of the current key version."""
    return private_key(keys, programme_id).public_key().public_bytes_raw()


def seal(plain: bytes, *, to: bytes, event_id: UUID, ephemeral: X25519PrivateKey | None = None) -> bytes:
    """What a device does. `ephemeral` is given by tests alone: a key used twice would break the seal."""
    own = ephemeral or X25519PrivateKey.generate()
    encapsulated = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(to))
    key, nonce = key_and_nonce(shared, encapsulated, to, INFO)
    return encapsulated + AESGCM(key).encrypt(nonce, plain, event_id.bytes)


def opened(sealed: bytes, *, key: X25519PrivateKey, event_id: UUID) -> bytes:
    """What lies in a sealed event. Raises Unopenable."""
    if len(sealed) < ENCAPSULATED + TAG:
        raise Unopenable
    encapsulated, ciphertext = sealed[:ENCAPSULATED], sealed[ENCAPSULATED:]
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(encapsulated))
        aes, nonce = key_and_nonce(shared, encapsulated, key.public_key().public_bytes_raw(), INFO)
        return AESGCM(aes).decrypt(nonce, ciphertext, event_id.bytes)
    except (InvalidTag, ValueError) as error:  # ValueError: a point that no honest key gives
        raise Unopenable from error


def key_and_nonce(shared: bytes, encapsulated: bytes, receiver: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, ExtractAndExpand (4.1) and KeySchedule (5.1) of base mode: 32 bytes of key, 12 of nonce."""
    secret = _expand(
        _extract(b"", b"eae_prk", shared, _KEM), b"shared_secret", encapsulated + receiver, 32, _KEM
    )
    context = (
        _BASE_MODE + _extract(b"", b"psk_id_hash", b"", _SUITE) + _extract(b"", b"info_hash", info, _SUITE)
    )
    schedule = _extract(secret, b"secret", b"", _SUITE)
    return _expand(schedule, b"key", context, 32, _SUITE), _expand(
        schedule, b"base_nonce", context, 12, _SUITE
    )


def _extract(salt: bytes, label: bytes, material: bytes, suite: bytes) -> bytes:
    return _mac(salt, _VERSION + suite + label + material)


def _expand(key: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    """HKDF-Expand of at most one block of SHA-256, which is all that is asked for here."""
    return _mac(key, length.to_bytes(2, "big") + _VERSION + suite + label + info + b"\x01")[:length]


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


@lru_cache(maxsize=64)
def _private(material: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(material)
