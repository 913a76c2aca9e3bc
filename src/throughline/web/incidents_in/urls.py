"""Addresses of the import of incidents."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.incidents_in import views

urlpatterns: list[URLPattern] = [
    path("", views.incidents_in, name="incidents_in"),
    path("<uuid:begun_id>/columns/", views.columns, name="incidents_columns"),
    path("<uuid:begun_id>/words/", views.words, name="incidents_words"),
    path("<uuid:begun_id>/rows/", views.rows, name="incidents_rows"),
    *views.INCIDENTS.addresses(),
]
