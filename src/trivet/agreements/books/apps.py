"""The app."""

from django.apps import AppConfig


class Books(AppConfig):
    """Books."""

    name = "trivet.agreements.books"
    label = "books"
    default_auto_field = "django.db.models.BigAutoField"
