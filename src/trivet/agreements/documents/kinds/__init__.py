"""The kinds of document that Trivet brings; a chapter above registers its own."""

from trivet.agreements.documents.kinds.metric_definition import METRIC_DEFINITION

BROUGHT = (METRIC_DEFINITION,)
