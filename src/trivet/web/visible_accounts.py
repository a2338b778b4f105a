"""Whose accounts somebody may open: everyone's, those of their team, or none."""

from __future__ import annotations

from django.http import HttpRequest

from trivet.agreements.people.access import standing_of
from trivet.agreements.people.rules.right import Reach, Thing, Verb
from trivet.errors import RecordUnknown
from trivet.numbers.revenue_model import AccountTeam
from trivet.vocabulary.quoted import quoted
from trivet.web.answers import Answers

NONE = AccountTeam(frozenset(), frozenset())


def visible_accounts(request: HttpRequest, answers: Answers) -> AccountTeam | None:
    """The accounts and opportunities the person who asks may open; None for all of them.

    A representative's or a customer success manager's are those that the CRM gives to the user
    with their address, as of the build that is shown. What belongs to a campaign is not known
    yet, so a campaign owner opens none.
    """
    standing = standing_of(request)
    far = standing.reach(Verb.SEE, Thing.ACCOUNTS)
    if far is Reach.ALL:
        return None
    if far is Reach.TEAM and standing.person is not None:
        return answers.account_team(standing.person.email)
    return NONE


def check_account(team: AccountTeam | None, account_id: str) -> None:
    """Raises   RecordUnknown for one of others: as if there were no such account"""
    if team is not None and account_id not in team.accounts:
        raise RecordUnknown(
            "There is no account %(account_id)s in this build.",
            remedy="Look for it in the rows of a metric, or in the quarantine on the data page.",
            account_id=quoted(account_id),
        )


def check_opportunity(team: AccountTeam | None, answers: Answers, opportunity_id: str) -> None:
    """Raises   RecordUnknown for one of others: as if there were no such opportunity"""
    if team is None or opportunity_id in team.opportunities:
        return
    if not team.has_opportunity(opportunity_id, answers.model.account_of(opportunity_id)):
        raise RecordUnknown(
            "There is no opportunity %(opportunity_id)s in this build.",
            remedy="Look for it in the rows of a metric, or in the quarantine on the data page.",
            opportunity_id=quoted(opportunity_id),
        )
