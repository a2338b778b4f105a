"""Trivet: one revenue model for marketing, sales and customer success.

In a notebook:

    import trivet
    model = trivet.open_workspace("acme")
    figure = model.metric("net_revenue_retention", "2026-Q1")
    figure.value, figure.status, figure.rows()          # rows as an Arrow table
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from trivet.numbers.revenue_model import RevenueModel

__version__ = "0.1.0"
__all__ = ["open_workspace"]


def open_workspace(folder: str | Path) -> RevenueModel:
    """Open the published build of the workspace in `folder`, read-only.

    Raises   WorkspaceNotFound if the folder holds no `trivet.toml`
             NothingPublished if no build has been published yet
    """
    from trivet.numbers.revenue_model import RevenueModel

    return RevenueModel.open(folder)
