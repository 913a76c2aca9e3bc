from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "throughline.records.study"
    label = "study"
