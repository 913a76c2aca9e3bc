"""Addresses of who watches over the records."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.guarding import views

urlpatterns: list[URLPattern] = [
    path("audit/", views.audit, name="audit"),
    path("emergencies/", views.emergencies, name="emergencies"),
    path("flagged/", views.flagged, name="flagged"),
]
