from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "throughline.records.accounts"
    label = "accounts"
