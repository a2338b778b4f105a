"""The app."""

from django.apps import AppConfig


class Audit(AppConfig):
    """Audit."""

    name = "trivet.agreements.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
