"""Addresses about accounts. What allauth could do by e-mail is closed here by name, not merely left out."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import URLPattern, URLResolver, include, path

from throughline.web.access import people_views, views

_CLOSED = {
    "signup/": "account_signup",
    "email/": "account_email",
    "confirm-email/": "account_email_verification_sent",
    "confirm-email/<str:key>/": "account_confirm_email",
    "password/reset/done/": "account_reset_password_done",
    "password/reset/key/<str:key>/": "account_reset_password_from_key",
    "login/code/": "account_request_login_code",
    "login/code/confirm/": "account_confirm_login_code",
    "password/set/": "account_set_password",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.account, name="account"),
    path("code/", views.use_code, name="use_code"),
    path("second-step/", views.second_step, name="second_step"),
    path("programme/<uuid:programme_id>/", views.choose_programme, name="choose_programme"),
    path("people/", people_views.people, name="people"),
    path("people/add/", people_views.add_person, name="add_person"),
    path("people/<uuid:account_id>/", people_views.person, name="person"),
    path("people/<uuid:account_id>/code/", people_views.issue_code, name="issue_code"),
    path("people/<uuid:account_id>/membership/", people_views.grant_membership, name="grant_membership"),
    path("people/<uuid:account_id>/close/", people_views.close_account, name="close_account"),
    path("memberships/<uuid:membership_id>/end/", people_views.end_membership, name="end_membership"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    # where allauth's own link "Forgot your password?" leads
    path("password/reset/", views.lost_password, name="account_reset_password"),
    path("2fa/", include("allauth.mfa.urls")),
    *(path(address, views.closed, name=name) for address, name in _CLOSED.items()),
]
