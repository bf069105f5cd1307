"""Archives: what they hold is read as from a folder, and hostile ones are refused before anything of them is read."""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.errors import UnreadableSource
from framing.ingest import read
from framing.ingest.archive import ArchiveLimits, members
from framing.schema import Article, Rejection

ARTICLE = "---\noutlet: Northern Wire\ntitle: {}\n---\nThe dockers walked out at dawn and left nine ships at the quay. Two people were hurt.\n"
TABLE = "outlet,title,text\nMeridian Post,Talks end,The talks ended without a result late on Monday evening.\n"


def files() -> dict[str, bytes]:
    """A small collection in every readable kind, with what is to be passed by."""
    sink = io.BytesIO()
    pq.write_table(
        pa.table({"outlet": ["Calm Courier"], "title": ["Ferry sails"], "text": ["The ferry sailed on Monday."]}), sink
    )
    return {
        "press/one.md": ARTICLE.format("Dockers walk out").encode(),
        "press/table.csv": TABLE.encode(),
        "press/rows.parquet": sink.getvalue(),
        "press/README.md": b"about",
        "__MACOSX/press/._one.md": b"\0\0",
        "press/.hidden.txt": b"no",
        "press/page_files/style.txt": b"no",
        "press/paper.pdf": b"%PDF-1.7",
    }


def zipped(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return path


def tarred(path: Path, content: dict[str, bytes], mode: str = "w:gz", *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, body in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
        for entry in extra:
            archive.addfile(entry)
    return path


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_the_files_of_an_archive_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.zip":
        zipped(path, files())
    else:
        tarred(path, files(), {"a.tar": "w", "a.tgz": "w:gz"}.get(name, f"w:{name.rsplit('.', 1)[-1]}"))
    found = list(read(path))
    articles = [item for item in found if isinstance(item, Article)]
    assert sorted(item.title for item in articles) == ["Dockers walk out", "Ferry sails", "Talks end"]
    assert articles[0].source == f"{path}/press/one.md" and articles[1].source == f"{path}/press/table.csv#1"
    (rejected,) = [item for item in found if isinstance(item, Rejection)]
    assert rejected.source.endswith("paper.pdf") and "not read (.pdf)" in rejected.reason
    assert [entry.name for entry in tmp_path.iterdir()] == [name], "nothing was unpacked"


def test_a_file_packed_by_itself(tmp_path: Path) -> None:
    for name, pack in (("rows.csv.gz", gzip.compress), ("rows.csv.xz", lzma.compress)):
        (tmp_path / name).write_bytes(pack(TABLE.encode()))
        (found,) = read(tmp_path / name)
        assert isinstance(found, Article) and found.source.endswith(f"{name}/rows.csv#1")


def link(kind: bytes, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo("press/link.txt")
    entry.type, entry.linkname = kind, target
    return entry


def nested(depth: int) -> bytes:
    body, name = ARTICLE.format("Deep").encode(), "deep.md"
    for _ in range(depth):
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            archive.writestr(name, body)
        body, name = sink.getvalue(), "inner.zip"
    return body


def zip_link() -> bytes:
    sink = io.BytesIO()
    entry = zipfile.ZipInfo("press/link.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return sink.getvalue()


def zeros(megabytes: int) -> bytes:
    sink = io.BytesIO()
    with gzip.open(sink, "wb", compresslevel=1) as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return sink.getvalue()


def test_five_hostile_archives_are_refused(tmp_path: Path) -> None:
    """Zip bomb, path traversal, link, nested twenty deep, a gigabyte of zeros: each with its message, nothing stored."""
    good = {"press/one.md": ARTICLE.format("Dockers walk out").encode()}
    zipped(tmp_path / "bomb.zip", {**good, "bomb.txt": bytes(40_000_000)})
    zipped(tmp_path / "up.zip", {**good, "../../etc/cron.d/x.txt": b"x"})
    tarred(tmp_path / "link.tar.gz", good, "w:gz", link(tarfile.SYMTYPE, "/etc/passwd"))
    (tmp_path / "nested.zip").write_bytes(nested(20))
    (tmp_path / "zeros.txt.gz").write_bytes(zeros(1_000))
    said = {
        "bomb.zip": "unpacks to more than 100 times its size",
        "up.zip": "holds a file that would land outside its folder (../../etc/cron.d/x.txt)",
        "link.tar.gz": "holds a link (press/link.txt), which may lead anywhere",
        "nested.zip": "is an archive inside an archive",
        "zeros.txt.gz": "unpacks to more than 100 times its size",
    }
    for name, reason in said.items():
        run = CliRunner().invoke(main, ["ingest", str(tmp_path / "corpus"), str(tmp_path / name)])
        assert run.exit_code == 1, run.output
        assert "0 stored" in run.output and reason in run.output
        assert f"Rejected: {tmp_path / name}" in run.output


def test_more_that_is_refused_whole(tmp_path: Path) -> None:
    def refuse(path: Path, reason: str, limits: ArchiveLimits | None = None) -> None:
        with pytest.raises(UnreadableSource, match=reason):
            list(members(path, limits or ArchiveLimits()))

    good = {"one.md": b"text"}
    for number, name in enumerate(["/etc/x.txt", "a\\..\\..\\x.txt", "C:\\x.txt", "a/../x.txt"]):
        refuse(zipped(tmp_path / f"{number}.zip", {**good, name: b"x"}), "outside its folder")
        refuse(tarred(tmp_path / f"{number}.tar", {**good, name: b"x"}, "w"), "outside its folder")
    for number, kind in enumerate([tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]):
        refuse(tarred(tmp_path / f"k{number}.tar", good, "w", link(kind, "/dev/zero")), "may lead anywhere")
    (tmp_path / "link.zip").write_bytes(zip_link())
    refuse(tmp_path / "link.zip", "holds a link")
    many = {f"{number}.txt": b"x" for number in range(12)}
    refuse(zipped(tmp_path / "many.zip", many), "more than 10 files", ArchiveLimits(entries=10))
    refuse(tarred(tmp_path / "many.tar.xz", many, "w:xz"), "more than 10 files", ArchiveLimits(entries=10))
    large = {"a.txt": bytes(range(256)) * 40}
    refuse(zipped(tmp_path / "large.zip", large), "more than 0 MB", ArchiveLimits(bytes=5_000))
    refuse(tarred(tmp_path / "large.tar", large, "w"), "more than 0 MB", ArchiveLimits(bytes=5_000))
    locked = bytearray((tmp_path / "0.zip").read_bytes().replace(b"/etc/x.txt", b"letc/x.txt"))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    refuse(tmp_path / "locked.zip", "locked with a password")


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_damaged_archives(tmp_path: Path, cut: int) -> None:
    whole = tarred(tmp_path / "a.tar.gz", files()).read_bytes()
    for name, body in {
        "a.zip": zipped(tmp_path / "b.zip", files()).read_bytes(),
        "a.tar.gz": whole,
        "a.tar.xz": whole,
    }.items():
        (tmp_path / name).write_bytes(body[:cut])
        (found,) = read(tmp_path / name)
        assert isinstance(found, Rejection) and ("is damaged" in found.reason or "no file" in found.reason), found


def test_damage_inside_spoils_one_file(tmp_path: Path) -> None:
    body = zipped(tmp_path / "a.zip", files()).read_bytes()
    at = body.index(b"press/one.md") + 20
    (tmp_path / "a.zip").write_bytes(body[:at] + b"\xff\xff\xff" + body[at + 3 :])
    found = list(read(tmp_path / "a.zip"))
    assert [item.source.rsplit("/", 1)[1] for item in found if isinstance(item, Rejection)] == ["one.md", "paper.pdf"]
    assert len([item for item in found if isinstance(item, Article)]) == 2
