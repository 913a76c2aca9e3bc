"""The sealed events that both sides must open: `python -m tests.exchange.device_event.vectors` writes them anew."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from throughline.exchange.device_event.seal import seal

PATH = Path(__file__).parent / "seal-vectors.json"
PLAIN = ["", "{}", '{"format": 1, "place": "café"}', "x" * 4096]


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


def made() -> list[dict[str, str]]:
    """Fixed keys and ids, sealed anew. All values but `plain` and `event_id` are base64url."""
    found = []
    for number, plain in enumerate(PLAIN, start=1):
        receiver = X25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        event_id = UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
        public = receiver.public_key().public_bytes_raw()
        sealed = seal(plain.encode(), to=public, event_id=event_id)
        found.append(
            {
                "event_id": str(event_id), "private_key": text(receiver.private_bytes_raw()),
                "public_key": text(public), "plain": plain, "sealed": text(sealed),
            }
        )  # fmt: skip
    return found


if __name__ == "__main__":
    PATH.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
