"""Aligned reading: pairs, reasons with their words, copies counted once, and bad input said plainly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing import alignment_score, together
from framing.align import PAIR_COLUMNS, align_frames
from framing.align_tables import format_alignment
from framing.alignment_pairs import FEATURES, Ints, Pairs
from framing.alignment_words import tokens
from framing.cli import main
from framing.copies import find_copies
from framing.encode import Encoder
from framing.errors import InputError, ModelError
from framing.registry import load_cards
from framing.retelling import Telling, differences

GOLD = Path(__file__).parent / "data" / "alignment_gold.csv"
SHOT = "Border soldiers shot the beet farmer Anders Holm at the Kesh barrier on Tuesday."
WIRE = "The ferry Brita left Velmouth at dawn with ninety passengers and a cargo of salted herring."


def frames(
    bodies: dict[str, list[str]], days: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sentences, mentions (none) and articles; keys are `Outlet/number`."""
    articles = pd.DataFrame(
        {"article_id": key, "outlet": key.split("/")[0], "published": pd.Timestamp((days or {}).get(key, "2024-03-04"))}
        for key in bodies
    )
    sentences = pd.DataFrame(
        [
            (key, key.split("/")[0], index, text, [], "own", None)
            for key, texts in bodies.items()
            for index, text in enumerate(["Headline", *texts])
        ],
        columns=["article_id", "outlet", "index", "text", "quotes", "voice", "speaker"],
    )
    return sentences, pd.DataFrame(columns=["article_id", "index", "start", "end", "actor"]), articles


def test_the_same_fact_is_paired_and_the_rest_is_one_outlets_own() -> None:
    found = align_frames(*frames({
        "Wire/1": [SHOT, "Two beet fields were flooded in Hadelin over the winter."],
        "Post/1": ["The beet farmer Anders Holm was slaughtered at the Kesh barrier on Tuesday.", "Talks resume at Oster Bridge."],
    }))  # fmt: skip
    body = found.pairs[found.pairs["index_a"] > 0]
    assert list(found.pairs.columns) == PAIR_COLUMNS
    assert body[["outlet_a", "outlet_b", "index_a", "index_b"]].to_numpy().tolist() == [["Post", "Wire", 1, 1]]
    row = body.iloc[0]
    assert row["kind"] == "differently" and row["reasons"] == ["agent", "verb"]
    assert {row["text_a"][start:end] for start, end, _ in row["spans_a"]} == {"slaughtered"}
    assert {row["text_b"][start:end] for start, end, _ in row["spans_b"]} == {"shot"}
    assert list(found.only["index"]) == [2, 2]
    assert found.summary == (
        "Post and Wire seem to tell 1 fact in common: 0 pairs of sentences alike, 1 differently, and 1 pair of headlines; 1 sentence found only in Post, 1 only in Wire.",
    )
    assert (found.facts.groupby("fact")["headline"].nunique() == 1).all(), "a headline never meets a body"


def test_a_fact_that_one_outlet_repeats_counts_once() -> None:
    again = SHOT.replace("on Tuesday", "this Tuesday morning")
    found = align_frames(*frames({"Wire/1": [SHOT], "Wire/2": [again], "Post/1": [SHOT.replace("Border", "The")]}))
    assert found.table.loc[~found.table["headline"], "n_outlets"].tolist() == [2]
    assert found.summary[0].startswith(
        "Post and Wire seem to tell 1 fact in common: 1 pair of sentences alike, 0 differently, and 1 pair of headlines; 0 sentences found only in Post, 0"
    )


@pytest.mark.parametrize(
    ("a", "b", "reasons", "words_a", "words_b"),
    [
        ("Militants held the town.", "Fighters held the town.", ("naming",), {"Militants"}, {"Fighters"}),
        ("Officials said it failed.", "Officials claimed it failed.", ("verb",), {"said"}, {"claimed"}),
        ("About 3,000 people cross daily.", "Some 2,000 people cross daily.", ("number",), {"3,000"}, {"2,000"}),
        ("Nearly 3,000 people cross daily.", "Some 2,950 people cross daily.", (), set(), set()),
        ("Police wounded the boy.", "The boy was wounded.", ("agent",), {"wounded"}, {"wounded"}),
        ("The landslide killed two.", "Two were killed on Tuesday.", (), set(), set()),
        ("It costs 18m crowns a day.", "It costs 18 million crowns a day.", (), set(), set()),
        ("Police wounded the boy.", "The boy was wounded by police.", (), set(), set()),
        ("Losses stand at 4m crowns.", "Losses stand at 4 million crowns.", (), set(), set()),
        (
            "The town is widely held to be theirs.",
            "The town is held to be theirs but was run by rebels.",
            (),
            set(),
            set(),
        ),
        ("Nine of 22 midwifery posts are unfilled.", "Nine of 22 midwifery posts are open.", (), set(), set()),
    ],
)
def test_reasons(a: str, b: str, reasons: tuple[str, ...], words_a: set[str], words_b: set[str]) -> None:
    found = differences(Telling(a, "own"), Telling(b, "own"))
    assert found.reasons == reasons
    assert {a[start:end] for start, end, _ in found.spans_a} == words_a
    assert {b[start:end] for start, end, _ in found.spans_b} == words_b
    turned = differences(Telling(b, "own"), Telling(a, "own"))
    assert (turned.reasons, turned.spans_a, turned.spans_b) == (found.reasons, found.spans_b, found.spans_a)


def test_a_scale_is_part_of_a_number() -> None:
    forms = [
        [t.form for t in tokens(text) if t.kind == "number"] for text in ("160m crowns", "160 million", "160 people")
    ]
    assert forms == [["160000000"], ["160000000"], ["160"]]


def test_voice_and_another_name_of_one_actor() -> None:
    own, other = "Baku launched the missile.", "Azerbaijan launched the missile, Armenia said."
    found = differences(
        Telling(own, "own", [(0, 4, "Azerbaijan")]), Telling(other, "reported", [(0, 10, "Azerbaijan")])
    )
    assert found.reasons == ("naming", "voice")
    assert [(other[start:end], why) for start, end, why in found.spans_b] == [
        ("Azerbaijan", "naming"),
        ("said", "voice"),
    ]
    mixed = differences(Telling(own, "own"), Telling(other, "mixed"))
    assert mixed.reasons == (), "a sentence of both voices is neither"


def test_copies_have_the_earliest_article_as_origin() -> None:
    edited = WIRE.replace("at dawn", "early")
    sentences, _, articles = frames(
        {"Post/1": [edited, "Nobody was at the quay to see it off."], "Wire/1": [WIRE], "Echo/1": [WIRE]},
        {"Post/1": "2024-03-05", "Wire/1": "2024-03-04", "Echo/1": "2024-03-06"},
    )
    found = find_copies(sentences, articles)
    assert found.sentences[["outlet", "origin_outlet"]].to_numpy().tolist() == [["Post", "Wire"], ["Echo", "Wire"]]
    assert dict(zip(found.articles["outlet"], found.articles["share"], strict=True)) == {"Post": 0.5, "Echo": 1.0}
    assert len(found.without(sentences)) == len(sentences) - 2
    assert "2 of 4 sentences are copies" in (found.note(False) or "") and "counted once" in (found.note(True) or "")
    assert find_copies(sentences[sentences["outlet"] != "Wire"].iloc[:3], articles).note(False) is None


def test_copies_count_once_where_asked() -> None:
    given = frames({"Wire/1": [WIRE, "The harbour master waved."], "Post/1": [WIRE]}, {"Wire/1": "2024-03-03"})
    every, once = align_frames(*given), align_frames(*given, once=True)
    body = every.pairs[every.pairs["index_a"] > 0]
    assert body["copied"].tolist() == [True] and "copy" in every.notes[-1]
    assert once.pairs[once.pairs["index_a"] > 0].empty


def test_thousands_of_near_duplicates_are_one_text() -> None:
    bodies = {f"Outlet {i % 3}/{i}": [f"{WIRE[:-1]} on day {i}.", f"{SHOT[:-1]} near post {i}."] for i in range(3000)}
    found = align_frames(*frames(bodies))
    assert len(found.pairs[found.pairs["index_a"] > 0]) == 6, "two sentences, three pairs of outlets"


def test_bad_input_is_said_plainly() -> None:
    given = frames({"Wire/1": [SHOT], "Post/1": [SHOT]})
    with pytest.raises(InputError, match="no outlet 'Echo' in this event. There are: Post, Wire"):
        align_frames(*given, ["Wire", "Echo"])
    with pytest.raises(InputError, match="takes two outlets or more"):
        align_frames(*given, ["wire"])
    with pytest.raises(InputError, match="Only Wire reports on this event"):
        align_frames(*frames({"Wire/1": [SHOT], "Wire/2": [SHOT]}))
    assert "Post has only one sentence besides the headline" in align_frames(*given).notes[1]
    bare = align_frames(*frames({"Wire/1": [], "Post/1": []}))
    assert "no fact in common" in bare.summary[0] and "no sentence besides" in bare.notes[1]
    assert format_alignment(bare, "table")
    sentences, mentions, articles = given
    assert align_frames(sentences.iloc[:0], mentions, articles).pairs.empty
    with pytest.raises(InputError, match="Unknown format"):
        format_alignment(bare, "xml")


def test_the_command_prints_rows_csv_and_json(scored_corpus: Path) -> None:
    arguments = [
        "align",
        str(scored_corpus),
        "--event",
        "Nagorno",
        "--outlets",
        "Al Jazeera",
        "--outlets",
        "antiwar.com",
    ]
    outputs = {}
    for form in ("table", "csv", "json"):
        result = CliRunner().invoke(main, [*arguments, "--format", form], catch_exceptions=False)
        assert result.exit_code == 0
        outputs[form] = result.output
    assert (
        "Al Jazeera and Antiwar.com seem to tell " in outputs["table"]
        and "FOUND ONLY IN ANTIWAR.COM" in outputs["table"]
    )
    found = json.loads(outputs["json"])
    assert found["pairs"] and {row["kind"] for row in found["pairs"]} <= {"both", "differently"}
    assert outputs["csv"].splitlines()[0] == ",".join(PAIR_COLUMNS[:-1])
    result = CliRunner().invoke(main, [*arguments[:4], "--outlets", "Nobody"])
    assert result.exit_code == 1 and "There is no outlet 'Nobody'" in result.output


def test_the_gold_is_of_the_sample_articles() -> None:
    rows = pd.read_csv(GOLD, comment="#", dtype=str).fillna("")
    assert set(rows.groupby("event")["part"].nunique()) == {1}, "an event is in one part"
    assert rows[["event", "file", "index"]].drop_duplicates().shape[0] >= 150
    samples, made = Path(__file__).parents[1] / "sample_articles", GOLD.parent / "alignment_events"
    for event, file, words in rows[["event", "file", "words"]].drop_duplicates().itertuples(index=False):
        text = (next(root for root in (samples, made) if (root / event).exists()) / event / f"{file}.md").read_text(
            "utf-8"
        )
        assert words in text.replace("\n", " "), words


def test_one_fact_in_other_words_is_paired_and_a_number_alone_is_no_other_telling() -> None:
    found = align_frames(*frames({
        "Wire/1": ["The court annulled the data law on Thursday.", "Some 2,000 miners marched through Hadelin on Monday."],
        "Post/1": ["Judges struck down the law on data.", "Some 3,000 miners marched through Hadelin on Monday."],
    }))  # fmt: skip
    body = found.pairs[found.pairs["index_a"] > 0].set_index("index_a")
    assert sorted(body.index) == [1, 2] and (body["index_b"] == body.index).all()
    assert (body.loc[2, "kind"], body.loc[2, "reasons"]) == ("both", ["number"])


def test_encoders_are_no_heads() -> None:
    assert not {"fact_encoder", "fact_pairs", "all-MiniLM-L6-v2", "encoder"} & {card.name for card in load_cards()}


SAME = ("Soldiers shot the farmer at the barrier.", "The farmer was killed by border troops, who opened fire.")
OTHER = ("Soldiers shot the farmer at the barrier.", "The barrier had been built two years before for 3 million.")


def test_two_sentences_are_read_together() -> None:
    same, other = together.fact_logits([SAME, OTHER])
    assert same > other + 1
    assert together.fact_logits([OTHER, SAME, OTHER]).tolist() == [other, same, other], "each pair by itself, in order"
    assert together.fact_logits([]).shape == (0,)


def test_what_is_said_of_a_pair_depends_on_neither_order_nor_marks_nor_a_long_neighbour() -> None:
    a, b = SAME
    (said,) = together.fact_logits([SAME])
    assert together.fact_logits([(b, a)]).tolist() == [said], "outlets are sorted by name, and a name must not count"
    marked = together.fact_logits([(f"{a} [SEP]", b)])
    assert marked == pytest.approx([said]), "the mark between two sentences is ours alone"
    for endless in (a + " He had come for hay." * 100, "0.173 2:58 " * 60):
        one, two = together.fact_logits([(endless, b), (endless, OTHER[1])])
        assert one != two and np.isfinite([one, two]).all(), "a long first sentence leaves room for the second"


def test_a_pair_read_before_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = together.fact_logits([SAME])

    def encode(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(Encoder, "encode", encode)
    assert together.fact_logits([SAME]).tolist() == first.tolist()
    with pytest.raises(AssertionError, match="it was read"):
        together.fact_logits([("Never seen before.", "Nor this.")])


def test_a_missing_layer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = together.encoder().folder
    for name in ("encoder.onnx", "config.json", "tokenizer.json"):
        (tmp_path / name).symlink_to(folder / name)
    monkeypatch.setattr(together, "encoder", lambda: Encoder.load(tmp_path))
    monkeypatch.setattr(together, "_layer", together._layer.__wrapped__)
    with pytest.raises(ModelError, match=r"lacks layer\.safetensors. Install framing again"):
        together.fact_logits([("A sentence that nobody read.", "And another.")])


def _pairs(cosines: list[float], outlets: tuple[int, int] = (0, 1)) -> Pairs:
    n = len(cosines)
    features = np.zeros((n, len(FEATURES)))
    for name in ("cosine", "margin", "meaning", "meaning_margin"):
        features[:, FEATURES.index(name)] = cosines
    numbers = np.arange(n, dtype=np.int64)
    return Pairs(numbers, numbers + n, features, np.full(n, 25.0), np.repeat(outlets, n))


def test_only_what_is_in_doubt_is_read_together_and_of_two_outlets_only_so_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs, asked = _pairs([0.05, 0.4, 0.5, 0.45]), []

    def reads(rows: Ints) -> np.ndarray:
        asked.append(rows.tolist())
        return np.full(len(rows), -30.0)

    score = alignment_score.likelihood(pairs, reads)
    assert asked == [[1, 2, 3]] and alignment_score.by_features(pairs)[2] > alignment_score.ENOUGH
    assert (score < alignment_score.DOUBT + 1e-9).all(), "what read together is no fact is none, however alike"
    assert alignment_score.unread(pairs) == 0
    monkeypatch.setattr(alignment_score, "MOST_READ", 2)
    assert alignment_score.likelihood(pairs, reads)[1] == alignment_score.DOUBT
    assert asked[1] == [2, 3] and alignment_score.unread(pairs) == 1, "the likeliest are read"
    apart = replace(pairs, outlet=np.array([0, 0, 0, 0, 1, 1, 1, 2]))
    alignment_score.likelihood(apart, reads)
    assert asked[2] == [1, 2, 3] and alignment_score.unread(apart) == 0, "each two outlets have their own"


def test_beyond_the_largest_event_measured_more_sentences_only_make_a_pair_less_likely() -> None:
    pairs = _pairs([0.4])
    few, usual, many, more = (
        float(alignment_score.by_features(replace(pairs, crowd=np.array([crowd])))[0])
        for crowd in (2.0, 15.0, 106.0, 212.0)
    )
    assert few == usual > many > more
    assert np.log(many / (1 - many)) - np.log(more / (1 - more)) == pytest.approx(np.log(2))


def test_pairs_that_were_not_read_closely_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment_score, "MOST_READ", 0)
    found = align_frames(*frames({"Wire/1": [SHOT, WIRE], "Post/1": [SHOT.replace("Border", "The"), WIRE]}))
    assert any("less likely pair" in note and "counted as no fact" in note for note in found.notes)
    assert found.pairs.empty


def test_what_was_read_blind_is_of_the_sample_articles() -> None:
    rows = pd.read_csv(GOLD.with_name("alignment_readers.csv"), comment="#")
    gold = pd.read_csv(GOLD, comment="#", dtype=str)
    assert set(rows["event"]) == set(gold["event"])
    assert set(rows["reader_1"]) == set(rows["reader_2"]) == {0, 1}
    assert not rows.duplicated(["event", "file_a", "index_a", "file_b", "index_b"]).any()
    by_chance = rows[rows["drawn"] == "chance"]
    assert len(by_chance) >= 95 and by_chance["reader_1"].mean() < 0.05


def test_pairs_to_tune_on_leave_out_what_grouping_reports() -> None:
    rows = pd.read_csv(Path(__file__).parents[1] / "tools" / "fact_pairs.csv", comment="#")
    topics = {int(name.split("ecb")[0]) for name in pd.concat([rows["article_a"], rows["article_b"]])}
    assert not topics & set(range(36, 46))
    assert ((rows["end_a"] > rows["start_a"]) & (rows["end_b"] > rows["start_b"])).all()
    assert rows["same"].between(0, 1).all() and (rows["article_a"] != rows["article_b"]).all()


def test_what_was_read_of_the_reports_is_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
    import fact_reports

    parts = [fact_reports.coded(part) for part in ("training", "tuning", "report")]
    named = [fact_reports.numbered(part) for part in ("training", "tuning", "report")]
    events = [set(rows["event"]) for rows in (*parts, *named)]
    assert sum(map(len, events)) == len(set().union(*events)) and min(map(len, parts)) > 500
    assert len(named[2]) == 0, "no numbered report is reported on"
    for rows in parts:
        assert rows["same"].between(0, 1).all() and rows["a"].str.len().min() > 4 and rows["b"].str.len().min() > 4
        assert not rows.duplicated(["event", "file_a", "index_a", "file_b", "index_b"]).any()
        assert (rows["file_a"] != rows["file_b"]).all()


def test_numbered_facts_are_pairs_and_a_second_reading_can_take_one_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
    import fact_reports

    rows, every = fact_reports.numbered("tuning"), fact_reports.numbered("tuning", share=1.0)
    key = ["event", "file_a", "index_a", "file_b", "index_b"]
    assert len(set(rows["event"])) == 6 and 500 < rows["same"].sum() == every["same"].sum() < len(rows) < len(every) / 3
    assert not every.duplicated(key).any() and (every["file_a"] != every["file_b"]).all()
    second = pd.read_csv(fact_reports.FOLDER.with_name("fact_readings.csv"), comment="#")
    both = every.merge(second, on=key)
    assert len(both) > 100 and (both["same_x"] == both["same_y"]).all(), "where they differ the pair is left out"
    mine = second[second["event"].isin(every["event"])]
    assert 10 < len(mine) - len(both) < len(mine) / 3
