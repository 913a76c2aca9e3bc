"""Addresses of agreements with the police and with partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.programme import agreements_views as views

urlpatterns: list[URLPattern] = [
    path("", views.agreements, name="agreements"),
    path("add/", views.add_agreement, name="add_agreement"),
    path("<uuid:agreement_id>/end/", views.end_agreement, name="end_agreement"),
    path("partnerships/add/", views.add_partnership, name="add_partnership"),
    path("partnerships/<uuid:partnership_id>/end/", views.end_partnership, name="end_partnership"),
    path("rule/", views.agreement_rule, name="agreement_rule"),
]
