from django.apps import AppConfig


class InquiryConfig(AppConfig):
    name = "throughline.records.inquiry"
    label = "inquiry"
