"""Addresses of referrals."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.referrals import views

urlpatterns: list[URLPattern] = [
    path("", views.referrals, name="referrals"),
    path("new/", views.new_referral, name="new_referral"),
    path("<uuid:referral_id>/", views.referral, name="referral"),
]
