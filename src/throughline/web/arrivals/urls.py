"""Addresses of what devices sent and is held."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.arrivals import views

urlpatterns: list[URLPattern] = [
    path("", views.arrivals, name="arrivals"),
    path("<uuid:row_id>/", views.resolve, name="resolve_arrival"),
    path("supplies/", views.flagged_supply, name="flagged_supply"),
    path("devices/", views.devices, name="devices"),
    path("devices/<uuid:device_id>/", views.retire, name="retire_device"),
]
