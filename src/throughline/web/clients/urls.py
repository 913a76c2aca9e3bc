"""Addresses of clients: ids only, never a code."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.clients import (
    alike_views,
    describing_views,
    emergency_views,
    identity_views,
    sharing_views,
    views,
)

urlpatterns: list[URLPattern] = [
    path("", views.look_up, name="clients"),
    path("alike/", alike_views.likely, name="likely"),
    path("<uuid:client_id>/beside/<uuid:other_id>/", alike_views.beside, name="beside"),
    path("merges/<uuid:merge_id>/undo/", alike_views.unmerge, name="unmerge"),
    path("<uuid:client_id>/", views.client, name="client"),
    path("<uuid:client_id>/consent/", sharing_views.consent, name="consent"),
    path("consents/<uuid:consent_id>/revoke/", sharing_views.revoke, name="revoke_consent"),
    path("<uuid:client_id>/shared/", sharing_views.shared, name="shared"),
    path("<uuid:client_id>/shared/list/", sharing_views.shared_list, name="shared_list"),
    path("<uuid:client_id>/described/", describing_views.described, name="describe_client"),
    path("<uuid:client_id>/state/", describing_views.state, name="record_client_state"),
    path("<uuid:client_id>/name/", identity_views.keep, name="keep_identity"),
    path("names/<uuid:vault_id>/show/", identity_views.show, name="show_identity"),
    path("names/<uuid:vault_id>/destroy/", identity_views.destroy, name="destroy_identity"),
    path("emergency/", emergency_views.emergency, name="emergency"),
    path("emergency/<uuid:opening_id>/", emergency_views.record, name="emergency_record"),
    path(
        "emergency/<uuid:opening_id>/names/<uuid:vault_id>/", emergency_views.show_name, name="emergency_name"
    ),
    path("emergency/<uuid:opening_id>/end/", emergency_views.end, name="end_emergency"),
    path("needs/<uuid:need_id>/done/", views.need_done, name="need_done"),
    path("needs/<uuid:need_id>/close/", views.need_closed, name="need_closed"),
]
