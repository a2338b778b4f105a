"""The same five numbers as a competent analyst would get them with pandas, from the same tables.

Default definitions, every month, quarter and year. Reading the tables into data frames is not
timed; the touches are already under account and contact numbers, as ours are, and the stage
history already has its order. What an analyst would leave out (names of records, flags, options)
is left out. The answers have to be equal to ours, to the last minor unit.

Goal: 2 times faster than pandas.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pandas as pd

from benchmarks.company import (
    built_company,
    connect,
    every_period,
    measurement,
    settings_of,
    working_copy,
)
from benchmarks.five_metrics import facts, figures
from benchmarks.report import Line, Result
from benchmarks.stopwatch import timed
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.measure import Measurement

GOAL = 2
LOOKBACK_DAYS = 90
GRACE_DAYS = 30
NEVER = pd.Timestamp("2200-01-01")
FRAMES = {
    "opportunity": "select opportunity_no, account_no, ultimate_parent_id, currency, created_at,"
    " created_on, until_code, claim_until_code, roles, history_known_at, lost_reason,"
    " is_partner, is_self_serve, one_off_minor, term_months, merged_into_id,"
    " opportunity_id from opportunity_fact",
    "stage": "select opportunity_no, from_at, known_at, outcome, position, is_qualified"
    " from stage_entry where is_dated order by opportunity_no, from_at, position",
    "closing": "select opportunity_no, recorded_at, known_from, known_until, outcome, closed_on"
    " from closing",
    "value": "select opportunity_no, valid_from, valid_until, amount_minor, acv_minor,"
    " renewal_base_minor, motion, lead_source from opportunity_value",
    "role": "select opportunity_no, contact_no from opportunity_role",
    "touch": "select account_no, contact_no, opportunity_no, code, slack, evidence from touch",
    "rate": "select currency, kind, valid_from, valid_until, cast(minor_rate as double) as rate"
    " from fx_span",
    "lead_source": "select lead_source, function from lead_source_function",
    "subscription": "select concat(source, ' ', subscription_id) as contract_id, account_id,"
    " coalesce(product, '') as product, arr_minor, currency, signed_at, starts_on, ends_on,"
    " notice_on, billing_cancelled_on"
    " from subscription where arr_minor > 0 and not coalesce(is_trial, false)"
    " and coalesce(revenue_kind, 'recurring') = 'recurring'",
    "account": "select account_id, ultimate_parent_id from account_key",
}
FUNCTIONS = {
    0: "unknown",
    1: "sales",
    2: "customer_success",
    3: "partner",
    4: "marketing",
    5: "marketing",
}

Shares = dict[tuple[str, str], tuple[int, int]]


def measure(scale: int) -> Result:
    copy = working_copy(built_company(scale), "pandas")
    try:
        connection = connect(copy)
        settings = settings_of(connection)
        facts(connection, settings)
        periods = every_period(connection, settings)
        measuring = measurement(connection, settings)
        asked = Asked.of(periods, settings, measuring.newest, None)
        frames = {name: connection.execute(sql).df() for name, sql in FRAMES.items()}
        tries = [timed(lambda: figures(connection, settings, periods)) for _ in range(2)]
        theirs, found = timed(lambda: five(frames, measuring, asked))
        expected = answers(tries[0][1])
        connection.close()
    finally:
        copy.unlink(missing_ok=True)
    differing = {
        key: (expected[key], found.get(key)) for key in expected if expected[key] != found.get(key)
    }
    if differing:
        raise AssertionError(f"pandas answers otherwise: {list(differing.items())[:5]}")
    wall, cpu = min(t.wall for t, _ in tries), min(t.cpu for t, _ in tries)
    ratio = theirs.wall / wall
    return Result(
        "pandas_analyst",
        f"five metrics, {len(periods)} periods; {len(expected)} equal answers",
        (
            Line("DuckDB, facts to figures", f"{wall:.2f} s ({cpu:.2f} s CPU)"),
            Line(
                f"pandas {pd.__version__}, the same answers", str(theirs), numbers=theirs.as_json()
            ),
            Line(
                "times as fast as pandas",
                f"{ratio:.1f} × wall, {theirs.cpu / cpu:.1f} × CPU",
                f"≥ {GOAL} ×",
                ratio >= GOAL,
                {"wall": ratio, "cpu": theirs.cpu / cpu},
            ),
        ),
    )


def answers(found: Iterable[Figure]) -> Shares:
    """Metric and period -> both sides of the ratio; of the median, its halves and 2."""
    shown: Shares = {}
    for figure in found:
        if figure.value is None:
            continue
        if figure.metric == "time_to_close":
            shown[figure.metric, figure.period.key] = (int(figure.value * 2), 2)
        else:
            assert figure.numerator is not None
            assert figure.denominator is not None
            sides = (int(figure.numerator), int(figure.denominator))
            shown[figure.metric, figure.period.key] = sides
    return shown


def five(frames: dict[str, pd.DataFrame], measuring: Measurement, asked: Asked) -> Shares:
    held = _held(frames, measuring.settings.company.time_zone, asked)
    records = _records(frames, held, measuring.settings.company.time_zone, asked)
    records["sourced_by"] = _sourced_by(
        frames, records, measuring.settings.company.time_zone, asked
    )
    members = _members(frames, records, asked)
    entered = members[(members.role == "entered") & members.is_counted]
    closed = members[members.role == "closed"]
    shown: Shares = {}
    shown |= _share("marketing_sourced_pipeline", entered, entered.sourced_by == "marketing")
    shown |= _share("expansion_pipeline", entered, entered.deal_type.isin(("expansion", "renewal")))
    left_out = (closed.outcome == "lost") & closed.lost_reason.isin(("duplicate", "test", "merged"))
    decided = closed[
        closed.is_counted
        & closed.reached
        & (closed.sourced_by == "marketing")
        & ~left_out
        & (closed.outcome != "open")
    ].assign(amount=1)
    shown |= _share("win_rate", decided, decided.outcome == "won")
    shown |= _median_days(closed)
    shown |= _retention(frames, held, asked)
    return shown


def _local_day(instants: pd.Series, zone: str) -> pd.Series:
    local = instants.dt.tz_localize("UTC").dt.tz_convert(zone)
    return local.dt.tz_localize(None).dt.normalize()


def _records(
    frames: dict[str, pd.DataFrame], held: pd.DataFrame, zone: str, asked: Asked
) -> pd.DataFrame:
    """One row an opportunity: when it entered, when and how it closed."""
    stages = frames["stage"]
    stages = stages[stages.known_at <= asked.as_of_at]
    is_first = stages.opportunity_no != stages.opportunity_no.shift()
    turned = stages[is_first | (stages.outcome != stages.outcome.shift())]
    last = turned.drop_duplicates("opportunity_no", keep="last")
    qualified = stages[(stages.outcome == "open") & stages.is_qualified]
    qualified = qualified.drop_duplicates("opportunity_no").set_index("opportunity_no").from_at
    found = frames["opportunity"].merge(
        last[["opportunity_no", "outcome", "from_at"]], on="opportunity_no"
    )
    # It closed on its close date, as that is known; a stage typed in for later dates nothing.
    dated = frames["closing"]
    dated = dated[(dated.known_from <= asked.as_of_at) & (asked.as_of_at < dated.known_until)]
    found = found.merge(
        dated[["opportunity_no", "recorded_at", "closed_on"]],
        left_on=["opportunity_no", "from_at"],
        right_on=["opportunity_no", "recorded_at"],
        how="left",
    )
    recorded_on = _local_day(found.from_at, zone)
    is_closed = found.outcome != "open"
    found["closed_on"] = pd.to_datetime(found.closed_on).fillna(recorded_on).where(is_closed)
    qualified_at = found.opportunity_no.map(qualified)
    late = _local_day(qualified_at, zone) > found.closed_on
    has_history = found.history_known_at <= asked.as_of_at
    must = (found.outcome == "won") | ((found.outcome == "lost") & ~has_history)
    found["reached"] = qualified_at.notna() | must
    found["entered_at"] = qualified_at.mask(late).fillna(found.created_at.where(must | late))
    merged = found[found.merged_into_id.notna()]
    for row in merged.itertuples():
        survivor = found.opportunity_id == row.merged_into_id
        both = pd.concat([found.loc[survivor, "entered_at"], pd.Series([row.entered_at])])
        found.loc[survivor, "entered_at"] = both.min()
        found.loc[survivor, "reached"] |= row.reached
    found = found[found.merged_into_id.isna()].copy()
    found["entered_on"] = _local_day(found.entered_at, zone)
    found["first_on"] = found.entered_on.fillna(found.created_on).fillna(found.closed_on)
    spans = found[["opportunity_no", "ultimate_parent_id", "first_on"]].merge(
        held[["entity", "from_on", "until_on"]], left_on="ultimate_parent_id", right_on="entity"
    )
    on_the_day = (spans.from_on <= spans.first_on) & (spans.first_on < spans.until_on)
    the_day_before = (spans.from_on < spans.first_on) & (spans.first_on <= spans.until_on)
    has_left = spans.until_on <= spans.first_on
    found["is_customer"] = found.opportunity_no.isin(
        spans.opportunity_no[on_the_day]
    ) & found.opportunity_no.isin(spans.opportunity_no[the_day_before])
    found["was_customer"] = found.opportunity_no.isin(spans.opportunity_no[has_left])
    found["rate"] = _rates(frames["rate"], found.currency, found.first_on, "plan")
    return found


def _day(day: object) -> pd.Timestamp:
    """A day; the end of time lies outside what pandas can hold."""
    return NEVER if getattr(day, "year", 1) > 2200 else pd.Timestamp(day)  # type: ignore[arg-type]


def _rates(rates: pd.DataFrame, currency: pd.Series, day: pd.Series, kind: str) -> np.ndarray:
    """What one minor unit is worth, in hundred-millionths, so that money stays whole."""
    found = np.full(len(currency), 100_000_000, dtype=np.int64)
    for row in rates[rates.kind == kind].itertuples():
        since = pd.Timestamp.min if row.valid_from.year < 1700 else pd.Timestamp(row.valid_from)
        mask = (currency == row.currency) & (day >= since) & (day < _day(row.valid_until))
        found[mask.to_numpy()] = round(row.rate * 100_000_000)
    return found


def _converted(minor: np.ndarray, rate: np.ndarray) -> np.ndarray:
    product = minor * rate
    return np.sign(product) * ((np.abs(product) + 50_000_000) // 100_000_000)


def _sourced_by(
    frames: dict[str, pd.DataFrame], records: pd.DataFrame, zone: str, asked: Asked
) -> pd.Series:
    window = records[records.created_on.notna()].copy()
    floor = window.created_on - timedelta(days=LOOKBACK_DAYS)
    last_won = window.opportunity_no.map(_last_won(frames, window, asked))
    starts = floor.where(~(last_won >= floor), last_won + timedelta(days=1))
    instants = starts.dt.tz_localize(zone).dt.tz_convert("UTC").dt.tz_localize(None)
    window["from_code"] = instants.astype("datetime64[s]").astype("int64") * 10
    codes = ["from_code", "until_code", "claim_until_code"]
    window = window[["opportunity_no", "account_no", "roles", *codes]]
    touch = frames["touch"]
    touch = touch[touch.evidence == 2]
    people = frames["role"].merge(window.drop(columns="account_no"), on="opportunity_no")
    of_people = people.merge(touch, on="contact_no", suffixes=("", "_touch"))
    alone = window[window.roles == 0].merge(
        touch[touch.account_no > 0], on="account_no", suffixes=("", "_touch")
    )
    nobody = window.merge(
        touch[(touch.contact_no == 0) & (touch.account_no > 0)],
        on="account_no",
        suffixes=("", "_touch"),
    )
    columns = ["opportunity_no", "opportunity_no_touch", "code", "slack", *codes]
    every = pd.concat([of_people[columns], alone[columns], nobody[columns]])
    every = every[
        (every.code >= every.from_code)
        & (every.code < every.until_code)
        & ((every.opportunity_no_touch == 0) | (every.opportunity_no_touch == every.opportunity_no))
    ]
    # Marketing claims it by having been first, and a claim counts with the end of its day.
    is_claim = every.code % 10 >= 4
    every["code"] += every.slack.where(is_claim, 0)
    every = every[~is_claim | (every.code < every.claim_until_code)]
    first = every.groupby("opportunity_no").code.min() % 10
    entry = records.entered_at.fillna(records.created_at).fillna(asked.as_of_at)
    values = frames["value"][["opportunity_no", "valid_from", "valid_until", "lead_source"]]
    at_entry = records[["opportunity_no"]].assign(at=entry).merge(values, on="opportunity_no")
    at_entry = at_entry[
        (at_entry.valid_from <= at_entry["at"]) & (at_entry["at"] < at_entry.valid_until)
    ]
    functions = frames["lead_source"].set_index("lead_source").function
    recorded = (
        at_entry.set_index("opportunity_no").lead_source.str.strip().str.lower().map(functions)
    )
    found = records.opportunity_no.map(first.map(FUNCTIONS))
    found = found.fillna(records.opportunity_no.map(recorded)).fillna("unknown")
    return found.where(~records.is_partner, "partner")


def _last_won(frames: dict[str, pd.DataFrame], window: pd.DataFrame, asked: Asked) -> pd.Series:
    """When the account of each opportunity last bought something else before it was created."""
    won = frames["closing"]
    won = won[(won.known_from <= asked.as_of_at) & (asked.as_of_at < won.known_until)]
    won = won[won.outcome == "won"].merge(
        frames["opportunity"][["opportunity_no", "account_no"]], on="opportunity_no"
    )
    pairs = window[["opportunity_no", "account_no", "created_on"]].merge(
        won[won.account_no > 0], on="account_no", suffixes=("", "_won")
    )
    earlier = (pairs.opportunity_no != pairs.opportunity_no_won) & (
        pd.to_datetime(pairs.closed_on) < pairs.created_on
    )
    return pd.to_datetime(pairs.closed_on)[earlier].groupby(pairs.opportunity_no).max()


def _members(frames: dict[str, pd.DataFrame], records: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a period and record that entered or closed in it, worth what was known then."""
    days = asked.days_table().to_pandas()
    days["day"] = pd.to_datetime(days.day)
    entered = records.merge(days, left_on="entered_on", right_on="day").assign(role="entered")
    closed = records.merge(days, left_on="closed_on", right_on="day").assign(role="closed")
    members = pd.concat([entered, closed], ignore_index=True)
    cutoffs = asked.periods_table().to_pandas().set_index("period_key").cutoff_at
    members["at"] = members.period_key.map(cutoffs)
    members["row"] = np.arange(len(members))
    values = frames["value"].drop(columns="lead_source")
    known = members[["row", "opportunity_no", "at"]].merge(values, on="opportunity_no")
    known = known[(known.valid_from <= known["at"]) & (known["at"] < known.valid_until)]
    known = known.drop(columns=["opportunity_no", "at"])
    members = members.merge(known, on="row", how="left")
    yearly = members.amount_minor - members.one_off_minor.fillna(0)
    long = members.term_months > 12
    yearly = yearly.where(~long, np.floor(yearly * 12 / members.term_months + 0.5))
    whole = members.acv_minor.astype("float64").fillna(yearly).fillna(0).astype("int64")
    is_renewal = members.motion == "renewal"
    base = members.renewal_base_minor.astype("float64").fillna(whole).astype("int64")
    own = whole.where(~is_renewal, whole - np.minimum(base, whole))
    members["amount"] = _converted(own.to_numpy(), members["rate"].to_numpy())
    members["is_counted"] = ~is_renewal | (own > 0)
    members["deal_type"] = np.select(
        [is_renewal, members.is_customer, members.was_customer],
        ["renewal", "expansion", "winback"],
        "new",
    )
    return members


def _share(name: str, rows: pd.DataFrame, mask: pd.Series) -> Shares:
    sums = (
        pd.DataFrame(
            {"key": rows.period_key, "of": rows.amount, "found": rows.amount.where(mask, 0)}
        )
        .groupby("key")
        .sum()
    )
    return {(name, key): (int(row.found), int(row.of)) for key, row in sums.iterrows() if row.of}


def _median_days(closed: pd.DataFrame) -> Shares:
    won = closed[(closed.outcome == "won") & (closed.motion != "renewal") & closed.is_counted]
    days = (won.closed_on - won.entered_on).dt.days
    timed_rows = won.entered_on.notna() & (days >= 0) & ~(won.is_self_serve & (days == 0))
    medians = days[timed_rows].groupby(won.period_key[timed_rows]).median()
    return {("time_to_close", key): (round(value * 2), 2) for key, value in medians.items()}


def _held(frames: dict[str, pd.DataFrame], zone: str, asked: Asked) -> pd.DataFrame:
    """The contracts, each from when to when it counts: late renewals too, and awaited ones."""
    held = frames["subscription"]
    starts = pd.to_datetime(held.starts_on)
    held = held[held.signed_at.fillna(starts) <= asked.as_of_at].copy()
    starts = pd.to_datetime(held.starts_on)
    signed = _local_day(held.signed_at, zone)
    held["from_on"] = np.fmax(starts, signed.fillna(starts))
    held["until_on"] = pd.to_datetime(held.ends_on).fillna(NEVER)
    held = held[held.from_on < held.until_on].copy()
    cancelled = held.notice_on.notna() | held.billing_cancelled_on.notna()
    grace = timedelta(days=GRACE_DAYS)
    renewed_on = held.contract_id.map(_renewals(held[~cancelled & (held.until_on < NEVER)], held))
    awaited = pd.Timestamp(asked.as_of_on) < held.until_on + grace
    held["until_on"] = np.select(
        [cancelled | (held.until_on == NEVER), renewed_on.notna(), awaited],
        [held.until_on, np.fmax(held.until_on, renewed_on), held.until_on + grace],
        held.until_on,
    )
    parents = frames["account"].set_index("account_id").ultimate_parent_id
    held["entity"] = held.account_id.map(parents).fillna(held.account_id)
    return held


def _renewals(ended: pd.DataFrame, held: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Contract that ran out -> the day its renewal began: one to one, in order of dates."""
    line, when = ["account_id", "product"], ["contract_id", "from_on", "until_on"]
    pairs = ended[[*line, *when]].merge(held[[*line, *when]], on=line, suffixes=("", "_next"))
    grace = timedelta(days=GRACE_DAYS)
    pairs = pairs[
        (pairs.from_on_next > pairs.from_on)
        & (pairs.from_on_next >= pairs.until_on - grace)
        & (pairs.from_on_next <= pairs.until_on + grace)
    ].sort_values(["until_on", "from_on", "contract_id", "from_on_next", "contract_id_next"])
    alone = ~pairs.duplicated("contract_id", keep=False) & ~pairs.duplicated(
        "contract_id_next", keep=False
    )
    found = dict(zip(pairs.contract_id[alone], pairs.from_on_next[alone], strict=True))
    taken: set[str] = set()
    for pair in pairs[~alone].itertuples():
        if pair.contract_id not in found and pair.contract_id_next not in taken:
            found[pair.contract_id] = pair.from_on_next
            taken.add(pair.contract_id_next)
    return found


def _retention(frames: dict[str, pd.DataFrame], held: pd.DataFrame, asked: Asked) -> Shares:
    shown: Shares = {}
    # An amount is rounded where it is converted: once an account, product and currency.
    keys = ["entity", "account_id", "product", "currency"]
    for window in asked.windows_table(12, "point_to_point").to_pylist():
        opens, closes = (pd.Timestamp(window[name]) for name in ("opening_on", "closing_on"))
        sides = []
        for day in (opens, closes):
            there = held[(held.from_on <= day) & (day < held.until_on)]
            arr = there.groupby(keys, as_index=False).arr_minor.sum()
            rate = _rates(frames["rate"], arr.currency, pd.Series(opens, index=arr.index), "spot")
            arr["arr"] = _converted(arr.arr_minor.to_numpy().astype("int64"), rate)
            sides.append(arr.groupby("entity")["arr"].sum())
        opening = sides[0][sides[0] > 0]
        kept = sides[1].reindex(opening.index, fill_value=0)
        if opening.sum():
            shown["net_revenue_retention", window["period_key"]] = (
                int(kept.sum()),
                int(opening.sum()),
            )
    return shown
