"""The vector file that both sides of the seal are held to: `python -m tests.exchange.device_event.vectors` writes it anew."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from throughline.exchange.device_event.seal import INFO, seal

PATH = Path(__file__).parent / "seal-vectors.json"
PLAIN = ["", "{}", '{"format": 1, "place": "café"}', "x" * 4096]


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def made() -> list[dict[str, str]]:
    """Fixed keys, fixed ids: the same file each time. All values but `plain` and `event_id` are base64url."""
    found = []
    for number, plain in enumerate(PLAIN, start=1):
        receiver = X25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        sender = X25519PrivateKey.from_private_bytes(bytes([100 + number]) * 32)
        event_id = UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
        public = receiver.public_key().public_bytes_raw()
        sealed = seal(plain.encode(), to=public, event_id=event_id, ephemeral=sender)
        found.append(
            {
                "event_id": str(event_id), "info": text(INFO), "private_key": text(receiver.private_bytes_raw()),
                "public_key": text(public), "ephemeral_private_key": text(sender.private_bytes_raw()), "plain": plain,
                "sealed": text(sealed),
            }
        )  # fmt: skip
    return found


if __name__ == "__main__":
    PATH.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
