"""Outlets across events: by hand, by what topics must not do, and as the command prints them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.errors import InputError
from framing.profiles import PAIRS, Profiles, profile_frames
from framing.tally import HeadInfo

HEAD = HeadInfo("frames_generic", "multilabel", "sentence", ("conflict",), {"conflict": 0.5}, {"conflict": "A"})


def corpus(shares: dict[str, dict[str, list[float]]], n: int = 20, kinds: dict[str, str] | None = None) -> Profiles:
    """Events → outlets → share of conflict in each article of n sentences."""
    articles, sentences = [], []
    for event, outlets in shares.items():
        for outlet, values in outlets.items():
            for i, share in enumerate(values):
                key = f"{event}{outlet}{i}"
                kind = (kinds or {}).get(key)
                articles.append({"article_id": key, "outlet": outlet, "event_id": event, "event": event, "kind": kind})
                for index in range(1, n + 1):
                    p = float(index <= round(share * n))
                    row = {"article_id": key, "outlet": outlet, "event_id": event, "index": index, "voice": "own"}
                    sentences.append({**row, "frames_generic.conflict": p})
    return profile_frames(pd.DataFrame(sentences), pd.DataFrame(articles), [HEAD])


def row(found: Profiles, view: str = "own") -> pd.Series:
    rows = found.pairs[(found.pairs["head"] == "frames_generic") & (found.pairs["view"] == view)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_events_are_weighted_by_the_articles_they_rest_on() -> None:
    found = row(corpus({"e1": {"A": [0.5], "B": [0.2]}, "e2": {"A": [0.4, 0.4], "B": [0.3, 0.3]}}))
    assert found["difference"] == pytest.approx((0.5 * 0.3 + 1 * 0.1) / 1.5)
    assert (found["n_events"], found["articles_a"], found["articles_b"], found["n_a"]) == (2, 3, 3, 60)
    assert np.isnan([found["low"], found["p"]]).all()  # two events know nothing of their scatter
    assert found["finding"] == ""


def test_topics_do_not_pose_as_framing() -> None:
    """A covers the events with much conflict more often; within every event the two are alike."""
    events = {
        f"e{i}": {"A": [level] * a, "B": [level] * (4 - a)}
        for i, (level, a) in enumerate([(0.9, 3), (0.8, 3), (0.1, 1), (0.2, 1)])
    }
    events["only"] = {"A": [1.0] * 5}
    found = row(corpus(events))
    assert found["difference"] == pytest.approx(0)
    assert not found["detected"]
    assert found["n_events"] == 4


def test_a_difference_in_every_event_holds_and_is_said() -> None:
    rng = np.random.default_rng(2)
    events = {f"e{i}": {"A": [0.5 + rng.normal(0, 0.03)] * 2, "B": [0.2 + rng.normal(0, 0.03)]} for i in range(6)}
    profiles = corpus(events)
    found = row(profiles)
    assert found["detected"]
    assert found["low"] < 0.3 < found["high"]
    assert found["finding"].startswith("A uses conflict in ") and found["finding"].endswith(
        "than B on these 6 shared events."
    )
    assert profiles.findings("own")[0] == found["finding"]
    behind = profiles.behind("A", "B", "frames_generic", "conflict", "own")
    assert behind["weight"].sum() == pytest.approx(sum(round(v["A"][0] * 20) * 2 for v in events.values()))
    assert {"article_id", "index", "event_id"} <= set(behind)
    with pytest.raises(InputError, match="no number"):
        profiles.behind("A", "B", "frames_generic", "joy", "own")


def test_events_that_disagree_widen_the_interval() -> None:
    same, mixed = (
        row(corpus({f"e{i}": {"A": [0.3 + d], "B": [0.3]} for i, d in enumerate(ds)}))
        for ds in ([0.2] * 4, [0.6, -0.2, 0.5, -0.1])
    )
    assert same["difference"] == pytest.approx(mixed["difference"])
    assert mixed["high"] - mixed["low"] > 2 * (same["high"] - same["low"])
    assert mixed["between_events"] > 0.2 > same["between_events"] == 0


def test_genres_are_shown_and_kept_apart_where_both_outlets_have_several() -> None:
    shares = {f"e{i}": {"A": [0.6, 0.6, 0.1], "B": [0.6, 0.1, 0.1]} for i in range(4)}
    kinds = {
        f"e{i}{o}{j}": ("opinion" if v == 0.6 else "news")
        for i in range(4)
        for o, vs in shares["e0"].items()
        for j, v in enumerate(vs)
    }
    plain, apart = corpus(shares), corpus(shares, kinds=kinds)
    assert row(plain)["difference"] == pytest.approx(0.5 / 3)
    assert row(apart)["difference"] == pytest.approx(0)
    assert set(apart.blocks("A", "B")["genre"]) == {"opinion", "news"}
    assert any(note.startswith("A: 4 news, 8 opinion") for note in apart.notes)


def test_no_shared_event_is_an_error() -> None:
    with pytest.raises(InputError, match="two outlets"):
        corpus({"e1": {"A": [0.1]}, "e2": {"B": [0.2]}})


def test_the_command_prints_pairs_and_notes(scored_corpus: Path) -> None:
    table = CliRunner().invoke(main, ["outlets", str(scored_corpus)])
    assert table.exit_code == 0, table.output
    assert "shared events" in table.output and "topics cannot pose as framing" in table.output
    content = json.loads(CliRunner().invoke(main, ["outlets", str(scored_corpus), "--format", "json"]).output)
    assert list(content["pairs"][0]) == PAIRS
    wrong = CliRunner().invoke(main, ["outlets", str(scored_corpus), "--outlet", "Nobody"])
    assert wrong.exit_code == 1 and "shares no event" in wrong.output
