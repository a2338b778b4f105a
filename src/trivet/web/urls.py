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
    path("theme", theme.remember, name="theme"),
    path("healthz", health.check, name="health"),
    path("", include("trivet.agreements.people.urls")),
    path("", include("trivet.agreements.governance.urls")),
    path("", include("trivet.agreements.documents.urls")),
]

handler400 = trouble.bad_address
handler404 = trouble.not_found
handler500 = trouble.broken
