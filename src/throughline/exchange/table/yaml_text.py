"""YAML as a person writes it -> plain text values with the lines they stand in.

Every value stays text: YAML would make `No` a false, `12:00` the number 720 and `007` seven. Aliases are refused
(a few lines of them can unfold to gigabytes), and so are keys written twice, of which YAML silently keeps one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from throughline.vocabulary.errors import Invalid, Sentence

MAX_CHARS = 200_000
MAX_DEPTH = 20  # PyYAML takes the square of what is nested: a line of brackets would hold it for hours
NOT_YAML = Sentence("not YAML text")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlText:
    """Nested dicts, lists and strings, and the line (from 1) of each by its path."""

    content: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, filename: str) -> YamlText:
    """Raises Invalid, naming the line, for what is not YAML, aliases, deep nesting and double keys."""
    if len(text) > MAX_CHARS:
        raise Invalid(
            Sentence("%(file)s is too long for a mapping. Check that it is the right file.", file=filename)
        )
    lines: dict[Path, int] = {}
    try:
        _check_events(text, filename)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        return YamlText(None if node is None else _plain(node, (), lines, filename), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _wrong(filename, mark.line + 1 if mark else 1, error.problem or NOT_YAML) from None
    except (yaml.YAMLError, RecursionError):
        raise _wrong(filename, 1, NOT_YAML) from None


def _check_events(text: str, filename: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _wrong(filename, line, Sentence("aliases (*name) are not used in mappings"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _wrong(
                filename,
                line,
                Sentence("brackets or indents are nested more than %(most)s deep", most=MAX_DEPTH),
            )


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], filename: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, at), lines, filename) for at, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(filename, line, Sentence("a key must be a word"))
        name = str(key.value)
        if name in found:
            raise _wrong(
                filename, line, Sentence("`%(name)s` is written twice in the same place", name=name[:40])
            )
        found[name] = _plain(value, (*path, name), lines, filename)
        lines[(*path, name)] = line
    return found


def _wrong(filename: str, line: int, problem: Sentence | str) -> Invalid:
    """`problem`: ours, or the parser's own words, which are English."""
    return Invalid(
        Sentence(
            "The mapping %(file)s cannot be read at line %(line)s: %(problem)s. Each line is `key: value`, and what"
            " belongs together is indented by the same number of blanks.",
            file=filename, line=line, problem=problem,
        )
    )  # fmt: skip
