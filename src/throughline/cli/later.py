"""Commands that are made when they are asked for by name: to make all of them takes a tenth of a second at each start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_name, get_group


class Made(Mapping[str, Any]):
    """Name -> the command or group of that name, made when it is first asked for; in the order they were added in."""

    def __init__(self, parts: Mapping[str, typer.Typer]) -> None:
        self.parts = parts
        self.made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = get_group(self.parts[name]).commands[name]
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)


def make_later(app: typer.Typer) -> None:
    """Each of the app's commands is made when it is asked for. Nothing may be added to it afterwards."""
    parts: dict[str, typer.Typer] = {}
    for command in app.registered_commands:
        part = _like(app)
        part.registered_commands = [command]
        parts[command.name or get_command_name(getattr(command.callback, "__name__", ""))] = part
    for group in app.registered_groups:
        part = _like(app)
        part.registered_groups = [group]
        assert isinstance(group.name, str)
        parts[group.name] = part
    made: Any = Made(parts)

    class Later(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands = made

    app.registered_commands, app.registered_groups = [], []
    app.info.cls = Later


def _like(app: typer.Typer) -> typer.Typer:
    part = copy(app)
    part.info = copy(app.info)
    part.registered_commands, part.registered_groups = [], []
    return part
