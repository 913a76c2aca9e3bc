"""Every message of the product: read from the source, without running it.

A message is the constant that stands first in a call of gettext and its kin, of `Sentence`, of a report's `say` or of an error
that carries a sentence; and what templates translate.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "throughline"
LANGUAGE, ERRORS, REPORT = (
    "django.utils.translation",
    "throughline.vocabulary.errors",
    "throughline.reporting.document",
)
# Who says -> at which places stand its context, its text and its plural.
PLAIN, IN_CONTEXT, MANY, MANY_IN_CONTEXT = (None, 0, None), (0, 1, None), (None, 0, 1), (0, 1, 2)
Places = tuple[int | None, int, int | None]
SAYS: dict[str, Places] = {
    **{f"{LANGUAGE}.{name}": PLAIN for name in ("gettext", "gettext_lazy", "gettext_noop")},
    **{f"{LANGUAGE}.{name}": IN_CONTEXT for name in ("pgettext", "pgettext_lazy")},
    **{f"{LANGUAGE}.{name}": MANY for name in ("ngettext", "ngettext_lazy")},
    **{f"{LANGUAGE}.{name}": MANY_IN_CONTEXT for name in ("npgettext", "npgettext_lazy")},
    **{
        f"{ERRORS}.{name}": PLAIN
        for name in (
            "ThroughlineError",
            "NotAllowed",
            "TooSoon",
            "NotFound",
            "Unready",
            "Invalid",
        )
    },
}
# An error may be given a sentence that was made elsewhere.
MAY_BE_GIVEN = {name for name in SAYS if name.startswith(ERRORS)}
# These say a second text, for counts other than one, where there is one.
SENTENCE = "throughline.vocabulary.sentences.Sentence"
MAY_COUNT = {SENTENCE, f"{ERRORS}.Sentence", f"{REPORT}.say"}
SAYS |= dict.fromkeys(MAY_COUNT, PLAIN)
# Where sentences are defined, a text comes from whoever says it.
DEFINED = (
    "vocabulary/errors.py",
    "vocabulary/sentences.py",
    "reporting/document.py",
    "records/speech.py",
    "web/island_words.py",
)

_CALL = re.compile(r"(?<![\w.])(gettext|pgettext|ngettext|npgettext|_)\(")
_TEXT = re.compile(r"""\s*,?\s*[urb]?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)
_IN_TEMPLATES = {
    "gettext": PLAIN,
    "_": PLAIN,
    "pgettext": IN_CONTEXT,
    "ngettext": MANY,
    "npgettext": MANY_IN_CONTEXT,
}


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    plural: str | None = None
    context: str | None = None


@dataclass
class Found:
    """Messages, each with where it stands; and calls whose text is made while running, which nobody could translate."""

    messages: dict[Message, list[str]] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def add(self, message: Message, place: str) -> None:
        if not message.text:
            return  # an empty text is the head of a catalogue
        places = self.messages.setdefault(message, [])
        if place not in places:
            places.append(place)


def all_messages() -> Found:
    """Of the whole product; Python first, then templates. Commands speak English only, and so does the example."""
    found = Found()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in {"cli", "example"}:
            in_python(path.read_text(encoding="utf-8"), _named(path), found)
    for ending in ("*.html", "*.svg", "*.txt"):
        for path in sorted(SOURCE.rglob(ending)):
            if "templates" in path.parts:
                in_template(path.read_text(encoding="utf-8"), _named(path), found)
    return _once(found)


def _once(found: Found) -> Found:
    """A catalogue holds a text once: what is said with a plural somewhere is also what is said without one elsewhere."""
    counted = {(one.context, one.text): one for one in found.messages if one.plural is not None}
    together = Found(made=found.made)
    for one, places in found.messages.items():
        for place in places:
            together.add(counted.get((one.context, one.text), one), place)
    return together


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_python(text: str, name: str, found: Found) -> None:
    """Add what a module says."""
    tree = ast.parse(text)
    speakers = dict(_imported(tree))
    if name.endswith("vocabulary/errors.py"):
        speakers |= {one.rsplit(".", 1)[1]: one for one in SAYS if one.startswith(ERRORS)}
    if name.endswith("reporting/document.py"):
        speakers["say"] = f"{REPORT}.say"
    if name.endswith("vocabulary/sentences.py"):
        speakers["Sentence"] = SENTENCE
    constants = _constants(tree)
    for node in ast.walk(tree):
        speaker = _speaker(node, speakers)
        if speaker is None or not isinstance(node, ast.Call) or not node.args:
            continue
        place = f"{name}:{node.lineno}"
        places = MANY if speaker in MAY_COUNT and len(node.args) > 1 else SAYS[speaker]
        options = [_texts(node, at, constants) for at in places]
        if any(one is None for one in options):
            if speaker not in MAY_BE_GIVEN and not name.endswith(DEFINED):
                found.made.append(f"{place}: {ast.unparse(node)[:100]}")
            continue
        contexts, texts, plurals = (one or [] for one in options)
        for number, one in enumerate(texts):
            if one is not None:
                found.add(Message(one, _at(plurals, number), _at(contexts, 0)), place)


def _at(given: list[str | None], number: int) -> str | None:
    return given[min(number, len(given) - 1)]


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if f"{node.module}.{one.name}" in SAYS:
                    yield one.asname or one.name, f"{node.module}.{one.name}"


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names of a module that hold a text for good."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _speaker(node: ast.AST, speakers: dict[str, str]) -> str | None:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return speakers.get(node.func.id) if is_call else None


def _texts(call: ast.Call, at: int | None, constants: dict[str, str]) -> list[str | None] | None:
    """What may stand at a place of a call; None where that is made while running."""
    if at is None:
        return [None]
    return _constant(call.args[at], constants) if at < len(call.args) else None


def _constant(node: ast.expr, constants: dict[str, str]) -> list[str | None] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name) and node.id in constants:
        return [constants[node.id]]
    if isinstance(node, ast.IfExp):
        one, other = _constant(node.body, constants), _constant(node.orelse, constants)
        return None if one is None or other is None else one + other
    return None


def in_template(text: str, name: str, found: Found) -> None:
    """Add what a template says."""
    source = templatize(text, origin=name)
    for call in _CALL.finditer(source):
        texts, end = [], call.end()
        while (one := _TEXT.match(source, end)) and len(texts) < 3:
            texts.append(ast.literal_eval(one[1]))
            end = one.end()
        context, at, plural = _IN_TEMPLATES[call[1]]
        if len(texts) > max(at, plural or 0):
            said = Message(
                texts[at],
                None if plural is None else texts[plural],
                None if context is None else texts[context],
            )
            found.add(said, f"{name}:{source.count(chr(10), 0, call.start()) + 1}")
