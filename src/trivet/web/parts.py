"""Why the months beside a quarter do not add up to it: one sentence, with both amounts."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from trivet.numbers.revenue_model import added_up_otherwise, parts_of
from trivet.vocabulary.period import Grain, Period
from trivet.web import words
from trivet.web.scope import Scope
from trivet.web.tiles import Tile

SAYS = {
    Grain.MONTH: gettext_noop(
        "The months of %(period)s add up to %(parts)s, the quarter to %(whole)s: each month stops"
        " at its own closing day."
    ),
    Grain.QUARTER: gettext_noop(
        "The quarters of %(period)s add up to %(parts)s, the year to %(whole)s: each quarter stops"
        " at its own closing day."
    ),
}


def parts_say(scope: Scope, tile: Tile) -> str:
    """The sentence; '' where the parts are the whole, or no page shows both.

    Of a month it is about the quarter it belongs to, once that has begun to show all of them.
    """
    period = _longer(scope, tile.figure.period)
    shorter = parts_of(scope.calendar, period)
    if not shorter:
        return ""
    answers, metric = scope.answers, tile.metric.id
    [whole] = answers.series(metric, [period], scope.where)
    parts = answers.series(metric, shorter, scope.where)
    known_on = scope.counting.as_of or answers.model.as_of_on
    found = added_up_otherwise(answers.definition_of(metric, period), whole, parts, known_on)
    if found is None:
        return ""
    said = [words.sides(each, tile.sides, tile.currency) for each in (found.sums, found.whole)]
    if said[0] == said[1]:
        said = [
            words.sides(each, tile.sides, tile.currency, short=False)
            for each in (found.sums, found.whole)
        ]
    return gettext(SAYS[found.grain]) % {
        "period": words.period_words(period),
        "parts": said[0],
        "whole": said[1],
    }


def _longer(scope: Scope, period: Period) -> Period:
    """The period itself, or of a month its quarter if the month is the last of it."""
    if period.grain is not Grain.MONTH:
        return period
    quarter = scope.calendar.containing(period.start, Grain.QUARTER)
    return quarter if quarter.end == period.end else period
