"""Addresses of training."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.training import views

urlpatterns: list[URLPattern] = [
    path("", views.training_due, name="training_due"),
    path("course/", views.add_course, name="add_course"),
    path("hold/", views.hold_training, name="hold_training"),
    path("<uuid:training_id>/", views.training, name="training"),
]
