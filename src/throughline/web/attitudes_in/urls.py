"""Addresses of attitudes: scales, and the import of what was answered."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from throughline.web.attitudes_in import scales, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", scales.scales, name="attitude_scales"),
    path("define/", scales.define, name="define_attitudes"),
    path("<uuid:scale_id>/erase/", scales.erase, name="erase_attitudes"),
    path("import/", views.attitudes_in, name="attitudes_in"),
    path("import/<uuid:begun_id>/columns/", views.columns, name="attitudes_columns"),
    path("import/<uuid:begun_id>/rows/", views.rows, name="attitudes_rows"),
    path("import/", include(views.ATTITUDES.addresses())),
]
