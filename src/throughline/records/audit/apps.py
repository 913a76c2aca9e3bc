from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "throughline.records.audit"
    label = "audit"
