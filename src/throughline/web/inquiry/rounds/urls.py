"""Addresses of rounds and agreement."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.rounds import agreement_views
from throughline.web.inquiry.rounds import views as rounds_views

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds_views.rounds, name="rounds"),
    path("rounds/new/", rounds_views.new_round, name="new_round"),
    path("rounds/imported/", rounds_views.imported_round, name="imported_round"),
    path("rounds/<uuid:round_id>/", rounds_views.round_page, name="round"),
    path("rounds/<uuid:round_id>/close/", rounds_views.round_closed, name="close_round"),
    path("rounds/<uuid:round_id>/agreement/", agreement_views.agreement, name="agreement"),
    path("rounds/<uuid:round_id>/agreement/leave/", agreement_views.agreement_leave, name="agreement_leave"),
    path("rounds/<uuid:round_id>/differences/", agreement_views.differences, name="differences"),
    path(
        "rounds/<uuid:round_id>/differences/leave/",
        agreement_views.differences_leave,
        name="differences_leave",
    ),
    path("rounds/<uuid:round_id>/settle/", agreement_views.settle, name="settle"),
    path("rounds/<uuid:round_id>/agreed/", agreement_views.agreed_written, name="write_agreed"),
]
