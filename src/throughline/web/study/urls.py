"""Addresses of the study."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.study import detecting, views

urlpatterns: list[URLPattern] = [
    path("", views.studies, name="studies"),
    path("new/", views.new, name="new_study"),
    path("<uuid:study_id>/", views.study, name="study"),
    path("<uuid:study_id>/detect/", detecting.detect, name="study_detect"),
    path("<uuid:study_id>/add/<slug:what>/", views.add, name="study_add"),
]
