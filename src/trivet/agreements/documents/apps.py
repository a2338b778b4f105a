"""The app."""

from django.apps import AppConfig


class Documents(AppConfig):
    """Documents."""

    name = "trivet.agreements.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the kinds that Trivet brings their place."""
        from trivet.agreements.documents.kinds import BROUGHT
        from trivet.agreements.documents.rules.kind import register

        for kind in BROUGHT:
            register(kind)
