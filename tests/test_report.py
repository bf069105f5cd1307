"""A report: one file that needs nothing else, whose every number leads to its sentences, with text or without."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import dashboard_texts as texts
import lxml.html
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.compare import compare
from framing.corpus import Corpus
from framing.errors import InputError
from framing.pages import take
from framing.report import Options, Report, event_report
from framing.report.charts import mirrored_scale, share_scale
from framing.spreadsheet import flat, parquet_bytes

ROOT = Path(__file__).parents[1]
EVENT = "Nagorno-Karabakh, October 2020"
SMALL = "Kesh crossing shooting, September 2024"
LOADING = ("src", "srcset", "data", "action", "background", "poster", "xlink:href", "ping")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def report(scored_corpus: Path) -> Report:
    return event_report(Corpus.open(scored_corpus), EVENT)


@pytest.fixture(scope="module")
def hostile(scored_corpus: Path) -> Report:
    return event_report(Corpus.open(scored_corpus), texts.HOSTILE_EVENT)


@pytest.fixture(scope="module")
def bare(scored_corpus: Path) -> Report:
    return event_report(Corpus.open(scored_corpus), EVENT, Options(with_text=False))


@pytest.mark.parametrize("which", ["report", "hostile", "bare"])
def test_it_needs_nothing_else_and_runs_its_own_script_alone(which: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(which).html
    page = lxml.html.document_fromstring(html)
    assert not page.xpath("//link | //img | //iframe | //object | //embed | //form | //base | //image | //use")
    attributes = [(str(name), str(value)) for each in page.iter() for name, value in each.attrib.items()]
    assert not [pair for pair in attributes if pair[0] in LOADING or pair[0].startswith("on") or pair[0] == "style"]
    leads = [value for name, value in attributes if name == "href"]
    assert all(value.startswith(("#", "http://", "https://")) for value in leads)
    (style,), (script,) = (page.xpath(f"//{tag}/text()") for tag in ("style", "script"))
    assert "@import" not in style and "url(" not in style
    (rule,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert rule.startswith("default-src 'none'; ")
    for text in (style, script):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in rule


@pytest.mark.parametrize("which", ["report", "hostile", "bare"])
def test_every_number_leads_to_its_sentences(which: str, request: pytest.FixtureRequest) -> None:
    page = lxml.html.document_fromstring(request.getfixturevalue(which).html)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    leads = page.xpath("//a[starts-with(@href, '#')]/@href")
    assert len(leads) > 50
    assert {lead[1:] for lead in leads} <= set(ids)
    assert all(page.get_element_by_id(lead[1:]).xpath(".//li") for lead in leads if re.fullmatch(r"#n\d+", lead))


def test_a_list_holds_the_sentences_that_the_number_counts(report: Report, scored_corpus: Path) -> None:
    page = lxml.html.document_fromstring(report.html)
    comparison = compare(Corpus.open(scored_corpus), EVENT)
    outlet = comparison.outlets[0]
    counted = comparison.behind(outlet, "frames_generic", "human_interest", "both")
    (entry,) = page.xpath(
        f"//div[@id='evidence']/section[h3[starts-with(., 'Human interest (News frames) · {outlet}')]]"
    )
    said = [item.xpath("string(span)") for item in entry.xpath("ul/li")]
    assert len(said) == len(counted)
    assert all(any(text in line for line in said) for text in counted["text"])
    first = page.get_element_by_id(entry.xpath("ul/li/a/@href")[0][1:])
    assert first.xpath("string(.//span[@class='w'])") in said[0]


def test_what_differs_comes_first_in_plain_words(report: Report, scored_corpus: Path) -> None:
    page = lxml.html.document_fromstring(report.html)
    said = page.xpath("//main/section[1]//li")
    findings = compare(Corpus.open(scored_corpus), EVENT).findings("both")
    assert [item.text_content().startswith(text) for item, text in zip(said, findings, strict=True)]
    assert page.xpath("//main/section/@id")[:2] == ["findings", "before"]
    method = page.get_element_by_id("method").text_content()
    assert all(version in method for version in Corpus.open(scored_corpus).versions().values())
    assert "seed 20" in method


def test_without_text_no_sentence_of_the_articles_is_in_it(bare: Report, scored_corpus: Path) -> None:
    corpus = Corpus.open(scored_corpus)
    event = corpus.find_event(EVENT)
    page = lxml.html.document_fromstring(bare.html)
    there = " ".join(page.text_content().split())
    sentences = corpus.sentences(event)
    for text in [*sentences["text"], *corpus.articles(event)["title"]]:
        assert " ".join(text.split()) not in there
        words = text.split()
        for start in range(len(words) - 7):  # nor a longer piece of one
            assert " ".join(words[start : start + 8]) not in there
    assert len(page.xpath("//ol[@class='bare']/li")) == len(sentences)


def test_notes_and_names_of_events_keep_headlines_out(tmp_path: Path) -> None:
    from framing.ingest import read
    from framing.score import score

    page = tmp_path / "page.txt"
    page.write_text(texts.REPRINT_PAGE, encoding="utf-8")
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(read(page))
    titles = list(corpus.articles()["title"])
    corpus.assign_event(corpus.articles()["article_id"], titles[0])
    score(corpus)
    (event,) = corpus.events()["event_id"]
    assert titles[0] in event_report(corpus, event).html
    made = event_report(corpus, event, Options(with_text=False))
    assert made.title == f"Event {event}"
    assert not [title for title in titles if title.casefold() in made.html.casefold()]


def test_the_same_corpus_gives_the_same_bytes(report: Report, scored_corpus: Path) -> None:
    command = [sys.executable, "-m", "framing", "report", str(scored_corpus), "--event", EVENT, "--out", "-"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout == report.html.encode()


def test_the_command_writes_one_file_or_a_folder_with_an_index(scored_corpus: Path, tmp_path: Path) -> None:
    one = tmp_path / "new" / "event.html"
    run = CliRunner().invoke(main, ["report", str(scored_corpus), "--event", texts.HOSTILE_EVENT, "--out", str(one)])
    assert run.exit_code == 0, run.output
    assert one.stat().st_size > 10_000
    events = [word for name in (texts.HOSTILE_EVENT, SMALL) for word in ("--event", name)]
    run = CliRunner().invoke(main, ["report", str(scored_corpus), *events, "--out", str(one)])
    assert run.exit_code == 1
    assert "give a folder" in run.output
    run = CliRunner().invoke(main, ["report", str(scored_corpus), *events, "--out", str(tmp_path), "--without-text"])
    index = lxml.html.document_fromstring((tmp_path / "index.html").read_bytes())
    names = index.xpath("//main//a/@href")
    assert len(names) == 2
    assert all((tmp_path / name).is_file() for name in names)
    assert not index.xpath("//script")


def test_nothing_scored_says_what_to_do(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(texts.hostile_articles())
    with pytest.raises(InputError, match="framing score"):
        event_report(corpus, texts.HOSTILE_EVENT)


def test_axes_hold_what_they_show() -> None:
    for most in (0.0, 0.04, 0.12, 0.33, 0.51, 0.98, 1.0):
        assert most <= share_scale(most).high <= 1
        assert mirrored_scale(most).high >= min(most, 1.0)
        assert 2 <= len(share_scale(most).ticks) <= 6


def test_tables_are_taken_harmless_and_whole() -> None:
    frame = pd.DataFrame(
        {"outlet": ["=1+1", "Ö"], "reasons": [["naming", "verb"], []], "spans": [[(0, 4, "verb")], []]}
    )
    text = take.csv_bytes(lambda: frame).decode("utf-8-sig")
    assert text.splitlines()[1] == '\'=1+1,naming; verb,"[[0, 4, ""verb""]]"'
    read = pd.read_parquet(io.BytesIO(parquet_bytes(frame)))
    assert list(read["outlet"]) == ["=1+1", "Ö"]
    assert read["reasons"][0] == "naming; verb"
    assert flat(frame)["spans"][0] == '[[0, 4, "verb"]]'


@pytest.mark.browser
def test_hostile_text_runs_nothing_and_a_number_opens_its_sentences(hostile: Report, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("NOT TESTED IN A BROWSER: no Chromium found. Install it (Debian: apt install chromium).")
    sync_api = pytest.importorskip("playwright.sync_api", reason="NOT TESTED IN A BROWSER: install the extra `test`")
    path = tmp_path / "report.html"
    # Without the policy: what is escaped needs none.
    path.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", hostile.html), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        wrong: list[str] = []
        page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.goto(path.as_uri())
        assert page.evaluate("window.hacked") is None
        assert page.locator("h1").inner_text() == texts.HOSTILE_EVENT
        assert texts.HOSTILE_OUTLET in page.locator(".outlets").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        number = page.locator("td a.n").first
        number.click()
        panel = page.locator("#panel")
        assert panel.locator("li").count() == page.locator(f"{number.get_attribute('href')} li").count() > 0
        page.keyboard.press("Escape")
        assert panel.is_hidden()
        page.locator("article a.i").nth(1).click()
        assert "counts in" in panel.inner_text()
        assert page.evaluate("window.hacked") is None
        assert not wrong
        browser.close()
