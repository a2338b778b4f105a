"""Which accounts are somebody's own: the CRM's owner and customer success manager say so."""

from __future__ import annotations

import pyarrow as pa

from trivet.numbers.revenue_model.shapes import AccountTeam
from trivet.numbers.warehouse.engine import Engine

ACCOUNTS = """
select distinct account.account_id
from account
join crm_user on crm_user.user_id in (account.owner_id, account.csm_id)
where lower(crm_user.email) = $email and account.account_id is not null
"""

OPPORTUNITIES = """
select distinct opportunity.opportunity_id, opportunity.account_id
from opportunity
left join crm_user on crm_user.user_id = opportunity.owner_id
where opportunity.opportunity_id is not null and lower(crm_user.email) = $email
"""


def account_team(engine: Engine, email: str) -> AccountTeam:
    """The accounts that a CRM user with this address owns or looks after, and the opportunities.

    Who owns an opportunity sees its account too: there is no selling without it.
    """
    asked = {"email": email.strip().lower()}
    accounts = engine.rows(ACCOUNTS, asked).to_pylist()
    owned = engine.rows(OPPORTUNITIES, asked).to_pylist()
    return AccountTeam(
        frozenset(str(row["account_id"]) for row in (*accounts, *owned) if row["account_id"]),
        frozenset(str(row["opportunity_id"]) for row in owned),
    )


def rows_of_team(rows: pa.Table, team: AccountTeam) -> pa.Table:
    """The rows about the team's accounts and opportunities; one that names neither is left out."""
    wanted = {"account_id": team.accounts, "opportunity_id": team.opportunities}
    columns = [
        [value in ids for value in rows[name].to_pylist()]
        for name, ids in wanted.items()
        if name in rows.column_names
    ]
    own = [any(row) for row in zip(*columns, strict=True)] if columns else [False] * len(rows)
    return rows.filter(pa.array(own, pa.bool_()))
