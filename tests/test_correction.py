"""Correction by published errors and by a person's labels: by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from framing import power, uncertainty
from framing.confusion import Errors, published
from framing.correction import LEAST, Plan, inverse
from framing.ppi import Labelled, estimate, tuning
from framing.tally import HeadInfo, Tally
from framing.uncertainty import ArticleSums


def errors(tp: float, fn: float, fp: float, tn: float) -> Errors:
    return Errors(("yes", "no"), np.array([[tp, fn], [fp, tn]]), "set", "people")


def one_label(hits: list[float], n: float, table: Errors) -> tuple[Tally, dict[str, HeadInfo]]:
    column = np.array(hits)[:, None]
    weights = np.full(column.shape, n)
    keys = pd.DataFrame([("h", "yes", "", "both")], columns=["head", "label", "actor", "view"])
    head = HeadInfo("h", "multilabel", "sentence", ("yes",), errors={"both": (table,)})
    sums = ArticleSums(column, column, weights, np.array([False]))
    return Tally(keys, sums, weights.astype(np.int64)), {"h": head}


def test_one_label_is_rogan_and_gladen() -> None:
    table, heads = one_label([5, 5, 5, 5], 20, errors(799.5, 199.5, 99.5, 899.5))  # with halves 0.8 and 0.1
    plan = Plan.of(table, heads)
    low, high = uncertainty.intervals(table.sums)
    outlet = plan.outlet(table.sums)
    ends = plan.share(outlet, table.sums, low, high)
    assert ends.value[0] == pytest.approx((0.25 - 0.1) / 0.7)
    assert outlet.stretch[0] == pytest.approx(1 / 0.7)
    # π = 0.2143: variance of the table π² · 0.8·0.2/1000 + (1 − π)² · 0.1·0.9/1000, over 0.7²
    true = 0.15 / 0.7
    table_variance = (true**2 * 0.16 + (1 - true) ** 2 * 0.09) / 1000 / 0.49
    below = (0.25 - low[0]) / 0.7
    assert ends.low[0] == pytest.approx(ends.value[0] - np.sqrt(below**2 + 1.959964**2 * table_variance), abs=1e-6)


def test_three_classes_and_their_balance_come_back() -> None:
    rates = np.array([[0.8, 0.15, 0.05], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]])
    inverted = inverse(Errors(("n", "o", "p"), rates * 1e6, "set", "people"), (2, 0))
    true = np.array([0.5, 0.3, 0.2])
    assert inverted.weights @ (true @ rates) == pytest.approx([0.5, 0.3, 0.2, -0.3], abs=1e-4)
    assert inverted.usable.all()


@pytest.mark.parametrize(
    "table",
    [
        errors(300, 700, 250, 750),  # hardly better than chance
        errors(1, 12, 6, 165),  # responsibility in quotations: 1 of 13 found
        errors(5, 2, 0, 3),  # known from ten rows
    ],
)
def test_errors_that_cannot_be_undone_are_refused(table: Errors) -> None:
    assert not inverse(table).usable[0]
    counted, heads = one_label([5, 5, 5, 5], 20, table)
    assert np.isnan(Plan.of(counted, heads).outlet(counted.sums).value[0])


def test_fewer_hits_than_false_alarms_is_no_share() -> None:
    counted, heads = one_label([0, 0, 1, 0] * 10, 40, errors(800, 200, 300, 700))
    plan = Plan.of(counted, heads)
    ends = plan.share(plan.outlet(counted.sums), counted.sums, *uncertainty.intervals(counted.sums))
    assert np.isnan([ends.value[0], ends.low[0], ends.high[0]]).all()


def test_a_handful_of_sentences_is_not_corrected() -> None:
    counted, heads = one_label([0, 1], LEAST / 2 - 1, errors(800, 200, 100, 900))
    assert np.isnan(Plan.of(counted, heads).outlet(counted.sums).value[0])


def test_published_errors_by_voice_and_of_the_set_that_decides_the_tiers() -> None:
    row = {"labelled_by": "people", "n": 100, "confusion": {"a": {"tp": 8, "fp": 3, "fn": 2}}}
    figures = {"tiers_from": "dev", "sets": {"dev": row, "dev_own": {**row, "n": 60}, "other": row}}
    found = published(figures, "multilabel", ["a"])
    assert found["both"][0].counts.tolist() == [[8, 2], [3, 87]]
    assert found["own"][0].counts.tolist() == [[8, 2], [3, 47]]
    assert found["quoted"][0].dataset == "dev"
    assert published({}, "multilabel", ["a"]) == {}


def test_labels_by_a_person_correct_a_head_that_is_wrong_on_one_outlet() -> None:
    """300 runs: a head that says 45 % where the truth is 30 %; 40 of about 200 sentences labelled."""
    rng, covered, middle = np.random.default_rng(3), [], []
    for _ in range(300):
        article = np.repeat(np.arange(10), 20)
        own = rng.beta(0.3 * 12, 0.7 * 12, size=10)
        true = (rng.random(200) < own[article]).astype(float)[:, None]
        said = np.where(true > 0, rng.random((200, 1)) < 0.8, rng.random((200, 1)) < 0.3).astype(float)
        rows = rng.choice(200, 40, replace=False)
        side = Labelled(said, np.ones(200), article, rows, true[rows], np.full(40, 5.0))
        found = estimate(side, tuning([side]))
        half = 2.26 * np.sqrt(found.variance[0])
        covered.append(abs(found.value[0] - 0.3) <= half)
        middle.append(found.value[0])
    assert 0.92 <= np.mean(covered) <= 0.99
    assert np.mean(middle) == pytest.approx(0.3, abs=0.01)


def test_labels_that_all_agree_are_no_certainty() -> None:
    said = np.zeros((60, 1))
    article = np.repeat(np.arange(6), 10)
    rows = np.arange(0, 60, 5)
    side = Labelled(said, np.ones(60), article, rows, said[rows], np.full(12, 5.0))
    assert side.enough
    assert estimate(side, tuning([side])).variance[0] > 0.003


def test_power_by_hand_and_articles_to_add() -> None:
    assert power.power(np.array([0.0]), np.ones(1), np.array([20.0]), np.array([0.05]))[0] == pytest.approx(
        0.05, abs=0.003
    )
    # a shift of 2.8 errors is found in 80 % of cases with many degrees of freedom
    assert power.power(np.array([2.8]), np.ones(1), np.array([1e6]), np.array([0.05]))[0] == pytest.approx(
        0.8, abs=0.01
    )
    rng = np.random.default_rng(5)
    hits = [rng.binomial(15, 0.3, size=(6, 12)).astype(float) for _ in range(2)]
    a, b = (ArticleSums(h, h, np.full(h.shape, 15.0), np.zeros(12, dtype=bool)) for h in hits)
    raw, articles, level = uncertainty.differences(a, b), np.full((2, 12), 6.0), np.full(12, 0.004)
    few, many = (power.more_articles(raw, articles, np.full(12, size), level) for size in (0.4, 0.1))
    assert (few < many).all()
    assert (power.found(raw, np.full(12, 0.4), level) >= power.POWER)[few == 0].all()
    assert (power.more_articles(raw, articles, np.full(12, 1e-4), level) == power.MOST).all()
