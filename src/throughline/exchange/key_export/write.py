"""Keys and a passphrase become the bytes of a key export."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from throughline.exchange.key_export.document import PASSPHRASE_SHORTEST, Keys, Lock
from throughline.vocabulary.errors import Invalid, Sentence


def check_passphrase(passphrase: str) -> None:
    if len(passphrase) < PASSPHRASE_SHORTEST:
        raise Invalid(
            Sentence(
                "The passphrase is too short: whoever finds the file can guess as long as they like. Use %(count)s"
                " characters or more, such as five words.",
                count=PASSPHRASE_SHORTEST,
            )
        )


def seal(keys: Keys, lock: Lock, passphrase: str) -> bytes:
    """The whole file."""
    line = lock.model_dump_json().encode() + b"\n"
    content = keys.model_dump_json().encode()
    return line + AESGCM(passphrase_key(lock, passphrase)).encrypt(bytes.fromhex(lock.nonce), content, line)


def passphrase_key(lock: Lock, passphrase: str) -> bytes:
    """32 bytes; takes about half a second and 128 MB on purpose."""
    return Scrypt(salt=bytes.fromhex(lock.salt), length=32, n=lock.n, r=lock.r, p=lock.p).derive(
        passphrase.encode()
    )
