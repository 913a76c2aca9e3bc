"""Addresses of linking waves."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.linking import views

urlpatterns: list[URLPattern] = [
    path("", views.linkings, name="linkings"),
    path("elements/instrument/<uuid:instrument_id>/", views.code_elements, name="code_elements"),
    path("elements/files/<uuid:study_id>/", views.file_code_elements, name="file_code_elements"),
    path("elements/<uuid:plan_id>/destroy/", views.destroy_codes, name="destroy_codes"),
    path("<uuid:linking_id>/", views.linking, name="linking"),
    path("<uuid:linking_id>/pairs/", views.pairs, name="linked_pairs"),
    path("pairs/<uuid:pair_id>/decide/", views.decide, name="decide_pair"),
]
