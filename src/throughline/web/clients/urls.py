"""Addresses of clients: ids only, never a code."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.clients import alike_views, views

urlpatterns: list[URLPattern] = [
    path("", views.look_up, name="clients"),
    path("alike/", alike_views.likely, name="likely"),
    path("<uuid:client_id>/beside/<uuid:other_id>/", alike_views.beside, name="beside"),
    path("merges/<uuid:merge_id>/undo/", alike_views.unmerge, name="unmerge"),
    path("<uuid:client_id>/", views.client, name="client"),
    path("needs/<uuid:need_id>/done/", views.need_done, name="need_done"),
    path("needs/<uuid:need_id>/close/", views.need_closed, name="need_closed"),
]
