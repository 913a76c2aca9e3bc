"""What a person reads of a page: its words without its markup, whose tokens and ids are random and may hold anything."""

from __future__ import annotations

import html
import re

from django.http import HttpResponse


def words_of(answer: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def main_of(answer: HttpResponse) -> str:
    """The markup of a page's own part, without the tokens of its forms: drawn at random, they may hold any short word."""
    main = answer.content.decode().partition("<main")[2]
    return re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+|(?<=data-token=")\w+', "", main)
