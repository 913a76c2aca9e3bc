"""Files as they arrive: what people said is never put on the disk in the clear, not even for a moment."""

from __future__ import annotations

import functools
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class HeldInMemory(FileUploadHandler):
    """Holds a file in memory whatever its size; a whole request is limited before (THROUGHLINE_UPLOAD_LIMIT)."""

    chunk_size = 1 << 20

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file, self.field_name, self.file_name, self.content_type, file_size, self.charset,
            self.content_type_extra,
        )  # fmt: skip


def held_in_memory(view: View) -> View:
    """For views that take files.

    Django would write those above 2.5 MB into the folder for temporary files. How files arrive is settled before
    anything reads the form; the check of the form's token reads it, so that check comes after and not before.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @functools.wraps(view)
    def holding(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [HeldInMemory(request)]
        return protected(request, *args, **kwargs)

    return holding
