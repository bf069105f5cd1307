"""Reading folders, texts, front matter, saved pages and stdin: what comes out, and what is refused with which reason."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from framing.errors import InputError
from framing.ingest import ReadOptions, normalise, read, read_text
from framing.ingest.dates import find_date, parse_date
from framing.ingest.text import MAX_BYTES, decode, paragraphs
from framing.resources import shipped
from framing.schema import Article, Rejection

BODY = (
    "The lake at Orrin rose four metres in as many days, and engineers opened two gates.\n\n"
    "“We had no choice,” said Tamsin Reed – it was “the last hour”, she added. Its café was under water."
)
FRONT = "---\noutlet: Meridian Post\ntitle: 'Gates opened: lake rises'\npublished: 2021-05-14\nevent: Orrin\n---\n"


def only(source: Path | str, options: ReadOptions | None = None) -> Article:
    found = list(read(source, options or ReadOptions()))
    assert len(found) == 1
    assert isinstance(found[0], Article), found[0]
    return found[0]


def refused(source: Path | str, options: ReadOptions | None = None) -> Rejection:
    found = list(read(source, options or ReadOptions()))
    assert len(found) == 1
    assert isinstance(found[0], Rejection), found[0]
    return found[0]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- text and front matter ---


def test_front_matter_gives_every_field(tmp_path: Path) -> None:
    fields = "byline: By Jane Roe\nurl: https://post.example/1\nkind: invented\nnote: Written for a test.\n---\n"
    one = only(write(tmp_path / "a.md", FRONT.removesuffix("---\n") + fields + BODY))
    assert (one.outlet, one.title, one.published) == ("Meridian Post", "Gates opened: lake rises", date(2021, 5, 14))
    assert (one.byline, one.url, one.event) == ("Jane Roe", "https://post.example/1", "Orrin")
    assert (one.kind, one.note, one.source) == ("invented", "Written for a test.", str(tmp_path / "a.md"))
    assert one.text == BODY


def test_front_matter_goes_by_other_names_and_mappings(tmp_path: Path) -> None:
    text = "---\npublisher: AFP\nheadline: Gates\ndate: October 18th, 2020\nauthors: [Jane Roe, Li Wei]\n---\n" + BODY
    one = only(write(tmp_path / "a.txt", text))
    assert (one.outlet, one.published, one.byline) == ("Agence France-Presse", date(2020, 10, 18), "Jane Roe, Li Wei")
    mapped = only(
        write(tmp_path / "b.txt", "---\nWho: CNN\ntitle: Gates\n---\n" + BODY), ReadOptions(columns={"outlet": "Who"})
    )
    assert mapped.outlet == "CNN"


def test_what_an_article_says_wins_over_the_options_and_they_fill_gaps(tmp_path: Path) -> None:
    options = ReadOptions(event="Other", outlet="CNN")
    assert (only(write(tmp_path / "a.md", FRONT + BODY), options).outlet) == "Meridian Post"
    assert (only(write(tmp_path / "a.md", FRONT + BODY), options).event) == "Orrin"
    plain = only(write(tmp_path / "b.txt", "Gates Opened\n\n" + BODY), options)
    assert (plain.outlet, plain.event, plain.title, plain.text) == ("CNN", "Other", "Gates Opened", BODY)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("---\ntitle: Gates: the lake\noutlet: CNN\n---\n", "front matter cannot be read"),
        ("---\ntitle: Gates\noutlet: CNN\n", "never closes it"),
        ("---\ntitle: Gates\noutlet: CNN\npublished: 2021-02-30\n---\n", "2021-02-30"),
        ("---\ntitle: Gates\noutlet: CNN\npublished: last week\n---\n", "last week"),
        ("---\ntitle: Gates\n---\n", "--outlet"),
    ],
)
def test_bad_front_matter_is_refused_with_the_reason(tmp_path: Path, head: str, reason: str) -> None:
    rejection = refused(write(tmp_path / "bad.md", head + BODY))
    assert reason in rejection.reason
    assert rejection.source == str(tmp_path / "bad.md")


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    one = only(write(tmp_path / "a.txt", "---\n\nGates Opened\n\n" + BODY), ReadOptions(outlet="CNN"))
    assert (one.title, one.text) == ("Gates Opened", BODY)


def test_markdown_becomes_plain_text(tmp_path: Path) -> None:
    text = "# Gates **Opened**\n\n![lake](lake.jpg)\n\nThe [county](https://x.example) *said* snake_case_name is 2 * 3 * 4.\n\n> Quoted line here."
    one = only(write(tmp_path / "a.md", text), ReadOptions(outlet="CNN"))
    assert one.title == "Gates Opened"
    assert one.text == "The county said snake_case_name is 2 * 3 * 4.\n\nQuoted line here."


def test_a_text_without_a_headline_has_an_empty_title(tmp_path: Path) -> None:
    assert only(write(tmp_path / "a.txt", BODY), ReadOptions(outlet="CNN")).title == ""


def test_the_outlet_is_found_in_order_of_trust(tmp_path: Path) -> None:
    named = write(tmp_path / "al-jazeera" / "a.txt", "Gates Opened\n\n" + BODY)
    assert only(named).outlet == "Al Jazeera"
    assert only(named, ReadOptions(outlet="CNN")).outlet == "CNN"
    assert (
        only(write(tmp_path / "al-jazeera" / "b.txt", "Gates Opened\n\nJane Roe / Reuters\n\n" + BODY)).outlet
        == "Reuters"
    )
    rejection = refused(write(tmp_path / "misc" / "a.txt", "Gates Opened\n\n" + BODY))
    assert "--outlet" in rejection.reason


# --- encodings and cleaning ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.txt", ("Gates Opened\n\n" + BODY).encode(encoding))
    assert only(path, ReadOptions(outlet="CNN")).text == BODY


def test_latin_1_is_recognised() -> None:
    text = "Le café de la gare était fermé. Señor Núñez said the façade was naïve, and the fiancée agreed."
    assert decode(text.encode("latin-1")) == text


def test_invisible_characters_line_ends_and_mojibake_go_and_quotes_stay() -> None:
    dirty = (
        "\ufeffThe co\u00adop\u200berative\u00a0said:\r\n\r\n\r\n\r\n“it’s 5\u202f%”\x0b\x00…  ‘so’ cafe\u0301\u200d."
    )
    assert normalise(dirty) == "The cooperative said:\n\n“it’s 5 %”\n… ‘so’ café."
    assert normalise("He said â€œno, itâ€™s overâ€\x9d.") == "He said “no, it’s over”."
    assert normalise('"straight" ‹angle› «French» „low“ it\'s') == '"straight" ‹angle› «French» „low“ it\'s'
    assert normalise("São Paulo, Ñandú, Åse — Â is a letter") == "São Paulo, Ñandú, Åse — Â is a letter"
    assert normalise("broken \ud83d pair") == "broken \ufffd pair"


def test_emoji_keep_their_joiners() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert normalise(f"A {family} left.") == f"A {family} left."


def test_wrapped_lines_are_joined_and_lists_are_not() -> None:
    wrapped = "The lake at Orrin rose four metres in as many days, and the\nengineers opened two of the three gates before the night was\nover."
    assert paragraphs(wrapped) == [wrapped.replace("\n", " ")]
    assert paragraphs("First line of a short list\nSecond\nThird line") == [
        "First line of a short list",
        "Second",
        "Third line",
    ]


def test_short_paragraphs_one_a_line_are_not_joined() -> None:
    lines = [f"Paragraph {number} says that the lake rose again on that very same day." for number in range(4)]
    assert paragraphs("\n".join(lines)) == lines


# --- refused files ---


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\r\n", "empty"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ("a.txt", b"PK\x03\x04\x14\x00", "zip"),
        ("a.txt", bytes(range(256)) * 8, "binary"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("a.html", b"", "empty"),
        ("a.html", b"<html><body><p></p></body></html>", "no article text"),
        ("a.txt", b"*** --- 2020\n\n--", "no text"),
        ("a.docx", b"PK", ".docx"),
        ("a.json", b"[]", ".json"),
    ],
)
def test_bad_files_are_refused_with_the_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    rejection = refused(write(tmp_path / name, content), ReadOptions(outlet="CNN"))
    assert reason in rejection.reason
    assert rejection.source == str(tmp_path / name)


def test_missing_paths_addresses_and_fields_are_refused(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.txt").reason
    assert "web address" in refused("https://www.bbc.com/news").reason
    assert "no field" in refused(tmp_path, ReadOptions(columns={"shoe": "x"})).reason


def test_an_overlong_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "20 MB" in refused(path).reason
    assert (
        "longer than any article"
        in refused(write(tmp_path / "long.txt", "word " * 300_000), ReadOptions(outlet="X")).reason
    )


# --- folders and stdin ---


def test_a_folder_is_read_deep_and_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.md", "b/1.md", "a.md", ".hidden.md", ".git/x.md", "c/photo.png", "c/notes.css"):
        write(tmp_path / name, FRONT + BODY)
    write(tmp_path / "README.md", "# About these files\n\nNothing to read.")
    write(tmp_path / "c/scan.pdf", b"%PDF-1.7")
    write(tmp_path / "c/saved.html", "<html><body></body></html>")
    write(tmp_path / "c/saved_files/frame.html", "<html><body>ad</body></html>")
    found = list(read(tmp_path))
    names = [Path(one.source).relative_to(tmp_path).as_posix() for one in found]
    assert names == ["a.md", "b/1.md", "b/2.md", "c/saved.html", "c/scan.pdf"]
    assert [isinstance(one, Article) for one in found] == [True, True, True, False, False]


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert "no file that can be read" in refused(tmp_path).reason


def test_the_sample_articles_all_go_in() -> None:
    found = list(read(shipped("sample_articles")))
    assert len(found) >= 36
    assert all(isinstance(one, Article) and one.event and one.kind and one.title for one in found)


def _feed(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


def test_stdin_takes_pasted_text_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    _feed(monkeypatch, ("Gates Opened\n\nReuters\n\n" + BODY).encode("cp1252"))
    one = only("-")
    assert (one.source, one.outlet, one.title, one.text) == ("stdin", "Reuters", "Gates Opened", BODY)
    _feed(monkeypatch, _html("Gates Opened", BODY * 3).encode())
    assert only("-").outlet == "Al Jazeera"
    _feed(monkeypatch, b"")
    assert refused("-") == Rejection("stdin", "", "is empty")


def test_pasted_text_may_have_front_matter() -> None:
    found = read_text("\n" + FRONT.replace("\n", "\r\n") + BODY, "pasted", ReadOptions())
    assert [one.outlet for one in found if isinstance(one, Article)] == ["Meridian Post"]


# --- saved pages ---


def _html(title: str, body: str, head: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in body.split("\n\n"))
    return (
        f"<!DOCTYPE html><html><head><title>{title} | Al Jazeera</title>"
        f'<link rel="canonical" href="https://www.aljazeera.com/news/2021/5/14/gates"/>'
        f'<meta property="article:published_time" content="2021-05-14T23:30:00-05:00"/>'
        f'<meta name="author" content="Jane Roe"/>{head}</head><body><nav><a href="/">Home</a></nav>'
        f'<article><h1>{title}</h1>{text}</article><div id="comments"><p>A reader wrote this long comment.</p></div>'
        "<footer>© 2021 Al Jazeera Media Network</footer></body></html>"
    )


def test_a_saved_page_gives_title_author_date_and_outlet(tmp_path: Path) -> None:
    body = "\n\n".join(
        f"Paragraph {n} says that the lake rose, and that nobody had opened a gate in time." for n in range(6)
    )
    one = only(write(tmp_path / "a.html", _html("Gates Opened", body)))
    assert (one.outlet, one.title, one.published) == ("Al Jazeera", "Gates Opened", date(2021, 5, 14))
    assert (one.byline, one.url) == ("Jane Roe", "https://www.aljazeera.com/news/2021/5/14/gates")
    assert one.text == body


def test_a_page_in_its_declared_encoding_and_from_an_unknown_site(tmp_path: Path) -> None:
    body = "\n\n".join(
        f"Paragraph {n}: the café’s owner said “no” and shut the door behind all of them." for n in range(6)
    )
    html = _html("Gates Opened", body, '<meta charset="windows-1252">').replace(
        "www.aljazeera.com", "orrin-news.example.org"
    )
    one = only(write(tmp_path / "a.htm", html.replace(" | Al Jazeera", "").encode("cp1252")))
    assert (one.outlet, one.text) == ("orrin-news.example.org", body)
    assert only(tmp_path / "a.htm", ReadOptions(outlet="Orrin News")).outlet == "Orrin News"


# --- dates ---


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2020-10-18",
            "18 October 2020",
            "October 18th, 2020",
            "(Oct. 18, 2020)",
            "Oct 18 2020",
            "20201018",
            "18/10/2020",
        ),
        *(
            "10/18/2020",
            "18.10.2020",
            "2020/10/18",
            "10/18/20",
            "Sunday, 18 October 2020",
            "Sun, 18 Oct 2020 10:00:00 GMT",
        ),
        *(
            "2020-10-18T23:30:00-07:00",
            "2020-10-18T00:10:00+04:00",
            "2020-10-18 10:00:00",
            "October 18, 2020 4:05 PM EDT",
        ),
        *(
            "2020-10-18T10:00:00Z",
            "Published: October 18, 2020",
            "Posted on 18 Oct 2020",
            "1603022400",
            "1603022400000",
        ),
    ],
)
def test_dates_are_read(written: str) -> None:
    assert parse_date(written) == date(2020, 10, 18)


@pytest.mark.parametrize("missing", [None, "", " ", "nan", "NaT", "None", "n/a"])
def test_a_missing_date_is_none(missing: object) -> None:
    assert parse_date(missing) is None


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "Sunday",
        "2020",
        "October 2020",
        "31 February 2020",
        "2020-13-45",
        "13/13/2020",
        "03/04/2020",
        "1.2.20",
        "2999-01-01",
        "soon",
    ],
)
def test_uncertain_dates_are_errors_that_name_the_value(written: str) -> None:
    with pytest.raises(InputError, match=written.split("/", maxsplit=1)[0]):
        parse_date(written)


def test_equal_day_and_month_are_no_ambiguity() -> None:
    assert parse_date("03/03/2020") == date(2020, 3, 3)


def test_a_date_is_found_inside_a_line() -> None:
    assert find_date("Posted by X on Oct. 18, 2020 at 10:30 GMT") == date(2020, 10, 18)
    assert find_date("In 2020 it rained for 18 days") is None
