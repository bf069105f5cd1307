"""The classroom started from the dashboard: a process with its addresses, and the dialog over it; the command is a fake."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from test_dashboard import html_of, open_app

from framing import class_process
from framing.class_process import ClassProcess
from framing.errors import FramingError
from framing.pages import class_start

TOLD = """
print("The classroom of a corpus is open.")
print("  Students: http://192.168.1.20:8500 <b>")
print("  Code: 482 915")
print("█▀█ a QR code")
print("  Teacher: http://127.0.0.1:8500/teach?key=secret")
"""


def fake(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_addresses_are_read_and_the_process_is_ended() -> None:
    # It goes on to print more than a pipe holds: nobody reading would halt it.
    classroom = ClassProcess(fake(TOLD + "import time\nprint('x' * 200_000)\nprint('Code: 111 222')\ntime.sleep(60)"))
    classroom.wait()
    assert classroom.said["students"] == "http://192.168.1.20:8500 <b>"
    assert classroom.said["teacher"] == "http://127.0.0.1:8500/teach?key=secret"
    assert classroom.running
    classroom.stop()
    assert not classroom.running


def test_without_a_network_there_is_the_teachers_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_process, "AFTERTHOUGHT", 0.05)
    classroom = ClassProcess(fake("print('Teacher: http://127.0.0.1:1/')\nimport time\ntime.sleep(60)"))
    classroom.wait()
    assert set(classroom.said) == {"teacher"}
    classroom.stop()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.exit('Error: no corpus at demo.')", "stopped at once: Error: no corpus at demo."),
        ("pass", "stopped at once: it said nothing"),
        ("import time; time.sleep(60)", "no address within 1 seconds"),
    ],
)
def test_a_classroom_that_does_not_start_says_why(code: str, message: str) -> None:
    classroom = ClassProcess(fake(code))
    with pytest.raises(FramingError, match=message):
        classroom.wait(1.0)
    assert not classroom.running


def test_the_command_line_opens_no_browser() -> None:
    assert class_process.command_line(Path("my corpus"))[1:] == [
        "-P", "-m", "framing", "classroom", "my corpus", "--no-browser"
    ]  # fmt: skip


def test_a_class_starts_after_a_yes_alone_and_can_be_stopped(
    scored_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_start.holder.clear()
    started: list[Path] = []

    def command_line(corpus: Path) -> list[str]:
        started.append(corpus)
        return fake(TOLD + "import time\ntime.sleep(60)")

    monkeypatch.setattr(class_process, "command_line", command_line)
    app = open_app(scored_corpus, monkeypatch)
    app.button(key="class_open").click().run()
    assert not app.exception and "What that opens" in html_of(app)
    assert app.button(key="class_start").disabled and not started
    # The runner knows no run of a dialog alone: a click in it goes with one that keeps it open.
    app.checkbox(key="class_agreed").check()
    app.button(key="class_open").click().run()
    app.button(key="class_start").click()
    app.button(key="class_open").click().run()
    assert not app.exception and started == [scored_corpus]
    classroom = class_start.holder().now
    assert classroom is not None
    try:
        html = html_of(app)
        assert "http://192.168.1.20:8500 &lt;b&gt;" in html and "482 915" in html and "key=secret" not in html
        app.button(key="class_stop").click()
        app.button(key="class_open").click().run()
        assert not app.exception and not classroom.running
    finally:
        classroom.stop()


def test_a_class_makes_nothing_anew_in_the_dashboard(tmp_path: Path) -> None:
    from framing import session
    from framing.classroom.room import FOLDER, Room
    from framing.corpus import Corpus

    corpus = Corpus.create(tmp_path / "corpus")
    stamp = session.corpus_stamp(corpus.path)
    Room.of(corpus).close()
    assert (corpus.path / FOLDER).is_dir() and session.CLASSES == FOLDER
    assert session.corpus_stamp(corpus.path) == stamp
