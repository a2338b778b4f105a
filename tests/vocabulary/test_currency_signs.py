from __future__ import annotations

import pytest

from trivet.vocabulary import currency_signs
from trivet.vocabulary.currency_signs import plain, signs_of


def test_a_sign_that_many_currencies_share_speaks_for_none_of_them():
    assert all("$" in signs_of(code) for code in ("USD", "CAD", "AUD", "MXN"))
    assert all("¥" in signs_of(code) for code in ("JPY", "CNY"))
    assert all("kr" in signs_of(code) for code in ("SEK", "NOK", "DKK", "ISK"))
    assert "$" not in signs_of("EUR")
    assert "us$" in signs_of("USD")
    assert "us$" not in signs_of("CAD")
    assert signs_of("CHF") == {"chf"}


@pytest.mark.parametrize(("sign", "compared"), [("kr.", "kr"), ("CN¥", "cn¥"), ("F CFA", "")])
def test_signs_are_compared_without_points_and_case(sign, compared):
    assert plain(sign) == compared


@pytest.mark.slow
def test_the_list_is_what_every_language_of_cldr_says():
    assert currency_signs.FILE.read_text("utf-8") == currency_signs.text()
