"""Addresses of incidents."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.incidents import views

urlpatterns: list[URLPattern] = [
    path("", views.incidents, name="incidents"),
    path("<uuid:incident_id>/", views.incident, name="incident"),
    path("<uuid:incident_id>/same/<uuid:other_id>/", views.merge, name="merge_incidents"),
    path("<uuid:incident_id>/apart/", views.unmerge, name="unmerge_incidents"),
    path("<uuid:incident_id>/apart/<uuid:other_id>/", views.keep_apart, name="keep_incidents_apart"),
]
