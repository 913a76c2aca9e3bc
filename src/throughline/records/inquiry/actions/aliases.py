"""What stands for a name: the project's own list, and taking names out of a source before others read it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.db import transaction

from throughline.methods.identifiers import Known, as_compared, occurrences, replaced
from throughline.methods.text_mapping import mapping_of_replacements, with_replacements
from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.carrying import Standing, put_text, standing, turns_carried
from throughline.records.inquiry.models import Alias, Analysis, Source
from throughline.records.keyring import source_keys
from throughline.rules.access import check_may_add_source, check_may_see_sources
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import AliasKind, TextChange

MOST_LABEL = 60
MOST_SPEAKER = 120


@dataclass(frozen=True)
class Replacement:
    """A stretch of a text and what shall stand there. `everywhere`: wherever the same words stand in the source, too."""

    start: int
    end: int
    kind: AliasKind
    label: str
    everywhere: bool = True


@transaction.atomic
def add_alias(
    *, analysis: Analysis, kind: AliasKind, label: str, terms: Iterable[str], by: Actor, at: datetime
) -> Alias:
    """Put words on the analysis's list: from now on they are proposed in every source. A label that is there gets more.

    Invalid where a term stands under another label, or in any label: then taking out could never come to an end.
    """
    check_may_add_source(by, analysis.programme_id)
    [alias] = _add(analysis, {(kind, label): list(terms)}, by, at)
    audit.record(Event.ALIAS_ADDED, target=alias, programme_id=analysis.programme_id, by=by, at=at)
    return alias


@transaction.atomic
def remove_alias(*, alias: Alias, by: Actor, at: datetime) -> None:
    """Take a label and its words off the list. Texts in which it stands keep it."""
    check_may_add_source(by, alias.programme_id)
    audit.record(Event.ALIAS_REMOVED, target=alias, programme_id=alias.programme_id, by=by, at=at)
    Alias.objects.filter(id=alias.id).delete()


@transaction.atomic
def read_aliases(*, analysis: Analysis, by: Actor, at: datetime) -> list[tuple[Alias, Known]]:
    """The list in the clear, by kind and label: real names. Every reading is written into the audit."""
    check_may_add_source(by, analysis.programme_id)
    found = _list(analysis)
    if found:
        audit.record(
            Event.ALIASES_READ, target=analysis, programme_id=analysis.programme_id, by=by, at=at, count=len(found)
        )  # fmt: skip
    return found


@transaction.atomic
def compare_with_names(
    *, analysis: Analysis, texts: Iterable[tuple[str, str]], by: Actor, at: datetime
) -> dict[str, int]:
    """Kind -> how many of the (kind, words) given hold a name of the list: for what is about to leave. Tells no name.

    Opening the list is written into the audit, as each reading of it is. Kinds without any are not there.
    """
    check_may_see_sources(by, analysis.programme_id)
    terms = tuple(term for _, line in _list(analysis) for term in line.terms)
    if not terms:
        return {}
    found = Counter(kind for kind, words in texts if occurrences(words, terms))
    audit.record(
        Event.ALIASES_READ, target=analysis, programme_id=analysis.programme_id, by=by, at=at, reason="compared",
        count=sum(found.values()),
    )  # fmt: skip
    return dict(found)


@transaction.atomic
def compare_passages_with_names(
    *, analysis: Analysis, passages: Sequence[tuple[str, int, int]], by: Actor, at: datetime
) -> list[bool]:
    """Of each passage (text, start, end) whether it holds a name of the list, or a part of one that it cuts: for what is
    about to leave. Tells no name.

    Opening the list is written into the audit.
    """
    check_may_see_sources(by, analysis.programme_id)
    terms = tuple(term for _, line in _list(analysis) for term in line.terms)
    if not terms:
        return [False] * len(passages)
    # so far a name may reach beyond a passage, with more blanks than the list has
    beside = 2 * max(map(len, terms)) + 2
    found = [_touches(*one, terms, beside) for one in passages]
    audit.record(
        Event.ALIASES_READ, target=analysis, programme_id=analysis.programme_id, by=by, at=at, reason="compared",
        count=sum(found),
    )  # fmt: skip
    return found


def _touches(text: str, start: int, end: int, terms: tuple[str, ...], beside: int) -> bool:
    """Whether a term stands in text[start:end], or reaches into it."""
    if occurrences(text[start:end], terms):
        return True
    first = max(0, start - beside)
    around = occurrences(text[first : end + beside], terms)
    return any(first + left < end and first + right > start for left, right in around)


@transaction.atomic
def deidentify_source(
    *, source: Source, replacements: Sequence[Replacement], base_version: int, by: Actor, at: datetime
) -> Source:
    """Put labels for what gives somebody away, in words, speakers' labels, name and attributes; then the team reads it.

    What was accepted everywhere goes on the analysis's list, so that the same words get the same label in every source.
    Codings, quotes and memos stay on what stands for their words. The text that was stays sealed under the source's key.
    """
    check_may_add_source(by, source.programme_id)
    was = standing(source, base_version, at)
    everywhere = _accepted(was, replacements, by, at)
    chosen = [(one.start, one.end, one.label) for one in replacements]
    parts = replaced(was.text, chosen, everywhere)
    text, mapping = with_replacements(was.text, parts), mapping_of_replacements(was.text, parts)

    @cache  # few speak, in thousands of turns
    def renamed(speaker: str) -> str:
        return _without(speaker, everywhere)[:MOST_SPEAKER]

    turns = [replace(turn, speaker=renamed(turn.speaker)) for turn in turns_carried(was.turns, mapping)]
    row = put_text(
        was, text=text, turns=turns, mapping=mapping, change=TextChange.DEIDENTIFIED, is_deidentified=True, by=by,
        at=at,
    )  # fmt: skip
    Source.objects.filter(id=row.id).update(
        name=_without(row.name, everywhere)[:160],
        attributes={name: _without(str(value), everywhere) for name, value in row.attributes.items()},
    )
    audit.record(
        Event.SOURCE_DEIDENTIFIED, target=row, programme_id=row.programme_id, by=by, at=at, count=len(parts)
    )
    row.refresh_from_db()
    return row


def _accepted(was: Standing, replacements: Sequence[Replacement], by: Actor, at: datetime) -> dict[str, str]:
    """Term -> label of what is taken out everywhere, put on the list. Invalid for a place outside the text."""
    terms: dict[tuple[AliasKind, str], list[str]] = {}
    for one in replacements:
        said = was.text[one.start : one.end].strip()
        if not (0 <= one.start < one.end <= len(was.text)) or not said:
            raise Invalid(Sentence("A marked stretch lies outside the text. Open the review anew."))
        label = _checked_label(one.label)
        if one.everywhere:
            terms.setdefault((one.kind, label), []).append(said)
    everywhere = {term: label for (_, label), words in terms.items() for term in words}
    _check_labels({_checked_label(one.label) for one in replacements}, everywhere)
    if terms:
        _add(was.source.analysis, terms, by, at)
    return everywhere


def _without(words: str, everywhere: dict[str, str]) -> str:
    return with_replacements(words, replaced(words, [], everywhere))


def _add(
    analysis: Analysis, given: Mapping[tuple[AliasKind, str], Sequence[str]], by: Actor, at: datetime
) -> list[Alias]:
    """Lines of the list, new or with more terms, as they stand then; the analysis is locked: no two write at once.

    All in one go: a long hearing has a thousand names, and each is held against all others.
    """
    Analysis.objects.select_for_update(no_key=True).get(id=analysis.id)
    rows: dict[str, Alias] = {}
    held: dict[str, dict[str, str]] = {}
    stands: dict[str, str] = {}  # words as they are compared -> the label that stands for them
    for row, line in _list(analysis):
        rows[line.label], held[line.label] = row, {term.casefold(): term for term in line.terms}
        stands |= {as_compared(term): line.label for term in line.terms}
    old, changed, words = set(rows), {}, []
    for (kind, label), terms in given.items():
        name, said = _checked_label(label), [" ".join(term.split()) for term in terms if term.strip()]
        if not said:
            raise Invalid(
                Sentence("Give the words that it stands for."), fields={"terms": Sentence("Empty.")}
            )
        for term in said:
            _check_stands_alone(stands.setdefault(as_compared(term), name), name)
        rows.setdefault(
            name,
            Alias(
                programme_id=analysis.programme_id, analysis=analysis, kind=kind.value, label=name, added_at=at,
                added_by=by.id,
            ),
        )  # fmt: skip
        held[name] = {term.casefold(): term for term in said} | held.get(name, {})
        changed[name] = rows[name]
        words += said
    _check_labels(rows, words)
    cipher = _cipher(analysis)
    for name, row in changed.items():
        row.terms = cipher.encrypt(json.dumps(sorted(held[name].values()), ensure_ascii=False).encode())
    Alias.objects.bulk_create([row for name, row in changed.items() if name not in old])
    Alias.objects.bulk_update(
        [row for name, row in changed.items() if name in old], ["terms"], batch_size=200
    )
    return list(changed.values())


def _check_stands_alone(other: str, label: str) -> None:
    if other != label:
        raise Invalid(
            Sentence(
                "In this analysis %(other)s stands for these words already, not %(label)s. Use that.",
                other=other, label=label,
            ),
            fields={"label": Sentence("Another label stands for this.")},
        )  # fmt: skip


def _checked_label(given: str) -> str:
    label = " ".join(given.strip().strip("[]").split())
    if not label or len(label) > MOST_LABEL or "[" in label or "]" in label:
        raise Invalid(
            Sentence(
                "A label has 1 to %(most)s characters and no brackets: they are put around it.",
                most=MOST_LABEL,
            ),
            fields={"label": Sentence("Such as: worker 3.")},
        )
    return label


def _check_labels(labels: Iterable[str], terms: Iterable[str]) -> None:
    every = list(labels)
    # no term reaches over what stands between two labels
    found = occurrences("\0".join(every), tuple(terms))
    if found:
        label = every["\0".join(every).count("\0", 0, found[0][0])]
        raise Invalid(
            Sentence(
                "The label %(label)s holds words that are to be taken out. Choose another.", label=label
            ),
            fields={"label": Sentence("It gives away what it stands for.")},
        )


def _list(analysis: Analysis) -> list[tuple[Alias, Known]]:
    rows = list(Alias.objects.filter(analysis=analysis).order_by("kind", "label"))
    if not rows:
        return []
    cipher = source_keys().open(analysis.id)
    return [
        (row, Known(AliasKind(row.kind), row.label, tuple(json.loads(cipher.decrypt(bytes(row.terms))))))
        for row in rows
    ]


def _cipher(analysis: Analysis) -> Fernet | MultiFernet:
    """Under the analysis's own key, made with its first line."""
    keys = source_keys()
    try:
        return keys.open(analysis.id)
    except NotFound:
        if Alias.objects.filter(analysis=analysis).exists():
            raise
        return keys.create(analysis.id)
