"""Addresses of the evaluation."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.evaluation import (
    attitudes,
    baseline,
    composition,
    judging,
    ledger,
    pages,
    report,
    rows,
    series,
    staggered,
    subgroups,
    views,
)

urlpatterns: list[URLPattern] = [
    path("", views.evaluation, name="evaluation"),
    path("work/<uuid:job_id>/", views.job, name="evaluation_job"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("rows/", rows.requests, name="rows"),
    path("rows/<uuid:request_id>/", rows.one, name="rows_request"),
    path("rows/<uuid:request_id>/approve/", rows.approve, name="rows_approve"),
    path("rows/<uuid:request_id>/decline/", rows.decline, name="rows_decline"),
    path("rows/<uuid:request_id>/release/", rows.release, name="rows_release"),
    path("rows/<uuid:request_id>/files/", rows.files, name="rows_files"),
    path("<slug:name>/", pages.funnel, name="evaluation_funnel"),
    path("<slug:name>/ask/", views.ask, name="evaluation_ask"),
    path("<slug:name>/estimates/", pages.estimates, name="evaluation_estimates"),
    path("<slug:name>/estimates/groups/", subgroups.groups, name="evaluation_subgroups"),
    path("<slug:name>/baseline/", baseline.baseline, name="evaluation_baseline"),
    path("<slug:name>/who/", composition.composition, name="evaluation_composition"),
    path("<slug:name>/series/", series.series, name="evaluation_series"),
    path("<slug:name>/components/", staggered.staggered, name="evaluation_staggered"),
    path("<slug:name>/attitudes/", attitudes.attitudes, name="evaluation_attitudes"),
    path("<slug:name>/joint/", pages.joint, name="evaluation_joint"),
    path("<slug:name>/joint/judge/", judging.judge, name="evaluation_judge"),
    path("<slug:name>/themes/", pages.themes, name="evaluation_themes"),
    path("<slug:name>/site/<slug:site>/<str:month>/", pages.site_month, name="evaluation_site_month"),
    path("<slug:name>/rows/", rows.ask, name="evaluation_rows"),
    path("<slug:name>/report/", report.report, name="evaluation_report"),
    path("<slug:name>/report/<uuid:job_id>/", report.download, name="evaluation_download"),
]
