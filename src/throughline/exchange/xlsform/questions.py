"""XForm -> what it asks, in the order in which it is asked. Pure.

The form's body says which questions are shown and how; its binds say of what type an answer is, on what it depends and
what is worked out. What has a bind and no place in the body is a calculation, or what a device would tell of itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from throughline.exchange.xlsform.choosing import nothing_of
from throughline.exchange.xlsform.tree import FORM_BYTES, FORM_ELEMENTS, local, tree_of
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.surveys import DEFAULT_LANGUAGE, SENSITIVE, Choice, Question, QuestionType

MAX_CHOICES = 200_000  # of all questions together
_BY_CONTROL = {
    "select1": QuestionType.SELECT_ONE,
    "select": QuestionType.SELECT_MULTIPLE,
    "rank": QuestionType.RANK,
    "trigger": QuestionType.ACKNOWLEDGE,
    "upload": QuestionType.FILE,
    "range": QuestionType.RANGE,
}
_BY_BIND = {
    "int": QuestionType.INTEGER,
    "integer": QuestionType.INTEGER,
    "decimal": QuestionType.DECIMAL,
    "date": QuestionType.DATE,
    "time": QuestionType.TIME,
    "dateTime": QuestionType.DATETIME,
    "geopoint": QuestionType.GEO,
    "geotrace": QuestionType.GEO,
    "geoshape": QuestionType.GEO,
    "barcode": QuestionType.BARCODE,
    "binary": QuestionType.FILE,
}
_CONTROLS = frozenset({"input", "secret", *_BY_CONTROL})
_INSTANCE = re.compile(r"instance\(\s*'([^']+)'\s*\)")
_ITEXT = re.compile(r"jr:itext\(\s*'(.*)'\s*\)\Z", re.DOTALL)
_NAME_IN_PATH = re.compile(r"[^/\s]+\Z")
_NAMED = re.compile(r"/\s*([\w.-]+)(?![\w.-]|\s*/)")  # the last name of each path in an expression
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks, and in which languages."""

    form_id: str
    version: str
    title: str
    questions: tuple[Question, ...]
    languages: tuple[str, ...]


@dataclass(slots=True)
class _Form:
    root: str  # "/data"
    itext: dict[str, dict[str, str]]
    binds: dict[str, Element]
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    repeats: tuple[str, ...] = ()


def asked_in(xform: str) -> Asked:
    """The questions of a compiled form. Raises Invalid for what is no XForm."""
    tree = tree_of(xform, most_bytes=FORM_BYTES, most_elements=FORM_ELEMENTS)
    model = _first(tree, "model")
    instance = _first(model, "instance")
    top = next(iter(instance), None)
    if top is None:
        raise _no_form()
    itext, languages = _translations(model)
    binds = {_bare(one.get("nodeset", "")): one for one in model if local(one) == "bind"}
    form = _Form(f"/{local(top)}", itext, binds)
    form.lists = {
        one.get("id", ""): _listed(one, form) for one in model if local(one) == "instance" and one.get("id")
    }
    body = _first(tree, "body")
    form.repeats = tuple(_bare(one.get("nodeset", "")) for one in body.iter() if local(one) == "repeat")
    controls = {_bare(one.get("ref", "")): one for one in body.iter() if local(one) in _CONTROLS}
    paths = dict.fromkeys([*controls, *(path for path in binds if path not in controls)])
    questions = tuple(filter(None, (_question(path, controls.get(path), form) for path in paths)))
    if sum(len(one.choices or ()) for one in questions) > MAX_CHOICES:
        raise Invalid(
            Sentence("The form offers more than %(most)s choices. Leave out those of other places.", most=MAX_CHOICES)
        )  # fmt: skip
    questions = _marked(questions, form, tree)
    title = "".join(_first(tree, "title").itertext()).strip()
    return Asked(top.get("id", ""), _version(top), title, questions, languages)


def _version(top: Element) -> str:
    return next((value for name, value in top.attrib.items() if name.rpartition("}")[2] == "version"), "")


def _question(path: str, control: Element | None, form: _Form) -> Question | None:
    """The question at a path; None for groups, repeats' counts and the form's own marks (instanceID)."""
    bind = form.binds.get(path)
    inside = path.removeprefix(f"{form.root}/")
    if not path.startswith(f"{form.root}/") or inside.startswith("meta/"):
        return None
    kind = _type(control, bind)
    if kind is None or (
        control is None and path.endswith("_count") and path.removesuffix("_count") in form.repeats
    ):
        return None  # fmt: skip
    around = sorted((one for one in form.repeats if path.startswith(f"{one}/")), key=len)
    return Question(
        inside, kind, {} if control is None else _words(control, "label", form), _choices(control, form),
        _repeat([one.removeprefix(f"{form.root}/") for one in around]), bind is not None and "true" in bind.get("required", ""),
        any(other.get("relevant") for other in _around(path, form)),
    )  # fmt: skip


def _marked(questions: tuple[Question, ...], form: _Form, tree: Element) -> tuple[Question, ...]:
    """Marks what is worked out of what people wrote, where they were or who a device is, however many steps lie between."""
    worked_out = {path: one.get("calculate", "") for path, one in form.binds.items()}
    for one in tree.iter():
        if local(one) == "setvalue":
            path = _bare(one.get("ref", ""))
            worked_out[path] = f"{worked_out.get(path, '')} {one.get('value', '')}"
    uses = {path: set(_NAMED.findall(expression)) for path, expression in worked_out.items()}
    telling = {one.name for one in questions if one.is_sensitive}
    telling |= {path.rpartition("/")[2] for path, one in form.binds.items() if _tells(one)}
    marked: set[str] = set()
    while fresh := {path for path, names in uses.items() if names & telling} - marked:
        marked |= fresh
        telling |= {path.rpartition("/")[2] for path in fresh}
    made = _made_of(uses)
    return tuple(
        replace(one, is_of_words=path in marked, made_of=made.get(path, frozenset()))
        for one in questions
        for path in [f"{form.root}/{one.path}"]
    )


def _made_of(uses: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """Path -> names of all that it is worked out of. A name stands for every question that has it: rather too many than one
    too few."""
    by_name: dict[str, set[str]] = {}
    for path, names in uses.items():
        by_name.setdefault(path.rpartition("/")[2], set()).update(names)
    found: dict[str, frozenset[str]] = {}
    for path, names in uses.items():
        reached, fresh = set(names), set(names)
        while fresh:
            fresh = {name for one in fresh for name in by_name.get(one, ())} - reached
            reached |= fresh
        if reached:
            found[path] = frozenset(reached)
    return found


def _tells(bind: Element) -> bool:
    """Whether a device would fill it in with a place, or with whose device it is."""
    return _BY_BIND.get(bind.get("type", "")) in SENSITIVE or any(
        name.rpartition("}")[2] == "preload" and value == "property" for name, value in bind.attrib.items()
    )


def _repeat(around: list[str]) -> str:
    """The innermost of the repeats around a question, with [] where another one ends."""
    path, before = "", ""
    for one in around:
        path += one if not before else f"[]{one.removeprefix(before)}"
        before = one
    return path


def _around(path: str, form: _Form) -> Iterator[Element]:
    """The binds of a path and of every group around it."""
    while path:
        if path in form.binds:
            yield form.binds[path]
        path = path.rpartition("/")[0]


def _type(control: Element | None, bind: Element | None) -> QuestionType | None:
    given = {} if bind is None else {name.rpartition("}")[2]: value for name, value in bind.attrib.items()}
    if control is None:
        if "preload" in given:
            return QuestionType.METADATA
        return QuestionType.CALCULATE if "calculate" in given else None
    if local(control) in _BY_CONTROL:
        return _BY_CONTROL[local(control)]
    if "true" in given.get("readonly", ""):
        return QuestionType.CALCULATE if "calculate" in given else QuestionType.NOTE
    return _BY_BIND.get(given.get("type", "").removeprefix("xsd:"), QuestionType.TEXT)


def _choices(control: Element | None, form: _Form) -> tuple[Choice, ...] | None:
    if control is None or local(control) not in ("select1", "select", "rank"):
        return None
    for part in control:
        if local(part) == "itemset":
            named = _INSTANCE.search(part.get("nodeset", ""))
            return (form.lists.get(named[1]) or None) if named else None
    return tuple(_choice(one, _words(one, "label", form)) for one in control if local(one) == "item")


def _listed(instance: Element, form: _Form) -> tuple[Choice, ...]:
    """The items of a list of choices that stands in the form; a name that comes again is the same choice."""
    found: dict[str, Choice] = {}
    for item in instance.iter():
        if local(item) != "item":
            continue
        parts = {local(one): (one.text or "").strip() for one in item}
        labels: Labels = (
            form.itext.get(parts["itextId"], {})
            if "itextId" in parts
            else {DEFAULT_LANGUAGE: parts.get("label", "")}
        )
        choice = _named(parts.get("name", ""), labels)
        found.setdefault(choice.name, choice)
    return tuple(found.values())


def _choice(item: Element, labels: Labels) -> Choice:
    value = next(((one.text or "").strip() for one in item if local(one) == "value"), "")
    return _named(value, labels)


def _named(name: str, labels: Labels) -> Choice:
    return Choice(name, labels, nothing_of([name, *labels.values()]))


def _words(element: Element, part: str, form: _Form) -> Labels:
    """What stands in a label, in each language."""
    for one in element:
        if local(one) == part:
            named = _ITEXT.match(one.get("ref", "").strip())
            return form.itext.get(named[1], {}) if named else {DEFAULT_LANGUAGE: _text(one)}
    return {}


def _translations(model: Element) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """Text id -> language -> words, and the languages; pictures and sounds of a text are left out."""
    found: dict[str, dict[str, str]] = {}
    languages: Counter[str] = Counter()
    for translation in model.iter():
        if local(translation) != "translation":
            continue
        language = translation.get("lang", DEFAULT_LANGUAGE)
        languages[language] += 0
        for text in translation:
            words = next((_text(one) for one in text if local(one) == "value" and not one.get("form")), "")
            if words and words != "-":  # what the compiler writes where there is no translation
                found.setdefault(text.get("id", ""), {})[language] = words
                languages[language] += 1
    spoken = tuple(one for one, count in languages.items() if count)
    return found, spoken or (DEFAULT_LANGUAGE,)


def _text(element: Element) -> str:
    """Words with the places where an earlier answer is put in, as ${name}."""
    pieces = [element.text or ""]
    for one in element:
        named = _NAME_IN_PATH.search(one.get("value", "").strip())
        pieces += [f"${{{named[0]}}}" if named else "", one.tail or ""]
    return " ".join("".join(pieces).split())


def _bare(path: str) -> str:
    return path.strip()


def _first(tree: Element, name: str) -> Element:
    found = next((one for one in tree.iter() if local(one) == name), None)
    if found is None:
        raise _no_form()
    return found


def _no_form() -> Invalid:
    return Invalid(Sentence("The file was compiled to something that is no form: it has no questions."))
