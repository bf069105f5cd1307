"""Who speaks and who acts: on sentences whose answer is plain, and on numbers worked out here by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.agency import find_agency
from framing.cli import main
from framing.compare import Comparison, HeadInfo, compare_frames
from framing.errors import InputError
from framing.gap import COMPONENTS, decompose
from framing.harm import find_harm, is_thing
from framing.sources import find_sources
from framing.spoken import spoken, words_in

HEAD = HeadInfo("frames_generic", "multilabel", "sentence", ("conflict",))
MENTIONS = [
    "article_id", "outlet", "event_id", "index", "start", "end", "surface", "canonical", "type", "voice", "actor",
]  # fmt: skip


def told(text: str) -> list[tuple[str, str, str, str]]:
    def words(span: tuple[int, int] | None) -> str:
        return text[span[0] : span[1]] if span else ""

    return [(h.verb, h.form, words(h.agent), words(h.patient)) for h in find_harm(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Troops shelled the town.", ("shelled", "active", "Troops", "town")),
        ("The town was shelled by troops.", ("shelled", "passive_by", "troops", "town")),
        ("The town was shelled.", ("shelled", "passive", "", "town")),
        ("The shelling of the town by troops went on.", ("shelling", "nominal", "troops", "town")),
        ("Twelve miners died.", ("died", "intransitive", "", "Twelve miners")),
        ("Clashes left five dead.", ("left", "active", "Clashes", "five")),
        ("The firm cut 300 jobs.", ("cut", "active", "firm", "300 jobs")),
        ("A missile hit the market, killing nine people.", ("hit", "active", "missile", "market")),
    ],
)
def test_harm_is_found_with_form_agent_and_patient(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody was killed.",
        "The army denied that it had killed civilians.",
        "The rebels could attack the capital.",
        "The bank cut its key rate.",
        "Lawmakers killed the bill.",
        "Shares were hit by fears of a downturn.",
        "The nurses’ strike on Monday was the third.",
        "",
        "“”",
    ],
)
def test_what_is_denied_possible_or_figurative_is_no_harm(text: str) -> None:
    assert told(text) == []


def test_a_cause_may_be_nobody() -> None:
    assert is_thing("missile") and is_thing("exchange of fire") is False and is_thing("drone strikes of the army")
    assert not is_thing("soldiers")


@pytest.mark.parametrize(
    ("text", "quotes", "voice", "words"),
    [
        ("“We left,” said Ann Lee.", [(1, 9)], "quoted", 2),
        ("He spoke of “a bad day” at work.", [(13, 22)], "mixed", 3),
        ("The ministry said nine homes burned.", [], "reported", 3),
        ("Nine homes burned, according to the ministry.", [], "reported", 3),
        ("A so-called “truce” held.", [(13, 18)], "own", 0),
        ("I had soap in my eyes.", [], "quoted", 6),
        ("Whose words these are nobody knows.", [], None, 0),
    ],
)
def test_words_of_others(text: str, quotes: list[tuple[int, int]], voice: Any, words: int) -> None:
    found = words_in(text, spoken(text, quotes, voice))
    # "the" before the speaker's name stays with the words told.
    assert found in (words, words + 1) if voice == "reported" else found == words


def comparison(seed: int, articles: int = 4, outlets: str = "AB") -> Comparison:
    rng = np.random.default_rng(seed)
    rows, pieces = [], []
    for outlet in outlets:
        for i in range(articles):
            key = f"{outlet}{i}"
            pieces.append({
                "article_id": key, "outlet": outlet, "title": "", "published": pd.NaT, "kind": None, "event": "E",
                "event_id": "e", "text": "",
            })  # fmt: skip
            for index in range(1, int(rng.integers(4, 9))):
                voice = str(rng.choice(["own", "quoted", "reported", "mixed"]))
                speaker = str(rng.choice(["Ann Lee", "Bo Ray", "Cy Dunn"])) if voice != "own" else None
                text = "Troops shelled the town, it was said." if rng.random() < 0.5 else "The town was shelled."
                rows.append({
                    "article_id": key, "outlet": outlet, "event_id": "e", "index": index, "headline": False, "text": text,
                    "quotes": [], "voice": voice, "speaker": speaker, "frames_generic.conflict": float(rng.random()),
                })  # fmt: skip
    return compare_frames(pd.DataFrame(rows), pd.DataFrame(columns=MENTIONS), pd.DataFrame(pieces), [HEAD])


@pytest.mark.parametrize("by", ["source", "type", "side"])
def test_the_parts_of_a_gap_sum_to_it(by: str) -> None:
    for seed in range(2):
        found = decompose(comparison(seed), "frames_generic", "conflict", ("A", "B"), by=by)
        assert found.components["component"].tolist() == list(COMPONENTS)
        assert found.components["value"].sum() == pytest.approx(found.difference, abs=1e-12)
        parts = found.components.set_index("component")["value"]
        assert found.speakers["whom"].sum() == pytest.approx(parts["quoted_whom"], abs=1e-12)
        assert found.speakers["what"].sum() == pytest.approx(parts["quoted_what"], abs=1e-12)
        shares = comparison(seed).shares.query("view == 'both' and label == 'conflict'").set_index("outlet")["value"]
        assert found.difference == pytest.approx(shares["A"] - shares["B"])
        assert found.components[["low", "high"]].notna().all(axis=None)


def test_a_gap_worked_out_by_hand() -> None:
    plain = comparison(0, articles=1)
    rows = pd.DataFrame([
        *({"outlet": "A", "voice": v, "speaker": s, "hit": h} for v, s, h in [("own", None, 1), ("own", None, 0), ("quoted", "Ann Lee", 1), ("quoted", "Bo Ray", 0)]),
        *({"outlet": "B", "voice": v, "speaker": s, "hit": h} for v, s, h in [("own", None, 0), ("own", None, 0), ("own", None, 0), ("quoted", "Ann Lee", 1)]),
    ])  # fmt: skip
    rows = rows.assign(article_id=rows["outlet"] + "0", event_id="e", headline=False, text="Words were said.")
    rows["index"] = rows.groupby("outlet").cumcount() + 1
    rows["quotes"] = [[] for _ in rows.index]
    rows["frames_generic.conflict"] = rows.pop("hit").astype(float)
    found = decompose(
        compare_frames(rows, plain.mentions, plain.articles, [HEAD]), "frames_generic", "conflict", ("A", "B")
    )
    value = found.components.set_index("component")["value"]
    # own: (0.5 − 0)·(0.5 + 0.75)/2; mix: −0.25·0.25 + 0.25·0.75; whom: Ann half and all, Bo half and none; mean 0.75.
    assert value["own"] == pytest.approx(0.3125)
    assert value["mix"] == pytest.approx(-0.25 * 0.25 + 0.25 * 0.75)
    assert value["quoted_whom"] == pytest.approx(0.375 * (0.5 - 1.0))
    assert value["quoted_what"] == 0
    assert found.difference == pytest.approx(0.25)
    assert found.components["low"].isna().all()
    assert any("these texts" in text for text in found.findings)


def test_bad_input_of_a_gap_is_named() -> None:
    plain = comparison(1)
    for arguments, message in (
        (("voice", "own", ("A", "B")), "nothing to take apart"),
        (("frames_generic", "sorrow", ("A", "B")), "no label 'sorrow'"),
        (("frames_generic", "conflict", ("A", "C")), "no outlet 'C'"),
    ):
        with pytest.raises(InputError, match=message):
            decompose(plain, *arguments)


def test_sources_share_the_words_and_open_their_sentences() -> None:
    found = find_sources(comparison(2))
    for outlet, rows in found.sources.groupby("outlet"):
        mine = found.shares[found.shares["outlet"] == outlet].set_index("measure")
        assert rows["share"].sum() == pytest.approx(mine.loc["others", "value"])
        assert rows["words"].sum() == found.behind(str(outlet))["spoken"].sum()
    assert set(found.sources["source"]) == {"Ann Lee", "Bo Ray", "Cy Dunn"}
    assert any("No difference we could detect" in text for text in found.findings)
    with pytest.raises(InputError, match="It quotes: "):
        found.behind("A", "Nobody")


def test_agents_count_every_event_once() -> None:
    found = find_agency(comparison(3))
    body = found.shares[found.shares["view"] == "both"].pivot(index="outlet", columns="measure", values="value")
    assert body[["someone", "thing", "nobody"]].sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert set(found.harms["voice"]) <= {"own", "quoted"}
    assert found.pairs["n"].sum() == len(found.harms)
    assert {"Troops → town", "(nobody told) → town"} == set(found.pairs["agent"] + " → " + found.pairs["patient"])
    for row in found.harms.to_dict("records"):
        assert row["text"][row["start"] : row["end"]] == row["verb"]


def test_one_outlet_nobody_quoted_no_harm_are_said() -> None:
    alone = comparison(4, outlets="A")
    silent = alone.sentences.assign(voice="own", speaker=None, text="The sun rose over the bay.")
    quiet = compare_frames(silent, alone.mentions, alone.articles, [HEAD])
    said = " ".join([*find_sources(quiet).notes, *find_sources(quiet).findings, *find_agency(quiet).notes])
    assert "Only A reports" in said and "Nobody is quoted" in said and "no harm" in said
    with pytest.raises(InputError, match="framing score"):
        find_sources(compare_frames(silent.assign(voice=None), alone.mentions, alone.articles, [HEAD]))


def test_the_commands_run_on_the_samples(scored_corpus: Path) -> None:
    event = ["--event", "Nagorno-Karabakh, October 2020"]

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, [arguments[0], str(scored_corpus), *arguments[1:], *event])
        assert result.exit_code == 0, result.output
        return result.output

    assert "Ilham Aliyev" in run("sources") and "Findings" in run("agents")
    content = json.loads(run("sources", "--format", "json"))
    assert {"Azerbaijan", "Armenia"} <= {row["source"] for row in content["sources"]}
    assert run("agents", "--format", "csv").startswith("article_id,outlet,index,headline,voice,verb")
    parts = json.loads(run("gap", "--head", "frames_generic", "--label", "conflict", "--format", "json"))["components"]
    assert len(parts) == 6 * len(COMPONENTS)
    refused = CliRunner().invoke(main, ["sources", str(scored_corpus), *event, "--source", "Aliyev"])
    assert refused.exit_code == 1 and "--outlet" in refused.output
