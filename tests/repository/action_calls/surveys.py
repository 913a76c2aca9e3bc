"""What the actions of surveys are called with."""

from __future__ import annotations

from typing import Any

CALLS: dict[str, Any] = {}
