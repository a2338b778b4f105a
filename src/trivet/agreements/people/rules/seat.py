"""The seats of a revenue team. People come and go; a seat stays, and so does what it owes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trivet.vocabulary.function import Function


class SeatKey(StrEnum):
    """Every seat there is."""

    CEO = "ceo"
    CMO = "cmo"
    CRO = "cro"
    VP_CS = "vp_cs"
    REVOPS_ADMIN = "revops_admin"
    MARKETING_OPS = "marketing_ops"
    SALES_OPS = "sales_ops"
    CS_OPS = "cs_ops"
    CAMPAIGN_OWNER = "campaign_owner"
    REP = "rep"
    CSM = "csm"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class SeatKind:
    """What a seat is.

    title          as it is called unless the company calls it otherwise
    function       whose it is; None for a seat of the whole company
    is_exclusive   one person holds it at a time
    signs          its holder can put the company's name under a definition
    """

    key: SeatKey
    title: str
    function: Function | None
    is_exclusive: bool = False
    signs: bool = False


SEATS: dict[SeatKey, SeatKind] = {
    kind.key: kind
    for kind in (
        SeatKind(SeatKey.CEO, "Chief executive officer", None, is_exclusive=True),
        SeatKind(
            SeatKey.CMO,
            "Chief marketing officer",
            Function.MARKETING,
            is_exclusive=True,
            signs=True,
        ),
        SeatKind(
            SeatKey.CRO, "Chief revenue officer", Function.SALES, is_exclusive=True, signs=True
        ),
        SeatKind(
            SeatKey.VP_CS,
            "Vice president customer success",
            Function.CUSTOMER_SUCCESS,
            is_exclusive=True,
            signs=True,
        ),
        SeatKind(SeatKey.REVOPS_ADMIN, "Revenue operations", None),
        SeatKind(SeatKey.MARKETING_OPS, "Marketing operations", Function.MARKETING),
        SeatKind(SeatKey.SALES_OPS, "Sales operations", Function.SALES),
        SeatKind(SeatKey.CS_OPS, "Customer success operations", Function.CUSTOMER_SUCCESS),
        SeatKind(SeatKey.CAMPAIGN_OWNER, "Campaign owner", None),
        SeatKind(SeatKey.REP, "Sales representative", Function.SALES),
        SeatKind(SeatKey.CSM, "Customer success manager", Function.CUSTOMER_SUCCESS),
        SeatKind(SeatKey.VIEWER, "Viewer", None),
    )
}

SIGNING = tuple(key for key, kind in SEATS.items() if kind.signs)
"""CMO, CRO, VP CS: the three whose signatures an agreement needs, in the order always shown."""

TAKES_TWO = frozenset({*SIGNING, SeatKey.CEO, SeatKey.REVOPS_ADMIN})
"""Seats that sign, decide or administer: one person alone cannot fill them."""
