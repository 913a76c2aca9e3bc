from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "throughline.records.surveys"
    label = "surveys"
