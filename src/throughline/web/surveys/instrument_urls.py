"""Addresses of instruments and of filling them in."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.surveys import filling, instruments

urlpatterns: list[URLPattern] = [
    path("", instruments.instruments, name="instruments"),
    path("add/", instruments.add_instrument, name="add_instrument"),
    path("keep/", instruments.keep_instrument, name="keep_instrument"),
    path("versions/<uuid:version_id>/", instruments.instrument_version, name="instrument_version"),
    path("versions/<uuid:version_id>/file/", instruments.instrument_file, name="instrument_file"),
    path("versions/<uuid:version_id>/xform/", instruments.instrument_xform, name="instrument_xform"),
    path("versions/<uuid:version_id>/try/", filling.try_instrument, name="try_instrument"),
    path("responses/<uuid:response_id>/", filling.fill_response, name="fill_response"),
    path("responses/<uuid:response_id>/draft/", filling.response_draft, name="response_draft"),
    path(
        "responses/<uuid:response_id>/draft/files/<uuid:file_id>/",
        filling.response_draft_file,
        name="response_draft_file",
    ),
    path("responses/<uuid:response_id>/send/", filling.send_response, name="send_response"),
]
