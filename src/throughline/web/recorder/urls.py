"""Addresses of the recorder. The service worker lies where it may serve the page: in the same folder."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.recorder import views

urlpatterns: list[URLPattern] = [
    path("", views.recorder, name="recorder"),
    path("form/", views.form_frame, name="recorder_form"),
    path("sw.js", views.worker, name="recorder_worker"),
    path("manifest.webmanifest", views.manifest, name="recorder_manifest"),
]
