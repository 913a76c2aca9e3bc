from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "throughline.records.workforce"
    label = "workforce"
