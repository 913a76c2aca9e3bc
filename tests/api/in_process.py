"""A session of `requests` whose requests are answered by the application in this very process, and this transaction."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client as Browser
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

BASE = "http://testserver"


class InProcess(BaseAdapter):
    """Hands a prepared request to Django's own test client, cookies and all."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body or b""
        parts = urlsplit(request.url or "")
        answer = Browser(raise_request_exception=False).generic(
            request.method or "GET", parts.path, body if isinstance(body, bytes) else body.encode(),
            content_type=_text(request.headers.get("Content-Type")), QUERY_STRING=parts.query,
            headers={_text(name): _text(value) for name, value in request.headers.items()},
        )  # fmt: skip
        return _answered(request, answer)

    def close(self) -> None:
        """Nothing is held open."""


def session(cookies: Mapping[str, str]) -> requests.Session:
    made = requests.Session()
    made.mount(BASE, InProcess())
    made.cookies.update(cookies)
    return made


def _answered(request: requests.PreparedRequest, answer: Any) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response.headers = CaseInsensitiveDict(answer.headers)
    response.request = request
    response.url = request.url or BASE
    response.reason = answer.reason_phrase
    content = b"".join(answer) if answer.streaming else answer.content
    response.raw = HTTPResponse(
        BytesIO(content), headers=dict(answer.headers), status=answer.status_code, preload_content=False
    )
    return response


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
