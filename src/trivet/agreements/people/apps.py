"""The app."""

from django.apps import AppConfig


class People(AppConfig):
    """People."""

    name = "trivet.agreements.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
