"""The app."""

from django.apps import AppConfig


class Web(AppConfig):
    """The pages."""

    name = "trivet.web"
    label = "web"

    def ready(self) -> None:
        """Let a question to the CEO come with what the numbers say about it."""
        from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
        from trivet.agreements.governance.exhibits import register
        from trivet.web.evidence import priced

        register(METRIC_DEFINITION, priced)
