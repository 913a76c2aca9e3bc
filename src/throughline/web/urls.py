"""Addresses of the pages, a folder of web/ each."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("throughline.web.home.urls")),
    path("account/", include("throughline.web.access.urls")),
    path("programme/", include("throughline.web.programme.urls")),
    path("training/", include("throughline.web.training.urls")),
    path("agreements/", include("throughline.web.programme.agreement_urls")),
    path("record/", include("throughline.web.record.urls")),
    path("recorder/", include("throughline.web.recorder.urls")),
    path("arrivals/", include("throughline.web.arrivals.urls")),
    path("clients/", include("throughline.web.clients.urls")),
    path("referrals/", include("throughline.web.referrals.urls")),
    path("incidents/import/", include("throughline.web.incidents_in.urls")),
    path("incidents/", include("throughline.web.incidents.urls")),
    path("imports/", include("throughline.web.imports.urls")),
    path("supplies/", include("throughline.web.supplies.urls")),
    path("returns/", include("throughline.web.returns.urls")),
    path("surveys/", include("throughline.web.surveys.urls")),
    path("surveys/answers/", include("throughline.web.answers_in.urls")),
    path("attitudes/", include("throughline.web.attitudes_in.urls")),
    path("surveys/linking/", include("throughline.web.linking.urls")),
    path("surveys/instruments/", include("throughline.web.surveys.instrument_urls")),
    path("answer/", include("throughline.web.surveys.answer_urls")),
    path("inquiry/", include("throughline.web.inquiry.urls")),
    path("guarding/", include("throughline.web.guarding.urls")),
    path("study/", include("throughline.web.study.urls")),
    path("evaluation/", include("throughline.web.evaluation.urls")),
]
