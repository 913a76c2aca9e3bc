"""Addresses of the monthly return."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.returns import views

urlpatterns: list[URLPattern] = [
    path("", views.month, name="returns"),
    path("close/", views.close, name="close_month"),
    path("file/", views.take, name="take_return"),
]
