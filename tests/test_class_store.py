"""What a class does is stored once, and survives: sessions, seats, answers, phases, purge and export."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from class_lesson import lesson

from framing.classroom import keys, nicknames
from framing.classroom.answers import Answer
from framing.classroom.class_record import Guess, Labelling, Prediction
from framing.classroom.database import purge_folder
from framing.classroom.keys import teacher_key
from framing.classroom.lesson import Choice
from framing.classroom.limits import WINDOW, WRONG_FROM_ONE, WRONG_IN_ALL, GuessLimit
from framing.classroom.steps import following, preceding
from framing.classroom.store import MOST_STUDENTS, NicknameTaken, Store
from framing.errors import InputError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "classroom" / "class.sqlite")


def labelled(item: int, *labels: str, at: int = 1, student: int = 1, unsure: bool = False) -> Answer:
    return Answer(Labelling(student, item, labels, unsure), at)


def test_the_latest_answer_counts_and_is_there_once(store: Store) -> None:
    session = store.open_lesson(lesson())
    store.join(session, "Mia")
    store.move(session, "label")
    first, second = labelled(1, "conflict", at=10), labelled(1, "economic", at=11)
    assert store.take(session, [first, first, second]) == ["", "", ""]
    assert store.take(session, [first]) == [""], "an answer that was long on its way is taken, and undoes nothing"
    assert store.take(session, [second, labelled(2, unsure=True)]) == ["", ""]
    assert store.record(session).labellings == (Labelling(1, 1, ("economic",)), Labelling(1, 2, (), True))
    assert store.count_answers(session) == 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (labelled(1, "sport"), "no answer to this question"),
        (labelled(1), "exactly one"),
        (labelled(1, "conflict", "economic"), "exactly one"),
        (labelled(0, "conflict"), "no sentence 0"),
        (labelled(99, "conflict"), "no sentence 99"),
        (labelled(1, "conflict", unsure=True), "exclude each other"),
        (labelled(1, "conflict", student=9), "not in this lesson"),
        (Answer(Guess(1, 1, "before", "Northern Wire"), 1), "another step"),
        (Answer(Prediction(1, "conflict", ""), 1), "another step"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(store: Store, answer: Answer, told: str) -> None:
    session = store.open_lesson(lesson())
    store.join(session, "Mia")
    store.move(session, "label")
    (problem,) = store.take(session, [answer])
    assert told in problem
    assert store.count_answers(session) == 0


def test_phases_decide_what_is_taken(store: Store) -> None:
    session = store.open_lesson(lesson())
    store.join(session, "Mia")
    label, predict = labelled(1, "conflict"), Answer(Prediction(1, "conflict", "Northern Wire"), 1)
    before, after = (Answer(Guess(1, 1, name, "Meridian Post"), 1) for name in ("before", "after"))
    taken = {}
    for phase in ("lobby", "before", "predict", "label", "after", "reveal", "closed"):
        store.move(session, phase)
        taken[phase] = [problem == "" for problem in store.take(session, [before, predict, label, after])]
    assert taken == {
        "lobby": [False] * 4,
        "before": [True, False, False, False],
        "predict": [False, True, False, False],
        "label": [False, False, True, False],
        "after": [False, False, True, True],  # labels until the reveal: a phone that slept hands them in late
        "reveal": [False] * 4,
        "closed": [False] * 4,
    }
    (problem,) = store.take(session, [label])
    assert "too late" in problem


def test_other_outlets_are_refused(store: Store) -> None:
    session = store.open_lesson(lesson())
    store.join(session, "Mia")
    store.move(session, "predict")
    (problem,) = store.take(session, [Answer(Prediction(1, "conflict", "Elsewhere"), 1)])
    assert "not in the lesson" in problem
    assert store.take(session, [Answer(Prediction(1, "conflict", ""), 1)]) == [""], "no difference is an answer"


def test_several_labels_may_be_none(store: Store) -> None:
    session = store.open_lesson(lesson(answer="several"))
    store.join(session, "Mia")
    store.move(session, "label")
    store.take(session, [labelled(1), labelled(2, "human_interest", "conflict")])
    assert [one.labels for one in store.record(session).labellings] == [(), ("conflict", "human_interest")]


def test_two_students_with_one_nickname_stay_two(store: Store) -> None:
    session = store.open_lesson(lesson())
    mia, token = store.join(session, "Mia")
    for typed in ("Mia", " mia ", "ＭＩＡ", "M\u200bia"):
        with pytest.raises(NicknameTaken, match="2”") as told:
            store.join(session, typed)
    other, _ = store.join(session, told.value.free)
    assert (other.number, other.nickname) == (2, "Mia 2")
    assert store.seat(token) == mia
    with pytest.raises(NicknameTaken, match="Mia 3"):
        store.join(session, "Mia")
    assert store.join(store.open_lesson(lesson()), "Mia")[0].number == 1, "another class has its own Mia"


@pytest.mark.parametrize("typed", ["", "  ", "\u200b\u202e", "x" * 21])
def test_what_is_no_nickname(typed: str) -> None:
    with pytest.raises(InputError, match="nickname"):
        nicknames.clean(typed)


def test_nicknames_are_cleaned() -> None:
    assert nicknames.clean("  Zoë\u202e \n Ω ") == "Zoë Ω"
    assert nicknames.clean("🐙") == "🐙"


def test_a_removed_student_is_gone_and_the_number_too(store: Store) -> None:
    session = store.open_lesson(lesson())
    _, token = store.join(session, "Mia")
    store.move(session, "label")
    store.take(session, [labelled(1, "conflict")])
    store.remove(session, 1)
    assert store.seat(token) is None
    assert store.record(session).students == ()
    assert store.count_answers(session) == 0
    assert store.join(session, "Mia")[0].number == 2


def test_a_session_that_is_over_or_full_takes_nobody(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = store.open_lesson(lesson())
    store.move(session, "closed")
    with pytest.raises(InputError, match="over"):
        store.join(session, "Mia")
    store.move(session, "lobby")
    assert MOST_STUDENTS >= 40
    monkeypatch.setattr("framing.classroom.store.MOST_STUDENTS", 1)
    store.join(session, "Mia")
    with pytest.raises(InputError, match="full"):
        store.join(session, "Ben")


def test_codes_lead_to_their_session(store: Store) -> None:
    told = store.next_code()
    first, second = store.open_lesson(lesson()), store.open_lesson(lesson())
    assert store.session(first).code == told
    assert store.session(second).code != told
    assert len(told) == keys.CODE_SIGNS and set(told) <= set(keys.EASY)
    assert not set("0O1IL") & set(keys.EASY)
    found = store.session_of_code(keys.read_code(f" {told[:3].lower()}-{told[3:]}"))
    assert found is not None and found.id == first
    assert store.session_of_code("BBBBBB") is None


def test_a_lesson_is_frozen_as_it_was(store: Store) -> None:
    made = lesson(answer="several")
    odd = replace(made, title="Quotes ' \" and 🐙", items=(replace(made.items[0], surface="dockers"), *made.items[1:]))
    assert store.session(store.open_lesson(odd)).lesson == odd


def test_progress_tells_no_answers(store: Store) -> None:
    session = store.open_lesson(lesson())
    store.join(session, "Mia")
    store.join(session, "Ben")
    store.move(session, "label")
    store.take(session, [labelled(1, "conflict"), labelled(2, "economic"), labelled(1, "economic", student=2)])
    assert [(each.nickname, each.label, each.before) for each in store.progress(session)] == [
        ("Mia", 2, 0),
        ("Ben", 1, 0),
    ]


def test_nothing_that_was_told_to_be_saved_is_lost_by_a_kill(tmp_path: Path) -> None:
    code = """
import os, signal, sys
sys.path.insert(0, "tests")
from pathlib import Path
from class_lesson import lesson
from framing.classroom.answers import Answer
from framing.classroom.class_record import Labelling
from framing.classroom.store import Store
store = Store(Path(sys.argv[1]))
session = store.open_lesson(lesson(15))
_, token = store.join(session, "Mia")
store.move(session, "label")
for item in range(1, 12):
    assert store.take(session, [Answer(Labelling(1, item, ("conflict",)), item)]) == [""]
print(token, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = tmp_path / "class.sqlite"
    died = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert died.returncode < 0, died.stderr
    assert path.with_name("class.sqlite-wal").stat().st_size > 0
    store = Store(path)
    (session,) = store.sessions()
    assert session.phase == "label"
    assert len(store.record(session.id).labellings) == 11
    assert store.seat(died.stdout.strip()) is not None


def test_a_purge_leaves_nothing_of_a_class(tmp_path: Path) -> None:
    folder = tmp_path / "classroom"
    store = Store(folder / "class.sqlite")
    session = store.open_lesson(lesson())
    store.join(session, "Wilhelmina")
    store.move(session, "label")
    store.take(session, [labelled(1, "conflict")])
    (folder / "export.csv").write_text("student 1")
    (folder / "lessons").mkdir()
    (folder / "lessons" / "mine.json").write_text("{}")
    (folder / "taught" / "1").mkdir(parents=True)
    (folder / "taught" / "1" / "head.json").write_text("{}")
    assert b"Wilhelmina" in b"".join(file.read_bytes() for file in folder.glob("class.sqlite*"))
    store.purge()
    assert store.sessions() == []
    assert b"Wilhelmina" not in b"".join(file.read_bytes() for file in folder.glob("class.sqlite*"))
    store.join(store.open_lesson(lesson()), "Wilhelmina")
    store.close()
    assert purge_folder(folder, keep=("lessons",)) == 3
    assert [entry.name for entry in folder.iterdir()] == ["lessons"]
    assert (folder / "lessons" / "mine.json").exists()
    assert purge_folder(tmp_path / "none", keep=()) == 0


def test_an_export_has_numbers_for_nicknames_and_runs_no_formula(store: Store) -> None:
    made = lesson(answer="several")
    hostile = replace(made, items=(replace(made.items[0], text='=HYPERLINK("http://x")'), *made.items[1:]))
    session = store.open_lesson(hostile)
    store.join(session, "=Wilhelmina")
    for phase, answer in (
        ("before", Answer(Guess(1, 1, "before", "Northern Wire"), 1)),
        ("predict", Answer(Prediction(1, "conflict", ""), 2)),
        ("label", labelled(1, at=3)),
        ("label", labelled(2, "conflict", "economic", at=4)),
        ("label", labelled(3, unsure=True, at=5)),
    ):
        store.move(session, phase)
        assert store.take(session, [answer]) == [""]
    text = store.export(session)
    assert "Wilhelmina" not in text
    rows = pd.read_csv(io.StringIO(text), keep_default_na=False)
    assert set(rows["student"]) == {"student 1"}
    assert list(rows["what"]) == ["prediction", "label", "label", "label", "guess before"]
    assert list(rows["answer"]) == ["no difference", "none", "conflict|economic", "", "Northern Wire"]
    assert rows["text"].iloc[1].startswith("'=")
    assert len(pd.read_csv(io.StringIO(store.export(store.open_lesson(made))))) == 0


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "class.sqlite"
    store = Store(path)
    with store._database.writing() as db:
        db.execute("PRAGMA user_version=99")
    store.close()
    with pytest.raises(InputError, match="another version"):
        Store(path)


def test_the_key_stays_and_is_private(tmp_path: Path) -> None:
    key = teacher_key(tmp_path / "teacher-key")
    assert teacher_key(tmp_path / "teacher-key") == key
    assert len(key) >= 24
    if os.name == "posix":
        assert (tmp_path / "teacher-key").stat().st_mode & 0o777 == 0o600


def test_guessing_is_limited_and_a_class_still_gets_in() -> None:
    now = [0.0]
    limit = GuessLimit(lambda: now[0])
    for _ in range(WRONG_FROM_ONE):
        assert limit.wait("hall") == 0
        limit.wrong("hall")
    assert limit.wait("hall") > 0
    assert limit.wait("other") == 0
    now[0] = WINDOW + 1
    assert limit.wait("hall") == 0
    for student in range(300):  # a class behind one address: a wrong code now and then, right ones in between
        assert limit.wait("hall") == 0
        limit.wrong("hall")
        if student % 9 == 8:
            limit.right("hall")
    for place in range(WRONG_IN_ALL):
        limit.wrong(f"attacker {place}")
    assert limit.wait("attacker 3") > 0, "many addresses together are too many"
    assert limit.wait("late student") == 0, "who has not been wrong gets in all the same"


def test_steps_skip_the_guessing_where_there_was_none() -> None:
    assert following("label", guessed=False) == "reveal"
    assert following("label", guessed=True) == "after"
    assert preceding("reveal", guessed=False) == "label"
    assert preceding("predict", guessed=False) == "lobby"
    assert preceding("lobby", guessed=True) is None
    assert following("closed", guessed=True) is None


def test_one_of_two_choices_is_predicted() -> None:
    made = lesson()
    two = (Choice("yes", "Hero", "…"), Choice("no", "No hero", "…"))
    assert replace(made.question, choices=two).predictable == two[:1]
    assert made.question.predictable == made.question.choices
