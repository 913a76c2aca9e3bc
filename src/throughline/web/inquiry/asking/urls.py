"""Addresses of asking."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.asking import concordance_views, leaving_views, numbers_views
from throughline.web.inquiry.asking import views as asking_views

urlpatterns: list[URLPattern] = [
    path("ask/", asking_views.ask, name="ask"),
    path("ask/leave/", leaving_views.passages_leave, name="passages_leave"),
    path("ask/codes/", asking_views.code_matrix, name="code_matrix"),
    path("ask/codes/leave/", numbers_views.code_matrix_leave, name="code_matrix_leave"),
    path("ask/attributes/", asking_views.attribute_matrix, name="attribute_matrix"),
    path("ask/attributes/leave/", numbers_views.attribute_matrix_leave, name="attribute_matrix_leave"),
    path("ask/words/", concordance_views.concordance, name="concordance"),
    path("ask/words/leave/", leaving_views.concordance_leave, name="concordance_leave"),
    path("ask/words/code/", concordance_views.code_hits, name="code_hits"),
    path("ask/saturation/", concordance_views.saturation, name="saturation"),
    path("ask/saturation/leave/", numbers_views.saturation_leave, name="saturation_leave"),
]
