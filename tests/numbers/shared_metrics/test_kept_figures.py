"""A build measures every metric before it answers, and refuses figures that cannot all be true."""

from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest

from tests.company import company
from trivet.errors import AuditFailed
from trivet.numbers.shared_metrics import kept_figures as kept
from trivet.numbers.shared_metrics.audit import broken
from trivet.numbers.shared_metrics.measure import Measurement

pytestmark = pytest.mark.slow


def a_customer_who_pays_less(c):
    c.add("account", account_id="A")
    c.add("subscription", account_id="A", arr=100, starts_on="2025-01-01", ends_on="2026-01-01")
    c.add("subscription", account_id="A", arr=80, starts_on="2026-01-01")


def test_gross_retention_above_net_is_found():
    with company() as c:
        a_customer_who_pays_less(c)
        net = c.metric("net_revenue_retention", "2026-Q2")
        gross = c.metric("gross_revenue_retention", "2026-Q2")
    assert broken([net, gross]) == []
    lifted = replace(gross, value=Fraction(9, 10))
    assert broken([net, lifted]) == [
        "gross_revenue_retention is above net_revenue_retention (2026-Q2)"
    ]


def test_a_share_above_one_is_found():
    with company() as c:
        a_customer_who_pays_less(c)
        gross = c.metric("gross_revenue_retention", "2026-Q2")
    wrong = replace(gross, value=Fraction(11, 10))
    assert broken([wrong]) == ["gross_revenue_retention is 1.1000, not between 0 and 1 (2026-Q2)"]


def test_the_kept_figure_of_a_quarter_is_the_figure_asked_for():
    with company() as c:
        a_customer_who_pays_less(c)
        asked = c.metric("net_revenue_retention", "2026-Q2")
        engine = c.measurement.engine
        connection = engine._connection
        add_source_facts(connection)
        kept.keep_figures(connection, c.settings, catalog="memory")
        found = kept.kept_figures(c.measurement.engine, {}, "by-hand")
    figure = found["net_revenue_retention", "2026-Q2", asked.definition_hash]
    assert (figure.value, figure.records) == (asked.value, asked.records) == (Fraction(4, 5), 1)


def test_contradicting_figures_stop_the_build(monkeypatch):
    def doubled(self, definition, periods, **asked):
        found = figures(self, definition, periods, **asked)
        if definition.id != "gross_revenue_retention":
            return found
        return [replace(f, value=f.value and 2 * f.value) for f in found]

    figures = Measurement.figures
    with company() as c:
        a_customer_who_pays_less(c)
        connection = c.measurement.engine._connection
        add_source_facts(connection)
        monkeypatch.setattr(Measurement, "figures", doubled)
        with pytest.raises(AuditFailed, match="gross_revenue_retention is"):
            kept.keep_figures(connection, c.settings, catalog="memory")
        assert not has_figures(connection)


def add_source_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """A company by hand has no feeds, so its freshness is that of its rows."""
    connection.execute(
        "update source_fact set data_as_of = timestamp '2026-07-15 23:59' where data_as_of is null"
    )


def has_figures(connection: duckdb.DuckDBPyConnection) -> bool:
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    return ("figure",) in tables
