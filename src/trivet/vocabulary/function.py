"""The three functions that own the revenue model together, and who else creates pipeline."""

from __future__ import annotations

from enum import StrEnum


class Function(StrEnum):
    """A team. `partner` creates pipeline without owning a metric; `unknown` is a stated gap."""

    MARKETING = "marketing"
    SALES = "sales"
    CUSTOMER_SUCCESS = "customer_success"
    PARTNER = "partner"
    UNKNOWN = "unknown"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {
            Function.MARKETING: "Marketing",
            Function.SALES: "Sales",
            Function.CUSTOMER_SUCCESS: "Customer success",
            Function.PARTNER: "Partner",
            Function.UNKNOWN: "Unknown",
        }[self]


OWNERS = (Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS)
"""The functions that sign every definition, in the order they are always shown."""
