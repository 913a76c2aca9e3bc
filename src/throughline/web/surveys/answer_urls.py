"""Addresses of answering alone, by a link."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.surveys import alone

urlpatterns: list[URLPattern] = [
    path("form/", alone.answer_form, name="answer_form"),
    path("form/xform/", alone.answer_xform, name="answer_xform"),
    path("form/draft/", alone.answer_draft, name="answer_draft"),
    path("form/draft/files/<uuid:file_id>/", alone.answer_draft_file, name="answer_draft_file"),
    path("form/send/", alone.answer_send, name="answer_send"),
    path("form/leave/", alone.answer_leave, name="answer_leave"),
    path("<str:token>/", alone.answer, name="answer"),
]
