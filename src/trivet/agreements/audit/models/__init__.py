"""The facts kept."""

from trivet.agreements.audit.models.audit_row import TRIVET, AuditRow, By
from trivet.agreements.audit.models.audited import Audited, audited_models

__all__ = ["TRIVET", "AuditRow", "Audited", "By", "audited_models"]
