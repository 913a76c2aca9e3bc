"""Documents that the code itself says. `python -m tests.repository.documents` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
        lines += [f"## {role.title}", "", role.prose, ""]
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


DOCUMENTS: dict[str, Callable[[], str]] = {"roles.md": roles, "privacy.md": privacy}


def main() -> None:
    for name, write in DOCUMENTS.items():
        (DOCS / name).write_text(write())


if __name__ == "__main__":
    main()
