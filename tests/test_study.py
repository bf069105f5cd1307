"""A study runs to the same tables every time, goes on where it was stopped, and says what is wrong with its file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from corpus_fakes import listing

from framing import corpus as corpus_module
from framing import study_run
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import InputError
from framing.report import event_report
from framing.spreadsheet import csv_text, flat, parquet_bytes
from framing.study import read_study
from framing.study_intake import file_hash
from framing.study_rows import write_rows
from framing.study_tables import refuse_idle_tests

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "samples" / "study.toml"
OUTLETS = ("Harbour Herald", "Inland Echo")
PLAN = """
title = "Two ferries"
view = "both"

[[source]]
path = "articles"
[[source]]
path = "more.csv"
event = "Ferry two"

[outlets]
only = ["Harbour Herald", "Inland Echo"]
names = { "The Harbour Herald" = "Harbour Herald" }

[window]
from = 2024-05-01
to = 2024-05-31

[[codes]]
file = "codes.csv"
head = "sentiment"
random = true

[[test]]
outlets = ["Inland Echo", "Harbour Herald"]
head = "sentiment"
label = "balance"
view = "both"
event = "Ferry one"

[heads]  # the tone alone
sentiment = "?"  # pinned
"""


def article(outlet: str, event: str, number: int) -> str:
    tone = ("Passengers praised the calm crew.", "Furious families blamed the reckless owner.")[outlet == OUTLETS[0]]
    return (
        f"---\noutlet: {outlet}\ntitle: {event} stopped, day {number}, says {outlet}\npublished: 2024-05-{number:02}\n"
        f"event: {event}\n---\nThe ferry lost power {number} miles off Carrow and drifted for hours. {tone} "
        f"“Nobody was told anything,” said Ines Halvorsen.\n\nThe coast guard towed it home on day {number}. "
        f"The owner will pay {number} million crowns, {outlet} learned.\n"
    )


def lay_out(folder: Path) -> Path:
    """The study's files in a folder."""
    (folder / "articles").mkdir(parents=True)
    for event in ("Ferry one", "Ferry two"):
        for outlet in OUTLETS:
            for number in (2, 3, 4):
                text = article(outlet, event, number)
                (folder / "articles" / f"{event}-{outlet}-{number}.md").write_text(text, encoding="utf-8")
    (folder / "articles" / "bad.md").write_text("No outlet is named here at all, and so it is set aside.\n")
    late = "The Harbour Herald,A ferry again,2024-06-02,The ferry sailed again on Sunday after a month in the dock."
    told = "The Harbour Herald,A ferry at rest,2024-05-30,The ferry lay in the dock all of this week while crews met."
    other = "Moon Gazette,A ferry afar,2024-05-30,The ferry was seen from afar by nobody who would say so in public."
    (folder / "more.csv").write_text(f"outlet,title,published,text\n{late}\n{told}\n{other}\n", encoding="utf-8")
    (folder / "codes.csv").write_text(
        "text,outlet,labels,coder\nThe coast guard towed it home on day 3.,,neutral,Ana\nNobody wrote this.,,neutral,Ana\n"
        "The ferry lay in the dock all of this week while crews met.,,neutral,Ana\n",
        encoding="utf-8",
    )
    (folder / "study.toml").write_text(PLAN, encoding="utf-8")
    return folder / "study.toml"


@pytest.mark.parametrize("table", ["sentences", "mentions"])
def test_long_tables_are_written_as_they_are_read(
    scored_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    corpus = Corpus(scored_corpus)
    whole = corpus.sentences() if table == "sentences" else corpus.mentions()
    keys = [key for key in ("outlet", "article_id", "index", "start", "end") if key in whole]
    whole = whole.sort_values(keys, kind="stable", ignore_index=True)
    written = write_rows(tmp_path, table, corpus.in_order(table, list(whole.columns)))  # type: ignore[arg-type]
    text, parquet = (tmp_path / f"{table}.{kind}" for kind in ("csv", "parquet"))
    assert text.read_bytes() == csv_text(flat(whole)).encode()
    assert parquet.read_bytes() == parquet_bytes(whole)
    assert written.rows == len(whole) and written.csv == file_hash(text) and written.parquet == file_hash(parquet)
    monkeypatch.setattr(corpus_module, "BATCH", 40)
    assert len(list(corpus.in_order(table, list(whole.columns)))) > 1  # type: ignore[arg-type]
    assert write_rows(tmp_path, table, corpus.in_order(table, list(whole.columns))).csv == written.csv  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(pd.read_parquet(parquet), flat(whole))


def test_a_long_table_of_nothing_has_its_columns(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    assert write_rows(tmp_path, "sentences", corpus.in_order("sentences", ["outlet", "text"])).rows == 0
    assert (tmp_path / "sentences.csv").read_text() == "outlet,text\n"


def command(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["run", *(str(argument) for argument in arguments)])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def outputs(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in listing(folder).items() if not name.startswith("corpus-")}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study that ran once."""
    file = lay_out(tmp_path_factory.mktemp("study"))
    status, said = command(file, "--update-pins")
    assert status == 3, said
    assert "sentiment: ? → " in said and "voice: not pinned → " in said
    assert (
        'sentiment = "' in file.read_text()
        and "# pinned" in file.read_text()
        and "# the tone alone" in file.read_text()
    )
    return file.parent


def test_the_account_adds_up_and_the_tables_hold_what_was_asked(ran: Path) -> None:
    body = json.loads((ran / "results" / "manifest.json").read_text())
    assert body["accounts"] == {
        "read": 16, "kept": 13, "left_out": {"of other outlets": 1, "outside the window": 1}, "rejected": 1, "articles": 13,
    }  # fmt: skip
    tables = {file.stem: pd.read_csv(file) for file in (ran / "results" / "tables").glob("*.csv")}
    assert set(tables["articles"]["outlet"]) == set(OUTLETS)
    assert list(tables["rejected"]["source"]) == ["articles/bad.md", "codes.csv", "codes.csv"]
    assert set(tables["shares"]["head"]) == {"sentiment", "voice"}
    (test,) = tables["tests"].to_dict("records")
    assert test["outlet_a"] == "Inland Echo" and test["difference"] > 0 and test["q"] == test["p"]
    assert str(ran) not in "".join(path.read_text() for path in (ran / "results" / "tables").glob("*.csv"))
    assert sorted(body["outputs"]) == sorted(set(outputs(ran / "results")) - {"manifest.json"})
    for name in ("sentences", "shares"):
        assert len(pd.read_parquet(ran / "results" / "tables" / f"{name}.parquet")) == len(tables[name])


def test_elsewhere_stopped_and_gone_on_it_comes_to_the_same_bytes(
    ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lay_out(tmp_path / "elsewhere")
    shutil.copy(ran / "study.toml", file)
    made: list[str] = []

    def stopped(*arguments: object, **named: object) -> object:
        if made:
            raise KeyboardInterrupt
        made.append(str(arguments[1]))
        return event_report(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(study_run, "event_report", stopped)
    with pytest.raises(KeyboardInterrupt):
        study_run.run(read_study(file))
    assert not (file.parent / "results" / "manifest.json").exists()
    monkeypatch.setattr(study_run, "event_report", lambda *a, **n: made.append(str(a[1])) or event_report(*a, **n))
    assert command(file)[0] == 3
    assert len(made) == 2, "the report that was finished was made again"
    assert outputs(file.parent / "results") == outputs(ran / "results")


def test_check_names_what_was_changed_and_a_run_mends_it(ran: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ran, tmp_path / "copy")
    file = folder / "study.toml"
    assert command(file, "--check") == (0, f"Inputs and outputs in {folder / 'results'} are as the manifest says.\n")
    table = folder / "results" / "tables" / "shares.csv"
    table.write_text(table.read_text().replace("Harbour", "Harbor"))
    (folder / "more.csv").write_text((folder / "more.csv").read_text() + "\n")
    status, said = command(file, "--check")
    assert status == 1 and said == "Input more.csv was changed.\nOutput tables/shares.csv was changed.\n"
    (folder / "more.csv").write_text((ran / "more.csv").read_text())
    status, said = command(file)
    assert status == 3 and "came out the same, byte for byte" in said
    assert outputs(folder / "results") == outputs(ran / "results")


def test_other_models_are_refused_until_the_pins_are_updated(ran: Path, tmp_path: Path) -> None:
    file = lay_out(tmp_path / "pins")
    pinned = (ran / "study.toml").read_text()
    now = pinned.partition('sentiment = "')[2].partition('"')[0]
    file.write_text(pinned.replace(now, "0ld0ld0ld0ld").replace("words = ", "words = 1"))
    status, said = command(file)
    assert (
        status == 1 and f"sentiment is pinned to 0ld0ld0ld0ld, installed is {now}" in said and "--update-pins" in said
    )
    assert not (file.parent / "results").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[window]", "[windows]"), "windows is no key of a study; did you mean window?"),
        (("from = 2024-05-01", 'form = "2024-05-01"'), "[window] form is no key of a study; did you mean from?"),
        (
            ("from = 2024-05-01", 'from = "May"'),
            "[window] from is 'May', which is no day. Write for example:  from = 2024",
        ),
        (("to = 2024-05-31", "to = 2024-04-01"), "[window] to is 2024-04-01, before from = 2024-05-01"),
        (('path = "more.csv"', "path = 3"), "[[source]] number 2, path is 3, which is no text"),
        (
            ('view = "both"', 'view = "all"'),
            "view is 'all', which is none of own, quoted, both. Write for example:  view",
        ),
        (('view = "both"', "view = 3"), ": view is 3, which is none of own, quoted, both. Write for example:  view = "),
        (
            ('view = "both"', "view = [3]"),
            ": view is [3], which is none of own, quoted, both. Write for example:  view",
        ),
        (('["Inland Echo", "Harbour Herald"]', '["Inland Echo"]'), "[[test]] number 1, outlets must name two outlets"),
        (("title =", "title"), "is no TOML"),
    ],
)
def test_a_fault_in_the_file_is_named_with_what_to_write(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    assert change[0] in PLAN
    file.write_text(PLAN.replace(*change))
    with pytest.raises(InputError) as caught:
        read_study(file)
    assert message in str(caught.value) and str(file) in str(caught.value)


def test_sources_that_are_missing_or_hold_the_output_are_refused(tmp_path: Path) -> None:
    file = lay_out(tmp_path / "study")
    (file.parent / "more.csv").unlink()
    assert "[[source]] number 2: there is no 'more.csv'" in command(file)[1]
    file.write_text(PLAN.replace('title = "Two ferries"', 'output = "articles/results"'))
    assert "lies in this source" in command(file)[1]
    assert "There is no study at" in command(tmp_path / "none.toml")[1]


@pytest.mark.parametrize(
    "change",
    [
        ('label = "balance"', 'label = "balanse"'),
        ('head = "sentiment"\nlabel', 'head = "tone"\nlabel'),
        ('["Inland Echo", "Harbour Herald"]\nhead', '["Inland Ecco", "Harbour Herald"]\nhead'),
    ],
)
def test_a_test_of_what_cannot_be_there_is_refused_before_anything_is_read(
    change: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "study.toml"
    assert change[0] in PLAN
    file.write_text(PLAN.replace(*change))
    with pytest.raises(InputError, match=r"\[\[test\]\] number 1: there is no (label|head|outlet) '.*There are: "):
        refuse_idle_tests(read_study(file), {"sentiment": ("negative", "neutral", "positive")})


def test_the_example_runs_with_the_shipped_models(tmp_path: Path) -> None:
    status, said = command(EXAMPLE, "--out", tmp_path / "results")
    assert status == 0, f"{said}\nWhere the shipped models changed:  framing run {EXAMPLE} --update-pins"
    page = (tmp_path / "results" / "index.html").read_text(encoding="utf-8")
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in page and "<script" not in page
    for link in {part.split('"')[0] for part in page.split('href="')[1:]}:
        assert link.startswith("#") or (tmp_path / "results" / link).exists(), link
    reports = tmp_path / "results" / "reports"
    listing = (reports / "index.html").read_text(encoding="utf-8")
    (back,) = re.findall(r'<header>.*?<a href="([^"]+)">Back to “([^”]+)”</a>', listing)
    assert (reports / back[0]).samefile(tmp_path / "results" / "index.html") and f"<h1>{back[1]}</h1>" in page
    tests = pd.read_csv(tmp_path / "results" / "tables" / "tests.csv")
    assert list(tests["test"]) == [1, 2, 3, 4] and tests["result"].notna().all()
    assert command(EXAMPLE, "--out", tmp_path / "results", "--check")[0] == 0
