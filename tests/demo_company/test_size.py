"""As large as promised, and larger in proportion."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.demo_company.conftest import WrittenCompany
from trivet.demo_company import write_company
from trivet.demo_company.company import PARQUET_FROM_SCALE
from trivet.demo_company.users import USERS

TOUCH_EXPORTS = ("map/email_events", "map/form_submissions", "map/web_events")


def rows(company: WrittenCompany, *names: str) -> int:
    return sum(len(company.export(name)) for name in names)


def test_the_company_has_the_size_a_visitor_is_told(norvik: WrittenCompany) -> None:
    assert 1_950 <= rows(norvik, "crm/Account_2026-11-20") <= 2_050
    people = rows(norvik, "crm/Contact") + norvik.cells("crm/Lead", "IsConverted").count("false")
    assert 11_500 <= people <= 12_500
    assert 270_000 <= rows(norvik, *TOUCH_EXPORTS) <= 330_000
    assert 5_000 <= rows(norvik, "crm/Opportunity_2026-11-20") <= 7_000
    assert 550 <= rows(norvik, "cs/Company") <= 850
    assert len(USERS) == 25


def test_a_company_twice_as_large_shares_no_id_with_itself(tmp_path: Path) -> None:
    write_company(tmp_path, scale=2)
    large = WrittenCompany(tmp_path)
    assert rows(large, "crm/Account_2026-08-15") == 4_000
    for export, column in (
        ("crm/Account_2026-08-15", "Id"),
        ("crm/Account_2026-08-15", "Website"),
        ("crm/Opportunity_2026-08-15", "Id"),
        ("crm/Lead", "Id"),
        ("crm/Event", "Id"),
        ("map/companies", "hs_object_id"),
        ("map/email_events", "id"),
        ("cs/Call_To_Action", "Gsid"),
        ("billing/customers", "customer_no"),
    ):
        ids = large.cells(export, column)
        assert len(ids) == len(set(ids)), (export, column)


@pytest.mark.slow
def test_a_large_company_has_its_touches_as_parquet(tmp_path: Path) -> None:
    write_company(tmp_path, scale=PARQUET_FROM_SCALE)
    touches = 0
    for name in TOUCH_EXPORTS:
        assert not (tmp_path / "exports" / f"{name}.csv").exists()
        written = pq.ParquetFile(tmp_path / "exports" / f"{name}.parquet")
        touches += written.metadata.num_rows
        assert {str(field.type) for field in written.schema_arrow} == {"string"}
    assert 2_700_000 <= touches <= 3_300_000
    assert (tmp_path / "exports" / "crm" / "Opportunity_2026-11-20.csv").exists()
