"""The kinds of document that Trivet brings; a chapter above registers its own."""

from trivet.agreements.documents.kinds.customer_lifecycle import CUSTOMER_LIFECYCLE
from trivet.agreements.documents.kinds.lead_management import LEAD_MANAGEMENT
from trivet.agreements.documents.kinds.metric_definition import METRIC_DEFINITION
from trivet.agreements.documents.kinds.playbook import PLAYBOOK

BROUGHT = (METRIC_DEFINITION, LEAD_MANAGEMENT, CUSTOMER_LIFECYCLE, PLAYBOOK)
