"""What a lesson's answers come to: by hand where a hand can, on a scored corpus, and as pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpus_fakes import FakeEncoder

from framing.classroom.cards import cards
from framing.classroom.class_agreement import within
from framing.classroom.class_estimate import Number, estimates
from framing.classroom.class_record import ClassRecord, Guess, Labelling, Prediction
from framing.classroom.draw_lesson import Spec, make_lesson
from framing.classroom.game import played
from framing.classroom.lesson import Choice, Item, Lesson, Question
from framing.classroom.reveal import Reveal, reveal
from framing.classroom.reveal_page import reveal_part
from framing.classroom.reveal_words import agreed, change_words, changed, estimated, round_words
from framing.classroom.spread import spread_of, spreads
from framing.classroom.teach import teach
from framing.classroom.teach_page import teach_part
from framing.corpus import Corpus
from framing.errors import InputError
from framing.ppi import Labelled

A, B = Choice("a", "Alpha", "The first."), Choice("b", "Beta", "The second.")
ONE, SEVERAL = Question("Which?", "one", (A, B)), Question("Which ones?", "several", (A, B))
HOSTILE = "<script>alert(1)</script>&\"'"
KARABAKH = "Nagorno-Karabakh, October 2020"


def item(number: int, outlet: str = "North", **changes: object) -> Item:
    """Item `number`, of an article of its outlet."""
    values: dict[str, object] = {
        "number": number, "article_id": f"{outlet}-{number % 3}", "index": number, "outlet": outlet, "title": "A title",
        "text": f"Sentence {number} of {outlet}.", "voice": "own", "chance": 0.5,
    }  # fmt: skip
    return Item(**{**values, **changes})  # type: ignore[arg-type]


def lesson(question: Question, items: list[Item], outlets: tuple[str, ...] = ("North", "South")) -> Lesson:
    """A lesson on an event that no corpus has."""
    return Lesson("trial", "A trial", "gone", "The event", question, tuple(items), outlets, 20, 1, False)


def record(given: dict[int, list[str]], students: int = 9) -> ClassRecord:
    """What students 0, 1, … said of each item: a word of labels, `-` for none, `?` for unsure, a blank for nothing."""
    rows = [
        Labelling(student, number, () if said in "-?" else tuple(said), said == "?")
        for number, words in given.items()
        for student, said in enumerate(words)
        if said != " "
    ]
    return ClassRecord(tuple(range(students)), tuple(rows))


def test_a_spread_tells_majority_tie_and_unsure() -> None:
    def of(question: Question, *said: str) -> tuple[tuple[str, ...], tuple[str, ...], list[float]]:
        spread = spread_of(question, record({1: list(said)}).labellings)
        return spread.chosen, spread.halves, list(spread.truth)

    assert of(ONE, "a", "a", "b", "?") == (("a",), (), [1.0, 0.0])
    assert of(ONE, "a", "b") == (("a", "b"), ("a", "b"), [0.5, 0.5])
    assert of(SEVERAL, "ab", "a", "-", "a") == (("a",), (), [1.0, 0.0])
    assert of(SEVERAL, "ab", "-") == ((), ("a", "b"), [0.5, 0.5])
    chosen, halves, truth = of(ONE, "a", "?", "?")
    assert (chosen, halves) == ((), ()) and np.isnan(truth).all()
    spread = spread_of(SEVERAL, record({1: ["ab", "-", "?", "a"]}).labellings)
    assert (spread.counts, spread.none, spread.unsure, spread.voted, spread.n) == ((2, 1), 1, 1, 3, 4)
    # Of three pairs of students two differ over “a”, two over “b”.
    assert spread.apart == pytest.approx(2 / 3)
    assert spread.agrees(("a",)) is True and spread.agrees(()) is False
    assert spread_of(ONE, record({1: ["a", "b"]}).labellings).agrees(("a",)) is None


def test_agreement_is_the_one_worked_by_hand() -> None:
    made = lesson(ONE, [item(1), item(2), item(3)])
    answers = record({1: ["a", "a"], 2: ["a", "b"], 3: ["b", "b"]})
    (row,) = within(made, answers, spreads(made, answers))
    # Of six answers three are a: by chance (3·2 + 3·2) of 6·5 pairs agree; within sentences two of three do.
    assert (row.same, row.chance) == (pytest.approx(2 / 3), pytest.approx(0.4))
    assert row.alpha.value == pytest.approx(1 - (1 / 3) / 0.6)
    assert row.sentences == 3 and row.articles == 3
    assert "7 of 10" in agreed(made, row) and "4 of 10" in agreed(made, row)
    alone = record({1: ["a"], 2: ["b"]})
    assert within(made, alone, spreads(made, alone)) == ()


def test_shares_are_weighted_and_corrected_as_by_hand() -> None:
    said = np.array([1, 0, 1, 0, 1, 0, 0, 0, 0, 0], dtype=float)[:, None]
    side = Labelled(
        said, np.ones(10), np.zeros(10, dtype=np.int64), np.arange(4),
        np.array([1, 0, 0, 0], dtype=float)[:, None], np.array([5, 5, 1.25, 1.25]),
    )  # fmt: skip
    alone = estimates({"North": side}, model=False)[0].shares["North"]
    assert alone.value == pytest.approx(5 / 12.5) and 0 <= alone.low < 0.4 < alone.high <= 1
    # The slope of truth on what is said, by the same weights: 0.24 / 0.25. The model says 0.3 of all, 0.5 of the read.
    corrected = estimates({"North": side}, model=True)[0]
    assert corrected.belief == pytest.approx(0.8)
    assert corrected.shares["North"].value == pytest.approx(0.8 * 0.3 + 0.4 - 0.8 * 0.5)
    # That all agree is no certainty; that all were read is.
    same = replace(side, true=np.ones((4, 1)))
    assert estimates({"North": same}, model=False)[0].shares["North"].low < 0.8
    every = replace(side, rows=np.arange(10), true=said, lift=np.ones(10))
    assert estimates({"North": every}, model=False)[0].shares["North"] == Number(0.3, 0.3, 0.3)
    # Two sentences say nothing; an outlet without any has no number.
    few = replace(side, rows=np.arange(2), true=np.ones((2, 1)), lift=np.full(2, 5.0))
    none = replace(side, rows=np.arange(0), true=np.ones((0, 1)), lift=np.ones(0))
    found = estimates({"North": few, "South": none}, model=False)[0]
    assert not found.shares["North"].known and np.isnan(found.shares["South"].value) and not found.tellable
    assert "Too few sentences" in estimated(found)


def test_an_outlet_leads_only_where_every_gap_holds() -> None:
    def side(yes: int) -> Labelled:
        true = (np.arange(12) < yes).astype(float)[:, None]
        return Labelled(np.zeros((100, 1)), np.ones(100), np.zeros(100, dtype=np.int64), np.arange(12), true,
                        np.full(12, 100 / 12))  # fmt: skip

    found = estimates({"North": side(11), "South": side(1), "East": side(1)}, model=False)[0]
    assert found.leader == "North" and "North has" in estimated(found)
    few = replace(side(1), rows=np.arange(2), true=np.ones((2, 1)), lift=np.full(2, 50.0))
    part = estimates({"North": side(11), "South": side(1), "East": few}, model=False)[0]
    assert part.leader == "North" and "Too few of your answers are on East" in estimated(part)
    three = replace(side(0), rows=np.arange(3), true=np.array([[1.0], [0.0], [0.0]]), lift=np.full(3, 33.0))
    thin = estimates({"North": three, "South": three}, model=False)[0]
    assert thin.tellable and "almost any difference would fit" in estimated(thin)
    level = estimates({"North": side(11), "South": side(1), "East": side(10)}, model=False)[0]
    assert level.leader == "" and estimated(level).startswith("No difference we could detect")


def guesses(before: list[int], after: list[int]) -> tuple[Guess, ...]:
    """Four guesses a student and round, so many of them right; all items are North's."""
    rounds = {"before": before, "after": after}
    return tuple(
        Guess(student, number, name, "North" if number <= right else "South")  # type: ignore[arg-type]
        for name, each in rounds.items()
        for student, right in enumerate(each)
        for number in (1, 2, 3, 4)
    )


def test_the_game_is_held_against_chance_with_students_as_units() -> None:
    made = lesson(ONE, [item(n) for n in (1, 2, 3, 4)])
    game = played(made, ClassRecord(tuple(range(4)), guesses=guesses([2, 2, 2, 2], [3, 3, 4, 4])))
    before, after = game.rounds
    assert (before.right, before.guesses, before.students, game.chance) == (8, 16, 4, 0.5)
    # Wilson with t of 3 degrees of freedom, 3.182, at 16 independent guesses.
    assert (before.share.low, before.share.high) == (pytest.approx(0.189, abs=1e-3), pytest.approx(0.811, abs=1e-3))
    assert (after.right, game.both) == (14, 4)
    # Changes of ¼, ¼, ½, ½; the spread of blind luck is larger: √(1/64 + 5/36/16) = 0.156, times 3.182.
    assert game.change.value == pytest.approx(0.375)
    assert (game.change.low, game.change.high) == (pytest.approx(-0.121, abs=1e-3), pytest.approx(0.871, abs=1e-3))
    assert [away.number for away in game.sentences] == [1, 2, 3, 4] and game.sentences[3].mistaken == "South"
    assert "no more than chance" in round_words(game, before) and "No change we could detect" in change_words(game)
    two = played(made, ClassRecord((0, 1), guesses=guesses([4, 4], [])))
    assert len(two.rounds) == 1 and not two.rounds[0].share.known and two.both == 0 and not change_words(two)
    assert played(made, ClassRecord(())).rounds == ()


def test_cards_are_the_most_even_splits_with_a_question_of_what_happened() -> None:
    made = lesson(replace(ONE, head="x"), [item(1, said=("b",)), item(2), item(3), item(4, voice="quoted")])
    answers = record({1: list("aaaab"), 2: list("aaaaa"), 3: ["a", "b"], 4: list("aaabb")})
    found = cards(made, spreads(made, answers))
    assert [card.number for card in found] == [4, 1]
    assert found[0].split == "3 of you said “Alpha” and 2 of you said “Beta”"
    assert "none of these, most of you do not" in found[0].further
    assert "“Beta”, most of you do not" in found[1].further


def test_the_actor_is_found_in_what_students_see() -> None:
    text = "The minister, Anna Reed, spoke; Reed left."
    assert item(1, text=text, actor="Anna Reed", surface="Reed").target == (19, 23)
    assert item(1, text=text, actor="Anna Reed", surface="Ree, Anna Reed").target == (14, 23)
    assert item(1, text=text, actor="Bob", surface="Bob").target is None
    assert item(1, text=text).target is None


# -- on a corpus, and as pages ----------------------------------------------------------------------------------------


def drawn(path: Path) -> tuple[Lesson, Corpus]:
    """A lesson on two frames: 24 sentences of two outlets of the Karabakh event, under hostile headlines."""
    corpus = Corpus.open(path)
    outlets = ("Al Jazeera", "Antiwar.com")
    spec = Spec("Frames", KARABAKH, "frames_generic", ("human_interest", "economic"), n=24, outlets=outlets)
    made = make_lesson(corpus, spec)
    choices = (replace(made.question.choices[0], name=HOSTILE), *made.question.choices[1:])
    items = tuple(replace(one, title=HOSTILE) for one in made.items)
    return replace(made, question=replace(made.question, choices=choices), items=items), corpus


def answered(made: Lesson, students: int = 7) -> ClassRecord:
    """A class of which most say what the model says, each student otherwise of another sentence."""
    labels = made.question.labels
    rows = []
    for one in made.items:
        for student in range(students):
            differs = (one.number + student) % 5 == 0
            said = tuple(label for label in labels if (label in one.said) != differs)
            rows.append(Labelling(student, one.number, said))
    told = [Prediction(s, label, (*made.outlets, "")[s % 3]) for s in range(students) for label in labels]
    played_ = [Guess(s, n, "before", made.outlets[(s + n) % 2]) for s in range(students) for n in (1, 2, 11, 12)]
    return ClassRecord(tuple(range(students)), tuple(rows), tuple(told), tuple(played_))


def sound(html: str) -> None:
    """A page whose links lead somewhere, which escapes what people typed and brings neither script nor style along."""
    targets, links = set(re.findall(r'\bid="([^"]+)"', html)), set(re.findall(r'href="#([^"]+)"', html))
    assert links and links <= targets
    assert "<script" not in html and " style=" not in html and "http" not in html.replace("/static/", "")
    assert len(re.findall(r"<details", html)) == len(re.findall(r"</details>", html))
    assert "nan" not in re.sub(
        r"<blockquote>.*?</blockquote>|<li>.*?</li>|[A-Za-z-]*nan[a-z]+", "", html, flags=re.DOTALL
    )


def test_a_reveal_on_a_corpus(scored_corpus: Path) -> None:
    made, corpus = drawn(scored_corpus)
    found = reveal(made, answered(made), corpus)
    assert found.answered == 7 and len(found.sentences) == 24 and not found.notes
    everyone = found.with_model[0]
    assert len(everyone.agree) == 24 and everyone.share.low < 1
    for result in found.results:
        assert result.by_model is not None and result.corrected is not None and result.by_class is not None
        assert sum(result.predicted.values()) == 7 and result.predicted[""] == 2
        for outlet, (yes, n) in result.by_model.sentences.items():
            assert len(found.behind[result.label, outlet]) == yes and found.sizes[outlet] == n
        # The class says what the model says: the correction leaves its shares where they are.
        for outlet, share in result.by_model.shares.items():
            assert result.corrected.shares[outlet].low <= share.value <= result.corrected.shares[outlet].high
        assert len(result.beyond) == 1 and changed(result)
    assert found.needed == ""
    teacher, student = (
        reveal_part(made, found, True),
        reveal_part(made, found, False, {1: ("economic",), 2: ("unsure",)}),
    )
    sound(teacher)
    sound(student)
    said = f"You said “{made.question.choices[1].name}”."
    assert "&lt;script&gt;" in teacher and said in student and "You said could not say" in student
    gone = replace(made, event_id="0" * 16)
    alone = reveal(gone, answered(made), corpus)
    assert "no event" in alone.notes[0] and alone.results[0].by_class is None
    sound(reveal_part(gone, alone, True))


@pytest.mark.parametrize("case", ["nobody", "one student", "all unsure", "an empty outlet", "ties", "invented"])
def test_edge_cases_are_pages_too(scored_corpus: Path, case: str) -> None:
    made, corpus = drawn(scored_corpus)
    answers = answered(made, 1 if case == "one student" else 7)
    if case == "nobody":
        answers = ClassRecord(())
    if case == "all unsure":
        answers = replace(answers, labellings=tuple(replace(r, labels=(), unsure=True) for r in answers.labellings))
    if case == "ties":
        rows = [Labelling(s, one.number, ("economic",) * s) for one in made.items for s in (0, 1)]
        answers = replace(answers, labellings=tuple(rows))
    if case == "an empty outlet":
        outlets = (*made.outlets, "Northern Wire", "National Sentinel", "Nobody Post", HOSTILE)
        made = replace(made, outlets=outlets)
    if case == "invented":
        question = replace(made.question, head="")
        made = replace(made, question=question, items=tuple(replace(i, model={}, said=()) for i in made.items))
    found: Reveal = reveal(made, answers, corpus)
    for teacher in (True, False):
        sound(reveal_part(made, found, teacher))
    if case in {"nobody", "all unsure"}:
        assert not any(r.by_class and r.by_class.tellable for r in found.results) and not found.cards
    if case == "ties":
        assert found.results[1].by_class is not None
        assert {round(n.value, 2) for n in found.results[1].by_class.shares.values()} == {0.5}
    if case == "invented":
        assert found.results[0].by_model is None and found.with_model == () and found.results[0].by_class is not None


def test_a_machine_is_taught_or_told_what_it_lacks(tmp_path: Path) -> None:
    items = [item(n, "North" if n % 2 else "South") for n in range(1, 27)]
    made = lesson(ONE, items)
    with pytest.raises(InputError, match=r"18 more sentences on which most of you agree \(now 2\)"):
        teach(made, record({1: list("aab"), 2: list("bbb"), 3: list("ab")}))
    with pytest.raises(InputError, match=r"3 more sentences in which most of you said “Beta” \(now 2\)"):
        teach(made, record({n: list("bbb" if n < 3 else "aaa") for n in range(1, 27)}))
    said = {n: list(("aaa", "bbb", "aab")[n % 3]) for n in range(1, 25)} | {25: ["a", "b"], 26: ["?", "?", "a"]}
    taught = teach(made, record(said), None, FakeEncoder())  # type: ignore[arg-type]
    assert len(taught.tried) == 24 and taught.left_out == {25: "you were split", 26: "most could not say"}
    assert taught.always == 16 and taught.commonest == ("a",) and taught.stored is None
    # Vectors that say nothing: what it has not seen it cannot know by heart.
    assert sum(one.right for one in taught.tried) < 22
    sound(teach_part(made, taught))
    kept = teach(made, record(said), tmp_path, FakeEncoder())  # type: ignore[arg-type]
    assert kept.stored == tmp_path / "class-trial" and (tmp_path / "class-trial" / "metrics.json").exists()
    assert "not measured" in teach_part(made, replace(kept, surest={("b", "North"): ()}))
