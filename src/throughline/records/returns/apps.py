from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "throughline.records.returns"
    label = "returns"
