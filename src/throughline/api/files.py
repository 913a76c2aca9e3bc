"""Files as they are: sent as the body of a request, and answered as bytes to be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from throughline.vocabulary.errors import Invalid, Sentence

AS_IT_IS = "application/octet-stream"
BYTES = {"type": "string", "format": "binary"}
# The body of an operation that takes a file, for its documentation.
TAKES_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {AS_IT_IS: {"schema": BYTES}}},
}


def file_sent(request: HttpRequest) -> bytes:
    """The body, straight from the request: what is parsed as a form would lie on the disk in the clear meanwhile."""
    if request.content_type != AS_IT_IS:
        raise Invalid(Sentence("Send the file itself as the body (%(type)s), not as a form.", type=AS_IT_IS))
    return bytes(request.read())


def gives_file(*types: str) -> dict[str, Any]:
    """What an operation that answers with a file says of its answer."""
    told = {"description": "The file", "content": {one: {"schema": BYTES} for one in sorted(set(types))}}
    return {"responses": {200: told}}


def file_given(
    content: bytes, media_type: str, name: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A file to be saved under a name that no person's words are in."""
    told = {"Content-Disposition": f'attachment; filename="{name}"', **(headers or {})}
    return HttpResponse(content, content_type=media_type, headers=told)
