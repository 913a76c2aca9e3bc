"""JSON as strictly as it can be read: small, without duplicate names, without numbers that are none."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.types import DictStrAny

BODY_LIMIT = 256 * 1024  # bytes
# fifty sealed events, or one with pictures; a form as it is filled in
LARGER = re.compile(r"/api/(recorder/events|responses/[0-9a-f-]{36}/(draft|complete))")
LARGE = 7 * 1024 * 1024


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> DictStrAny:
        if len(request.body) > limit_of(request):
            raise HttpError(413, how_large(request))
        try:
            read = json.loads(request.body, object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise HttpError(
                400, "The body is not JSON, or not strictly so (UTF-8, no name twice, no NaN)."
            ) from error
        if not isinstance(read, dict):
            raise HttpError(422, "The body is not an object.")
        return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice")
    return read


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def limit_of(request: HttpRequest) -> int:
    return LARGE if LARGER.fullmatch(request.path) else BODY_LIMIT


def how_large(request: HttpRequest) -> str:
    return f"A request holds at most {limit_of(request)} bytes."
