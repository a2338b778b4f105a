"""The addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from trivet.web import trouble
from trivet.web.views import (
    account,
    dashboard,
    data,
    health,
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
