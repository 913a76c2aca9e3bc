"""Addresses of recording."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.record import views

urlpatterns: list[URLPattern] = [
    path("", views.record, name="record"),
    path("today/", views.own_records, name="own_records"),
    path("<uuid:contact_id>/", views.receipt, name="receipt"),
    path("<uuid:contact_id>/correct/", views.correct, name="correct"),
    path("<uuid:contact_id>/withdraw/", views.withdraw, name="withdraw"),
]
