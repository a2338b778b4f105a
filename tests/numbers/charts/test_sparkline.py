"""A sparkline shows the way a number came, and nothing when there was no way."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from trivet.numbers.charts.sparkline import HEIGHT, sparkline
from trivet.numbers.charts.trend import Band


def test_one_number_makes_no_line():
    assert sparkline([None, 41.8]) == ""


def test_a_missing_number_lifts_the_pen():
    drawn = ET.fromstring(sparkline([1, None, 2, 3]))
    assert drawn.find("path").get("d").count("M") == 2


def test_the_band_is_clipped_to_the_drawing():
    band = ET.fromstring(sparkline([40, 42], Band(10, 90))).find("rect")
    assert float(band.get("y")) == 0
    assert float(band.get("height")) == HEIGHT


def test_it_is_decoration_for_a_screen_reader():
    assert 'aria-hidden="true"' in sparkline([1, 2])
