"""Addresses of clients: ids only, never a code."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.clients import views

urlpatterns: list[URLPattern] = [
    path("", views.look_up, name="clients"),
    path("<uuid:client_id>/", views.client, name="client"),
    path("needs/<uuid:need_id>/done/", views.need_done, name="need_done"),
    path("needs/<uuid:need_id>/close/", views.need_closed, name="need_closed"),
]
