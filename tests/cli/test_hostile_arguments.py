"""A slip of the keyboard at the terminal is two sentences and a status, never a traceback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.command import trivet
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.errors import CountingUnknown, PeriodUnknown, RecordUnknown
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.vocabulary.period import Period

DIGITS = "9" * 400


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = company_folder(tmp_path_factory.mktemp("hostile") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    return workspace.folder


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["--period", "0001"], "does not lie between"),
        (["--period", "9999-12-31"], "is not a period"),
        (["--period", "0000-Q1"], "is not a period"),
        (["--period", "1000-01-01..9000-01-01"], "does not lie between"),
        (["--period", "1950-01-01..2150-01-01"], "is longer than 100 years"),
        (["--period", "9" * 5_000], "is not a period"),
        (["--period", "2026-Q2", "--as-of", "0001-01-01"], "cannot be said"),
        (["--period", "2026-Q2", "--as-of", "9999-12-31"], "cannot be said"),
        (["--period", "2026-Q2", "--as-of", DIGITS], "does not match the format"),
        (["--period", "2026-Q2", "--by", "x" * 5_000], "no dimension"),
        (["--period", "2026-Q2", "--where", f"{DIGITS}=x"], "no dimension"),
    ],
)
def test_a_metric_asked_for_with_a_slip_says_so(built: Path, told: list[str], says: str) -> None:
    answer = trivet("metric", "win_rate", built, *told)
    assert answer.status == 2
    assert says in " ".join(answer.err.split())
    assert answer.out == ""
    assert len(answer.err) < 2_000


def test_a_hundred_years_are_answered(built: Path) -> None:
    answer = trivet("metric", "win_rate", built, "--period", "1950-01-01..2050-01-01", "--json")
    assert answer.json["period"] == {"start": "1950-01-01", "end": "2050-01-01"}


@pytest.mark.parametrize("told", [("metric", "x" * 3_000), ("sync",), ("doctor",), ("verify",)])
def test_a_path_that_no_system_takes_is_named(tmp_path: Path, told: tuple[str, ...]) -> None:
    given = ["--period", "2026"] if told[0] == "metric" else []
    answer = trivet(*told, tmp_path / ("x" * 400), *given)
    assert answer.status in (0, 1, 2)
    assert "Traceback" not in answer.err
    assert answer.err or answer.out


def test_a_file_that_cannot_be_written_is_named(built: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "gone" / "rows.csv"
    asked = ("metric", "win_rate", built, "--period", "2026-Q2", "--rows", nowhere)
    answer = trivet(*asked)
    assert answer.status == 1
    assert "No such file or directory" in answer.err
    assert "Check that it is there" in answer.err


@pytest.mark.parametrize("port", ["-1", "65536", DIGITS])
def test_a_port_that_there_is_not_is_wrong_use(built: Path, port: str) -> None:
    answer = trivet("serve", built, "--port", port)
    assert answer.status == 2
    assert "65535" in answer.err


@pytest.fixture(scope="module")
def model(built: Path) -> RevenueModel:
    return RevenueModel.open(built)


class TestInPython:
    @pytest.mark.parametrize(
        "period",
        ["0001", DIGITS, Period(date.min, date.max, ""), Period(date.min, date(1, 2, 1), "")],
    )
    def test_a_period_of_no_time_is_refused(self, model: RevenueModel, period: object) -> None:
        for ask in (model.metric, model.rows):
            with pytest.raises(PeriodUnknown):
                ask("net_revenue_retention", period)  # type: ignore[operator]

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_a_day_of_no_time_is_refused(self, model: RevenueModel, day: date) -> None:
        with pytest.raises(CountingUnknown, match="cannot be said"):
            model.metric("net_revenue_retention", "2026-Q1", as_of=day)

    @pytest.mark.parametrize("build", [DIGITS, "../../etc/passwd", "a\x00b", "", "x/../y", "."])
    def test_a_build_that_is_not_kept_is_said_and_leads_out_of_no_folder(
        self, built: Path, build: str
    ) -> None:
        with pytest.raises(RecordUnknown, match="is no longer kept"):
            RevenueModel.open(built, build=build)
