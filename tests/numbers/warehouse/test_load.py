"""A load that cannot be read back names its place, and the way to land it again."""

import pytest

from trivet.errors import LoadUnreadable
from trivet.numbers.warehouse.load import ABOUT, Load


@pytest.mark.parametrize("text", ["", "{", '{"source": "crm"}', "[]"])
def test_a_damaged_load_names_its_folder_and_the_next_step(tmp_path, text):
    (tmp_path / ABOUT).write_text(text)
    with pytest.raises(LoadUnreadable) as found:
        Load.of(tmp_path)
    assert str(tmp_path) in found.value.happened
    assert "trivet run" in found.value.remedy
