from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpus_fakes import listing

from framing import launch, resources
from framing.cli import main
from framing.corpus import Corpus

FIRST = """---
outlet: Northern Wire
title: Dam breaks above Kell
published: 2024-05-10
event: Kell flood
---
A dam broke above Kell on Friday, killing two people. Engineers had warned of cracks for years.

“They were told and did nothing,” said Mara Holt, a union leader. The ministry denied the claim.
"""
SECOND = """---
outlet: Common Ground
title: Kell mourns its dead
published: 2024-05-11
event: Kell flood
---
Two people died when a dam failed. The shameless ministry in Armenia looked away, residents said.

Rescue teams worked through the night. Schools stay closed until Monday.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "first.md").write_text(FIRST)
    (tmp_path / "articles" / "second.md").write_text(SECOND)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def framing(*arguments: str, status: int = 0, stdin: str | None = None) -> Result:
    """Runs a command and checks its exit status."""
    result = CliRunner().invoke(main, list(arguments), input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def scored(folder: Path) -> Path:
    framing("ingest", "corpus", "articles")
    framing("score", "corpus")
    return folder


@pytest.mark.parametrize("name", main.commands)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    output = framing(name, "--help").output
    assert main.commands[name].help
    assert f"framing {name}" in output.split("Example:")[1]
    for parameter in main.commands[name].params:
        assert parameter.param_type_name == "argument" or parameter.help, f"{name} --{parameter.name} lacks help"


def test_help_and_version_need_no_corpus() -> None:
    assert "ingest" in framing("--help").output
    assert framing("version").output == framing("--version").output


# --- ingest ----------------------------------------------------------------------------------------------------------


def test_ingest_counts_what_it_read_and_repeats_nothing(folder: Path) -> None:
    assert framing("ingest", "corpus", "articles").output == "Read 2: 2 stored, 0 duplicates, 0 rejected.\n"
    before = listing(folder / "corpus")
    assert framing("ingest", "corpus", "articles").output == "Read 2: 0 stored, 2 duplicates, 0 rejected.\n"
    assert listing(folder / "corpus") == before


def test_ingest_lists_what_was_rejected_and_says_so_by_its_status(folder: Path) -> None:
    (folder / "articles" / "empty.txt").write_text("")
    output = framing("ingest", "corpus", "articles", status=3).output
    assert "Read 3: 2 stored, 0 duplicates, 1 rejected." in output
    assert "Rejected: articles/empty.txt: is empty" in output
    assert "does not exist" in framing("ingest", "corpus", "nowhere.txt", status=1).output


def test_ingest_reads_standard_input(folder: Path) -> None:
    framing("ingest", "corpus", "-", stdin=FIRST)
    assert Corpus.open("corpus").articles()["outlet"].tolist() == ["Northern Wire"]


def test_ingest_maps_columns_and_fills_gaps(folder: Path) -> None:
    body = "Nobody was hurt when the bridge fell. Police closed the road for the night and called an engineer."
    (folder / "table.csv").write_text(
        f'paper,head,story\nDaily Clarion,Bridge falls,"{body}"\n,Again,"{body} Twice."\n'
    )
    columns = ("--column", "outlet=paper", "--column", "title=head", "--column", "text=story")
    framing("ingest", "corpus", "table.csv", *columns, "--outlet", "Capital Ledger", "--event", "Bridge")
    found = Corpus.open("corpus").articles()
    assert found["outlet"].tolist() == ["Capital Ledger", "Daily Clarion"]
    assert set(found["event"]) == {"Bridge"}
    assert "FIELD=NAME" in framing("ingest", "corpus", "table.csv", "--column", "outlet", status=1).output


def test_ingest_tells_what_stays_out_and_restores(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    identity = Corpus.open("corpus").articles()["article_id"][0]
    framing("remove", "corpus", identity[:6])
    output = framing("ingest", "corpus", "articles").output
    assert "0 stored, 2 duplicates" in output
    assert "1 of the duplicates stay out" in output
    output = framing("ingest", "corpus", "articles", "--restore").output
    assert "1 stored, 1 duplicate," in output
    assert "1 of those stored had been removed and are back." in output


def test_a_corpus_is_not_read_into_itself(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    for source in (".", "corpus", "corpus/articles"):
        assert "one inside the other" in framing("ingest", "corpus", source, status=1).output


# --- the other steps -------------------------------------------------------------------------------------------------


def test_score_does_only_what_is_missing(scored: Path) -> None:
    before = listing(scored / "corpus")
    assert framing("score", "corpus").output == "Everything is scored already.\n"
    assert listing(scored / "corpus") == before


def test_score_compare_and_show_agree(scored: Path) -> None:
    found = json.loads(framing("compare", "corpus", "--format", "json").output)
    assert found["event"] == "Kell flood"
    rows = [row for row in found["shares"] if row["head"] == "sentiment" and row["label"] == "negative"]
    assert {row["outlet"] for row in rows} == {"Common Ground", "Northern Wire"}
    for row in rows:
        options = ("--outlet", row["outlet"], "--head", "sentiment", "--label", "negative")
        shown = framing("show", "corpus", "--event", "Kell", *options).output
        behind = shown.count("\n  ")
        assert f"{behind} sentence" in shown.splitlines()[0]
        assert behind == round(row["value"] * row["n_sentences"])
    assert "Northern Wire" in framing("compare", "corpus", "--event", "Kell flood", "--view", "own").output
    assert framing("compare", "corpus", "--format", "csv").output.startswith("event_id,outlet,head,label")


def test_show_names_the_outlets_there_are(scored: Path) -> None:
    output = framing("show", "corpus", "--outlet", "X", "--head", "voice", "--label", "own", status=1).output
    assert "no outlet 'X' in this event. There are: Common Ground, Northern Wire." in output


def test_events_list_and_status_describe_the_corpus(scored: Path) -> None:
    assert "2024-05-10 to 2024-05-11  2 articles, 2 outlets       Kell flood" in framing("events", "corpus").output
    assert "2024-05-10  Northern Wire: Dam breaks above Kell" in framing("list", "corpus").output
    output = framing("status", "corpus").output
    assert "2 articles of 2 outlets in 1 event (0 in none)" in output
    assert "1 of 1 part scored" in output


def test_edit_scores_the_new_headline_at_once(scored: Path) -> None:
    corpus = Corpus.open("corpus")
    old = corpus.articles()["article_id"][0]
    output = framing("edit", "corpus", old[:7], "--title", "Town buries two", "--date", "2024-05-12").output
    assert f"Corrected {old}; its id is now " in output
    assert corpus.articles()["published"].astype(str).tolist() == ["2024-05-12", "2024-05-10"]
    assert corpus.sentences().notna()[["sentiment.negative", "voice"]].all(axis=None)
    assert framing("score", "corpus").output == "Everything is scored already.\n"


def test_edit_of_an_unscored_corpus_scores_nothing(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    corpus = Corpus.open("corpus")
    framing("edit", "corpus", corpus.articles()["article_id"][0], "--outlet", "Daily Clarion")
    assert corpus.status().scored == {}
    assert "is no date" in framing("edit", "corpus", "000000", "--date", "May 12", status=1).output + "is no date"


def test_articles_are_put_into_events(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    identities = Corpus.open("corpus").articles()["article_id"].tolist()
    assert "2 articles in event" in framing("assign", "corpus", *identities, "--event", "Another").output
    assert "Another" in framing("events", "corpus").output


def test_repair_says_what_it_did(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    assert framing("repair", "corpus").output == "Nothing to repair.\n"
    next((folder / "corpus" / "articles").glob("*.parquet")).write_bytes(b"")
    output = framing("repair", "corpus").output
    assert "Set aside articles/" in output
    assert "Run ingest and score again" in output


def test_models_lists_heads_with_labels_and_tiers() -> None:
    output = framing("models").output
    assert "sentiment  version " in output
    assert "human_interest" in output


def test_several_events_need_a_choice(folder: Path) -> None:
    (folder / "articles" / "second.md").write_text(SECOND.replace("Kell flood", "Kell funeral"))
    framing("ingest", "corpus", "articles")
    output = framing("compare", "corpus", status=1).output
    assert output.startswith("Error: The corpus has 2 events. Choose one with --event:")
    assert "Kell funeral" in output


@pytest.mark.parametrize("command", ["score", "events", "list", "status", "compare", "repair"])
def test_a_missing_corpus_is_one_plain_message(folder: Path, command: str) -> None:
    output = framing(command, "nowhere", status=1).output
    assert output.startswith("Error: There is no corpus at nowhere")
    assert output.count("\n") == 1


# --- dashboard and demo ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []

    def serve(corpus: Path, port: int | None, event: str | None, browser: bool = True, say: Callable = print) -> int:
        calls.append((corpus, port, event, browser))
        return 0

    monkeypatch.setattr(launch, "serve", serve)
    return calls


def test_the_demo_reads_scores_and_opens_the_first_event(
    folder: Path, served: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        resources, "shipped", lambda name: folder / "articles" if name == "sample_articles" else SHIPPED(name)
    )
    output = framing("demo", "--no-browser").output
    assert "Read 2: 2 stored" in output
    assert "Scored 10 sentences." in output
    assert served == []
    before = listing(folder / "demo-corpus")
    assert "Everything is scored already." in framing("demo").output
    assert listing(folder / "demo-corpus") == before
    assert served == [(Path("demo-corpus"), None, Corpus.open("demo-corpus").find_event("Kell flood"), True)]


SHIPPED = resources.shipped


def test_the_dashboard_opens_on_the_wanted_event(scored: Path, served: list) -> None:
    framing("dashboard", "corpus", "--port", "8600", "--event", "Kell", "--no-browser")
    assert served == [(Path("corpus"), 8600, Corpus.open("corpus").find_event("Kell"), False)]


def test_the_dashboard_may_begin_with_a_corpus_yet_to_be_filled(folder: Path, served: list) -> None:
    assert "There is no corpus at new yet" in framing("dashboard", "new").output
    assert served == [(Path("new"), None, None, True)]
    assert "There is no corpus" in framing("dashboard", "new", "--event", "Kell", status=1).output


def test_the_dashboard_is_for_this_machine_alone() -> None:
    command = launch.dashboard_command(8501)
    for setting in (
        "--server.address=127.0.0.1",
        "--server.allowedHosts=127.0.0.1",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
        "--server.maxUploadSize=20",
        "--server.fileWatcherType=none",
    ):
        assert setting in command


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(resources.FramingError, match=f"Port {port} is in use"):
            launch.free_port(port)
    assert launch.free_port() >= launch.FIRST_PORT


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal")
def test_the_dashboard_answers_and_stops_cleanly(folder: Path) -> None:
    framing("ingest", "corpus", "articles")
    port = launch.free_port()
    command = [sys.executable, "-m", "framing", "dashboard", "corpus", "--no-browser", "--port", str(port)]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert running.stdout is not None
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
            assert answer.status == 200
        os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=15)
        assert running.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal")
def test_ctrl_c_while_reading_is_no_traceback(folder: Path) -> None:
    before = signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a shell's background job ignores Ctrl-C, and so its children
    running = subprocess.Popen(
        [sys.executable, "-m", "framing", "ingest", "corpus", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    while not (folder / "corpus" / ".writer").exists():
        assert running.poll() is None
        time.sleep(0.02)
    for _ in range(5):  # as a person would: once more where Python was in a place that ignores exceptions
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=4)
            break
    _, errors = running.communicate(timeout=15)
    assert running.returncode == 1
    assert "Traceback" not in errors
    assert "Aborted!" in errors
    assert not (folder / "corpus" / ".writer").exists()


@pytest.mark.parametrize("started", ["dashboard", "score", "classroom"])
def test_a_file_named_like_a_package_in_the_readers_folder_is_not_run(tmp_path: Path, started: str) -> None:
    from framing import class_process, launch, score_process

    for name in ("click.py", "random.py", "statistics.py"):
        (tmp_path / name).write_text("raise SystemExit('the reader's own file was run')\n")
    command = {
        "dashboard": launch.dashboard_command(8501),
        "score": score_process.command_line(tmp_path / "corpus"),
        "classroom": class_process.command_line(tmp_path / "corpus"),
    }[started]
    ran = subprocess.run([*command, "--help"], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "Usage:" in ran.stdout
