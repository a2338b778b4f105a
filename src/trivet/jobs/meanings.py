"""What the words in exports usually mean: values of closed sets, lead sources, outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKETING = (
    r"webinar|event|trade|conference|paid|\bads?\b|adwords|search|organic|content|web"
    r"|social|email|campaign|demo|google|facebook|linkedin|market|chat|direct"
)

MEANINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "motion": (
        ("renew", "renewal"),
        ("upgrade|upsell|expan|add-?on|cross|existing", "expansion"),
        ("new", "new_business"),
    ),
    "expansion_type": (
        ("seat|user|licen", "seat"),
        ("tier|plan|upgrade", "tier"),
        ("cross", "cross_sell"),
        ("usage|consum", "usage"),
        ("price", "price"),
        ("renewal|uplift", "renewal_uplift"),
    ),
    "touchpoint.kind": (
        ("demo", "demo_request"),
        (r"form|submission|(?<!un)subscribe", "form"),
        ("attend|webinar", "event_attended"),
        ("regist", "event_registered"),
        ("download|content|whitepaper", "content"),
        ("reply|replied", "reply"),
        ("click", "email_clicked"),
        ("open", "email_opened"),
        ("sent|deliver", "email_sent"),
        ("visit|page|view", "page_visited"),
        (r"(?<![a-z])ads?(?![a-z])", "ad_clicked"),
        ("chat", "chat"),
    ),
    "sales_activity.kind": (
        ("call", "call"),
        ("mail", "email"),
        ("meet|event|demo", "meeting"),
        ("task", "task"),
        ("note", "note"),
        ("message|sms|chat", "message"),
    ),
    "lifecycle_stage_history.stage": (
        ("marketing ?qualified|^mql$", "mql"),
        ("sales ?accepted|^sal$", "sal"),
        ("sales ?qualified|^sql$", "sql"),
        ("subscriber", "subscriber"),
        ("^lead$", "lead"),
        ("opportunity", "opportunity"),
        ("customer", "customer"),
        ("evangelist", "evangelist"),
        ("recycl", "recycled"),
        ("disqual|reject", "disqualified"),
    ),
    "opportunity_field_history.field": (
        ("^(deal)?stage(name)?$", "stage"),
        ("^amount$", "amount"),
        ("^close_?date$", "close_on"),
        ("owner_?id$", "owner_id"),
    ),
    "function": (
        ("success|csm", "customer_success"),
        ("market", "marketing"),
        ("partner|alliance", "partner"),
        ("sale|sdr|bdr", "sales"),
    ),
    "lead_source": (
        ("partner|reseller", "partner"),
        ("success|health|renewal|upsell", "customer_success"),
        ("outbound|cold|sales|prospect|sdr|bdr", "sales"),
        (MARKETING, "marketing"),
    ),
    "outcome": (("won|closed-?won|success", "won"), ("lost|closed-?lost|dead|reject", "lost")),
}


def meaning(of: str, value: str) -> str | None:
    """What a value means, by the first pattern that fits; None if nobody can tell.

    of   a key of MEANINGS
    """
    for pattern, means in MEANINGS[of]:
        if re.search(pattern, value.casefold()):
            return means
    return None
