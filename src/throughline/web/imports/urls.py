"""Addresses of the import of a service's own log."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.imports import checking_views, mapping_views, saying_views, sending_views
from throughline.web.imports.around import LOG

urlpatterns: list[URLPattern] = [
    path("", sending_views.imports, name="imports"),
    path("mappings/<uuid:mapping_id>/", mapping_views.mapping, name="import_mapping"),
    path("mappings/<uuid:mapping_id>/file/", mapping_views.mapping_file, name="import_mapping_file"),
    path("mappings/<uuid:mapping_id>/let-go/", mapping_views.let_go, name="let_import_mapping_go"),
    path("<uuid:begun_id>/columns/", saying_views.columns, name="import_columns"),
    path("<uuid:begun_id>/words/", saying_views.words, name="import_words"),
    path("<uuid:begun_id>/rows/", checking_views.rows, name="import_rows"),
    *LOG.addresses(),
]
