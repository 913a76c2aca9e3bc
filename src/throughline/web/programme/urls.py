"""Addresses at which a programme is set up."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.programme import components_views, lists_views, served_views, sites_views

urlpatterns: list[URLPattern] = [
    path("", sites_views.sites, name="sites"),
    path("sites/add/", sites_views.add_site, name="add_site"),
    path("sites/<uuid:site_id>/", sites_views.site, name="site"),
    path("sites/<uuid:site_id>/hours/", sites_views.record_hours, name="record_hours"),
    path("sites/<uuid:site_id>/close/", sites_views.close_site, name="close_site"),
    path("sites/<uuid:site_id>/reopen/", sites_views.reopen_site, name="reopen_site"),
    path("sites/<uuid:site_id>/provisions/", sites_views.record_provision, name="record_provision"),
    path("provisions/<uuid:provision_id>/end/", sites_views.end_provision, name="end_provision"),
    path("organisations/", served_views.organisations, name="organisations"),
    path("lists/", lists_views.code_lists, name="code_lists"),
    path("lists/<slug:list_name>/", lists_views.code_list, name="code_list"),
    path("codes/<uuid:entry_id>/retire/", lists_views.retire_code, name="retire_code"),
    path("codes/<uuid:entry_id>/bring-back/", lists_views.bring_back_code, name="bring_back_code"),
    path("components/", components_views.components, name="components"),
    path("components/<uuid:component_id>/", components_views.component, name="component"),
    path("components/<uuid:component_id>/end/", components_views.end_component, name="end_component"),
    path("population/", served_views.population, name="population"),
]
