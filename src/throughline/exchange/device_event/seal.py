"""The seal of an event: who holds the phone cannot open what it holds, who holds the programme's key can.

HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message each, by the library. `info` is
the name of the format and the 16 bytes of the event's id, so that a sealed event cannot be passed off as another. Sealed
bytes are the encapsulated key (32) and the ciphertext.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from throughline.records.keyring import KeyRing, Purpose

FORMAT = b"throughline/device-event/1"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unopenable(Exception):
    """Altered, cut short, sealed to another key or for another event: which of them, cannot be told."""


def private_key(keys: KeyRing, programme_id: UUID, version: int | None = None) -> X25519PrivateKey:
    """A programme's key to open events with. Unready where that version is not held."""
    return _private(keys.key(Purpose.DEVICE, programme_id, version))


def public_key(keys: KeyRing, programme_id: UUID) -> bytes:
    """What devices seal to: 32 bytes, of the current key version."""
    return private_key(keys, programme_id).public_key().public_bytes_raw()


def seal(plain: bytes, *, to: bytes, event_id: UUID) -> bytes:
    """What a device does: `to` is a programme's public key."""
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(to), _about(event_id))


def opened(sealed: bytes, *, key: X25519PrivateKey, event_id: UUID) -> bytes:
    """What lies in a sealed event. Raises Unopenable."""
    try:
        return SUITE.decrypt(sealed, key, _about(event_id))
    except (InvalidTag, ValueError) as error:  # ValueError: a point that no honest key gives
        raise Unopenable from error


def _about(event_id: UUID) -> bytes:
    return FORMAT + event_id.bytes


@lru_cache(maxsize=64)
def _private(material: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(material)
