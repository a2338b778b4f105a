"""What a page about one account or one person waits for: its newest touches.

Goal: 95 of 100 account timelines within 20 ms, contact timelines within 10 ms.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.company import THREADS, build_file, built_company
from benchmarks.report import Line, Result
from benchmarks.stopwatch import Took, percentile, timed
from trivet.numbers.revenue_model.record_page import account_timeline, contact_timeline
from trivet.numbers.shared_metrics.registry import steps
from trivet.numbers.warehouse.engine import Engine

LOOKED_UP = 300


def measure(scale: int) -> Result:
    workspace = built_company(scale)
    engine = Engine.open(build_file(workspace), steps(), threads=THREADS)
    touches = engine.rows("select count(*) as touches from touch")["touches"][0].as_py()
    chance = random.Random(1)
    accounts = engine.rows("select account_no from account_key order by account_no")
    contacts = engine.rows("select contact_id from contact_key order by contact_id")
    account_nos = chance.sample(accounts["account_no"].to_pylist(), LOOKED_UP)
    contact_ids = chance.sample(contacts["contact_id"].to_pylist(), LOOKED_UP)
    of_accounts = _lookups(lambda no: account_timeline(engine, no), account_nos)
    of_contacts = _lookups(lambda name: contact_timeline(engine, name), contact_ids)
    engine.close()
    return Result(
        "timelines",
        f"timelines of {LOOKED_UP} random accounts and {LOOKED_UP} random people"
        f" among {touches:,} touches",
        (
            _line("account timeline", of_accounts, 20),
            _line("contact timeline", of_contacts, 10),
        ),
        {"touches": touches},
    )


def _lookups(look_up: Callable[..., object], keys: list[object]) -> list[Took]:
    look_up(keys[0])
    return [timed(lambda key=key: look_up(key))[0] for key in keys]


def _line(name: str, taken: list[Took], goal_ms: int) -> Line:
    walls, cpus = [took.wall for took in taken], [took.cpu for took in taken]
    middle, late = (1000 * percentile(walls, percent) for percent in (50, 95))
    middle_cpu, late_cpu = (1000 * percentile(cpus, percent) for percent in (50, 95))
    return Line(
        name,
        f"p50 {middle:.1f} ms, p95 {late:.1f} ms (CPU {middle_cpu:.1f} and {late_cpu:.1f} ms)",
        f"p95 ≤ {goal_ms} ms",
        late <= goal_ms,
        {"p50_ms": middle, "p95_ms": late, "p50_cpu_ms": middle_cpu, "p95_cpu_ms": late_cpu},
    )
