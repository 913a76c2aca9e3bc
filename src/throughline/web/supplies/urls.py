"""Addresses of supplies."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.supplies import counting_views, items_views, moving_views, order_views, shelf_views

urlpatterns: list[URLPattern] = [
    path("", shelf_views.supplies, name="supplies"),
    path("items/", items_views.items, name="supplies_items"),
    path("items/<uuid:item_id>/retire/", items_views.retire_item, name="retire_item"),
    path("kits/<uuid:kit_id>/retire/", items_views.retire_kit, name="retire_kit"),
    path("kits/new/", items_views.new_kit, name="new_kit"),
    path("sites/<uuid:site_id>/receive/", moving_views.receive, name="receive_stock"),
    path("sites/<uuid:site_id>/transfer/", moving_views.transfer, name="transfer_stock"),
    path("sites/<uuid:site_id>/write-off/", moving_views.write_off, name="write_off_stock"),
    path("sites/<uuid:site_id>/count/", counting_views.count, name="count_stock"),
    path("sites/<uuid:site_id>/order/", order_views.order, name="order_list"),
    path("sites/<uuid:site_id>/history/", shelf_views.history, name="supplies_history"),
    path("counts/<uuid:count_id>/", counting_views.counted, name="supplies_counted"),
    path("counts/<uuid:count_id>/withdraw/", moving_views.withdraw_count, name="withdraw_count"),
    path("movements/<uuid:movement_id>/withdraw/", moving_views.withdraw_movement, name="withdraw_movement"),
]
