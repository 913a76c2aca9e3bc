"""Every address. Each stands in the access matrix (tests/web/access_matrix.py)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("throughline.web.urls")),
]
