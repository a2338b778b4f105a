"""Writing the demo company: draw it part by part, write each part to the exports, next part."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from trivet.demo_company import (
    dirty_rows,
    finance,
    gainsight,
    hubspot,
    salesforce,
    salesforce_sales,
)
from trivet.demo_company.days import EARLIER_EXPORT, ENDS
from trivet.demo_company.exports import Cells, Exports
from trivet.demo_company.shard import Shard, draw_shard, stream
from trivet.errors import SettingWrong

EXPORT_DAYS = {"2026-08-15": EARLIER_EXPORT, "2026-11-20": ENDS}
PARQUET_FROM_SCALE = 10


def write_company(
    folder: Path,
    *,
    seed: int = 7,
    scale: int = 1,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write a whole workspace: `trivet.toml` and the exports of five systems.

    seed       same seed and scale: the same files, byte for byte
    scale      1 is about 2,000 accounts, 12,000 people and 300,000 touches; from 10 on the
               large touch files are Parquet
    progress   is told, in a sentence, what is being written
    Raises     SettingWrong if the scale is below 1
    """
    if scale < 1:
        raise SettingWrong(
            f"The scale {scale} is not a positive whole number.",
            remedy="Write --scale 1, or 10, 100, 1000 for a larger company.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    settings = files("trivet.demo_company").joinpath("trivet.toml").read_text(encoding="utf-8")
    (folder / "trivet.toml").write_text(settings, encoding="utf-8", newline="\n")
    parquet = hubspot.TOUCH_FILES if scale >= PARQUET_FROM_SCALE else frozenset()
    bookings = finance.Bookings()
    with Exports(folder / "exports", parquet) as exports:
        _write_company_wide(exports, seed)
        for number in range(scale):
            shard = draw_shard(seed, number)
            _write_shard(exports, shard, seed)
            bookings.add(shard)
            if progress is not None:
                progress(f"Writing the demo company: part {number + 1} of {scale}")
        exports.write("finance/targets", finance.target_cells(bookings))


def _write_company_wide(exports: Exports, seed: int) -> None:
    exports.write("crm/User", salesforce.user_cells())
    exports.write("crm/Campaign", salesforce.campaign_cells())
    exports.write("map/marketing_emails", hubspot.mailing_cells())
    exports.write("finance/fx_rates", finance.rate_cells(seed))


def _write_shard(exports: Exports, shard: Shard, seed: int) -> None:
    first = shard.number == 0

    def write(name: str, found: Cells) -> None:
        exports.write(name, found, dirty_rows.CHANGES.get(name) if first else None)

    for day, at in EXPORT_DAYS.items():
        dirty = first and at == ENDS
        exports.write(
            f"crm/Account_{day}",
            salesforce.account_cells(shard, at),
            dirty_rows.accounts if dirty else None,
        )
        exports.write(
            f"crm/Opportunity_{day}",
            salesforce_sales.opportunity_cells(shard, at),
            dirty_rows.opportunities if dirty else None,
        )
    write("crm/Contact", salesforce.contact_cells(shard))
    write("crm/Lead", salesforce.lead_cells(shard))
    write("crm/Lead_Assignment__c", salesforce.lead_assignment_cells(shard))
    members = salesforce.campaign_member_cells(stream(seed, shard.number, "members"), shard)
    write("crm/CampaignMember", members)
    write("crm/OpportunityHistory", salesforce_sales.opportunity_history_cells(shard))
    write("crm/OpportunityFieldHistory", salesforce_sales.opportunity_field_history_cells(shard))
    write("crm/OpportunityContactRole", salesforce_sales.contact_role_cells(shard))
    write("crm/Task", salesforce_sales.task_cells(shard))
    write("crm/Event", salesforce_sales.event_cells(shard))

    write("map/companies", hubspot.company_cells(shard))
    write("map/contacts", hubspot.contact_cells(shard))
    write("map/lifecycle_history", hubspot.lifecycle_cells(shard))
    write("map/form_submissions", hubspot.form_cells(shard))
    write("map/email_events", hubspot.email_event_cells(shard))
    write("map/web_events", hubspot.web_event_cells(shard))

    write("cs/Company", gainsight.company_cells(shard))
    write("cs/Subscription__gc", gainsight.subscription_cells(shard))
    write("cs/Scorecard_History", gainsight.score_cells(shard))
    write("cs/Usage", gainsight.usage_cells(shard))
    write("cs/Call_To_Action", gainsight.cta_cells(shard))
    write("cs/Activity_Timeline", gainsight.timeline_cells(shard))

    write("billing/customers", finance.billing_customer_cells(shard))
    write("billing/invoice_lines", finance.invoice_line_cells(shard))
