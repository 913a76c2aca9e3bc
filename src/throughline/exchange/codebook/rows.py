"""Rows of a table (CSV, XLSX, a table in Word) -> codes. What is wrong is said with its line, and nothing is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from throughline.exchange.codebook.document import (
    COLUMNS,
    COMMENTS,
    GROUPS,
    SUBGROUPS,
    TYPES,
    CodebookCode,
    in_tree_order,
)
from throughline.exchange.project.naming import slug_of
from throughline.exchange.project.palette import place_of
from throughline.exchange.refi.codebook import colour_of
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import CodeOrigin

MAX_CODES = 5_000
NAME_MOST = 160
TEXT_MOST = 20_000
_YES = frozenset({"yes", "true", "1", "y", "x", "retired"})
_BLANK = re.compile(r"\s+")
_RULE = re.compile(r"[:\-\s]*---[:\-\s]*")  # below the header of a table in Markdown
_PATH = re.compile(
    r"\s*(?:\\+|>|/|::|\|)\s*"
)  # how programs write what a code stands under, all the way down
# Colours by name, as lists of codes in other programs have them.
_NAMED = {
    "none": "", "no color": "", "no colour": "", "automatic": "", "red": "#c00000", "green": "#2c7a3f", "blue": "#2f62b5",
    "yellow": "#c09000", "orange": "#c05a00", "purple": "#7548b0", "violet": "#7548b0", "pink": "#a5367f",
    "magenta": "#a5367f", "cyan": "#0b7676", "teal": "#0b7676", "turquoise": "#0b7676", "brown": "#a9431f",
    "grey": "#57666f", "gray": "#57666f", "black": "#57666f", "white": "",
}  # fmt: skip
_BETWEEN = re.compile(r"[\W_]+")


def columns_of(header: Sequence[str], filename: str) -> dict[str, int]:
    """Column -> its place. Raises Invalid where no column names the codes, or two mean the same."""
    bare = [" ".join(_BETWEEN.sub(" ", written.lower()).split()) for written in header]
    found: dict[str, int] = {}
    code = bare.index("code") if "code" in bare else None
    for place, written in enumerate(bare):
        column = next((name for name, words in COLUMNS.items() if written in words), None)
        if column is None or place == code:
            continue
        if column in found:
            raise _alike(filename, header[found[column]], written)
        found[column] = place
    if code is not None:
        # "Code" alone names the codes; beside a name it is what they are known by
        meant = "slug" if "name" in found else "name"
        if meant in found:
            raise _alike(filename, header[found[meant]], header[code])
        found[meant] = code
    elif "name" not in found and "slug" in found:
        found["name"] = found.pop("slug")
    if "name" not in found:
        raise Invalid(
            Sentence(
                "%(file)s: no column names the codes. Call it Name; others may be Code, Under, Definition, Use it for,"
                " Do not use it for, Example, Origin, Colour.",
                file=filename,
            )
        )
    comment = next((bare.index(words) for words in COMMENTS if words in bare), None)
    if comment is not None:
        found.setdefault("definition", comment)
    for name, words in (("group", GROUPS), ("subgroup", SUBGROUPS), ("type", TYPES)):
        where = next((bare.index(word) for word in words if word in bare), None)
        if where is not None and (name == "type" or "parent" not in found):
            found[name] = where
    return found


def unread_columns(header: Sequence[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """The headings of columns of which nothing is taken."""
    taken = set(columns.values())
    return tuple(
        " ".join(written.split())[:60]
        for at, written in enumerate(header)
        if at not in taken and written.strip()
    )


def _alike(filename: str, one: str, other: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s: the columns %(one)s and %(other)s mean the same. Leave one of them out.",
            file=filename,
            one=one[:60],
            other=other[:60],
        )
    )


def codes_of_rows(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int], filename: str
) -> tuple[CodebookCode, ...]:
    """Codes in tree order. `rows`: line of the file, cells. Raises Invalid with the line for what cannot be a code."""
    codes: list[CodebookCode] = []
    taken: set[str] = set()
    groups: dict[tuple[str, str], str] = {}
    for line, given in _filled_down(list(_given(rows, columns))):
        above = ""
        for group in (given.pop("group", ""), given.pop("subgroup", "")):
            above = _group(group, above, codes, groups, taken) if group else above
        if above and not given.get("parent"):
            given["parent"] = above
        code = _code(given, line, taken, filename)
        taken.add(code.slug)
        codes.append(code)
        if len(codes) > MAX_CODES:
            raise Invalid(
                Sentence("%(file)s holds more than %(most)s codes. Split it.", file=filename, most=MAX_CODES)
            )
    if not codes:
        raise Invalid(Sentence("%(file)s holds no code below its header.", file=filename))
    slugs = {code.slug for code in codes} if "slug" in columns else set(groups.values())
    return _hung(codes, slugs, filename)


def _given(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in rows:
        given = {name: _plain(cells[place]) if place < len(cells) else "" for name, place in columns.items()}
        if not all(not cell or _RULE.fullmatch(cell) for cell in given.values()):
            yield line, given


def _filled_down(rows: list[tuple[int, dict[str, str]]]) -> list[tuple[int, dict[str, str]]]:
    """A theme that is written beside the first of its codes alone, as merged cells are, is the theme of those below it.

    That is so where the first row has one and none is written twice; else an empty cell is a code without a theme.
    """
    for name in ("group", "subgroup"):
        written = [given.get(name, "") for _, given in rows]
        said = [one.casefold() for one in written if one]
        if not said or not written[0] or len(said) == len(written) or len(set(said)) < len(said):
            continue
        last, around = "", ""
        for _, given in rows:
            if name == "subgroup" and given.get("group", "") != around:
                last, around = "", given.get("group", "")
            last = given[name] = given[name] or last
    return rows


def _group(
    name: str,
    above: str,
    codes: list[CodebookCode],
    groups: dict[tuple[str, str], str],
    taken: set[str],
) -> str:
    """What a group is known by; the first time, it becomes a code, for its codes to stand under. `above`: the group around it."""
    name = _BLANK.sub(" ", name)[:NAME_MOST]
    at = (above, name.casefold())
    there = next((code.slug for code in codes if code.name.casefold() == at[1] and not above), None)
    if there:
        groups.setdefault(at, there)
    if at not in groups:
        slug = slug_of(name, taken)
        taken.add(slug)
        codes.append(CodebookCode(slug, name, above or None))
        groups[at] = slug
    return groups[at]


def _plain(cell: str) -> str:
    """A cell as it was before it was kept from running as a formula."""
    bare = cell.strip()
    return bare[1:] if bare.startswith("'") and bare[1:2] in ("=", "+", "@") else bare


def _code(given: Mapping[str, str], line: int, taken: set[str], filename: str) -> CodebookCode:
    name = _BLANK.sub(" ", given["name"])
    if not name:
        raise _at(filename, line, Sentence("this code has no name."))
    if len(name) > NAME_MOST:
        raise _at(
            filename,
            line,
            Sentence(
                "the name has %(count)s letter; the most is %(most)s.",
                "the name has %(count)s letters; the most is %(most)s.",
                count=len(name),
                most=NAME_MOST,
            ),
        )
    slug = given.get("slug", "")
    if slug and slug in taken:
        raise _at(filename, line, Sentence("the code %(slug)s stands in the file before.", slug=slug[:80]))
    slug = slug_of(slug or name, taken)
    for column in ("definition", "include", "exclude", "example"):
        if len(given.get(column, "")) > TEXT_MOST:
            raise _at(
                filename,
                line,
                Sentence(
                    "the column %(column)s has more than %(most)s letters.",
                    column=column,
                    most=TEXT_MOST,
                ),
            )
    return CodebookCode(
        slug, name, given.get("parent") or None, given.get("definition", ""), given.get("include", ""),
        given.get("exclude", ""), given.get("example", ""),
        _origin(given.get("origin", ""), filename, line) or _said_in(given.get("type", "")),
        _colour(given.get("colour", ""), filename, line), given.get("retired", "").lower() in _YES, line=line,
    )  # fmt: skip


def _said_in(written: str) -> CodeOrigin | None:
    return next((origin for origin in CodeOrigin if origin.value in written.lower()), None)


def _origin(written: str, filename: str, line: int) -> CodeOrigin | None:
    bare = written.lower()
    if not bare:
        return None
    if origin := _said_in(bare):
        return origin
    raise _at(
        filename, line, Sentence("the origin is “%(written)s”. Write deductive or inductive, or leave it empty.",
        written=written[:40],
    ))  # fmt: skip


def _colour(written: str, filename: str, line: int) -> int:
    if not any(map(str.isalnum, written)):  # nothing, or the dot that a program painted
        return 0
    written = _NAMED.get(written.strip().lower(), written)
    if not written:
        return 0
    if hexadecimal := colour_of(written):
        return place_of(hexadecimal)
    if written.isdecimal() and len(written) < 3 and int(written) <= 8:
        return int(written)
    raise _at(
        filename,
        line,
        Sentence(
            "the colour is “%(written)s”. Write a number from 1 to 8, or leave it empty.",
            written=written[:40],
        ),
    )


def _hung(codes: Sequence[CodebookCode], slugs: set[str], filename: str) -> tuple[CodebookCode, ...]:
    """Parents found by what the file says they are known by, or else by their name where one code alone has it."""
    names: dict[str, list[str]] = {}
    for code in codes:
        names.setdefault(code.name.casefold(), []).append(code.slug)
    hung = []
    for code in codes:
        if code.parent is None or code.parent in slugs:
            hung.append(code)
            continue
        meant = names.get(_BLANK.sub(" ", code.parent).casefold(), []) or _at_path(code.parent, codes)
        if len(meant) != 1:
            why = (
                Sentence("it stands under “%(parent)s”, which is in no row.")
                if not meant
                else Sentence(
                    "it stands under “%(parent)s”, which is the name of several codes; write what stands in the column Code."
                )
            )
            raise _at(
                filename,
                code.line,
                why.given(parent=code.parent[:80]),
            )
        hung.append(replace(code, parent=meant[0]))
    order = in_tree_order(hung)
    if len(order) < len(hung):
        placed = {code.slug for code in order}
        lost = next(code for code in hung if code.slug not in placed)
        raise _at(
            filename, lost.line, Sentence("the code “%(name)s” stands under itself.", name=lost.name[:80])
        )
    return order


def _names_of(path: str) -> list[str]:
    return [name.casefold() for name in _PATH.split(_BLANK.sub(" ", path)[:TEXT_MOST]) if name]


def _at_path(path: str, codes: Sequence[CodebookCode]) -> list[str]:
    """The codes whose name is the path's last, below one whose name is the one before, as far up as the file says."""
    *above, last = _names_of(path) or [""]
    if not above:
        return []
    named = [code for code in codes if code.name.casefold() == last]
    under = [code for code in named if _names_of(code.parent or "")[-1:] == above[-1:]]
    return [code.slug for code in under or named]


def _at(filename: str, line: int, what: Sentence) -> Invalid:
    return Invalid(Sentence("%(file)s, line %(line)s: %(what)s", file=filename, line=line, what=what))
