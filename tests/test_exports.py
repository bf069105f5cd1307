"""Files of news databases: every article found, its fields read, and nothing of what surrounds it in its text."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from export_files import ARTICLES, docx, factiva_html, factiva_lines, nexis_lines, proquest_lines, rtf

from framing.errors import UnreadableSource
from framing.ingest import read, read_text
from framing.ingest.office import office_text
from framing.ingest.publications import outlet_of_publication
from framing.schema import Article, Rejection

FILES = {
    "nexis.docx": docx(nexis_lines()),
    "nexis.rtf": rtf(nexis_lines()),
    "nexis.txt": "\n".join(nexis_lines()).encode(),
    "factiva.rtf": rtf(factiva_lines()),
    "factiva.txt": "\n".join(factiva_lines()).encode(),
    "factiva.html": factiva_html().encode(),
    "factiva-codes.txt": "\n".join(factiva_lines(codes=True)).encode(),
    "factiva-codes.rtf": rtf(factiva_lines(codes=True)),
    "proquest.txt": "\n".join(proquest_lines()).encode(),
    "proquest.html": ("<html><body>" + "".join(f"<p>{line}</p>" for line in proquest_lines())).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_article_of_an_export(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    items = list(read(tmp_path / name))
    found = [item for item in items if isinstance(item, Article)]
    assert [item.title for item in found] == [told.title for told in ARTICLES]
    assert [item.outlet for item in found] == ["New York Times", "The Guardian", "Halden Courier"]
    for number, (item, told) in enumerate(zip(found, ARTICLES, strict=True), 1):
        assert item.text == "\n\n".join(told.paragraphs)
        assert item.published == date(2020, 10, 18)
        assert (item.byline or "") == told.byline
        assert item.source == f"{tmp_path / name}#{number}"
        assert item.note and "left out: " in item.note and "copyright" in item.note, item.note
    assert "publication as given: The New York Times (Online)" in str(found[0].note)
    rejected = [item for item in items if isinstance(item, Rejection)]
    if name.startswith("proquest"):
        assert [item.position for item in rejected] == ["article 4"] and "no full text" in rejected[0].reason
    else:
        assert not rejected


def test_one_export_in_an_archive_and_pasted(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("nexis.docx", FILES["nexis.docx"])
    assert len([item for item in read(tmp_path / "a.zip") if isinstance(item, Article)]) == len(ARTICLES)
    assert len(read_text("\n".join(nexis_lines()), "pasted text")) == len(ARTICLES)


def test_what_is_no_export_is_read_as_before() -> None:
    """An article that only speaks of documents, and one whose paragraphs begin like fields."""
    body = (
        "The court read Document 3 of 12 aloud on Monday morning. It was two pages long, the clerk of the court said."
    )
    (found,) = read_text(f"Court opens\n\n{body}\n\nFull text: see the court’s own pages.", "a.txt")
    assert isinstance(found, Rejection) and "outlet" in found.reason, "read as one article without an outlet"


def test_faults_are_named() -> None:
    lines = nexis_lines()
    cut = read_text("\n".join(lines[: lines.index("End of Document", lines.index("End of Document") + 1)]), "cut.txt")
    assert isinstance(cut[0], Article) and isinstance(cut[1], Rejection) and "breaks off" in cut[1].reason
    headless = ["Some title", "Body", "The text of it stands here alone.", "End of Document"]
    (found,) = read_text("\n".join(headless), "x.txt")
    assert isinstance(found, Rejection) and "headline, publication and date line" in found.reason
    short = "\n".join(lines).replace(f"Length: {ARTICLES[0].words + 4} words", "Length: 1,900 words")
    first = read_text(short, "x.txt")[0]
    assert isinstance(first, Article) and f"{ARTICLES[0].words} words read where it says 1,900" in str(first.note)
    undated = read_text("\n".join(lines).replace("October 18, 2020 Sunday 11:07 AM GMT", "Autumn 2020"), "x.txt")[0]
    assert (
        isinstance(undated, Article)
        and undated.published is None
        and "its date was not read: Autumn 2020" in str(undated.note)
    )


def test_office_files_of_no_known_layout_and_hostile_ones(tmp_path: Path) -> None:
    for name, body in {
        "letter.docx": docx(["Dear editor,", "no."]),
        "letter.rtf": rtf(["Dear editor,", "no."]),
    }.items():
        (tmp_path / name).write_bytes(body)
        (found,) = read(tmp_path / name)
        assert isinstance(found, Rejection)
        assert all(mark in found.reason for mark in ("End of Document", "Document 1 of", "812 words", ".txt or .md"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(60_000_000))
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    hostile = {
        "zip bomb": bomb.getvalue(),
        "no Word document": b"PK\x03\x04 and so on",
        "holds no text of one": zip_of("x.xml"),
    }
    for said, body in hostile.items():
        with pytest.raises(UnreadableSource, match=said):
            office_text(body, ".docx")
    assert "root:" not in office_text(docx(["&x; &b;"], laughs), ".docx")
    deep = b"{\\rtf1" + b"{" * 200_000 + b'\\field{\\*\\fldinst HYPERLINK "' * 2_000 + b"}"
    assert isinstance(office_text(deep, ".rtf"), str)
    with pytest.raises(UnreadableSource, match="list of fonts"):
        office_text(b"{\\rtf1{\\fonttbl" + b"\\f1 " * 20_000, ".rtf")
    with pytest.raises(UnreadableSource, match="no RTF"):
        office_text(b"Plain text", ".rtf")


def zip_of(name: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(name, "<x/>")
    return sink.getvalue()


def test_publications_and_their_places() -> None:
    named = {
        "New York Times, Late Edition (East Coast)": "New York Times",
        "The Guardian; London (UK)": "The Guardian",
        "The Independent (United Kingdom)": "The Independent",
        "Guardian [London, England]": "The Guardian",
        "The Times (South Africa)": "The Times (South Africa)",
        "The Times (Trenton, New Jersey)": "The Times (Trenton, New Jersey)",
        "Halden Courier (Online)": "Halden Courier",
        "CNN.com": "CNN",
        "BBC Monitoring Europe": "BBC Monitoring Europe",
    }
    assert {name: outlet_of_publication(name) for name in named} == named
