"""The app."""

from django.apps import AppConfig


class Documents(AppConfig):
    """Documents."""

    name = "trivet.agreements.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the kinds that Trivet brings their place, and each its form."""
        from trivet.agreements.documents.forms import registry
        from trivet.agreements.documents.forms.definition import DefinitionForm
        from trivet.agreements.documents.forms.process import process_form
        from trivet.agreements.documents.kinds import (
            BROUGHT,
            customer_lifecycle,
            lead_management,
            metric_definition,
            playbook,
        )
        from trivet.agreements.documents.rules.kind import register

        for kind in BROUGHT:
            register(kind)
        registry.register(metric_definition.ID, DefinitionForm)
        for process in (lead_management, customer_lifecycle):
            form = process_form(process.OUTLINE, process.problems, process.draft)
            registry.register(process.ID, form)
        form = process_form(playbook.OUTLINE, playbook.OUTLINE.problems, playbook.draft)
        registry.register(playbook.ID, form)
