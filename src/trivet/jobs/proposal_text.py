"""A proposal as a commented `trivet.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from trivet.jobs.propose import Proposal, ProposedFeed, Stranger, file_set
from trivet.jobs.recognise import Why, by_plain

NAMES = {
    "crm": "crm",
    "marketing_automation": "map",
    "customer_success": "cs",
    "billing": "billing",
    "other": "other",
}

NEXT_STEPS = {
    Why.UNREADABLE: "These could not be read. Save them as CSV, Parquet or XLSX and ask again.",
    Why.LINK: "These link records. A feed adds rows and no columns: where a table needs the link"
    " (opportunity.account_id, contact.account_id), join it into that export before it is loaded.",
    Why.HISTORY: "These are histories. Opportunities' fields and people's lifecycle stages have"
    " tables of their own (docs/reference/tables.md); leave the other histories out.",
    Why.UNKNOWN: "These have the columns of no table. Map those that hold something the metrics"
    " need (docs/reference/tables.md lists every table); leave the others out.",
}
"""What to do about files that were not recognised, by why."""


def grouped(strangers: Iterable[Stranger]) -> dict[Why, list[Stranger]]:
    """By why they were not recognised, in the order of NEXT_STEPS."""
    found = {why: [s for s in strangers if s.why is why] for why in NEXT_STEPS}
    return {why: theirs for why, theirs in found.items() if theirs}


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped)
    return f'"{escaped}"'


def _listed(values: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def settings_text(proposal: Proposal, company: str, workspace: Path) -> str:
    """The proposal as a commented `trivet.toml`."""
    return "\n".join(_lines(proposal, company, workspace)) + "\n"


def _lines(proposal: Proposal, company: str, workspace: Path) -> Iterator[str]:
    yield "# Proposed by `trivet init --from`: look it over, then `trivet run`."
    yield "# docs/reference/settings.md explains every line, docs/reference/tables.md every column."
    yield "format = 1"
    yield ""
    yield "[company]"
    yield f"name = {quoted(company)}"
    yield f"currency = {quoted(proposal.currency or 'USD')}               # what figures are in"
    yield 'time_zone = "UTC"              # for example "Europe/Berlin": a day is a day there'
    yield "fiscal_year_starts = 1         # month, 1 to 12"
    yield '# holidays = "US"              # country of public holidays'
    yield ""
    yield from _stage_lines(proposal.stages)
    yield ""
    yield from _lead_source_lines(proposal.lead_sources)
    yield ""
    yield "# What figures can be split by: a canonical column, or a column of an export."
    yield "[dimensions]"
    accounts = [f for f in proposal.feeds if f.table.name == "account"]
    for name in ("segment", "region", "industry", "country"):
        if any(name in feed.columns for feed in accounts):
            yield f'{name} = "account.{name}"'
    for system in dict.fromkeys(feed.system for feed in proposal.feeds):
        yield ""
        yield "[[source]]"
        yield f"name = {quoted(NAMES[system])}"
        yield f"system = {quoted(system)}"
        yield 'time_zone = "UTC"              # of instants in its files that do not say theirs'
        for feed in proposal.feeds:
            if feed.system == system:
                yield ""
                yield from _feed_lines(feed, workspace)
    if proposal.strangers:
        yield ""
        yield "# Not recognised."
        for why, strangers in grouped(proposal.strangers).items():
            yield "#"
            yield f"# {NEXT_STEPS[why]}"
            for stranger in strangers:
                yield "#   " + f"{stranger.path.name}: {stranger.says}".replace("\n", " ")


def _stage_lines(stages: Mapping[str, str]) -> Iterator[str]:
    opened = [stage for stage, outcome in stages.items() if outcome == "open"]
    yield "# The stages of the CRM. PUT THE OPEN ONES IN ORDER, and name the first qualified one."
    yield "[stages]"
    yield f"open = {_listed(opened)}"
    if len(opened) > 1:
        yield "order_is_guessed = true        # delete this line once the order above is right"
    guess = next((s for s in opened if "qualif" in s.casefold()), None)
    if guess:
        yield f"qualified_from = {quoted(guess)}"
    elif opened:
        yield f"# qualified_from = {quoted(opened[0])}"
    for outcome in ("won", "lost"):
        yield f"{outcome} = {_listed(s for s, found in stages.items() if found == outcome)}"


def _lead_source_lines(sources: Mapping[str, str | None]) -> Iterator[str]:
    yield "# Which function each lead source belongs to."
    yield "[lead_sources]"
    for function in ("marketing", "sales", "customer_success", "partner"):
        yield f"{function} = {_listed(s for s, found in sources.items() if found == function)}"
    unknown = [source for source, found in sources.items() if found is None]
    if unknown:
        yield f"# Not guessed: {', '.join(unknown)}"


def _property(headings: Mapping[str, str]) -> str | None:
    """The column of a history of every property that says which one a row is of."""
    return next((headings[n] for n in ("name", "property", "propertyname") if n in headings), None)


def _feed_lines(feed: ProposedFeed, workspace: Path) -> Iterator[str]:
    try:
        shown = feed.path.resolve().relative_to(workspace.resolve()).as_posix()
    except ValueError:
        shown = feed.path.resolve().as_posix()
    yield "[[source.feed]]"
    yield f"table = {quoted(feed.table.name)}"
    dated = file_set(feed.path).name
    if dated != feed.path.name:
        yield f"files = [{quoted(shown.removesuffix(feed.path.name) + dated)}]"
        yield 'exported_on = "filename"'
    else:
        yield f"files = [{quoted(shown)}]"
    if feed.date_formats:
        yield f"date_format = {_listed(feed.date_formats)}"
    headings = by_plain(feed.unread)
    kept = '["", "0", "false", "False", "FALSE"]'
    only = [
        f"{quoted(headings[name])} = {kept}"
        for name in ("isdeleted", "fivetrandeleted")
        if name in headings
    ]
    if feed.table.name == "lifecycle_stage_history" and (property_ := _property(headings)):
        only.append(f'{quoted(property_)} = ["lifecyclestage"]')
    if only:
        yield f"only = {{ {', '.join(only)} }}"
    yield "[source.feed.columns]"
    if feed.table.name == "contact" and "name" not in feed.columns:
        parts = [headings[n] for n in ("firstname", "lastname") if n in headings]
        if parts:
            yield f"name = {{ joined = {_listed(parts)} }}"
    for name, constant in feed.constants.items():
        yield f"{name} = {{ constant = {quoted(constant)} }}"
    for name, column in feed.columns.items():
        values = feed.values.get(name)
        # A member of a campaign is a lead or a contact: whichever cell is filled.
        lead = next((headings[n] for n in ("lead", "leadid") if n in headings), None)
        if name == "contact_id" and feed.table.name != "contact" and lead:
            yield f"{name} = {{ first_of = {_listed([column, lead])} }}"
        elif values:
            pairs = ", ".join(f"{quoted(k)} = {quoted(v)}" for k, v in values.items())
            yield f"{name} = {{ column = {quoted(column)}, values = {{ {pairs} }} }}"
        else:
            yield f"{name} = {quoted(column)}"
    given = {*feed.columns, *feed.constants}
    missing = [c.name for c in feed.table.columns if c.name not in given]
    if missing:
        yield f"# Not found: {', '.join(missing)}"
    if feed.unread:
        yield "# Not used: " + ", ".join(c.replace("\n", " ") for c in feed.unread)
