"""Lessons: which sentences a class is asked about, with which chance, without their outlet; and lessons as files."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.audit_draw import draw
from framing.classroom.asking import answers, yes_or_no
from framing.classroom.draw_lesson import Spec, make_lesson
from framing.classroom.drawable import drawable
from framing.classroom.fields import FieldError
from framing.classroom.graphic import graphic, phrases
from framing.classroom.hiding import hider
from framing.classroom.lesson import Choice, Item, Lesson, Question
from framing.classroom.lesson_file import (
    lesson_text,
    lessons_folder,
    parse_lesson,
    read_lesson,
    save_lesson,
    stored_lessons,
)
from framing.classroom.lesson_notes import joined, parted, with_made
from framing.classroom.lesson_rows import plain_rows
from framing.classroom.ready import lessons_for, ready_made
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import InputError
from framing.ingest import read
from framing.schema import Article

ROOT = Path(__file__).parents[1]
HERO = yes_or_no("Hero", "Somebody is shown as a rescuer.")
PARAGRAPHS = (
    "The ferry left the harbour of Osk at noon with {n} people on board. The engine failed off the northern cape.",
    "“We heard a bang and then nothing at all,” said Ulla Brand, who was going home to Osk that day.",
    "A fishing boat called Petrel reached them first and took {n} children on board. It was over by four.",
    "The owner of the ferry said the engine had been checked in the spring. Nobody has asked the crew yet.",
)


def story(outlet: str, n: int, **changes: object) -> Article:
    """A report of one outlet, in sentences that no other report copies."""
    text = "\n\n".join(PARAGRAPHS).format(n=n)
    facts = {
        "outlet": outlet,
        "title": f"Ferry adrift, {n} on board",
        "text": text,
        "published": date(2024, 5, n % 28 + 1),
    }
    return Article(**{"event": "Ferry off Osk", "source": f"{outlet}.txt", **facts, **changes})  # type: ignore[arg-type]


def distinct(outlet: str, words: str) -> Article:
    """Ten sentences of an outlet, each with words of its own."""
    sentences = [
        f"The {word} of {outlet.split(maxsplit=1)[0].lower()} saw {word} {i} and went to the {word} again."
        for i, word in enumerate(words.split())
    ]
    return story(outlet, 3, text="\n\n".join(sentences))


@pytest.fixture
def ferry(tmp_path: Path) -> Corpus:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(
        [
            distinct("Osk Courier", "pilot nurse baker clerk tailor cook diver painter farmer smith"),
            distinct("Daily Cape", "mayor judge miner guard singer dancer boxer writer sailor monk"),
            distinct("Sound Wire", "queen robot tiger lion horse camel zebra otter eagle raven"),
        ]
    )
    return corpus


# -- hiding the outlet ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("OSK, Norden, May 3 (Sound Wire) - The ferry was late.", "The ferry was late."),
        ("BAKU/YEREVAN – Both sides agreed.", "Both sides agreed."),
        ("She told the Cape that it was over.", "She told the outlet that it was over."),
        ("The Cape Hotel was full.", "The Cape Hotel was full."),
        ("He told this newspaper of it.", "He told the outlet of it."),
        ("Our own correspondent saw it.", "The outlet’s correspondent saw it."),
        ("A Daily Cape reporter saw it.", "A news outlet reporter saw it."),
        ("Ada Moss saw it.", "The reporter saw it."),
        ("Daily Cape’s Lee Poe saw it.", "The outlet’s reporter saw it."),
        ("The Daily Cape political editor Lee Poe saw it.", "The outlet’s reporter saw it."),
        ('"It is late," he said, and didn\'t move.', "“It is late,” he said, and didn’t move."),
        ("Reuters and the Osk Courier reported it.", "The outlet and the outlet reported it."),
    ],
)
def test_the_outlet_is_hidden(text: str, shown: str) -> None:
    hide = hider(["Daily Cape", "Osk Courier", "Sound Wire"])
    assert hide.hide(text, "Daily Cape", "By Ada Moss")[0] == shown
    assert not hide.tells(shown)


def test_a_stretch_moves_along_and_what_still_tells_is_found() -> None:
    hide = hider(["Daily Cape"])
    text = "OSK, May 3 (Daily Cape) - The mayor told the Cape that Ulla Brand had left."
    shown, move = hide.hide(text, "Daily Cape")
    start = text.index("Ulla Brand")
    a, b = move(start, start + 10)
    assert shown[a:b] == "Ulla Brand"
    assert hide.tells("It was in Daily Cape.") and hide.tells("see cape.example", "https://www.cape.example/1")


# -- what can be drawn, and the chances -------------------------------------------------------------------------------


def test_short_long_cut_copied_and_graphic_sentences_are_left_out_and_counted(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    wire = "The coast guard said that both of the boats had been towed back to the harbour before dark."
    corpus.add(
        [
            story("Osk Courier", 1, text=f"It was late.\n\n{wire}\n\n{'very ' * 60}long it was.\n\nThe body was found in the river by two men."),
            story("Daily Cape", 2, text=f"{wire}\n\nIt named the man as Ivar Tamsin and Pte.\n\nCole Redfern of the guard was there as well."),
        ]
    )  # fmt: skip
    found = drawable(corpus.sentences(), corpus.articles(), mild=True)
    assert found.left == {"short": 1, "long": 1, "cut": 2, "copy": 1, "tells": 0, "graphic": 1}
    assert list(found.rows["outlet"]) == ["Osk Courier"]
    assert len(drawable(corpus.sentences(), corpus.articles(), mild=False).rows) == 2


def test_a_long_neighbour_is_cut(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    text = f"{'Well ' * 70}it was.\n\nThe crew came back on Monday at noon.\n\n{'x' * 2000} and that was it for them."
    corpus.add([story("Osk Courier", 1, text=text)])
    (row,) = drawable(corpus.sentences(), corpus.articles(), True).rows.to_dict("records")
    assert row["before"].startswith("… Well") and len(row["before"].split()) == 61 and row["after"] == ""


def test_a_graphic_neighbour_is_not_shown(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    text = "The crew came back on Monday at noon.\n\nThe body was found in the river by two men.\n\nThe harbour was closed for the whole day."
    corpus.add([story("Osk Courier", 1, text=text)])
    mild, whole = (drawable(corpus.sentences(), corpus.articles(), one).rows for one in (True, False))
    assert list(mild["after"]) == ["", ""] and list(mild["before"]) == ["", ""]
    assert "body" in whole["after"].iloc[0] and len(whole) == 3


def test_outlets_are_balanced_and_chances_are_those_of_the_draw(ferry: Corpus) -> None:
    lesson = make_lesson(ferry, Spec("Heroes", "Ferry off Osk", choices=HERO, n=9))
    assert Counter(item.outlet for item in lesson.items) == {"Osk Courier": 3, "Daily Cape": 3, "Sound Wire": 3}
    assert [item.number for item in lesson.items] == list(range(1, 10))
    rows = plain_rows(drawable(ferry.sentences(), ferry.articles(), True))
    drawn = [draw(rows, 9, seed, even=1.0) for seed in range(150)]
    seen = pd.concat(drawn).groupby(["article_id", "index"])
    told = seen["probability"].first()
    # 150 draws: a share's standard error is at most 0.041; 30 sentences, so four of them.
    assert np.abs(seen.size() / 150 - told).max() < 0.164
    assert told.groupby("article_id").sum().round(6).tolist() == [3.0, 3.0, 3.0]
    by_place = {(item.article_id, item.index): item.chance for item in lesson.items}
    assert by_place == pytest.approx({place: told[place] for place in by_place})


def test_the_same_wish_draws_the_same_lesson(ferry: Corpus) -> None:
    spec = Spec("Heroes", "Ferry off Osk", choices=HERO, n=6)
    assert make_lesson(ferry, spec) == make_lesson(ferry, spec)
    other = make_lesson(ferry, replace(spec, seed=1))
    assert other.id != make_lesson(ferry, spec).id and other.items != make_lesson(ferry, spec).items
    assert parted(other.notes)["Drawn"][0].startswith(
        "6 sentences of Daily Cape, Osk Courier and Sound Wire. 30 sentences"
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"n": 31}, "n", "5 to 30"),
        ({"head": "nothing"}, "kind", "There is no question “nothing”"),
        ({"head": "sentiment"}, "kind", "framing score"),
        ({"head": "voice"}, "kind", "framing score"),
        ({"choices": HERO[:1]}, "answers", "2 to 4 answers"),
        ({"choices": answers([("A", "x"), ("a", "y")])}, "answers", "same name"),
        ({"choices": answers([("A", "x"), ("B", "")])}, "answers", "“B” has no definition"),
        ({"head": "wording", "choices": HERO}, "kind", "not about both"),
        ({"choices": HERO, "seed": -1}, "seed", "0 or more"),
        ({"choices": HERO, "title": "x" * 121}, "title", "121"),
    ],
)
def test_what_cannot_be_made_says_why_and_where(
    ferry: Corpus, changes: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(FieldError, match=words) as raised:
        make_lesson(ferry, replace(Spec("", "Ferry off Osk", n=9), **changes))  # type: ignore[arg-type]
    assert raised.value.field == field


def test_an_event_needs_two_outlets_and_enough_sentences(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    corpus.add([story("Osk Courier", 1)])
    spec = Spec("", "Ferry off Osk", choices=HERO, n=5)
    with pytest.raises(FieldError, match="Osk Courier alone"):
        make_lesson(corpus, spec)
    corpus.add([story("Daily Cape", 2, text="It was late.")])
    with pytest.raises(FieldError, match="No sentence of Daily Cape"):
        make_lesson(corpus, spec)
    corpus.add([story("Sound Wire", 3, text="The mayor of the town went home early.")])
    lesson = make_lesson(corpus, replace(spec, n=30))
    assert len(lesson.items) == 7 and "30 sentences were asked for" in lesson.notes
    assert "No sentence was drawn of Daily Cape." in lesson.notes


# -- with the model's answers -----------------------------------------------------------------------------------------


def test_a_lesson_on_frames_has_the_models_answers_and_hides_the_outlets(scored_corpus: Path) -> None:
    corpus = Corpus.open(scored_corpus)
    spec = Spec("", "Kesh", "frames_generic", ("economic", "conflict"), n=12)
    lesson = make_lesson(corpus, spec)
    assert lesson.question.labels == ("conflict", "economic") and lesson.question.answer == "several"
    assert all(set(item.model) == {"conflict", "economic"} for item in lesson.items)
    assert {label for item in lesson.items for label in item.said} == {"conflict", "economic"}
    assert any(not item.said for item in lesson.items)
    assert "often wrong on “Conflict”" in parted(lesson.notes)["Careful"][0]
    shown = " ".join(text for item in lesson.items for text in (item.text, item.before, item.after))
    assert not any(name in shown for name in (*lesson.outlets, '"', "Wire)"))
    with pytest.raises(FieldError, match="Pick 2 or 3 labels"):
        make_lesson(corpus, replace(spec, labels=("conflict",)))
    with pytest.raises(FieldError, match="no label “nothing”"):
        make_lesson(corpus, replace(spec, labels=("conflict", "nothing")))


def test_stance_asks_about_one_actor_a_sentence_and_marks_them(scored_corpus: Path) -> None:
    corpus = Corpus.open(scored_corpus)
    anyone = make_lesson(corpus, Spec("", "Kesh", "stance", n=12))
    assert len({(item.article_id, item.index) for item in anyone.items}) == 12
    assert all(item.actor and item.surface in item.text for item in anyone.items)
    assert "the one who is marked" in anyone.question.text
    one = make_lesson(corpus, Spec("", "Kesh", "stance", actor="carrow", n=12))
    assert {item.actor for item in one.items} == {"Carrow"} and "put Carrow?" in one.question.text
    with pytest.raises(FieldError, match="Most often named are: Carrow"):
        make_lesson(corpus, Spec("", "Kesh", "stance", actor="Nobody Here", n=12))


def test_voices_have_a_decision_without_a_figure(scored_corpus: Path) -> None:
    lesson = make_lesson(Corpus.open(scored_corpus), Spec("", "Kesh", "voice", n=12))
    assert all(item.said == (item.voice,) and item.model == {} for item in lesson.items)
    assert len({item.said for item in lesson.items}) >= 3


def test_the_ready_made_lessons_of_a_scored_corpus_can_be_held(scored_corpus: Path) -> None:
    corpus = Corpus.open(scored_corpus)
    specs = lessons_for(corpus)
    assert [spec.head for spec in specs[:3]] == ["stance", "", "wording"]
    for spec in specs[:3]:
        lesson = make_lesson(corpus, spec)
        assert len(lesson.items) == spec.n and parse_lesson(lesson_text(lesson), "it") == lesson


def test_there_is_a_ready_made_lesson_for_every_sample_event(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    corpus.add([story("Osk Courier", 1), story("Daily Cape", 2), *read(ROOT / "sample_articles")])
    events = corpus.events().set_index("event")["event_id"]
    specs = lessons_for(corpus)
    assert {spec.event for spec in specs} == set(events)
    assert (specs[-1].event, specs[-1].head) == (events["Ferry off Osk"], "wording")
    assert {"frames_generic", "sentiment", "wording", "stance", "voice", ""} == {spec.head for spec in ready_made()}
    for spec in ready_made():
        notes = parted(spec.notes)
        assert notes["Aim"] and notes["Look for"] and len(notes["Ask"]) == 2
        assert notes["20 minutes"] and notes["45 minutes"]
        assert spec.seed == 0 or notes["Why these"], f"{spec.title} was drawn again without a reason"


def test_a_made_note_takes_the_place_of_an_earlier_one() -> None:
    notes = joined({"Aim": ["See."], "": ["Mine: yes."], "Drawn": ["old"]})
    made = with_made(notes, ["weak"], ["new"])
    assert parted(made) == {"": ["Mine: yes."], "Aim": ["See."], "Careful": ["weak"], "Drawn": ["new"]}


# -- graphic violence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The bodies of the crew were pulled from the water.",
        "He was shot three times in the chest.",
        "Two guards raped her, the court heard.",
        "Prisoners were tortured for weeks.",
        "They found him in a pool of blood.",
        "She took her own life in March.",
    ],
)
def test_graphic_violence_is_found(text: str) -> None:
    assert graphic(text)


@pytest.mark.parametrize(
    "text",
    [
        "Three people died and nine were wounded.",
        "Both men were shot dead at their post.",
        "A suicide bomber was stopped at the gate.",
        "The governing bodies of both unions met.",
        "He called it a bloody shame.",
        "Grapes and rapeseed suffered from the frost.",
    ],
)
def test_a_plain_report_of_deaths_is_not_graphic(text: str) -> None:
    assert not graphic(text)


def test_the_word_list_has_its_groups() -> None:
    assert set(phrases()) >= {"sexual violence", "torture", "mutilation", "bodies", "suicide"}
    assert all(phrases().values())


# -- the file ---------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
WORDS = TEXT.filter(lambda text: bool(text.strip()))


@st.composite
def lessons(make: st.DrawFn) -> Lesson:
    labels = make(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    choices = tuple(Choice(label, make(WORDS), make(TEXT)) for label in labels)
    share = st.floats(0, 1)
    items = tuple(
        Item(n, make(WORDS), make(st.integers(1, 500)), make(st.sampled_from(["A", "B"])), make(TEXT), make(WORDS),
             make(TEXT), make(st.floats(0.001, 1)), make(TEXT), make(TEXT), make(TEXT), make(TEXT),
             {label: make(share) for label in labels if n % 2}, tuple(make(st.lists(st.sampled_from(labels), unique=True))))
        for n in range(1, make(st.integers(5, 7)) + 1)
    )  # fmt: skip
    question = Question(make(WORDS), make(st.sampled_from(["one", "several"])), choices, make(TEXT), make(TEXT))
    identity = make(st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True))
    outlets = tuple(sorted({item.outlet for item in items}))
    return Lesson(identity, make(WORDS), make(WORDS), make(TEXT), question, items, outlets,
                  make(st.sampled_from([20, 45])), make(st.integers(0, 99)), make(st.booleans()), make(TEXT))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(lessons())
def test_a_lesson_survives_its_file(lesson: Lesson) -> None:
    assert parse_lesson(lesson_text(lesson), "it") == lesson


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(lessons(), ANYTHING, st.data())
def test_any_entry_replaced_by_anything_is_a_lesson_or_a_clear_error(
    lesson: Lesson, anything: object, data: st.DataObject
) -> None:
    body = json.loads(lesson_text(lesson))
    place = data.draw(st.sampled_from([body, body["question"], body["items"][0], body["question"]["choices"][0]]))
    place[data.draw(st.sampled_from(sorted(place)))] = anything
    said = "it"
    try:
        parse_lesson(json.dumps(body), "it")
    except InputError as error:
        said = str(error)
    assert said.startswith("it")


def test_lessons_are_stored_whole_and_read_again(ferry: Corpus) -> None:
    lesson = make_lesson(ferry, Spec("Ça va? Héroes", "Ferry off Osk", choices=HERO, n=6))
    path = save_lesson(ferry, lesson)
    assert path == lessons_folder(ferry) / f"{lesson.id}.json" and lesson.id.startswith("ca-va-heroes-")
    assert read_lesson(path) == lesson and [file.name for file in path.parent.iterdir()] == [path.name]
    (path.parent / "broken.json").write_text("{", encoding="utf-8")
    shutil.copy(path, path.parent / "other.json")
    found, problems = stored_lessons(ferry)
    assert found == [lesson] and len(problems) == 2
    with pytest.raises(InputError, match="no name for a lesson"):
        save_lesson(ferry, replace(lesson, id="../../evil"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body.update(id="../evil"), "id may have letters"),
        (lambda body: body.update(id="a/b"), "id may have letters"),
        (lambda body: body.pop("items"), "items is missing"),
        (lambda body: body.update(items=body["items"] * 40), "has 240 entries; 5 to 30"),
        (lambda body: body.update(items={}), "items should be a list"),
        (lambda body: body["items"].__setitem__(2, 7), r"items\[2\] should be a JSON object"),
        (lambda body: body["items"][1].update(number=True), r"items\[1\].number should be a whole number"),
        (lambda body: body["items"][1].update(number=1), "not numbered 1, 2, 3"),
        (lambda body: body["items"][0].update(text=["x"]), r"items\[0\].text should be text"),
        (lambda body: body["items"][0].update(text="x" * 20_000), "longer than 10,000"),
        (lambda body: body["items"][0].update(text="a\0b"), "no text"),
        (lambda body: body["items"][0].update(chance=0), "is 0"),
        (lambda body: body["items"][0].update(chance="1"), "number from 0 to 1"),
        (lambda body: body["items"][0].update(chance=10**400), "number from 0 to 1"),
        (lambda body: body["items"][0].update(model={"yes": 0.5}), "other labels than the question"),
        (lambda body: body["items"][0].update(said=["maybe"]), "that the question has not"),
        (lambda body: body["question"].update(answer="many"), "one, several"),
        (lambda body: body["question"]["choices"].append(body["question"]["choices"][0]), "a label twice"),
        (lambda body: body.update(outlets=["Elsewhere"]), "not those of the items"),
        (lambda body: body.update(minutes=30), "20, 45"),
        (lambda body: body.update(mild="yes"), "true, false"),
        (lambda body: body.update(mild=1), "true, false"),
        (lambda body: body.update(seed=10**40), "seed should be a whole number"),
        (lambda body: body.update(format=2), "newer version"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_by_the_entry_at_fault(ferry: Corpus, change: object, words: str) -> None:
    body = json.loads(lesson_text(make_lesson(ferry, Spec("Heroes", "Ferry off Osk", choices=HERO, n=6))))
    change(body)  # type: ignore[operator]
    with pytest.raises(InputError, match=words) as raised:
        parse_lesson(json.dumps(body), "it.json")
    assert "it.json" in str(raised.value)


@pytest.mark.parametrize("text", ["", "[]", "7", "[" * 5000, '{"format": NaN}', '{"format": 1', "x" * 1_000_001])
def test_what_is_no_lesson_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"it\.json"):
        parse_lesson(text, "it.json")
    (tmp_path / "it.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"it\.json"):
        read_lesson(tmp_path / "it.json")
    (tmp_path / "it.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="UTF-8"):
        read_lesson(tmp_path / "it.json")


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_lists_makes_and_prints(ferry: Corpus, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["lesson", str(ferry.path), *words], catch_exceptions=False)
        return f"{result.exit_code} {result.output}"

    files = {name: str(tmp_path / name) for name in ("sheet.html", "guide.html", "it.json")}
    hero = ["--category", "Hero", "--definition", "Somebody rescues.", "--sentences", "6", "--title", "Heroes"]
    made = run(*hero, "--worksheet", files["sheet.html"], "--guide", files["guide.html"], "--out", files["it.json"])
    assert made.startswith("0 Heroes: 6 sentences, 20 minutes. Does “Hero” fit this sentence?")
    assert read_lesson(Path(files["it.json"])).title == "Heroes"
    assert "Hero" in Path(files["sheet.html"]).read_text() and Path(files["guide.html"]).exists()
    assert "classroom/lessons/heroes-" in run(*hero, "--answer", "A=b").replace("\n", "") or "not both" in run(
        *hero, "--answer", "A=b"
    )
    assert "classroom" in run(*hero)
    listed = json.loads(run("--list", "--format", "json").removeprefix("0 "))
    assert [row["number"] for row in listed] == [1, None] and listed[1]["title"] == "Heroes"
    assert run("--ready", "7").startswith("1 Error: There is no lesson 7")
    assert "leave out --seed" in run("--ready", "1", "--seed", "2")
    assert "Say what the class is asked" in run()


def test_a_lesson_of_some_outlets_alone(ferry: Corpus) -> None:
    spec = Spec("Two", "Ferry off Osk", choices=HERO, n=6)
    known = sorted(set(ferry.articles()["outlet"]))
    two = make_lesson(ferry, replace(spec, outlets=tuple(known[:2])))
    assert two.outlets == tuple(known[:2]) and {item.outlet for item in two.items} == set(known[:2])
    with pytest.raises(FieldError, match="No article of “Nobody Post”") as error:
        make_lesson(ferry, replace(spec, outlets=(known[0], "Nobody Post")))
    assert error.value.field == "outlets"
    with pytest.raises(FieldError, match="choose two at least"):
        make_lesson(ferry, replace(spec, outlets=(known[0],)))
