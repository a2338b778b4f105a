"""The facts kept."""

from trivet.agreements.documents.models.comment import Comment
from trivet.agreements.documents.models.document import Document
from trivet.agreements.documents.models.enactment import Enactment
from trivet.agreements.documents.models.proposal import Outcome, Proposal
from trivet.agreements.documents.models.signature import Signature
from trivet.agreements.documents.models.version import Version

__all__ = ["Comment", "Document", "Enactment", "Outcome", "Proposal", "Signature", "Version"]
