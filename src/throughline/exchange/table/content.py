"""A mapping file as plain content, as it is kept; and the file that such content is."""

from __future__ import annotations

from typing import Any

import yaml

from throughline.exchange.table.mapping import Mapping, read_mapping
from throughline.exchange.table.yaml_text import read_yaml
from throughline.vocabulary.errors import Invalid, Sentence


def yaml_of(mapping: dict[str, Any]) -> str:
    return yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=110)


def content_of_file(data: bytes, name: str, kind: type[Mapping]) -> dict[str, Any]:
    """What a mapping file says. Raises Invalid where it is none of this kind."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Sentence("%(path)s is not UTF-8 text.", path=name)) from None
    read_mapping(text, name, kind)
    content: dict[str, Any] = _plain(read_yaml(text, name).content)
    return content


def _plain(given: Any) -> Any:
    """As JSON has it: a day that YAML read as one is written again."""
    if isinstance(given, dict):
        return {str(key): _plain(one) for key, one in given.items()}
    if isinstance(given, list):
        return [_plain(one) for one in given]
    return given if isinstance(given, str | int | float | bool) or given is None else given.isoformat()
