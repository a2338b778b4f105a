"""A build of another version is told apart before it answers, and the next run mends it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.numbers.warehouse.build_shape import columns_of, made_by_another_version
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.errors import BuildOfAnotherVersion
from trivet.jobs.doctor import doctor
from trivet.jobs.run import run
from trivet.jobs.verify import verify
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.warehouse.publish import published
from trivet.numbers.warehouse.shape import listed
from trivet.numbers.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = company_folder(tmp_path_factory.mktemp("built") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    return workspace.folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "norvik"))


def test_the_list_of_columns_is_that_of_a_real_build(built):
    now = published(built / "builds")
    assert columns_of(now.path(built / "builds")) == listed(), (
        "The tables of a build have changed. If that is meant, write them down with"
        " `python -m tests.numbers.warehouse.build_shape`."
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("alter table opportunity_fact drop column product", "no opportunity_fact.product."),
        ("drop table company_day", "it has no company_day."),
        (
            (
                "drop table touch; alter table contact drop column title;"
                " alter table account drop column type; alter table account drop column name"
            ),
            "it has no touch, account.name, account.type and 1 more.",
        ),
        ("alter table account alter employees type text", "no account.employees as bigint."),
        ("update build_info set value = '0' where key = 'meaning'", "the meaning 0, and 1 is"),
        ("delete from build_info where key = 'meaning'", "of before 1, and 1 is read here."),
    ],
)
def test_a_build_with_other_tables_says_what_differs_and_to_run(folder, change, says):
    made_by_another_version(folder, change, version="0.0.9")
    with pytest.raises(BuildOfAnotherVersion) as refused:
        RevenueModel.open(folder)
    assert says in refused.value.happened
    assert "made by another version of Trivet (0.0.9; this is " in refused.value.happened
    assert "Run `trivet run`" in refused.value.remedy
    assert "nothing is loaded again" in refused.value.remedy


def test_a_build_with_more_than_is_asked_for_is_read(folder):
    made_by_another_version(folder, "alter table account add column of_a_later_version integer")
    assert RevenueModel.open(folder).metric("win_rate", "2026-Q2").records == 0


def test_the_next_run_makes_it_again_although_no_export_is_new(folder):
    made_by_another_version(folder, "alter table opportunity_fact drop column product")
    landed = sorted(path for path in (folder / "landing").rglob("*"))
    again = run(Workspace.open(folder))
    assert again.build.is_new
    assert sorted(path for path in (folder / "landing").rglob("*")) == landed
    assert RevenueModel.open(folder).build == again.build.published.build


def test_an_earlier_build_that_is_kept_is_not_promised_to_be_made_again(folder):
    before = published(folder / "builds").build
    export_week(folder, 2)
    run(Workspace.open(folder))
    made_by_another_version(folder, "alter table account drop column region", build=before)
    with pytest.raises(BuildOfAnotherVersion, match="Ask the published build instead"):
        RevenueModel.open(folder, build=before)
    assert RevenueModel.open(folder).metric("win_rate", "2026-Q2").records == 0


def test_doctor_and_verify_say_so_too(folder):
    made_by_another_version(folder, "alter table opportunity_fact drop column product")
    [check] = [c for c in doctor(folder) if c.name == "published build"]
    assert check.holds is False
    assert "opportunity_fact.product" in check.says
    with pytest.raises(BuildOfAnotherVersion):
        verify(Workspace.open(folder))


def test_figures_kept_by_another_query_are_measured_again(folder):
    model = RevenueModel.open(folder)
    period = model.period("2026-Q2")
    [asked] = model.series("pipeline_coverage", [period])
    model.close()
    made_by_another_version(folder, "update figure set query_hash = 'older', value = '7/1'")
    [again] = RevenueModel.open(folder).series("pipeline_coverage", [period])
    assert (again.value, again.query_hash) == (asked.value, asked.query_hash)
