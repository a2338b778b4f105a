"""One's second factors, and the way back for whoever was sent here to set one up."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import IndexView

from trivet.agreements.people.access import WANTED, standing_of
from trivet.agreements.people.proofs import (
    came_from_company,
    company_vouched,
    has_second_factor,
    showed_second_factor,
)
from trivet.errors import KeyringUnreadable, SecretSealed


class Index(IndexView):
    """Allauth's page, which also stands when a secret does not open."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """codes_left   None where the codes cannot be counted: no key opens them"""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        codes = shown["authenticators"].get("recovery_codes")
        try:
            left = len(codes.get_unused_codes()) if codes else 0
        except (SecretSealed, KeyringUnreadable):
            left = None
        person = standing_of(self.request).person
        assert person is not None
        return shown | {
            "codes_left": left,
            "set_up": has_second_factor(person),
            "vouched": company_vouched(self.request),
            "came_from_company": came_from_company(self.request),
            "wanted": self.request.session.get(WANTED, "")
            if showed_second_factor(self.request)
            else "",
        }


page = Index.as_view()
