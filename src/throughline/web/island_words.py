"""Words for scripts, in the reader's language; where a count stands in them, in all forms that the language has."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import ngettext

from throughline.vocabulary.sentences import Sentence

COUNTS = 200  # languages tell counts from here on apart by their last two digits alone

Said = str | dict[str, str | list[str]]


def for_island(words: Mapping[str, Promise | Sentence | str]) -> dict[str, Said]:
    """What `say` of assets/coding/dom.ts reads: a text, or `forms` and which of them each count takes (`by`)."""
    return {
        name: _counted(word) if isinstance(word, Sentence) and word.many else str(word)
        for name, word in words.items()
    }


def _counted(word: Sentence) -> Said:
    said = [ngettext(word.text, word.many, count) for count in range(COUNTS)]
    forms = list(dict.fromkeys(said))
    return {"forms": forms, "by": "".join(str(forms.index(one)) for one in said)}
