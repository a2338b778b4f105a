"""The facts kept."""

from trivet.agreements.icp.models.draft import FunctionDraft
from trivet.agreements.icp.models.review import Review
from trivet.agreements.icp.models.workshop import Workshop

__all__ = ["FunctionDraft", "Review", "Workshop"]
