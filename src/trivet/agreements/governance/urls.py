"""The addresses of deadlocks and of new leaders."""

from __future__ import annotations

from django.urls import path

from trivet.agreements.governance.views import escalate, escalation, onboarding, ruling

urlpatterns = [
    path("proposals/<int:pk>/escalation", escalate.page, name="escalate"),
    path("escalations", escalation.index, name="escalations"),
    path("escalations/<int:pk>", escalation.page, name="escalation"),
    path("escalations/<int:pk>/cases", escalation.add_case, name="state-case"),
    path("escalations/<int:pk>/ruling", ruling.page, name="ruling"),
    path("onboardings", onboarding.index, name="onboardings"),
    path("onboardings/<int:pk>", onboarding.page, name="onboarding"),
    path("onboardings/<int:pk>/affirmations", onboarding.affirm, name="affirm"),
    path("onboardings/<int:pk>/contests", onboarding.contest, name="contest"),
]
