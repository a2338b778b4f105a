"""What is done and what is told of it stand or fall together."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.agreements.leaders import NOW
from trivet.agreements.audit.models import TRIVET, AuditRow


@pytest.mark.django_db(transaction=True)
def test_a_row_is_only_appended_with_the_change_it_tells_of():
    with pytest.raises(transaction.TransactionManagementError):
        AuditRow.append(at=NOW, by=TRIVET, verb="did", noun="thing", noun_id=1, says="Alone.")
