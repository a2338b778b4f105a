"""A quarter's page, and that of its last month, say why the months do not add up to it."""

from __future__ import annotations

from tests.numbers.revenue_model.test_parts import METRIC, made
from tests.web.real_model import show

__all__ = ["made"]

SAID = (
    "The months of Q1 2026 add up to $180 of $180, the quarter to $210 of $210: each month stops at"
    " its own closing day."
)


def test_the_sentence_stands_with_the_quarter_and_with_the_last_of_its_months(
    made, client, norvik, tmp_path
):
    show(made, norvik, tmp_path)
    quarter = client.get(f"/metrics/{METRIC}?period=2026-Q1").content.decode()
    assert f'<p class="hint parts">{SAID}</p>' in quarter
    assert SAID in client.get(f"/metrics/{METRIC}?period=2026-03").content.decode()
    for key in ("2026-02", "2026-Q2"):
        page = client.get(f"/metrics/{METRIC}?period={key}").content.decode()
        assert "at its own closing day" not in page
    whole = client.get(f"/metrics/{METRIC}?period=2026").content.decode()
    assert "each quarter stops at its own closing day" not in whole
