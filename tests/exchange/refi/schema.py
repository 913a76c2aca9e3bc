"""Checks a document against one of the standard's own schemas: as much of XML Schema as those two use.

Independent of the product: it reads the .xsd and knows nothing of what is written. A content model becomes a regular expression
over the names of an element's children.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_DAY = r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ZONE = r"(Z|[+-]\d{2}:\d{2})?"
_BUILT_IN = {
    "xsd:string": r"[\s\S]*",
    "xsd:boolean": r"true|false|0|1",
    "xsd:integer": r"[+-]?\d+",
    "xsd:decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "xsd:date": _DAY + _ZONE,
    "xsd:dateTime": _DAY + r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?" + _ZONE,
}


class Schema:
    """A schema; `errors` lists what a document has against it."""

    def __init__(self, path: Path) -> None:
        root = ET.parse(path).getroot()
        self._space = f"{{{root.get('targetNamespace')}}}"
        self._types = {one.get("name"): one for one in root.iter(f"{_XSD}complexType")}
        self._simple = dict(_BUILT_IN)
        for one in root.iter(f"{_XSD}simpleType"):
            patterns = [facet.get("value", "") for facet in one.iter(f"{_XSD}pattern")]
            words = [re.escape(facet.get("value", "")) for facet in one.iter(f"{_XSD}enumeration")]
            self._simple[str(one.get("name"))] = "|".join(patterns + words)
        self._root = next(one for one in root if one.tag == f"{_XSD}element")

    def errors(self, document: bytes) -> list[str]:
        """What is wrong, each with the element's name; nothing for a valid document."""
        root = ET.fromstring(document)
        if root.tag != f"{self._space}{self._root.get('name')}":
            return [f"the root is {root.tag}"]
        return self._check(root, str(self._root.get("type")))

    def _check(self, element: ET.Element, name: str) -> list[str]:
        where = element.tag.removeprefix(self._space)
        if name in self._simple:
            wrong = not re.fullmatch(self._simple[name], element.text or "") or len(element)
            return [f"{where}: {element.text!r} is no {name}"] if wrong else []
        kind = self._types[name]
        errors = self._attributes(element, kind, where)
        children = [child.tag.removeprefix(self._space) for child in element]
        if not re.fullmatch(_content(kind), "".join(f"{child}," for child in children)):
            errors.append(f"{where}: its children are {sorted(set(children))} in a wrong order or number")
        types = {one.get("name"): str(one.get("type")) for one in kind.iter(f"{_XSD}element")}
        for child, tag in zip(element, children, strict=True):
            errors += self._check(child, types[tag]) if tag in types else [f"{where}: {tag} may not be there"]
        return errors

    def _attributes(self, element: ET.Element, kind: ET.Element, where: str) -> list[str]:
        known = {str(one.get("name")): one for one in kind.iter(f"{_XSD}attribute")}
        errors = [
            f"{where}: no attribute {name}"
            for name in element.attrib
            if name not in known and "}" not in name
        ]
        for name, one in known.items():
            value = element.get(name)
            if value is None:
                errors += [f"{where}: {name} is required"] if one.get("use") == "required" else []
            elif not re.fullmatch(self._simple[str(one.get("type"))], value):
                errors.append(f"{where}: {name}={value!r} is no {one.get('type')}")
        return errors


def _content(kind: ET.Element) -> str:
    return "".join(_model(one) for one in kind if one.tag in (f"{_XSD}sequence", f"{_XSD}choice"))


def _model(one: ET.Element) -> str:
    if one.tag == f"{_XSD}element":
        inner = f"{one.get('name')},"
    else:
        joint = "|" if one.tag == f"{_XSD}choice" else ""
        inner = joint.join(_model(child) for child in one)
    least, most = one.get("minOccurs", "1"), one.get("maxOccurs", "1")
    return f"(?:{inner}){{{least},{'' if most == 'unbounded' else most}}}"
