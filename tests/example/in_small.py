"""The fictional programme in small: loading it takes seconds, and everything in it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from throughline.example.parameters import Parameters


def in_small(parameters: Parameters) -> dict[str, Any]:
    """The same programme with a fortieth of its contacts and a tenth of its survey."""
    content = parameters.model_dump(mode="json", by_alias=True)
    for site in content["sites"]:
        site["contacts_per_day"] /= 40
        site["survey"] = max(site["survey"] // 10, 1)
    content["referral"]["from_police_per_month"] = 2.0
    return content


def written(content: dict[str, Any], path: Path) -> str:
    """The name of a file of such parameters, for `throughline demo --parameters`."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True))
    return str(path)
