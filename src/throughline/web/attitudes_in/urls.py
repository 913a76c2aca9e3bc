"""Addresses of attitudes: scales, and the import of what was answered."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.attitudes_in import scales, views

urlpatterns: list[URLPattern] = [
    path("", scales.scales, name="attitude_scales"),
    path("define/", scales.define, name="define_attitudes"),
    path("<uuid:scale_id>/erase/", scales.erase, name="erase_attitudes"),
    path("import/", views.attitudes_in, name="attitudes_in"),
    path("import/<uuid:begun_id>/", views.begun, name="attitudes_begun"),
    path("import/<uuid:begun_id>/columns/", views.columns, name="attitudes_columns"),
    path("import/<uuid:begun_id>/rows/", views.rows, name="attitudes_rows"),
    path("import/<uuid:begun_id>/check/", views.check, name="attitudes_check"),
    path("import/<uuid:begun_id>/keep/", views.keep, name="keep_attitudes"),
    path("import/<uuid:begun_id>/rejects/", views.rejects, name="attitudes_rejects"),
    path("import/<uuid:begun_id>/drop/", views.drop, name="drop_attitudes"),
]
