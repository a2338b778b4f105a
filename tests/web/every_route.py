"""Every address there is, filled in with what the made-up company has."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

FILLED = {
    "metric_id": "win_rate",
    "opportunity_id": "00600500",
    "account_id": "0010005",
    "period_key": "2026-Q1",
    "function": "sales",
    "kind": "metric_definition",
    "key": "win_rate",
    "number": 1,
    "pk": 1,
    "person_id": 1,
    "token": "x",
}


def routes(patterns: object = None) -> Iterator[URLPattern]:
    for found in patterns or get_resolver().url_patterns:  # type: ignore[attr-defined]
        if isinstance(found, URLResolver):
            yield from routes(found.url_patterns)
        else:
            yield found


def addresses() -> dict[str, str]:
    """By the route's name. What a route is filled in with has to be in `FILLED`."""
    return {
        str(route.name): reverse(
            str(route.name), kwargs={name: FILLED[name] for name in route.pattern.converters}
        )
        for route in routes()
    }
