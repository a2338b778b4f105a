"""The app."""

from django.apps import AppConfig


class Documents(AppConfig):
    """Documents."""

    name = "trivet.agreements.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
