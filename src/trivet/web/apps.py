"""The app."""

from django.apps import AppConfig


class Web(AppConfig):
    """The pages."""

    name = "trivet.web"
    label = "web"

    def ready(self) -> None:
        """Give the chapters what they ask of the numbers: prices, and what criteria can ask for."""
        from trivet.agreements.documents import objections
        from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
        from trivet.agreements.governance.exhibits import register
        from trivet.agreements.icp.kind import ID as ICP
        from trivet.agreements.icp.offered import ask_from
        from trivet.web import icp_against, published
        from trivet.web.evidence import judged, priced
        from trivet.web.objections import against

        register(METRIC_DEFINITION, priced)
        register(ICP, judged)
        objections.register(METRIC_DEFINITION, against)
        objections.register(ICP, icp_against.against)
        ask_from(lambda: published.builds().answers().askable())
