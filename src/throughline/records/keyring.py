"""The key ring: master keys that live in a key file (0600) or the environment, never beside the data.

From one master key per version everything else is derived (HKDF-SHA-256, RFC 5869) for a purpose and a
programme: pseudonyms, the police side, audit chains, backups, the wrapping of source keys. So the same client
code in two programmes gives two pseudonyms, and rotating adds one version. Each source's own key is random and
lies wrapped in a folder beside, outside the database and every backup: destroying it is erasure. That it was destroyed is
kept there too, so that neither an older database nor an older export of keys brings it back.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from throughline.vocabulary.errors import NotFound, Sentence, Unready

INSTALLATION = UUID(int=0)
ENVIRONMENT = "THROUGHLINE_KEYS"
ERASED = Sentence("The text of this source was erased; its key no longer exists.")


class Purpose(StrEnum):
    """What a derived key is for; no two purposes share one."""

    PSEUDONYM = "pseudonym"
    LIKELY = (
        "likely"  # which two clients have codes one element apart: nothing of it is readable beside the data
    )
    POLICE = "police"
    ORIGIN = "origin"  # source row numbers of imports: recognised again, never readable
    AUDIT = "audit"
    LEDGER = "ledger"  # who stands behind a released count, the same in every freeze
    SOURCE = "source"
    SURVEY_CODE = "survey code"  # parts of self-generated codes by which waves are linked
    ATTITUDES = "attitudes"  # labels by which a worker's questionnaires before and after are of one person
    BACKUP = "backup"
    COOKIES = "cookies"
    EMERGENCY = "emergency"  # why a record was opened in an emergency, in words
    DEVICE = "device"  # opens what phones sealed to the programme; its public half travels to them


@dataclass(frozen=True)
class KeyRing:
    """Master keys by version (32 bytes each). The highest version makes new values; older ones still read."""

    masters: dict[int, bytes]

    def __repr__(self) -> str:
        return f"KeyRing(versions={sorted(self.masters)})"

    @property
    def current(self) -> int:
        return max(self.masters)

    def key(self, purpose: Purpose, programme_id: UUID = INSTALLATION, version: int | None = None) -> bytes:
        """32 bytes for one purpose in one programme. Unready where that version is not held."""
        wanted = self.current if version is None else version
        if wanted not in self.masters:
            raise Unready(
                Sentence(
                    "The key version %(version)s is not in the key file. Bring the key file that was used with this"
                    " database (throughline keys import FILE).",
                    version=wanted,
                )
            )
        return _derive(self.masters[wanted], f"throughline/1/{purpose.value}/{programme_id.hex}")

    def check_value(self, version: int | None = None) -> str:
        """Tells whether a ring is the one a database was made with, and nothing else (16 hex digits)."""
        wanted = self.current if version is None else version
        return hmac.new(
            _derive(self.masters[wanted], "throughline/1/check"), b"check", hashlib.sha256
        ).hexdigest()[:16]

    def wrap(
        self, secret: bytes, purpose: Purpose = Purpose.SOURCE, programme_id: UUID = INSTALLATION
    ) -> bytes:
        """`<version>:<Fernet token>` of a secret, under the current version."""
        token = Fernet(base64.urlsafe_b64encode(self.key(purpose, programme_id))).encrypt(secret)
        return f"{self.current}:".encode() + token

    def unwrap(
        self, wrapped: bytes, purpose: Purpose = Purpose.SOURCE, programme_id: UUID = INSTALLATION
    ) -> bytes:
        version, _, token = wrapped.partition(b":")
        try:
            key = self.key(purpose, programme_id, int(version))
            return Fernet(base64.urlsafe_b64encode(key)).decrypt(token)
        except (InvalidToken, ValueError) as error:
            raise Unready(Sentence("What is sealed does not open with this key file.")) from error

    def to_text(self) -> str:
        """`1:base64,2:base64`: what the environment variable holds."""
        return ",".join(
            f"{v}:{base64.urlsafe_b64encode(k).decode()}" for v, k in sorted(self.masters.items())
        )

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        masters: dict[int, bytes] = {}
        try:
            for part in text.strip().split(","):
                version, _, encoded = part.strip().partition(":")
                masters[int(version)] = base64.urlsafe_b64decode(encoded)
        except (ValueError, binascii.Error) as error:
            raise Unready(
                Sentence("The keys cannot be read: expected version:base64, separated by commas.")
            ) from error
        if any(len(key) != 32 or version < 1 for version, key in masters.items()):
            raise Unready(
                Sentence("The keys cannot be read: each key must be 32 bytes, each version 1 or more.")
            )
        return cls(masters)

    @classmethod
    def new(cls) -> KeyRing:
        return cls({1: os.urandom(32)})

    def rotated(self) -> KeyRing:
        """The same keys and a new, higher version."""
        return KeyRing({**self.masters, self.current + 1: os.urandom(32)})


@lru_cache(maxsize=512)
def _derive(master: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(master)


def write_private(path: Path, content: bytes, *, is_new: bool = False) -> None:
    """Write a file that only its owner can read, whole or not at all. FileExistsError where it `is_new` and is not.

    When this returns it outlasts a power failure: its name is on the disk, too, before anything is sealed with what it holds.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")  # threads share the number
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            os.link(beside, path)
            beside.unlink()
        else:
            beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _name_to_disk(path.parent)


def _name_to_disk(folder: Path) -> None:
    """Which names a folder holds is written to the disk of itself, and later than the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def save_ring(ring: KeyRing, path: Path) -> None:
    write_private(path, json.dumps({"throughline_keys": 1, "ring": ring.to_text()}).encode())
    _load.cache_clear()


def ring() -> KeyRing:
    """The ring of this installation: from the environment, else from the key file. Unready where there is none."""
    file = str(settings.THROUGHLINE_KEY_FILE)
    environment = os.environ.get(ENVIRONMENT, "")
    try:
        # a path made anew each time costs more than all else of this
        changed = 0 if environment else os.stat(file).st_mtime_ns  # noqa: PTH116
    except OSError:
        changed = 0
    return _load(environment, file, changed)


@lru_cache(maxsize=4)
def _load(environment: str, file: str, changed: int) -> KeyRing:
    """`changed` is when the file was written: keys added by another process are seen without a restart."""
    if environment:
        return KeyRing.from_text(environment)
    path = Path(file)
    try:
        mode = path.stat().st_mode & 0o777
        content = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise Unready(
            Sentence("There is no key file at %(path)s. Run: throughline init", path=path)
        ) from error
    except (OSError, ValueError) as error:
        raise Unready(Sentence("The key file at %(path)s cannot be read.", path=path)) from error
    if mode & 0o077:
        raise Unready(
            Sentence("The key file at %(path)s can be read by others (mode %(mode)s). Run: chmod 600 %(path)s",
                     path=path, mode=oct(mode))
        )  # fmt: skip
    if not isinstance(content, dict) or not isinstance(content.get("ring"), str):
        raise Unready(Sentence("The key file at %(path)s holds no keys.", path=path))
    return KeyRing.from_text(content["ring"])


@dataclass(frozen=True)
class SourceKeys:
    """One random key per source, wrapped, a file each. A destroyed key is gone: there is no other copy in a backup.

    That it was destroyed stays, as an empty file of its id: nothing is put in its place again, whatever database or export
    of keys from before still knows it.

    A source whose words partly go is sealed anew: `renew` makes the next key, which lies beside the one in use until
    everything is sealed with it; `promote` then destroys the old one. Whatever breaks off between, both still open.
    """

    folder: Path

    def _path(self, source_id: UUID) -> Path:
        return self.folder / f"{source_id}.key"

    def _next(self, source_id: UUID) -> Path:
        return self.folder / f"{source_id}.next"

    def create(self, source_id: UUID) -> Fernet:
        """Unready where the source has a key: another in its place would close what is sealed with it for ever.

        NotFound where its key was destroyed.
        """
        self._check_not_destroyed(source_id)
        try:
            return self._made(self._path(source_id))
        except FileExistsError:
            raise Unready(
                Sentence(
                    "This text was added a moment ago, by somebody else. Look at the sources, then try again."
                )
            ) from None

    def open(self, source_id: UUID) -> Fernet | MultiFernet:
        """The cipher of a source. NotFound where its key was destroyed."""
        self._check_not_destroyed(source_id)
        held = [path for path in (self._next(source_id), self._path(source_id)) if path.exists()]
        if not held:
            raise NotFound(ERASED)
        ciphers = [self._opened(held[0])]
        with contextlib.suppress(Unready):  # an old one whose destruction broke off opens nothing
            ciphers += [self._opened(path) for path in held[1:]]
        return ciphers[0] if len(ciphers) == 1 else MultiFernet(ciphers)

    def renew(self, source_id: UUID) -> Fernet:
        """The next key of a source, made where there is none yet. What is sealed from now on is sealed with it."""
        path = self._next(source_id)
        try:
            return self._made(path)
        except FileExistsError:
            return self._opened(path)

    def promote(self, source_id: UUID) -> None:
        """Destroy the old key where there is a next one: what was sealed with the old one is gone, in every backup."""
        if self._next(source_id).exists():
            _shred(self._path(source_id))
            self._next(source_id).replace(self._path(source_id))
            _name_to_disk(self.folder)

    def discard(self, source_id: UUID) -> None:
        """Take back a next key with which nothing was sealed after all."""
        _shred(self._next(source_id))

    def renewing(self) -> set[UUID]:
        """The sources between `renew` and `promote`."""
        return {UUID(path.stem) for path in self.folder.glob("*.next")} if self.folder.is_dir() else set()

    def destroy(self, source_id: UUID) -> None:
        """For good. First that it is gone is written down: broken off after that, it opens nothing any more."""
        gone = self._gone(source_id)
        if not gone.exists():
            write_private(gone, b"")
        self.take_back(source_id)

    def take_back(self, source_id: UUID) -> None:
        """Take away a key with which nothing was kept after all: the same id may be given another."""
        _shred(self._path(source_id))
        _shred(self._next(source_id))

    def destroyed(self) -> set[UUID]:
        """Whose keys were destroyed, as far as this folder knows."""
        return {UUID(path.stem) for path in self.folder.glob("*.gone")} if self.folder.is_dir() else set()

    def held(self) -> set[UUID]:
        """Whose keys lie here, next ones too."""
        found = self.folder.glob("*.key") if self.folder.is_dir() else ()
        return {UUID(path.stem) for path in found} | self.renewing()

    def _gone(self, source_id: UUID) -> Path:
        return self.folder / f"{source_id}.gone"

    def _check_not_destroyed(self, source_id: UUID) -> None:
        if self._gone(source_id).exists():
            raise NotFound(ERASED)

    def _made(self, path: Path) -> Fernet:
        key = Fernet.generate_key()
        write_private(path, ring().wrap(key), is_new=True)
        return Fernet(key)

    def _opened(self, path: Path) -> Fernet:
        return Fernet(ring().unwrap(path.read_bytes()))


def _shred(path: Path) -> None:
    """Overwrite a file, then take it away."""
    with contextlib.suppress(FileNotFoundError):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _name_to_disk(path.parent)


def source_keys() -> SourceKeys:
    return SourceKeys(Path(settings.THROUGHLINE_SOURCE_KEYS))
