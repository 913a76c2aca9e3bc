from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "throughline.records.programme"
    label = "programme"
