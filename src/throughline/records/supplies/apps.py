from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    name = "throughline.records.supplies"
    label = "supplies"
