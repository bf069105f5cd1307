"""The classroom's server as a phone and a teacher's browser meet it, and as somebody who should not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from class_lesson import OUTLETS, TEXTS, TITLES, about_somebody, lesson
from click.testing import CliRunner
from starlette.testclient import TestClient

from framing.classroom import network, seams, serve
from framing.classroom.app import classroom_app
from framing.classroom.class_record import ClassRecord, Phase
from framing.classroom.lesson import Lesson
from framing.classroom.room import Room
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import InputError

HOST = "http://testserver"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A classroom whose reveal is a line, since others test what it says."""
    monkeypatch.setattr(seams, "words", lambda made, corpus: {})
    monkeypatch.setattr(seams, "revealed", lambda made, record, corpus, words: (made, record))
    monkeypatch.setattr(seams, "reveal_html", shown)
    made = replace(Room.of(Corpus.create(tmp_path / "corpus")), port=8080, hosts=("testserver",))
    yield made
    made.close()


def shown(made: Lesson, found: tuple[Lesson, ClassRecord], teacher: bool, own: dict[int, tuple[str, ...]]) -> str:
    told = f"{len(found[1].labellings)} labels, {made.items[0].outlet}, {'board' if teacher else f'own {own}'}"
    return f"<p>Revealed: {told}</p>"


class Class:
    """A running lesson: the teacher's browser, and phones."""

    def __init__(self, room: Room, made: Lesson) -> None:
        self.room, self.app = room, classroom_app(room)
        self.id = room.store.open_lesson(made)
        self.code = room.store.session(self.id).code
        self.at = 0
        self.teacher = self.browser()
        assert self.teacher.get(f"/teach?key={room.key}").status_code == 303

    def browser(self, address: str = "10.0.0.7") -> TestClient:
        return TestClient(self.app, client=(address, 50000), follow_redirects=False, raise_server_exceptions=False)

    def phone(self, nickname: str) -> TestClient:
        made = self.browser()
        answer = made.post("/join", data={"code": self.code, "nickname": nickname})
        assert answer.status_code == 303, answer.text
        return made

    def move(self, phase: Phase) -> None:
        answer = self.post(f"/teach/class/{self.id}/move", to=phase, sure="1")
        assert answer.status_code == 303, answer.text

    def post(self, path: str, **fields: str) -> Any:
        page = self.teacher.get(f"/teach/class/{self.id}").text
        (proof,) = set(re.findall(r'name="proof" value="([0-9a-f]+)"', page))
        return self.teacher.post(path, data={"proof": proof, **fields})

    def answer(self, phone: TestClient, **sent: object) -> str:
        """Hands one answer in; what is wrong with it."""
        self.at += 1
        answer = phone.post("/answers", json={"answers": [{"at": self.at, **sent}]})
        assert answer.status_code == 200, answer.text
        (problem,) = answer.json()["problems"]
        return str(problem)


@pytest.fixture
def held(room: Room) -> Class:
    return Class(room, lesson())


def test_a_lesson_from_the_lobby_to_its_end(held: Class) -> None:
    mia, ben = held.phone("Mia"), held.phone("Ben")
    assert "You are in, Mia!" in mia.get("/").text
    before = mia.get("/state").json()["version"]
    held.move("before")
    assert mia.get("/state").json()["version"] != before
    assert "Which outlet wrote this?" in mia.get("/part").text
    assert held.answer(mia, kind="before", item=1, outlet="Northern Wire") == ""
    held.move("predict")
    assert "Which outlet will have more of this?" in mia.get("/part").text
    assert held.answer(mia, kind="predict", label="conflict", outlet="") == ""
    held.move("label")
    page = mia.get("/part").text
    assert page.count('class="card"') == 6 and "What does the sentence put first?" in page
    for item in range(1, 6):
        assert held.answer(mia, kind="label", item=item, labels=["economic"]) == ""
    assert held.answer(ben, kind="label", item=1, labels=[], unsure=True) == ""
    assert 'value="economic" checked' in mia.get("/").text, "a phone that loads the page again finds its answers"
    assert 'value="?" checked' in ben.get("/").text
    live = held.teacher.get(f"/teach/class/{held.id}/live").json()["html"]
    assert "1 of 2 done" in live and "5 of 5 ✓" in live and "1 of 5" in live
    assert "economic" not in live
    held.move("after")
    assert held.answer(mia, kind="after", item=1, outlet="Meridian Post") == ""
    held.move("reveal")
    wait_for(mia)
    assert "Revealed: 6 labels, Meridian Post, own" in mia.get("/part").text
    assert "(&#39;unsure&#39;,)" not in ben.get("/part").text and "unsure" in ben.get("/part").text
    assert "Revealed: 6 labels, Meridian Post, board" in held.teacher.get(f"/teach/class/{held.id}").text
    assert "too late" in held.answer(ben, kind="label", item=2, labels=["conflict"])
    held.move("closed")
    assert "That was the lesson" in mia.get("/part").text
    assert "too late" in held.answer(ben, kind="label", item=2, labels=["conflict"])
    assert held.browser().post("/join", data={"code": held.code, "nickname": "Lin"}).status_code == 400


def wait_for(phone: TestClient) -> None:
    for _ in range(100):
        if phone.get("/state").json()["version"].endswith("1"):
            return
    pytest.fail("the reveal is never ready")


@pytest.mark.parametrize("answer", ["one", "several"])
def test_what_is_hidden_reaches_no_phone_before_the_reveal(room: Room, answer: Any) -> None:
    one, other = (
        Class(room, about_somebody(lesson(15, answer))),
        Class(room, about_somebody(lesson(15, answer, swapped=True))),
    )
    phones = [each.phone("Mia") for each in (one, other)]
    for phase in ("lobby", "before", "predict", "label", "after", "closed"):
        pages = []
        for held, phone in zip((one, other), phones, strict=True):
            held.move(phase)
            seen = [phone.get(path) for path in ("/", "/part", "/state", "/join")]
            told = "".join(f"{each.text}{sorted(each.headers.items())}" for each in seen)
            pages.append(re.sub(r"\b\d+\.(\d+\.\d)\b", r"\1", told).replace(f'data-seat="{held.id}.', 'data-seat="'))
        assert pages[0] == pages[1], (
            f"the phase {phase} tells one lesson from the other, which differ in what is hidden"
        )
        for item in (*one.room.store.session(one.id).lesson.items, *one.room.store.session(other.id).lesson.items):
            assert item.article_id not in pages[0] and item.title not in pages[0]
        for hidden in (*TITLES.values(), "0.4", "frames_generic", "Ask why."):
            assert hidden not in pages[0]
        named = phase in ("before", "predict", "after")
        assert all((outlet in pages[0]) == named for outlet in OUTLETS), "outlets are named where they are the choices"
        assert (TEXTS[0] in re.sub(r"</?mark>", "", pages[0])) == (phase in ("before", "label", "after"))


def test_a_nickname_is_had_once_and_escaped(held: Class) -> None:
    hostile = "<b onload=x>&\"'"
    phone = held.phone(hostile)
    for page in (phone.get("/").text, held.teacher.get(f"/teach/class/{held.id}").text):
        assert "<b onload" not in page and "&lt;b onload=x&gt;&amp;&#34;&#39;" in page
    assert "<b onload" not in held.teacher.get(f"/teach/class/{held.id}/remove/1").text
    again = held.browser().post("/join", data={"code": held.code, "nickname": hostile})
    assert again.status_code == 409
    assert "called already" not in again.text and "<b onload" not in again.text
    assert '&lt;b onload=x&gt;&amp;&#34;&#39; 2"' in again.text, "another is offered in the form"
    other = held.phone("Ben")
    assert hostile not in other.get("/").text and "onload" not in other.get("/").text, "nobody sees who else is there"
    page = held.browser().post("/join", data={"code": "<script>", "nickname": "<script>"}).text
    assert "<script>" not in page


def test_two_tabs_and_a_second_visit_are_one_student(held: Class) -> None:
    mia = held.phone("Mia")
    assert mia.get(f"/join?code={held.code}").headers["location"] == "/"
    assert mia.get("/").status_code == mia.get("/").status_code == 200
    assert len(held.room.store.progress(held.id)) == 1


def test_answers_out_of_range_are_refused_one_by_one(held: Class) -> None:
    mia = held.phone("Mia")
    held.move("label")
    sent = [
        {"at": 1, "kind": "label", "item": 1, "labels": ["conflict"]},
        {"at": 2, "kind": "label", "item": 99, "labels": ["conflict"]},
        {"at": 3, "kind": "label", "item": 2, "labels": ["sport"]},
        {"at": -1, "kind": "label", "item": 2, "labels": ["conflict"]},
        {"at": 2**60, "kind": "label", "item": 2, "labels": ["conflict"]},
        {"at": 4, "kind": "label", "item": True, "labels": ["conflict"]},
        {"at": 5, "kind": "label", "item": 2, "labels": "conflict"},
        {"at": 6, "kind": "grade", "item": 2},
        {"at": 7, "kind": "before", "item": 2, "outlet": "Northern Wire"},
        "nonsense",
        None,
    ]
    problems = mia.post("/answers", json={"answers": sent}).json()["problems"]
    assert problems[0] == "" and all(problems[1:]) and len(problems) == len(sent)
    assert held.room.store.count_answers(held.id) == 1
    for body in (b"{", b"[]", b"null", b'{"answers": 3}', b"[" * 5000, b"\xff"):
        assert mia.post("/answers", content=body, headers={"content-type": "application/json"}).status_code == 400
    assert mia.post("/answers", content=b"x" * 20_000, headers={"content-type": "application/json"}).status_code == 413
    assert mia.post("/answers", data={"answers": "1"}).status_code == 415
    assert mia.post("/answers", json={"answers": [{"at": 1}] * 41}).status_code == 400
    assert held.browser().post("/answers", json={"answers": []}).status_code == 401


def test_wrong_codes_are_limited(held: Class) -> None:
    guesser = held.browser("10.0.0.66")
    found = [guesser.post("/join", data={"code": "BBBBBB", "nickname": "x"}).status_code for _ in range(12)]
    assert found == [403] * 10 + [429] * 2
    assert guesser.post("/join", data={"code": held.code, "nickname": "x"}).status_code == 429, (
        "it is not even looked at"
    )
    assert held.phone("Mia").get("/").status_code == 200
    assert "0" in held.browser().post("/join", data={"code": "BBBBB0", "nickname": "x"}).text


def test_the_code_of_a_lesson_that_is_not_open_yet_is_no_wrong_guess(held: Class) -> None:
    early = held.room.store.next_code()
    for _ in range(12):
        answer = held.browser().post("/join", data={"code": early.lower(), "nickname": "Mia"})
        assert answer.status_code == 409 and "not opened the lesson yet" in answer.text


def test_the_teachers_pages_need_the_key(held: Class) -> None:
    stranger, mia = held.browser("10.0.0.67"), held.phone("Mia")
    paths = ["/teach", f"/teach/class/{held.id}", f"/teach/class/{held.id}/live", f"/teach/class/{held.id}/answers.csv"]
    paths += ["/teach/purge", "/teach/lessons/new", "/teach/lessons/ready-0/guide", f"/teach/class/{held.id}/machine"]
    for who in (stranger, mia):
        for path in paths:
            assert who.get(path).status_code == 403, path
        for path in (f"/teach/class/{held.id}/move", "/teach/purge", "/teach/lessons", "/teach/lessons/ready-0/open"):
            assert who.post(path, data={"to": "reveal", "proof": "0"}).status_code == 403, path
    found = [stranger.get("/teach?key=wrong") for _ in range(11)]
    assert "not the teacher" in found[0].text and "Too many" in found[-1].text
    assert "Too many" in stranger.get(f"/teach?key={held.room.key}").text
    assert held.teacher.get("/teach?key=wrong").status_code == 403
    unlocked = held.browser().get(f"/teach?key={held.room.key}")
    assert unlocked.headers["location"] == "/teach"
    cookie = unlocked.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and held.room.key.lower() not in cookie


def test_changes_need_the_forms_proof_and_our_own_page(held: Class) -> None:
    path = f"/teach/class/{held.id}/move"
    assert held.teacher.post(path, data={"to": "label"}).status_code == 403
    assert held.teacher.post(path, data={"to": "label", "proof": "0" * 64}).status_code == 403
    good = re.findall(r'name="proof" value="([0-9a-f]+)"', held.teacher.get(f"/teach/class/{held.id}").text)[0]
    fields = {"to": "label", "proof": good}
    for headers in ({"origin": "http://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert held.teacher.post(path, data=fields, headers=headers).status_code == 403
    assert held.room.store.session(held.id).phase == "lobby"
    assert held.teacher.post(path, data=fields, headers={"origin": HOST}).status_code == 303
    assert held.post(path, to="nowhere").status_code == 400
    held.move("reveal")
    asked = held.post(path, to="label")
    assert asked.status_code == 200 and "before the reveal?" in asked.text
    assert held.room.store.session(held.id).phase == "reveal"


def test_only_the_shown_address_is_answered(held: Class) -> None:
    for host in ("evil.test", "evil.test:8080", "testserver.evil.test", "", "127.0.0.1"):
        answer = held.browser().get("/", headers={"host": host})
        assert answer.status_code == 421 and "Join" not in answer.text, host
    local = TestClient(classroom_app(held.room), base_url="http://127.0.0.1:8080")
    assert local.get("/").status_code == 200
    assert local.get("/", headers={"host": "localhost:8080"}).status_code == 200
    assert local.get("/", headers={"host": "10.1.1.1:8080"}).status_code == 421


def test_every_answer_has_its_headers_and_only_the_class_is_served(held: Class) -> None:
    phone = held.browser()
    for path in ("/", "/join", "/static/class.css", "/nowhere", "/teach"):
        headers = phone.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'"), path
        assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"
    for path in ("/static/", "/static", "/static/../app.py", "/static/%2e%2e/app.py", "/corpus.json", "/classroom/teacher-key",
                 "/docs", "/_stcore/health", "/static/..%2f..%2fcli.py"):  # fmt: skip
        assert phone.get(path).status_code in (404, 405), path
    cookie = phone.post("/join", data={"code": held.code, "nickname": "Mia"}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    for page in (phone.get("/").text, held.teacher.get(f"/teach/class/{held.id}").text):
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page), "nothing is loaded from elsewhere"
        assert not re.search(r"<script>|<script [^>]*>[^<]|\son\w+=|\sstyle=", page), "the policy would stop it"


def test_removing_leaving_and_purging(held: Class) -> None:
    mia, ben, lin = held.phone("Mia"), held.phone("Ben"), held.phone("Lin")
    held.move("label")
    assert "Take out “Mia”?" in held.teacher.get(f"/teach/class/{held.id}/remove/1").text
    held.answer(ben, kind="label", item=1, labels=["conflict"])
    held.post(f"/teach/class/{held.id}/remove/1")
    assert mia.get("/state").status_code == 401 and "Join the lesson" in mia.get("/").text
    assert ben.post("/leave").status_code == lin.post("/leave").status_code == 303
    assert [each.nickname for each in held.room.store.progress(held.id)] == ["Ben"], "a seat with answers stays"
    asked = held.teacher.get("/teach/purge").text
    assert "1 lesson with 1 student and 1 answer" in asked
    assert "Deleted" in held.post("/teach/purge").text
    assert held.room.store.sessions() == [] and held.room.store.setting("next code") == ""
    assert held.teacher.get(f"/teach/class/{held.id}").status_code == 400


def test_the_export_is_a_file_without_nicknames(held: Class) -> None:
    mia = held.phone("Wilhelmina")
    held.move("label")
    held.answer(mia, kind="label", item=1, labels=["conflict"])
    answer = held.teacher.get(f"/teach/class/{held.id}/answers.csv")
    assert "attachment" in answer.headers["content-disposition"] and "student 1" in answer.text
    assert "Wilhelmina" not in answer.text


def test_a_reveal_that_fails_is_told_and_costs_no_answers(held: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise InputError("The event is gone from the corpus.")

    monkeypatch.setattr(seams, "revealed", fails)
    mia = held.phone("Mia")
    held.move("reveal")
    wait_for(mia)
    assert "Look at the board" in mia.get("/part").text and "event is gone" not in mia.get("/part").text
    assert "event is gone" in held.teacher.get(f"/teach/class/{held.id}").text


def test_a_restarted_server_goes_on_where_it_was(held: Class) -> None:
    mia = held.phone("Mia")
    held.move("label")
    held.answer(mia, kind="label", item=2, labels=["conflict"])
    again = Room.of(held.room.corpus)
    assert again.key == held.room.key
    client = TestClient(
        classroom_app(replace(again, hosts=("testserver",))), cookies=dict(mia.cookies), follow_redirects=False
    )
    assert 'value="conflict" checked' in client.get("/").text
    again.close()


def test_a_lesson_file_is_opened_once(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seams, "read", lambda file: lesson())
    serve.opened(room, tmp_path / "lesson.json")
    serve.opened(room, tmp_path / "lesson.json")
    (session,) = room.store.sessions()
    room.store.move(session.id, "closed")
    serve.opened(room, tmp_path / "lesson.json")
    assert len(room.store.sessions()) == 2


def test_the_terminal_says_who_can_reach_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "addresses", lambda: ["192.168.1.5", "10.0.0.2"])
    said = "\n".join(serve.told(replace(room, hosts=())))
    assert "Everyone on this network can reach this page" in said
    assert "http://192.168.1.5:8080" in said and "or http://10.0.0.2:8080" in said and room.key in said
    assert room.store.next_code()[:3] in said
    monkeypatch.setattr(network, "addresses", list)
    assert "on no network" in "\n".join(serve.told(replace(room, hosts=())))
    assert "Only this computer" in "\n".join(serve.told(replace(room, local=True)))


def test_addresses_and_ports_without_internet() -> None:
    assert "127.0.0.1" not in network.addresses()
    with network.listening(network.HERE, None) as first:
        port = first.getsockname()[1]
        with pytest.raises(Exception, match=f"Port {port} is in use"):
            network.listening(network.HERE, port)
        with network.listening(network.HERE, None, port) as second:
            assert second.getsockname()[1] != port, "the port of last time is taken: another is found"


def test_the_command_purges_and_exports(room: Room, tmp_path: Path) -> None:
    path, out = str(room.corpus.path), tmp_path / "answers.csv"
    room.store.join(room.store.open_lesson(lesson()), "Wilhelmina")
    result = CliRunner().invoke(main, ["classroom", path, "--export", str(out)])
    assert result.exit_code == 0 and "0 answers" in result.output, result.output
    assert "Wilhelmina" not in out.read_text()
    held = serve.lock(room.folder)
    busy = CliRunner().invoke(main, ["classroom", path, "--purge"])
    assert busy.exit_code == 1 and "running already" in busy.output
    held.release()
    room.store.close()
    result = CliRunner().invoke(main, ["classroom", path, "--purge"])
    assert result.exit_code == 0 and "Deleted" in result.output
    assert not [file for file in room.folder.iterdir() if file.name != ".lock"]
    assert CliRunner().invoke(main, ["classroom", path, "--purge", "--export", "x.csv"]).exit_code == 1
    assert CliRunner().invoke(main, ["classroom", str(tmp_path / "none")]).exit_code == 1
    room.store = Room.of(room.corpus).store
