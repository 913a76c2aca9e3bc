"""Addresses of texts put right, of names taken out, and of participants."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.people import views as people_views
from throughline.web.inquiry.texts import names_views
from throughline.web.inquiry.texts import views as text_views

urlpatterns: list[URLPattern] = [
    path("sources/<uuid:source_id>/correct/<int:number>/", text_views.correct, name="correct_source"),
    path("sources/<uuid:source_id>/speakers/", text_views.speakers, name="speakers"),
    path("sources/<uuid:source_id>/history/", text_views.history, name="source_history"),
    path("sources/<uuid:source_id>/names/", names_views.deidentify, name="deidentify"),
    path("sources/<uuid:source_id>/names/found/", names_views.name_found, name="name_found"),
    path("names/", names_views.names, name="names"),
    path("names/<uuid:alias_id>/remove/", names_views.name_removed, name="name_removed"),
    path("participants/", people_views.participants, name="participants"),
    path("participants/<uuid:participant_id>/", people_views.participant, name="participant"),
    path(
        "participants/<uuid:participant_id>/consent/", people_views.consent_recorded, name="consent_recorded"
    ),
    path("participants/<uuid:participant_id>/withdraw/", people_views.withdraw, name="withdraw_participant"),
]
