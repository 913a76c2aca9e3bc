"""Addresses of what needs doing."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.home import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("months/", views.months, name="months"),
]
