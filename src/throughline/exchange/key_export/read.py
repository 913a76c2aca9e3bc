"""The bytes of a key export become keys, with the right passphrase."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from throughline.exchange.key_export.document import LINE_LIMIT, Keys, Lock
from throughline.exchange.key_export.write import passphrase_key
from throughline.vocabulary.errors import Invalid, Sentence


def read_lock(content: bytes) -> tuple[Lock, bytes]:
    """The readable line and what lies behind it. Invalid for what is no key export."""
    line, separator, _ = content[:LINE_LIMIT].partition(b"\n")
    try:
        return Lock.model_validate_json(line), line + separator
    except ValidationError as error:
        raise Invalid(
            Sentence("This file is no key export of Throughline, or its beginning is damaged.")
        ) from error


def unseal(content: bytes, passphrase: str) -> Keys:
    """Invalid where the passphrase is another or a byte of the file is: the two cannot be told apart."""
    lock, line = read_lock(content)
    try:
        plain = AESGCM(passphrase_key(lock, passphrase)).decrypt(
            bytes.fromhex(lock.nonce), content[len(line) :], line
        )
        return Keys.model_validate_json(plain)
    except (InvalidTag, ValidationError, ValueError) as error:
        raise Invalid(
            Sentence("The keys do not open: the passphrase is another one, or the file is damaged.")
        ) from error
