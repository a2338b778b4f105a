"""The addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from trivet.web import trouble
from trivet.web.views import (
    account,
    books,
    dashboard,
    data,
    health,
    icp,
    icp_accounts,
    icp_draft,
    icp_fit,
    icp_review,
    icp_workshop,
    ledger,
    metric,
    opportunity,
    price,
    rows_csv,
    theme,
)

urlpatterns = [
    path("", dashboard.page, name="dashboard"),
    path("metrics/<slug:metric_id>", metric.page, name="metric"),
    path("metrics/<slug:metric_id>/rows.csv", rows_csv.download, name="rows-csv"),
    path("opportunities/<path:opportunity_id>", opportunity.page, name="opportunity"),
    path("accounts/<path:account_id>", account.page, name="account"),
    path("data", data.page, name="data"),
    path("data/quarantine.csv", data.quarantine_csv, name="quarantine-csv"),
    path("books", books.page, name="books"),
    path("books/closing", books.close, name="close-book"),
    path("books/corrections/<int:pk>/approval", ledger.approve, name="approve-correction"),
    path("books/corrections/<int:pk>/rejection", ledger.reject, name="reject-correction"),
    path("books/<slug:metric_id>/<str:period_key>", ledger.page, name="ledger"),
    path("books/<slug:metric_id>/<str:period_key>/ledger.csv", ledger.download, name="ledger-csv"),
    path(
        "books/<slug:metric_id>/<str:period_key>/corrections",
        ledger.propose,
        name="propose-correction",
    ),
    path("proposals/<int:pk>/price", price.page, name="price"),
    path("proposals/<int:pk>/price.csv", price.download, name="price-csv"),
    path("proposals/<int:pk>/fit", icp_fit.page, name="icp-fit"),
    path("icp", icp.page, name="icp"),
    path("icp/accounts", icp_accounts.page, name="icp-accounts"),
    path("icp/accounts.csv", icp_accounts.download, name="icp-accounts-csv"),
    path("icp/review", icp_review.page, name="icp-review"),
    path("icp/reviews/<int:pk>", icp_review.past, name="icp-past-review"),
    path("icp/workshops", icp_workshop.begin, name="icp-begin"),
    path("icp/workshops/<int:pk>", icp_workshop.page, name="icp-workshop"),
    path("icp/workshops/<int:pk>/closing", icp_workshop.close, name="icp-close"),
    path("icp/workshops/<int:pk>/merge", icp_workshop.merge, name="icp-merge"),
    path("icp/workshops/<int:pk>/drafts/<slug:function>", icp_draft.page, name="icp-draft"),
    path(
        "icp/workshops/<int:pk>/drafts/<slug:function>/handed-in",
        icp_draft.hand_in,
        name="icp-hand-in",
    ),
    path("theme", theme.remember, name="theme"),
    path("healthz", health.check, name="health"),
    path("", include("trivet.agreements.people.urls")),
    path("", include("trivet.agreements.governance.urls")),
    path("", include("trivet.agreements.documents.urls")),
]

handler400 = trouble.bad_address
handler404 = trouble.not_found
handler500 = trouble.broken
