"""Intervals and tests over articles: by hand, at the edges, and by their coverage in simulated corpora."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing.uncertainty import (
    MIN_ARTICLES,
    PRIOR_FREEDOM,
    ArticleSums,
    Differences,
    Floats,
    adjust,
    differences,
    intervals,
    prior_effect,
)


def shares(hits: list[float], weights: list[float]) -> ArticleSums:
    """One share; an entry an article."""
    column = np.array(hits, dtype=float)[:, None]
    return ArticleSums(column, column, np.array(weights, dtype=float)[:, None], np.array([False]))


def balance(plus: list[float], minus: list[float], weights: list[float]) -> ArticleSums:
    a, b = np.array(plus, dtype=float)[:, None], np.array(minus, dtype=float)[:, None]
    return ArticleSums(a - b, a + b, np.array(weights, dtype=float)[:, None], np.array([True]))


def simulated(rng: np.random.Generator, n: int, mu: Floats, likeness: float) -> ArticleSums:
    """n articles of 8–25 sentences whose own shares scatter around mu with that intraclass correlation."""
    length = np.repeat(rng.integers(8, 26, size=n).astype(float)[:, None], len(mu), axis=1)
    spread = (1 - likeness) / likeness
    own = rng.beta(mu * spread, (1 - mu) * spread, size=(n, len(mu)))
    hits = rng.binomial(length.astype(int), own).astype(float)
    return ArticleSums(hits, hits, length, np.zeros(len(mu), dtype=bool))


def test_value_and_variance_by_hand() -> None:
    sums = shares([2, 4, 3], [10, 10, 10])
    assert sums.value[0] == pytest.approx(0.3)
    # residuals −1, 1, 0: variance 3/2 · 2 / 30²
    assert sums.variance[0] == pytest.approx(3 / 900)
    assert sums.articles[0] == 3
    assert sums.total[0] == 30


def test_wilson_by_hand() -> None:
    low, high = intervals(shares([2, 4, 3], [10, 10, 10]))
    t = stats.t.ppf(0.975, 2)
    n = 30.0  # 0.21 / (3/900) = 63 independent sentences: more than there are, so 30
    centre, scale = 0.3 + t**2 / (2 * n), 1 + t**2 / n
    half = t * np.sqrt(0.21 / n + t**2 / (4 * n**2))
    assert low[0] == pytest.approx((centre - half) / scale)
    assert high[0] == pytest.approx((centre + half) / scale)


def test_articles_that_differ_widen_the_interval() -> None:
    alike, unlike = intervals(shares([3, 3, 3, 3], [10] * 4)), intervals(shares([0, 6, 0, 6], [10] * 4))
    assert unlike[1][0] - unlike[0][0] > 1.4 * (alike[1][0] - alike[0][0])


@pytest.mark.parametrize("n", [1, MIN_ARTICLES - 1])
def test_no_interval_for_too_few_articles(n: int) -> None:
    for sums in (shares([3] * n, [10] * n), balance([3] * n, [1] * n, [10] * n)):
        low, high = intervals(sums)
        assert np.isnan(low[0])
        assert np.isnan(high[0])
        compared = differences(sums, sums)
        assert compared.value[0] == 0
        assert np.isnan([compared.low[0], compared.high[0], compared.p[0]]).all()


def test_articles_without_a_counted_sentence_are_no_articles() -> None:
    assert np.isnan(intervals(shares([1, 2, 0, 0], [10, 10, 0, 0]))[0][0])


def test_never_or_always_is_not_certain() -> None:
    low, high = intervals(shares([0, 0, 0, 0], [10] * 4))
    assert low[0] == pytest.approx(0)
    assert 0.1 < high[0] < 0.5
    low, high = intervals(shares([10] * 4, [10] * 4))
    assert high[0] == pytest.approx(1)
    assert 0.5 < low[0] < 0.9
    compared = differences(shares([0] * 4, [10] * 4), shares([0] * 4, [10] * 4))
    assert compared.p[0] == 1
    assert compared.low[0] < 0 < compared.high[0]


def test_nothing_counted_gives_no_number() -> None:
    sums = shares([0, 0, 0], [0, 0, 0])
    assert np.isnan(sums.value[0])
    assert np.isnan(intervals(sums)).all()
    assert np.isnan(differences(sums, shares([1, 2, 3], [10] * 3)).p[0])


def test_balance_stays_within_its_scale() -> None:
    low, high = intervals(balance([0, 0, 0], [10, 9, 10], [10, 10, 10]))
    assert low[0] == -1
    assert -0.967 < high[0] < 0
    low, high = intervals(balance([5, 5, 5], [5, 5, 5], [10, 10, 10]))
    assert low[0] == pytest.approx(-high[0])
    assert high[0] > 0.3


def test_differences_mirror() -> None:
    a, b = shares([1, 2, 1, 2], [10, 12, 9, 11]), shares([6, 7, 8, 5], [12, 11, 14, 10])
    there, back = differences(a, b), differences(b, a)
    assert there.value[0] == pytest.approx(-back.value[0]) == pytest.approx(6 / 42 - 26 / 47)
    assert there.low[0] == pytest.approx(-back.high[0])
    assert there.p[0] == pytest.approx(back.p[0])
    assert there.p[0] < 0.01
    assert there.high[0] < 0


def columns(hits: list[list[float]], length: float) -> ArticleSums:
    """One share a list, one article an entry, all articles as long."""
    found = np.array(hits, dtype=float).T
    return ArticleSums(found, found, np.full(found.shape, length), np.zeros(len(hits), dtype=bool))


def first(sums: ArticleSums, n: int) -> ArticleSums:
    return ArticleSums(sums.hits[:, :n], sums.squares[:, :n], sums.weights[:, :n], sums.signed[:n])


def test_design_effects_of_a_family_by_hand() -> None:
    assert prior_effect(np.array([5.0, 5.0, 5.0])) == 1  # three labels lend nothing
    assert prior_effect(np.array([0.2, 0.3, 0.1, 0.2, 0.2])) == 1  # articles that agree are no better than independent
    # mean 3, standard deviation √2.5, half of its standard error √0.5 added
    assert prior_effect(np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == pytest.approx(3 + np.sqrt(0.5) / 2)


def test_a_label_borrows_degrees_of_freedom_by_hand() -> None:
    alike = [[3.0, 3.0, 3.0]] * 5  # no variance between articles of ten: design effect 0, drawn up to 1
    low, high = columns(alike, 10), columns([[7.0, 7.0, 7.0]] * 5, 10)
    found = differences(high, low)
    mean = (9 + 21 + 1) / 62
    variance = 2 * mean * (1 - mean) / 30
    t = 0.4 / np.sqrt(variance)
    assert found.p[0] == pytest.approx(2 * stats.t.sf(t, 2 * (2 + PRIOR_FREEDOM)))
    alone = differences(columns(alike[:1], 10), columns([[7.0, 7.0, 7.0]], 10))
    assert alone.p[0] == pytest.approx(2 * stats.t.sf(t, 4))
    apart = differences(high, low, np.array([0, 0, 0, 1, 1]))  # families too small to lend
    assert apart.p == pytest.approx(alone.p[0])


def test_labels_that_repeat_others_borrow_but_do_not_lend() -> None:
    rng, mu = np.random.default_rng(4), np.array([0.3, 0.4, 0.2, 0.3, 0.5, 0.4])
    a, b = simulated(rng, 4, mu, 0.05), simulated(rng, 4, mu, 0.05)
    a.hits[:, 5], b.hits[:, 5] = [0, 8, 0, 8], [8, 0, 8, 0]
    fitted = np.array([True] * 5 + [False])
    without = differences(first(a, 5), first(b, 5))
    assert differences(a, b, fitted=fitted).p[:5] == pytest.approx(without.p)
    assert (differences(a, b).p[:5] >= without.p).all()


def test_few_sentences_cap_what_is_borrowed() -> None:
    a, b = columns([[1.0, 0.0, 1.0]] * 5, 1), columns([[0.0, 1.0, 0.0]] * 5, 1)
    # pooled 3 hits of 6, with one hit and one miss 4 of 8; effects (3/2 · (2/3) / 9) / (0.25 / 3) = 4/3 in every label
    error = np.sqrt(2 * 4 / 3 * 0.25 / 3)
    # no label counts five hits, so nothing is lent; with three sentences a side t has 4 degrees of freedom anyway
    assert differences(a, b).p[0] == pytest.approx(2 * stats.t.sf(1 / 3 / error, 4))
    rich = columns([[9.0, 11.0, 10.0]] * 5, 20)
    joined = [
        ArticleSums(
            np.hstack([rich.hits, sparse.hits]),
            np.hstack([rich.squares, sparse.squares]),
            np.hstack([rich.weights, sparse.weights]),
            np.hstack([rich.signed, sparse.signed]),
        )
        for sparse in (a, b)
    ]
    # others lend six degrees and a design effect of 1: (6 · 1 + 2 · 4/3) / 8; yet t keeps its 4 degrees
    error = np.sqrt(2 * (6 + 8 / 3) / 8 * 0.25 / 3)
    assert differences(joined[0], joined[1]).p[-1] == pytest.approx(2 * stats.t.sf(1 / 3 / error, 4))


def test_p_agrees_with_the_interval() -> None:
    rng = np.random.default_rng(5)
    mu = np.linspace(0.05, 0.6, 200)
    found: Differences = differences(simulated(rng, 5, mu, 0.1), simulated(rng, 6, mu[::-1], 0.1))
    apart = (found.low > 0) | (found.high < 0)
    assert apart[found.p < 0.05].all(), "the test is the more careful one"
    assert found.p[apart].max() < 0.08


def test_intervals_cover_and_a_percentile_bootstrap_would_not() -> None:
    """400 corpora of 5 articles, six shares: what the module's table says of small numbers of articles."""
    rng, mu = np.random.default_rng(11), np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5])
    ours, bootstrap, apart = [], [], []
    for _ in range(400):
        a, b = simulated(rng, 5, mu, 0.1), simulated(rng, 5, mu, 0.1)
        low, high = intervals(a)
        ours.append((low <= mu) & (mu <= high))
        drawn = rng.multinomial(5, np.full(5, 0.2), size=400)
        ends = np.quantile((drawn @ a.hits) / (drawn @ a.weights), [0.025, 0.975], axis=0)
        bootstrap.append((ends[0] <= mu) & (mu <= ends[1]))
        compared = differences(a, b)
        apart.append((compared.low <= 0) & (compared.high >= 0))
    assert np.mean(ours) >= 0.95
    assert np.mean(apart) >= 0.94  # six labels lend less than 25
    assert np.mean(bootstrap) < 0.88


def test_no_difference_is_seldom_claimed_and_a_large_one_often_found() -> None:
    rng, mu = np.random.default_rng(12), np.array([0.35, 0.2, 0.2, 0.1, 0.05, 0.08, 0.05, 0.12, 0.15, 0.4, 0.25, 0.1])
    more = mu.copy()
    more[2] += 0.45
    claims, finds = 0, 0
    for _ in range(300):
        a, b, c = (simulated(rng, 4, shares_of, 0.05) for shares_of in (mu, mu, more))
        claims += bool((stats.false_discovery_control(differences(a, b).p) <= 0.05).any())
        finds += bool(stats.false_discovery_control(differences(c, b).p)[2] <= 0.05)
    assert claims / 300 <= 0.05
    assert finds / 300 >= 0.65  # 0.72; without what labels lend each other 0.42


def test_adjust_is_scipys_within_each_family() -> None:
    rng = np.random.default_rng(5)
    p = pd.Series(rng.random(300).round(2))
    views, named = pd.Series(rng.choice(["own", "both"], 300)), pd.Series(rng.random(300) > 0.3)
    q = adjust(p, [views, named])
    for _, part in p.groupby([views, named]):
        assert q[part.index].tolist() == stats.false_discovery_control(part.to_numpy()).tolist()


def test_adjust_within_families_and_around_gaps() -> None:
    p = pd.Series([0.01, 0.02, np.nan, 0.04, 0.5], index=[10, 11, 12, 13, 14])
    family = pd.Series(["a", "a", "a", "b", "b"], index=p.index)
    q = adjust(p, family)
    assert list(q.index) == list(p.index)
    # family a: 0.01·2/1 and 0.02·2/2, the smaller rules; family b: 0.04·2 and 0.5
    assert q.drop(12).tolist() == pytest.approx([0.02, 0.02, 0.08, 0.5])
    assert np.isnan(q[12])
    assert adjust(pd.Series([np.nan, np.nan]), pd.Series(["a", "a"])).isna().all()
