"""Tables of articles: columns guessed and mapped, bad rows refused one by one, memory flat."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from traced import peak_of

from framing.ingest import ReadOptions, read
from framing.schema import Article, Rejection

TEXT = "The lake rose, said “Orrin” officials, and two gates were opened."


def rows(path: Path, options: ReadOptions | None = None) -> list[Article | Rejection]:
    return list(read(path, options or ReadOptions()))


def taken(found: list[Article | Rejection]) -> list[Article]:
    return [one for one in found if isinstance(one, Article)]


def refused(found: list[Article | Rejection]) -> list[Rejection]:
    return [one for one in found if isinstance(one, Rejection)]


def save(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


@pytest.mark.parametrize(
    "header",
    [
        "outlet,title,text,published,url,author,event",
        "Source,Headline,Body,Date,Link,Byline,Event Name",
        "publisher,article_title,Content,pub_date,article-url,Authors,event_id",
        "domain,heading,article,publishedAt,href,writer,event",
    ],
)
def test_usual_column_names_are_understood(tmp_path: Path, header: str) -> None:
    path = save(tmp_path / "t.csv", header, f'CNN,Gates,"{TEXT}",2021-05-14,https://x.example/1,By Jane Roe,Orrin')
    assert rows(path) == [
        Article("CNN", "Gates", TEXT, date(2021, 5, 14), "Jane Roe", "https://x.example/1", f"{path}#1", "Orrin")
    ]


def test_outlet_wins_over_source_and_a_mapping_over_both(tmp_path: Path) -> None:
    path = save(tmp_path / "t.csv", "source,outlet,paper,text", f'scrape,CNN,AFP,"{TEXT}"')
    assert taken(rows(path))[0].outlet == "CNN"
    assert taken(rows(path, ReadOptions(columns={"outlet": "paper"})))[0].outlet == "Agence France-Presse"


def test_an_unknown_mapping_names_the_columns_there_are(tmp_path: Path) -> None:
    path = save(tmp_path / "t.csv", "source,words", "CNN,x")
    (fault,) = refused(rows(path, ReadOptions(columns={"text": "body"})))
    assert fault.source == str(path)
    assert '"body"' in fault.reason
    assert "source, words" in fault.reason
    (fault,) = refused(rows(path))
    assert "--column text=COLUMN" in fault.reason
    assert "source, words" in fault.reason


def test_a_table_without_any_outlet_is_refused_once_and_taken_with_the_option(tmp_path: Path) -> None:
    path = save(tmp_path / "t.csv", "title,text", f'A,"{TEXT}"', f'B,"{TEXT} B"')
    (fault,) = refused(rows(path))
    assert "--outlet" in fault.reason
    assert [one.outlet for one in taken(rows(path, ReadOptions(outlet="afp")))] == ["Agence France-Presse"] * 2


def test_the_outlet_may_come_from_address_or_byline(tmp_path: Path) -> None:
    path = save(
        tmp_path / "t.csv",
        "text,url,byline",
        f'"{TEXT}",https://www.bbc.co.uk/1,',
        f'"{TEXT}",https://orrin.example.org/1,',
        f'"{TEXT}",,Jason Ditz',
        f'"{TEXT}",,Jane Roe',
    )
    found = rows(path)
    assert [one.outlet for one in taken(found)] == ["BBC", "orrin.example.org", "Antiwar.com"]
    assert [(one.position, "--outlet" in one.reason) for one in refused(found)] == [("row 4", True)]


def test_bad_rows_are_refused_with_row_and_value_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = save(
        tmp_path / "t.csv",
        "outlet,text,date",
        f'CNN,"{TEXT}",2021-05-14',
        "CNN,,2021-05-14",
        f'CNN,"{TEXT}",31 February 2021',
        f'CNN,"{TEXT}",03/04/2021',
        "CNN,too,many,fields",
        "",
        f',"{TEXT}",',
        'BBC,"first line\n\nsecond ""line""",',
    )
    found = rows(path)
    assert [one.source for one in taken(found)] == [f"{path}#1", f"{path}#8"]
    assert taken(found)[1].text == 'first line\n\nsecond "line"'
    reasons = {one.position: one.reason for one in refused(found)}
    assert list(reasons) == ["row 2", "row 3", "row 4", "row 5", "row 6", "row 7"]
    for row, part in {
        2: "no text",
        3: "31 February",
        4: "03/04/2021",
        5: "4 fields",
        6: "empty",
        7: "--outlet",
    }.items():
        assert part in reasons[f"row {row}"]


def test_an_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    lines = [f"CNN,Title {number},{'word ' * 5}" for number in range(1, 6)]
    lines[1] = 'CNN,"Title 2,never closed'
    found = rows(save(tmp_path / "t.csv", "outlet,title,text", *lines))
    assert [one.title for one in taken(found)] == ["Title 1", "Title 3", "Title 4", "Title 5"]
    assert [one.position for one in refused(found)] == ["row 2"]


def test_tabs_with_bare_quotation_marks_and_semicolons(tmp_path: Path) -> None:
    tsv = save(
        tmp_path / "t.tsv", "outlet\ttitle\ttext", 'CNN\t"Peace" breaks out\tHe said "no" and left.', "BBC\tB\tC c"
    )
    assert [(one.title, one.text) for one in taken(rows(tsv))] == [
        ('"Peace" breaks out', 'He said "no" and left.'),
        ("B", "C c"),
    ]
    semicolons = save(tmp_path / "s.csv", "outlet;title;text", f"CNN;A, B;{TEXT}")
    assert taken(rows(semicolons))[0].title == "A, B"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_tables_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = save(
        tmp_path / "t.csv", "outlet,text", f'CNN,"{TEXT} café"', f'El País,"{TEXT} – ñ"', encoding=encoding, end="\r\n"
    )
    assert [(one.outlet, one.text) for one in taken(rows(path))] == [
        ("CNN", f"{TEXT} café"),
        ("El País", f"{TEXT} – ñ"),
    ]


def test_json_lines(tmp_path: Path) -> None:
    good = {
        "source": {"id": None, "name": "Al Jazeera"},
        "title": "Gates",
        "content": TEXT,
        "publishedAt": "2021-05-14T10:00:00Z",
    }
    path = save(
        tmp_path / "t.jsonl",
        json.dumps(good),
        '{"title": "cut',
        "[1, 2]",
        "",
        json.dumps({"outlet": "CNN", "text": ["First.", "Second."], "authors": ["Jane Roe", "Li Wei"], "date": None}),
        json.dumps({"outlet": "CNN", "text": None}),
    )
    found = rows(path)
    first, second = taken(found)
    assert (first.outlet, first.published, first.source) == ("Al Jazeera", date(2021, 5, 14), f"{path}#1")
    assert (second.text, second.byline, second.source) == ("First.\n\nSecond.", "Jane Roe, Li Wei", f"{path}#5")
    assert [(one.position, one.reason[:17]) for one in refused(found)] == [
        ("line 2", "is not valid JSON"),
        ("line 3", "is not a JSON obj"),
        ("line 6", "has no text"),
    ]


@pytest.mark.parametrize("field", ["title", "text", "event"])
def test_a_field_that_is_an_object_is_refused_with_its_row(tmp_path: Path, field: str) -> None:
    good = {"outlet": "CNN", "title": "Gates", "text": TEXT, "event": "Orrin"}
    nested = [good | {field: {"rendered": "Gates open", "raw": 1}}, good | {field: [{"rendered": "Gates open"}]}]
    kept = [good, good | {"title": {"name": "Named"}}, good | {"title": {}}]
    found = rows(save(tmp_path / "t.jsonl", *map(json.dumps, (*nested, *kept))))
    assert [one.title for one in taken(found)] == ["Gates", "Named", ""]
    first, second = refused(found)
    assert (first.position, second.position) == ("line 1", "line 2")
    assert (
        first.reason
        == f'its {field} is an object with "rendered", "raw", where a text is read; give the {field} as text'
    )
    pq.write_table(pa.Table.from_pylist(nested[:1]), tmp_path / "t.parquet")
    assert [one.position for one in refused(rows(tmp_path / "t.parquet"))] == ["row 1"]


def test_json_columns_may_be_mapped_and_left_out(tmp_path: Path) -> None:
    path = save(
        tmp_path / "t.jsonl", json.dumps({"who": "CNN", "t": TEXT}), json.dumps({"t": TEXT, "url": "https://bbc.com/1"})
    )
    mapped = ReadOptions(columns={"outlet": "who", "text": "t"})
    assert [one.outlet for one in taken(rows(path, mapped))] == ["CNN", "BBC"]
    (fault,) = refused(rows(path, ReadOptions(columns={"text": "body"})))
    assert "who, t, url" in fault.reason


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "publisher": ["CNN", "BBC", None],
            "body": [TEXT, None, TEXT],
            "date": [datetime(2021, 5, 14, 23, 0), None, None],
            "unused": [1, 2, 3],
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(table, path)
    found = rows(path)
    assert [(one.outlet, one.published, one.source) for one in taken(found)] == [
        ("CNN", date(2021, 5, 14), f"{path}#1")
    ]
    assert [one.position for one in refused(found)] == ["row 2", "row 3"]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 is not enough")
    assert "Parquet" in refused(rows(tmp_path / "bad.parquet"))[0].reason


@pytest.mark.parametrize("name", ["e.csv", "e.tsv", "e.jsonl", "e.parquet"])
def test_empty_and_binary_tables_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert len(refused(rows(tmp_path / name))) == len(rows(tmp_path / name)) == 1
    (tmp_path / name).write_bytes(bytes(range(256)) * 20)
    (fault,) = refused(rows(tmp_path / name))
    assert fault.source == str(tmp_path / name)


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("outlet,title,text\n")
    pq.write_table(
        pa.table({"outlet": pa.array([], pa.string()), "text": pa.array([], pa.string())}), tmp_path / "h.parquet"
    )
    for name in ("h.csv", "h.parquet"):
        (fault,) = refused(rows(tmp_path / name))
        assert fault.source == str(tmp_path / name) and fault.reason == "has no row under its column names"
    (fault,) = refused(rows(save(tmp_path / "b.jsonl", "", "  ", "\t")))
    assert fault.position == "" and fault.reason == "has only blank lines; a line of JSON holds one article"


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_a_line_of_200_mb_is_refused_and_never_held(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"big.{suffix}"
    good = {
        n: f'{{"outlet": "CNN", "text": "{n} words"}}\n' if suffix == "jsonl" else f'CNN,"{n} words"\n' for n in "ab"
    }
    with path.open("wb") as file:
        file.write(b"" if suffix == "jsonl" else b"outlet,text\n")
        file.write(good["a"].encode())
        file.write(b'{"text": "' if suffix == "jsonl" else b'CNN,"')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' if suffix == "jsonl" else b'"\n')
        file.write(good["b"].encode())
    found, peak = peak_of(lambda: rows(path), 80_000_000)
    assert [one.text for one in taken(found)] == ["a words", "b words"]
    (fault,) = refused(found)
    assert fault.position == ("line 2" if suffix == "jsonl" else "row 2")
    assert "200 MB" in fault.reason
    assert peak < 80_000_000


def test_an_overlong_line_inside_a_quoted_field_takes_only_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lines", "table"):
        monkeypatch.setattr(f"framing.ingest.{module}.MAX_BYTES", 2_000)
    path = save(
        tmp_path / "t.csv",
        "outlet,title,text",
        'CNN,A,"one',
        "x" * 3_000,
        'CNN,still the same,row"',
        "CNN,B,two words",
        f'CNN,C,"{"y" * 3_000}',
        'rest of it"',
        "CNN,D,three words",
    )
    found = rows(path)
    assert [one.title for one in taken(found)] == ["B", "D"]
    assert [one.position for one in refused(found)] == ["row 1", "row 3"]


def test_big_tables_are_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    schema = pa.schema({"outlet": pa.string(), "text": pa.string()})
    with pq.ParquetWriter(path, schema) as writer:
        for group in range(8):
            texts = [f"{group} {row} " + "words of an article " * 500 for row in range(50)]
            writer.write_table(pa.table({"outlet": ["CNN"] * 50, "text": texts}, schema=schema))
    count, peak = peak_of(lambda: sum(isinstance(one, Article) for one in read(path)), 3_000_000)
    assert count == 400
    assert peak < 3_000_000  # the 400 articles alone have 4 MB
