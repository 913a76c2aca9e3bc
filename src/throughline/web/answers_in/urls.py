"""Addresses of the import of answers."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.answers_in import views

urlpatterns: list[URLPattern] = [
    path("", views.answers_in, name="answers_in"),
    path("mappings/<uuid:mapping_id>/let-go/", views.let_go, name="let_answers_mapping_go"),
    path("<uuid:begun_id>/columns/", views.columns, name="answers_columns"),
    path("<uuid:begun_id>/rows/", views.rows, name="answers_rows"),
    *views.ANSWERS.addresses(),
]
