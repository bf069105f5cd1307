"""Groups of outlets: their file, what may be done with it, and what a comparison of groups claims."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.errors import InputError
from framing.outlet_groups import (
    GROUPS_FILE,
    change_groups,
    comparable,
    load_groups,
    renamed,
    with_group,
    without_group,
)
from framing.profiles import Profiles, profile_frames
from framing.session import corpus_stamp
from framing.tally import HeadInfo

LABELS = ("conflict", "human_interest", "economic", "morality", "attribution_of_responsibility")
HEAD = HeadInfo("frames_generic", "multilabel", "sentence", LABELS, {}, dict.fromkeys(LABELS, "A"))


def grouped(habits: dict[str, float], groups: dict[str, list[str]], events: int = 12, n: int = 20) -> Profiles:
    """Every outlet reports every event with an article of n sentences; its habit is its share of conflict."""
    rng = np.random.default_rng(5)
    articles, sentences = [], []
    for event in range(events):
        for outlet, habit in habits.items():
            key = f"{event}{outlet}"
            articles.append({"article_id": key, "outlet": outlet, "event_id": f"e{event}", "event": "", "kind": None})
            for index in range(1, n + 1):
                row = {"article_id": key, "outlet": outlet, "event_id": f"e{event}", "index": index, "voice": "own"}
                shares = np.array([habit, 0.3, 0.3, 0.3, 0.3])
                said = rng.random(len(LABELS)) < shares
                sentences.append(row | {f"frames_generic.{k}": float(v) for k, v in zip(LABELS, said, strict=True)})
    return profile_frames(pd.DataFrame(sentences), pd.DataFrame(articles), [HEAD], groups)


def conflict(found: Profiles) -> pd.Series:
    rows = found.pairs
    return rows[(rows["label"] == "conflict") & (rows["view"] == "own")].iloc[0]


def test_one_outlet_of_its_own_habit_does_not_make_a_group_differ() -> None:
    groups = {"A": ["a", "b", "c"], "B": ["d", "e", "f"]}
    alike = dict.fromkeys("bcdef", 0.3)
    odd, both = grouped({"a": 0.9, **alike}, groups), grouped({**dict.fromkeys("abc", 0.6), **alike}, groups)
    both = grouped({**dict.fromkeys("abc", 0.6), **dict.fromkeys("def", 0.3)}, groups)
    assert conflict(odd)["difference"] == pytest.approx(0.2, abs=0.06)
    assert not conflict(odd)["detected"], "twelve events, but one outlet of three"
    assert conflict(both)["detected"] and "12 shared events, 3 and 3 outlets" in conflict(both)["finding"]
    assert any("each outlet counts once" in note for note in both.notes)


def test_each_outlet_counts_once_and_an_outlet_in_both_groups_not_at_all() -> None:
    found = grouped({"a": 1.0, "b": 0.0, "c": 0.0}, {"A": ["a", "b"], "B": ["c", "b"]})
    row = conflict(found)
    assert (row["outlets_a"], row["outlets_b"], row["difference"]) == (1, 1, 1.0)
    assert any("b is in A and in B" in note for note in found.notes)
    pooled = grouped({"a": 1.0, "b": 0.0, "c": 0.0}, {"A": ["a", "b"], "B": ["c"]})
    assert conflict(pooled)["difference"] == pytest.approx(0.5)
    behind = pooled.behind("A", "B", "frames_generic", "conflict", "own")
    assert set(behind["outlet"]) == {"a"} and len(behind) == 240
    turned = pooled.of("B", "A")
    assert turned.loc[turned["label"] == "conflict", "difference"].iloc[0] == pytest.approx(-0.5)


def test_a_group_of_one_is_the_outlet() -> None:
    habits = {"a": 0.5, "b": 0.3}
    alone, one = grouped(habits, {}), grouped(habits, {"a": ["a"], "b": ["b"]})
    pd.testing.assert_frame_equal(alone.pairs.drop(columns="finding"), one.pairs.drop(columns="finding"))


def test_groups_are_kept_changed_and_refused(tmp_path: Path) -> None:
    assert load_groups(tmp_path) == {}
    known = ["Wire", "Post", "Lund"]
    change_groups(tmp_path, lambda now: with_group(now, " Wire   agencies ", ["Wire", "Wire", "Lund"], known))
    change_groups(tmp_path, lambda now: with_group(now, "State", ["Post"], known))
    change_groups(tmp_path, lambda now: renamed(now, "State", "State-owned"))
    assert load_groups(tmp_path) == {"Wire agencies": ("Wire", "Lund"), "State-owned": ("Post",)}
    with pytest.raises(InputError, match="no outlet 'Nobody'"):
        change_groups(tmp_path, lambda now: with_group(now, "X", ["Nobody"], known))
    with pytest.raises(InputError, match="already"):
        change_groups(tmp_path, lambda now: renamed(now, "State-owned", "Wire agencies"))
    assert len(load_groups(tmp_path)) == 2, "a refusal leaves the file as it was"
    change_groups(tmp_path, lambda now: without_group(now, "State-owned"))
    with pytest.raises(InputError, match="Two groups"):
        comparable(load_groups(tmp_path), known)
    (tmp_path / GROUPS_FILE).write_text('{"a": "b"}', encoding="utf-8")
    with pytest.raises(InputError, match="must be a list"):
        load_groups(tmp_path)
    (tmp_path / GROUPS_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="delete it"):
        load_groups(tmp_path)


def test_the_commands_make_groups_and_compare_them(tmp_path: Path, scored_corpus: Path) -> None:
    corpus = shutil.copytree(scored_corpus, tmp_path / "corpus")
    stamp = corpus_stamp(corpus)

    def framing(*words: str) -> str:
        done = CliRunner().invoke(main, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    here = str(corpus)
    assert "no groups" in framing("groups", here)
    framing("groups", here, "--name", "One", "--outlet", "Northern Wire", "--outlet", "Lund Tribune")
    framing("groups", here, "--name", "Two", "--outlet", "Meridian Post", "--outlet", "National Sentinel")
    assert corpus_stamp(corpus) == stamp, "groups change no number that is kept"
    table = framing("outlets", here, "--groups")
    assert "each outlet counts once" in table
    (tmp_path / "mine.json").write_text(framing("groups", here, "--format", "json"), encoding="utf-8")
    rows = json.loads(framing("outlets", here, "--group-file", str(tmp_path / "mine.json"), "--format", "json"))[
        "pairs"
    ]
    assert {(row["outlet_a"], row["outlet_b"]) for row in rows} == {("One", "Two")}
    wrong = CliRunner().invoke(main, ["groups", here, "--name", "One"])
    assert wrong.exit_code == 1 and "go together" in wrong.output
