"""Documents that the code itself says. `python -m tests.repository.documents` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES, SYSTEM_WORK

DOCS = Path(__file__).resolve().parents[2] / "docs"


def roles() -> str:
    """docs/roles.md: what each role is and may do."""
    lines = [
        "# Roles and permissions",
        "",
        "Written from `src/throughline/rules/roles.py`. Permissions at a site count at the sites of a membership only.",
        "",
    ]
    for role in ROLES.values():
        lines += [f"## {role.title}", "", role.prose.english, ""]
        lines += [f"- {p.value.replace('_', ' ')}" for p in Permission if p in role.permissions]
        lines.append("")
    lines += ["## Work that nobody pressed a button for", ""]
    for name, permissions in SYSTEM_WORK.items():
        may = "everything" if permissions == set(Permission) else ", ".join(
            p.value.replace("_", " ") for p in Permission if p in permissions
        )  # fmt: skip
        lines.append(f"- **{name}**: {may}")
    return "\n".join(lines) + "\n"


def privacy() -> str:
    """docs/privacy.md: every stored field and how much it tells about a person."""
    import django

    django.setup()
    from django.apps import apps

    from throughline.records.foundation import privacy_of

    lines = [
        "# What is stored, and how much it tells",
        "",
        "Written from the labels of the models. direct: names or stands for a person. quasi: together with others it can",
        "single a person out. plain: tells nothing about a person. free text: may hold anything.",
        "",
    ]
    for model in apps.get_models():
        if not model.__module__.startswith("throughline."):
            continue
        labels = privacy_of(model)
        lines += [f"## {model._meta.label}", "", "| field | label |", "|---|---|"]
        fields = [f.name for f in [*model._meta.fields, *model._meta.many_to_many]]
        lines += [f"| {name} | {labels[name].value} |" for name in fields if name in labels]
        lines.append("")
    return "\n".join(lines)


def commands_of(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below one, by its words."""
    below = getattr(command, "commands", {})
    for name in below:
        yield from commands_of(below[name], *words, name)
    if words and (not below or getattr(command, "invoke_without_command", False)):
        yield words, command


def commands() -> str:
    """docs/commands.md: every command, what it asks for and what it does."""
    from typer.main import get_command

    from throughline.cli.main import app

    lines = [
        "# Commands",
        "",
        "Written from `src/throughline/cli`. `throughline COMMAND --help` says the same, with each option in its words.",
        "",
    ]
    for words, command in sorted(commands_of(get_command(app)), key=lambda found: found[0]):
        named = [one.opts[0] for one in command.params if one.param_type_name == "option" and not one.hidden]
        asked = [
            (one.metavar or one.name).upper() for one in command.params if one.param_type_name == "argument"
        ]
        lines += [f"## throughline {' '.join([*words, *asked])}", ""]
        lines += [" ".join((command.help or "").replace("\b", "").split()), ""]
        if named:
            lines += [f"Options: {', '.join(f'`{name}`' for name in named)}.", ""]
    return "\n".join(lines)


DOCUMENTS: dict[str, Callable[[], str]] = {"roles.md": roles, "privacy.md": privacy, "commands.md": commands}


def main() -> None:
    for name, write in DOCUMENTS.items():
        (DOCS / name).write_text(write())


if __name__ == "__main__":
    main()
