from django.apps import AppConfig


class ReferralConfig(AppConfig):
    name = "throughline.records.referral"
    label = "referral"
