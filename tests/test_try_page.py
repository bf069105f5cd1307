"""A text read by every head, its edits and swaps, and the page that does so."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_dashboard import address, html_of, open_app, parsed

from framing import tried
from framing.errors import InputError
from framing.scorer import Scorer

TEXT = "President Maria Lopez told Reuters that Iranian troops had shelled the market. “We have nothing left,” said Anna Reed."
BLAME = "The minister blamed the firm for the flood, and residents cheered her."


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return tried.live(Scorer.load())[0]


def test_a_text_is_read_sentence_by_sentence(scorer: Scorer) -> None:
    first, second = tried.try_text(scorer, TEXT)
    assert (first.voice, second.voice, second.speaker) == ("reported", "quoted", "Anna Reed")
    assert {s.head for s in first.said} == {*scorer.heads, "voice"} - {"stance"}
    assert [a.surface for a in first.actors] == ["President Maria Lopez", "Iranian troops"]
    against = {s.label: s for s in first.actors[1].said}["against"]
    assert against.counts and against.needs is None
    frames = [s for s in first.said if s.head == "frames_policy"]
    assert all(s.counts == (s.probability >= (s.needs or 0)) for s in frames)
    assert tried.hidden_outlets(TEXT) == ["Reuters"]


def test_words_that_the_rules_do_not_find_can_be_judged(scorer: Scorer) -> None:
    (found,) = tried.try_text(scorer, BLAME, "the firm")
    assert [a.surface for a in found.actors] == ["the firm"]
    assert next(s for s in found.actors[0].said if s.counts).label == "against"


def test_an_edit_shows_what_flipped(scorer: Scorer) -> None:
    (before,), (after,) = (
        tried.try_text(scorer, text, "the firm") for text in (BLAME, BLAME.replace("blamed", "praised"))
    )
    changed = {(c.actor, c.before.head, c.before.label): c for c in tried.changes(before, after)}
    against = changed["the firm", "stance", "against"]
    assert against.flipped and against.points < -30
    assert not any(c.flipped or c.points for c in tried.changes(before, before))


def test_swapped_names_stand_for_each_other(scorer: Scorer) -> None:
    assert tried.swappable(TEXT) == ["country", "person", "outlet"] and not tried.swappable("It rained for days.")
    other = tried.swapped(TEXT, "country", 1)
    assert "Iran" not in other and other == tried.swapped(TEXT, "country", 1)
    first, second = tried.try_text(scorer, TEXT)[0], tried.try_text(scorer, other)[0]
    actors = {change.actor for change in tried.changes(first, second)}
    assert any(actor.startswith("Iranian troops → ") for actor in actors) and "President Maria Lopez" in actors
    outlet = tried.try_text(scorer, tried.swapped(TEXT, "outlet", 1))[0]
    moved = {c.before.head for c in tried.changes(first, outlet) if c.points}
    assert moved <= {"voice"}, "an outlet's name moves no score but voice's, whose rules count the words as they stand"
    assert all(abs(change.points) < 1 for change in tried.changes(first, outlet))


def test_scores_are_taken_away_with_the_edit_beside_its_sentence(scorer: Scorer) -> None:
    first = tried.try_text(scorer, "The minister blamed Iran for the flood. Residents cheered her.")
    edited = tried.try_text(scorer, "The minister praised Iran for the flood.")[0]
    rows = tried.score_rows(first, {0: edited})
    assert list(rows.columns) == tried.SCORES and list(rows["version"].unique()) == ["first", "edited"]
    assert set(rows[rows["version"] == "edited"]["sentence"]) == {1} and set(rows["sentence"]) == {1, 2}
    stance = rows[(rows["head"] == "stance") & (rows["actor"] == "Iran")]
    assert len(stance) == 6 and stance.groupby("version")["counts"].sum().eq(1).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * (tried.LONGEST + 1), "3,001 characters; 3,000 can be tried"),
        ("Der Minister gab der Firma die Schuld an der Flut und lachte.", "in German"),
        ("  \n ", "is empty"),
    ],
)
def test_what_cannot_be_tried_is_said(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        tried.usable(text)


# --- the page ------------------------------------------------------------------------------------------------------------


def test_the_page_scores_explains_and_compares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(tmp_path / "none", monkeypatch, "try")
    app.button(key="example_1").click().run()
    assert not app.exception
    page = html_of(app)
    assert "What the models say" in page and 'class="fr-raises' in page
    app.button(key="swap_country").click().run()
    assert not app.exception
    assert "Iranian" not in app.text_area(key="edit").value
    assert "What your version changed" in html_of(app) and "Only names differ" in html_of(app)
    assert address(app, "edit") == [app.text_area(key="edit").value]
    app.button(key="back").click().run()
    assert "What your version changed" not in html_of(app)
    app.text_area(key="text").set_value("Der Minister gab der Firma die Schuld an der Flut und lachte.").run()
    assert not app.exception and "in German" in html_of(app)


def test_a_link_restores_text_target_and_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(tmp_path / "none", monkeypatch, "try")
    for key, value in {"text": BLAME, "target": "the firm", "edit": BLAME.replace("blamed", "praised")}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert app.selectbox(key="why").value == "stance.against@the firm"
    assert "Stance toward the firm, Against: counts no longer" in html_of(app)
    app.text_input(key="target").set_value("the bank").run()
    assert "does not stand in this text" in html_of(app)


def test_hostile_text_stays_text_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = "<script>window.hacked = 1</script> The minister blamed :red[the firm] for $x^2$ and <img src=x onerror=y>."
    app = open_app(tmp_path / "none", monkeypatch, "try")
    app.text_area(key="text").set_value(bad).run()
    assert not app.exception
    found = parsed(html_of(app))
    assert not {"script", "img"} & found.tags and "<script>window.hacked" in "".join(found.found)
    app.text_area(key="text").set_value("y " * 4000).run()
    assert not app.exception and "can be tried at once" in html_of(app)
