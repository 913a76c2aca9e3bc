from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "throughline.records.engagement"
    label = "engagement"
