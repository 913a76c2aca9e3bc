"""What a person reads of a page: its words without its markup, whose tokens and ids are random and may hold anything."""

from __future__ import annotations

import html
import re

from django.http import HttpResponse


def words_of(answer: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
