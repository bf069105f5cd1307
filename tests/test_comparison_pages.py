"""The pages Who speaks, Words and headlines, Side by side: what a number opens is what it counts."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard_texts as texts
import pytest
from streamlit.testing.v1 import AppTest
from test_dashboard import ROOT, address, html_of, open_app, parsed

from framing.agency import find_agency
from framing.compare import Comparison, compare
from framing.corpus import Corpus
from framing.gap import decompose
from framing.headline_words import ACTORS
from framing.labels import BALANCE
from framing.pages import aligned_rows, voices_gap, voices_harm, voices_sources, words_apart, words_headlines
from framing.pages.picker import Pick
from framing.reading import tagged_html
from framing.sources import find_sources

EVENT = "Nagorno-Karabakh, October 2020"
PAGES = ("voices", "words", "aligned")


@pytest.fixture(scope="module")
def comparison(scored_corpus: Path) -> Comparison:
    return compare(Corpus.open(scored_corpus), EVENT)


def listed(app: AppTest) -> int:
    """How many sentences the page lists behind the picked number."""
    return sum(len(re.findall("<li><blockquote>", element.proto.body)) for element in app.get("html"))


def test_every_speaker_opens_its_words(comparison: Comparison) -> None:
    found = find_sources(comparison)
    assert len(found.sources)
    for row in found.sources.to_dict("records"):
        rows = voices_sources.behind(found, Pick("speaker", row["outlet"], row["source"]))
        assert (len(rows), rows["spoken"].sum()) == (row["n_sentences"], row["words"])
    for row in found.shares.to_dict("records"):
        rows = voices_sources.behind(found, Pick("words", row["outlet"], row["measure"]))
        assert rows["spoken"].sum() == pytest.approx(row["value"] * row["n"])


def test_every_event_of_harm_opens(comparison: Comparison) -> None:
    found = find_agency(comparison)
    harms = found.harms[~found.harms["headline"]]
    assert len(found.pairs)
    for row in found.pairs.to_dict("records"):
        assert len(voices_harm.behind(harms, Pick("pair", row["outlet"], row["agent"], row["patient"]))) == row["n"]
    shares = found.shares[found.shares["view"] == "both"]
    for row in shares.to_dict("records"):
        rows = voices_harm.behind(harms, Pick("harm", row["outlet"], row["measure"]))
        assert len(rows) == (pytest.approx(row["value"] * row["n"]) if row["n"] else 0)
    passive = voices_harm.behind(harms, Pick("harm", "Al Jazeera", "passive"))
    shown = voices_harm.in_sentences(passive, comparison.sentences)
    assert len(shown) == len(passive.drop_duplicates(["article_id", "index"]))
    html = tagged_html(shown["text"].iloc[0], shown["spans"].iloc[0])
    assert re.search(r'<mark class="fr-word">[^<]*</mark><small class="fr-tag">passive', html)


@pytest.mark.parametrize(("head", "label"), [("frames_generic", "human_interest"), ("sentiment", BALANCE)])
def test_the_parts_of_a_gap_add_up_as_shown(comparison: Comparison, head: str, label: str) -> None:
    gap = decompose(comparison, head, label, ("Al Jazeera", "Antiwar.com"))
    rows = voices_gap.waterfall(gap)
    values = [float(row[1].text.replace("−", "-")) for row in rows]
    start, *parts, end, total = values
    assert sum(parts) == pytest.approx(total)
    assert end - start == pytest.approx(total, abs=0.11)
    assert total == pytest.approx(100 * gap.difference, abs=0.051)
    own, _ = voices_gap.behind(gap, Pick("part", "", "own"))
    assert (own["hit"] != 0).all() and (own["own"] > 0).all() and len(own)


def test_every_word_opens_its_sentences(comparison: Comparison) -> None:
    found = words_apart.of_comparison(comparison, ("Al Jazeera", "Antiwar.com"), "both", False)
    for row in found.table.groupby("outlet").head(20).to_dict("records"):
        for outlet, n in ((row["outlet"], row["n"]), ("", row["n"] + row["n_others"])):
            shown = words_apart.behind(found, comparison, Pick("word", outlet, row["word"]))
            assert sum(len(spans) for spans in shown["spans"]) == n
            assert not shown.duplicated(["article_id", "index"]).any()


def test_every_headline_number_opens_its_sentences(comparison: Comparison) -> None:
    found = words_headlines.of_comparison(comparison, ("Al Jazeera", "Antiwar.com"), "both")
    groups = found.articles.groupby(["outlet", "head", "label"])
    for (outlet, head, label), rows in groups:
        tops, _ = words_headlines.behind(found, comparison, Pick("top", outlet, head, label))
        assert len(tops) == (rows["headline"] != 0).sum()
        if label != BALANCE:
            under, _ = words_headlines.behind(found, comparison, Pick("under", outlet, head, label))
            assert len(under) == rows["hits"].sum(), (outlet, head, label)
    assert (found.articles["head"] == ACTORS).any()


def test_side_by_side_holds_every_sentence_once_found(comparison: Comparison) -> None:
    alignment = aligned_rows.of_comparison(comparison, *comparison.outlets[:2])
    one = aligned_rows.rows_of(alignment, "Al Jazeera", "Antiwar.com")
    other = aligned_rows.rows_of(alignment, "Antiwar.com", "Al Jazeera")
    assert len(one.of("pairs")) == len(other.of("pairs")) == len(alignment.between("Al Jazeera", "Antiwar.com"))
    assert {row.left for row in one.of("pairs")} == {row.right for row in other.of("pairs")}
    assert [row.left for row in one.of("first")] == [row.right for row in other.of("second")]
    assert len(one.of("first")) == len(alignment.only_in("Al Jazeera", "Antiwar.com"))
    assert all(row.reasons for row in one.of("differently"))


def test_a_click_lists_exactly_what_it_counts(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = compare(Corpus.open(scored_corpus), EVENT)
    app = open_app(scored_corpus, monkeypatch, "voices")
    row = find_sources(comparison).sources.iloc[2]
    pick = ["speaker", row["outlet"], row["source"], ""]
    app.session_state["table_speakers"] = {"selection": {"points": [{"customdata": pick}]}}
    app.run()
    assert not app.exception
    assert listed(app) == row["n_sentences"]
    assert address(app, "name") == [row["source"]]
    row = find_agency(comparison).pairs.iloc[0]
    pick = ["pair", row["outlet"], row["agent"], row["patient"]]
    app.session_state["table_pairs"] = {"selection": {"points": [{"customdata": pick}]}}
    app.run()
    assert not app.exception
    assert f"{row['n']} events of harm, underlined" in html_of(app)


def test_pages_share_event_outlets_and_view(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus.open(scored_corpus)
    event = str(corpus.find_event("Kesh crossing"))
    outlets = ["Lund Tribune", "Meridian Post"]
    app = open_app(scored_corpus, monkeypatch, event=event, outlets=outlets, view="own")
    for page in (*PAGES, "compare"):
        app.switch_page(str(ROOT / f"framing/pages/{page}.py")).run()
        assert not app.exception
        assert app.selectbox(key="event").value == event
        assert address(app, "outlets") == outlets
    assert address(app, "view") == ["own"]


def test_another_event_has_other_numbers(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, "words")
    word = address(app, "name")
    app.selectbox(key="event").select_index(1).run()
    assert not app.exception
    assert listed(app)
    assert address(app, "name") != word
    app.session_state["view"] = "quoted"
    app.session_state["names"] = "out"
    app.run()
    assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_hostile_articles_show_as_text(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    app = open_app(scored_corpus, monkeypatch, page)
    app.selectbox(key="event").select_index(2).run()
    assert not app.exception
    html = html_of(app).replace((ROOT / "framing/pages/style.css").read_text(encoding="utf-8"), "")
    found = parsed(html)
    assert texts.HOSTILE_EVENT in "".join(found.found)
    assert not {"script", "img", "svg", "i", "u"} & found.tags
    for element in (*app.markdown, *app.caption, *app.button, *app.error, *app.warning, *app.info, *app.button_group):
        assert "Evil" not in str(getattr(element, "label", "")) + str(getattr(element, "options", "")) + str(
            element.value
        )


def test_tags_stand_where_they_belong() -> None:
    text = "<b>Two</b> men were killed "
    assert tagged_html(text, [(11, 14, ""), (15, 27, "passive <i>"), (12, 20, "over")]) == (
        '&lt;b&gt;Two&lt;/b&gt; <mark class="fr-word">men</mark> <mark class="fr-word">were killed</mark>'
        '<small class="fr-tag">passive &lt;i&gt;</small> '
    )
