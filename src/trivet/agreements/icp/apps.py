"""The app."""

from django.apps import AppConfig


class Icp(AppConfig):
    """The ideal customer profile."""

    name = "trivet.agreements.icp"
    label = "icp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the profile its place among the kinds of document, with its form."""
        from trivet.agreements.documents.forms import registry
        from trivet.agreements.documents.rules.kind import register
        from trivet.agreements.icp.form import ProfileForm
        from trivet.agreements.icp.kind import ICP

        register(ICP)
        registry.register(ICP.id, ProfileForm)
