"""Every article that was found, not given, says how sure its facts are and what of its page was left out."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from web_server import PARAGRAPHS, page

from framing.cli import main
from framing.ingest import read, read_text
from framing.schema import Article

MENU = "<nav>" + "".join(f"<a href='/{n}'>Section {n}</a> " for n in range(30)) + "</nav>"


def note(text: str, source: str = "page.html") -> str:
    (found,) = read_text(text, source)
    assert isinstance(found, Article), found
    return found.note or ""


def test_a_page_says_how_sure_it_is() -> None:
    meta = '<link rel="canonical" href="https://www.theguardian.com/a"><meta property="article:published_time" content="2024-03-04"><meta property="og:title" content="Dockers walk out at the port">'
    said = note(page(extra=meta).replace("<article>", MENU + "<article>"))
    assert "outlet certain (its web address)" in said
    assert "headline certain (metadata and text agree)" in said or "headline likely (the page’s metadata)" in said
    assert "date likely (the page’s metadata)" in said
    assert "words of the page around it" in said
    host = note(page(extra='<link rel="canonical" href="https://news.halden.example/a">'))
    assert "outlet a guess (only the host of its address is known)" in host and "no date found" in host
    named = note(page(extra='<meta property="og:site_name" content="Halden Courier">'))
    assert "outlet likely (the page names it)" in named


def test_a_text_says_what_was_left_out() -> None:
    lines = [
        "Dockers walk out at the port",
        "By Jane Roe, Reuters",
        "4 March 2024",
        "",
        PARAGRAPHS[0],
        "",
        "Ships at the quay (Photo: Jane Roe / AFP)",
    ]
    said = note("\n".join([*lines, "", PARAGRAPHS[1], "", "Advertisement", "", PARAGRAPHS[2]]), "a.txt")
    assert "headline likely (the text’s first line)" in said and "date likely (a line of the text)" in said
    assert "photo caption" in said and "credit line" in said


def test_what_is_given_needs_no_note_and_the_list_shows_the_others(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text(f'outlet,title,text\nNorthern Wire,Strike,"{PARAGRAPHS[0]}"\n')
    (found,) = read(table)
    assert isinstance(found, Article) and found.note is None
    (tmp_path / "a.html").write_text(page(extra='<meta property="og:site_name" content="Halden Courier">'))
    CliRunner().invoke(main, ["ingest", str(tmp_path / "corpus"), str(tmp_path / "a.html"), str(table)])
    shown = CliRunner().invoke(main, ["list", str(tmp_path / "corpus"), "--notes"]).output
    assert shown.count("outlet likely (the page names it)") == 1
    assert "outlet likely" not in CliRunner().invoke(main, ["list", str(tmp_path / "corpus")]).output
