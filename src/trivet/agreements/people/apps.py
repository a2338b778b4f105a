"""The app."""

from django.apps import AppConfig


class People(AppConfig):
    """People."""

    name = "trivet.agreements.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of authenticators that are set up."""
        from allauth.mfa.signals import authenticator_added

        from trivet.agreements.people.proofs import note_set_up

        authenticator_added.connect(note_set_up)
