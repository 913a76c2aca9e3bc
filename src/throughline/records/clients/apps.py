from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "throughline.records.clients"
    label = "clients"
