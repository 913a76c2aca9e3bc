"""Every address. Each stands in the access matrix (tests/web/access_matrix.py)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from throughline.api.mount import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("", include("throughline.web.urls")),
]
