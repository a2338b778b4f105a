"""The addresses of governed documents."""

from __future__ import annotations

from django.urls import path

from trivet.agreements.documents.views import document, documents, proposal, signature, wording

ONE = "documents/<slug:kind>/<slug:key>"

urlpatterns = [
    path("documents", documents.page, name="documents"),
    path("documents/drafts", documents.begin_drafts, name="begin-drafts"),
    path("documents/sign", signature.every, name="sign-all"),
    path("documents/new/<slug:kind>", wording.new, name="new-document"),
    path(ONE, document.page, name="document"),
    path(f"{ONE}/versions/<int:number>", document.version, name="version"),
    path(f"{ONE}/versions/<int:number>.pdf", document.version_pdf, name="version-pdf"),
    path(f"{ONE}/proposals", wording.propose, name="propose"),
    path(f"{ONE}/lint", wording.lint, name="lint"),
    path(f"{ONE}/pins", document.repin, name="repin"),
    path("proposals/<int:pk>", proposal.page, name="proposal"),
    path("proposals/<int:pk>/versions", wording.amend, name="amend"),
    path("proposals/<int:pk>/signature", signature.page, name="signature"),
    path("proposals/<int:pk>/rejection", proposal.reject, name="reject"),
    path("proposals/<int:pk>/withdrawal", proposal.withdraw, name="withdraw"),
    path("proposals/<int:pk>/comments", proposal.comment, name="comment"),
    path("comments/<int:pk>/resolution", proposal.resolve, name="resolve"),
]
