"""The numbers beside a criterion are the published ones, and chance is not called a finding."""

from __future__ import annotations

import numpy as np
import pytest

from trivet.numbers.insight.icp.statistics.auc import area, auc
from trivet.numbers.insight.icp.statistics.judged import Parts, Word, judge
from trivet.numbers.insight.icp.statistics.scorecard import Scorecard, codes_of
from trivet.numbers.insight.icp.statistics.split import Split, sample_size
from trivet.numbers.insight.icp.statistics.weight import information_value, stability, weights

GOOD, BAD = (40, 30, 10), (10, 30, 40)


def test_weights_of_evidence_are_the_published_ones() -> None:
    assert weights(GOOD, BAD, smoothing=0).round(4).tolist() == [1.3863, 0, -1.3863]
    assert weights(GOOD, BAD).round(4).tolist() == [1.3499, 0, -1.3499]
    assert information_value(GOOD, BAD, smoothing=0) == pytest.approx(1.0397, abs=5e-5)


def test_population_stability_is_the_published_one() -> None:
    quarters = (0.25, 0.25, 0.25, 0.25)
    assert stability(quarters, (0.30, 0.22, 0.23, 0.25)) == pytest.approx(0.01462, abs=5e-6)
    assert stability(quarters, quarters) == 0
    assert np.isfinite(stability((0.5, 0.5, 0.0), (0.4, 0.3, 0.3)))


@pytest.mark.parametrize(
    ("won", "closed", "others_won", "others", "lift"),
    [(40, 50, 40, 110, 1.6), (30, 60, 50, 100, 1.0), (10, 50, 70, 110, 0.4)],
)
def test_lift_is_the_win_rate_over_that_of_all(won, closed, others_won, others, lift) -> None:
    split = Split(won, closed, others_won, others)
    assert split.lift == pytest.approx(lift)
    assert split.lift_interval is not None
    assert split.lift_interval.low < lift < split.lift_interval.high


@pytest.mark.parametrize(
    ("share", "other", "needed"),
    [(0.25, 0.20, 1092), (0.25, 0.15, 248), (0.25, 0.375, 214), (0.2, 0.3, 292), (0.85, 0.92, 319)],
)
def test_so_many_records_are_needed_to_tell_two_shares_apart(share, other, needed) -> None:
    assert sample_size(share, other) == needed


@pytest.mark.parametrize(
    ("split", "is_enough"),
    [
        (Split(15, 30, 50, 100), True),
        (Split(15, 29, 50, 100), False),
        (Split(9, 40, 50, 100), False),
        (Split(31, 40, 50, 100), False),
        (Split(15, 30, 10, 29), False),
    ],
)
def test_no_verdict_under_thirty_closed_or_ten_of_either_outcome(split, is_enough) -> None:
    assert split.is_enough is is_enough


def test_an_interval_covers_the_true_lift_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        told = (rng.random(800) < 0.4).astype(np.int8)
        won = rng.random(800) < np.where(told == 1, 0.3, 0.2)
        found = Split.of(told, won).lift_interval
        held = told.mean()
        truth = 0.3 / (held * 0.3 + (1 - held) * 0.2)
        covered += found is not None and found.low <= truth <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_the_area_under_the_curve_is_the_share_of_pairs_in_the_right_order() -> None:
    rng = np.random.default_rng(3)
    points = rng.integers(0, 6, 60).astype(float)
    won = rng.random(60) < 0.4
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in points[won] for b in points[~won]]
    assert area(points, won) == pytest.approx(sum(pairs) / len(pairs))
    found = auc(points, won, [str(n) for n in range(60)])
    assert found is not None
    assert found.interval.low <= found.value <= found.interval.high
    assert area(points, np.ones(60, bool)) is None


def test_a_scorecard_finds_the_chances_that_made_the_data() -> None:
    rng = np.random.default_rng(11)
    codes = rng.integers(0, 3, (6_000, 2))
    chance = np.array([0.1, 0.3, 0.6])[codes[:, 0]]
    won = rng.random(6_000) < chance
    card = Scorecard.learned(codes, won)
    predicted = card.predicted(codes)
    for code in range(3):
        here = codes[:, 0] == code
        assert predicted[here].mean() == pytest.approx(won[here].mean(), abs=0.02)
    assert area(card.predicted(np.array([[9, 9]] * 4)), np.array([True, False] * 2)) == 0.5


def test_bands_of_numbers_are_made_of_earlier_records_only() -> None:
    values = np.empty(10, dtype=object)
    values[:] = [1.0, 2.0, 3.0, 4.0, 5.0, None, 900.0, 1000.0, 1100.0, 1200.0]
    earlier = np.arange(10) < 6
    codes = codes_of(values, earlier)
    assert codes[5] == 0
    assert codes[:5].tolist() == [1, 2, 3, 4, 5]
    assert set(codes[6:].tolist()) == {5}


# ---- What is called a finding


def simulated(seed: int, strength: float, criteria: int = 10, deals: int = 1_500):
    """Opportunities whose outcome one criterion, at most, has to do with."""
    rng = np.random.default_rng(seed)
    told = (rng.random((deals, criteria)) < rng.uniform(0.2, 0.6, criteria)).astype(np.int8)
    told[rng.random((deals, criteria)) < 0.1] = -1
    won = rng.random(deals) < 0.2 + strength * (told[:, 0] == 1)
    later = np.arange(deals) >= 0.7 * deals
    accounts = [f"a{n}" for n in rng.integers(0, 5 * deals, deals)]
    return told, won, Parts.of(later, accounts, won)


def test_a_planted_signal_is_found_and_confirmed_and_its_neighbours_are_not() -> None:
    words = [[each.word for each in judge(*simulated(seed, strength=0.25))] for seed in range(40)]
    assert all(row[0] is Word.SUPPORTS for row in words)
    others = [word for row in words for word in row[1:]]
    wrong = sum(word in (Word.SUPPORTS, Word.AGAINST) for word in others)
    assert wrong / len(others) < 0.02


def test_among_shuffled_outcomes_one_company_in_fifty_at_most_is_told_something() -> None:
    told_something = 0
    seeds = 250
    for seed in range(seeds):
        told, won, parts = simulated(seed, strength=0.25)
        shuffled = np.random.default_rng(10_000 + seed).permutation(won)
        words = [each.word for each in judge(told, shuffled, parts)]
        told_something += bool({Word.SUPPORTS, Word.AGAINST} & set(words))
    assert told_something / seeds <= 0.02


def test_what_is_not_confirmed_later_is_weak() -> None:
    told, won, parts = simulated(1, strength=0.3)
    faded = won.copy()
    rng = np.random.default_rng(2)
    faded[parts.later] = rng.random(int(parts.later.sum())) < 0.2
    [first, *_] = judge(told, faded, parts)
    assert first.is_found
    assert not first.is_confirmed
    assert first.word is Word.WEAK


def test_a_disqualifier_is_supported_by_fewer_wins() -> None:
    told, won, parts = simulated(4, strength=0.3)
    [found, *_] = judge(flipped(told), won, parts, excludes=[True] * 10)
    assert found.word is Word.SUPPORTS
    assert not found.is_against
    [as_criterion, *_] = judge(flipped(told), won, parts)
    assert as_criterion.word is Word.AGAINST


def faded(seed: int, strength: float):
    """A pattern of the earlier opportunities that the later ones do not have."""
    told, won, parts = simulated(seed, strength)
    rng = np.random.default_rng(seed)
    won = won.copy()
    won[parts.later] = rng.random(int(parts.later.sum())) < 0.4
    return told, won, parts


def flipped(told: np.ndarray) -> np.ndarray:
    return np.where(told == -1, -1, 1 - told).astype(np.int8)


def test_a_criterion_whose_accounts_win_less_often_speaks_against_itself() -> None:
    told, won, parts = simulated(4, strength=0.3)
    [found, *_] = judge(flipped(told), won, parts)
    assert found.whole.lift < 1
    assert found.word is Word.AGAINST
    assert found.is_against
    assert "win less often" in found.says


def test_so_it_does_where_later_accounts_do_not_confirm_it_and_that_is_said() -> None:
    told, won, parts = faded(1, strength=0.35)
    [found, *_] = judge(flipped(told), won, parts)
    assert found.whole.lift_interval.high < 1
    assert found.is_found
    assert not found.is_confirmed
    assert found.word is Word.MAY_BE_AGAINST
    assert found.is_against
    assert "won less often" in found.says
    assert "chance" in found.says
    # The other way round it is what it was: not confirmed, and so no more than weak.
    [as_it_was, *_] = judge(told, won, parts)
    assert as_it_was.word is Word.WEAK
    assert not as_it_was.is_against


def test_a_disqualifier_whose_accounts_win_more_often_speaks_against_itself() -> None:
    told, won, parts = simulated(4, strength=0.3)
    [found, *_] = judge(told, won, parts, excludes=[True] * 10)
    assert found.word is Word.AGAINST
    assert "rules out win more often" in found.says
    told, won, parts = faded(1, strength=0.35)
    [found, *_] = judge(told, won, parts, excludes=[True] * 10)
    assert found.word is Word.MAY_BE_AGAINST
    assert "rules out won more often" in found.says


def test_a_lift_clear_of_one_that_earlier_accounts_alone_do_not_show_is_weak_and_tells_the_way():
    # 40 of 200 against 80 of 250: clear over all, and not on every fourth alone.
    told = np.array([[1]] * 200 + [[0]] * 250, np.int8)
    won = np.array([True] * 40 + [False] * 160 + [True] * 80 + [False] * 170)
    later = np.arange(450) % 4 > 0
    [found] = judge(told, won, Parts(~later, later, False))
    assert found.whole.lift_interval.high < 1
    assert not found.is_found
    assert found.word is Word.WEAK
    assert found.is_against
    assert "won less often" in found.says


@pytest.mark.parametrize(("won_otherwise", "word"), [(12, Word.NO_SIGNAL), (15, Word.WEAK)])
def test_a_tie_and_what_chance_may_have_brought_are_no_word_against_it(
    won_otherwise: int, word: Word
) -> None:
    told = np.array([[1]] * 40 + [[0]] * 40, np.int8)
    won = np.concatenate([np.arange(40) < 12, np.arange(40) < won_otherwise])
    later = np.arange(80) % 3 == 0
    [found] = judge(told, won, Parts(~later, later, False))
    assert found.whole.lift_interval.low <= 1 <= found.whole.lift_interval.high
    assert found.word is word
    assert not found.is_against
    assert "less often" not in found.says


def test_what_earlier_and_later_accounts_show_counts_only_where_all_go_the_same_way() -> None:
    # Later opportunities of known accounts are in neither part; here they turn the whole around.
    told = np.array([[1]] * 400 + [[0]] * 400 + [[1]] * 900 + [[0]] * 900, np.int8)
    won = np.concatenate([
        np.tile([True] * 4 + [False] * 6, 40), np.tile([True] + [False] * 9, 40),
        np.tile([True] + [False] * 9, 90), np.tile([True] * 5 + [False] * 5, 90),
    ])  # fmt: skip
    part = np.arange(len(won)) % 2 == 0
    inside = np.arange(len(won)) < 800
    [found] = judge(told, won, Parts(part & inside, ~part & inside, False))
    assert found.is_confirmed
    assert found.whole.lift < 1
    assert found.word is Word.WEAK
    assert found.is_against


@pytest.mark.parametrize(
    ("split", "way"),
    [
        (Split(40, 50, 40, 110), 1),
        (Split(10, 50, 70, 110), -1),
        (Split(30, 60, 50, 100), 0),
        (Split(20, 60, 0, 100), 1),
        (Split(0, 60, 40, 100), -1),
        (Split(1, 60, 0, 100), 0),
    ],
)
def test_the_sign_of_a_difference_is_told_in_one_place_also_where_nothing_was_won(split, way):
    assert split.way == way
    if split.lift != 1 and split.true_won and split.false_won:
        assert (split.weight > 0) is (split.lift > 1)


def test_a_leaking_criterion_is_never_evidence_and_takes_no_place_in_the_correction() -> None:
    told, won, parts = simulated(6, strength=0.3)
    [found, *_] = judge(told, won, parts, leaks=[True] + [False] * 9)
    assert found.word is Word.LEAKING
    assert not found.is_found


def test_an_account_is_on_one_side_only() -> None:
    later = np.array([False] * 200 + [True] * 200)
    accounts = [f"a{n}" for n in range(200)] + [f"a{n + 100}" for n in range(200)]
    won = np.tile([True, False], 200)
    parts = Parts.of(later, accounts, won)
    assert not parts.shares_accounts
    seen = {name for name, here in zip(accounts, parts.earlier, strict=True) if here}
    then = {name for name, here in zip(accounts, parts.later, strict=True) if here}
    assert seen & then == set()
    assert len(then) == 100


def test_too_few_new_accounts_keeps_the_known_ones_and_says_so() -> None:
    later = np.array([False] * 100 + [True] * 100)
    parts = Parts.of(later, ["one account"] * 200, np.tile([True, False], 100))
    assert parts.shares_accounts
    assert parts.later.sum() == 100
