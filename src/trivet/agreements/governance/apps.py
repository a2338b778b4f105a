"""The app."""

from django.apps import AppConfig


class Governance(AppConfig):
    """Governance."""

    name = "trivet.agreements.governance"
    label = "governance"
    default_auto_field = "django.db.models.BigAutoField"
