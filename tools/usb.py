"""`make usb`: fills a folder with what a laptop that never was online needs to run framing.

Runs in `.venv` (`environment.py` starts it) after framing's own wheel was built.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import platform
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet
from usb_wheels import PLATFORMS, MissingError, Wheel, fetch, pip

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).resolve().parent / "stick"
STARTERS = ("Start framing.bat", "Start framing.command", "start-framing.sh")
PAGE = "READ ME FIRST.html"
FILES, SUMS = "framing-files", "SHA256SUMS"
PYTHON_FOLDER = "python"
DEFAULT_PLATFORMS = ("windows", "mac-arm", "mac-intel", "linux")
DEFAULT_PYTHON = "3.13"
WHEN_INSTALLED = 1.1
"""Size of the environment over that of its unpacked wheels: 921 MB over 848 on Linux, in use, with compiled modules."""


@dataclass(frozen=True)
class Set:
    """The wheels of a platform for one Python."""

    platform: str
    version: str
    wheels: tuple[Wheel, ...]

    @property
    def name(self) -> str:
        return f"{self.platform}-{self.version}"

    @property
    def megabytes(self) -> int:
        return round(sum(wheel.path.stat().st_size for wheel in self.wheels) / 1e6)

    @property
    def installed_megabytes(self) -> int:
        return round(WHEN_INSTALLED * sum(wheel.installed_bytes for wheel in self.wheels) / 1e6)


def main(arguments: Sequence[str]) -> int:
    """Fills the folder; 0 where all that was asked for is in it, 3 where some had to be left out, 1 where none is."""
    wanted = parse(arguments)
    own = next((ROOT / "dist").glob("framing-*.whl"))
    work = ROOT / "build" / "usb"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        sets, left_out = collect(own, wanted_sets(wanted.platforms, wanted.python), work)
        if not sets:
            print("\nNothing could be put together; the folder is as it was.", file=sys.stderr)
            return 1
        make_corpus(work)
        fill(wanted.to, sets, work)
        report(wanted.to, sets, left_out)
    except (MissingError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 3 if left_out else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make usb ARGS=…", description="Fills a folder with all that a laptop without internet needs.",
        epilog='Example:  make usb ARGS="--to /media/me/STICK --platforms windows --python 3.13"',
    )  # fmt: skip
    parser.add_argument(
        "--to", type=Path, default=ROOT / "dist" / "usb", help="the folder: a stick (default: dist/usb)"
    )
    parser.add_argument(
        "--platforms", nargs="+", choices=sorted(PLATFORMS), metavar="PLATFORM",
        help=f"some of {', '.join(PLATFORMS)} (default: {', '.join(DEFAULT_PLATFORMS)} and this machine's own)",
    )  # fmt: skip
    parser.add_argument(
        "--python", nargs="+", type=python_version, metavar="3.X",
        help=f"Pythons of the laptops (default: {DEFAULT_PYTHON}, and for this machine's platform its own, too)",
    )  # fmt: skip
    parser.add_argument("--here", type=Path, default=Path(), help=argparse.SUPPRESS)  # where `--to` starts from
    wanted = parser.parse_args(arguments)
    wanted.to = (wanted.here / wanted.to).resolve()
    return wanted


def python_version(text: str) -> str:
    if not re.fullmatch(r"3\.(1[1-9]|2\d)", text):
        raise argparse.ArgumentTypeError(f"{text} is no Python that framing runs on, such as 3.11 or 3.13")
    return text


def own_platform() -> str | None:
    """This machine among the platforms; None where it is none of them."""
    here = (platform.system(), platform.machine())
    found = [n for n, p in PLATFORMS.items() if (p.markers["platform_system"], p.markers["platform_machine"]) == here]
    return found[0] if found else None


def wanted_sets(platforms: Sequence[str] | None, versions: Sequence[str] | None) -> list[tuple[str, str]]:
    """(platform, Python) of each set to be made."""
    own = own_platform()
    names = list(dict.fromkeys(platforms or (*DEFAULT_PLATFORMS, *([own] if own else []))))
    pairs = [(name, version) for name in names for version in versions or (DEFAULT_PYTHON,)]
    here = (own, f"{sys.version_info[0]}.{sys.version_info[1]}")
    if versions is None and own in names and here not in pairs:
        pairs.append(here)  # type: ignore[arg-type]
    return pairs


# Putting together ----------------------------------------------------------------------------------------------------


def collect(own: Path, pairs: Sequence[tuple[str, str]], work: Path) -> tuple[list[Set], list[str]]:
    """The sets with their wheels in `work/wheels`, and what had to be left out, in words."""
    built, wheels = work / "built", work / "wheels"
    built.mkdir()
    wheels.mkdir()
    sets, left_out = [], []
    for name, version in pairs:
        title = f"{PLATFORMS[name].title}, Python {version}"
        started = time.monotonic()
        print(f"{title} …", flush=True)
        try:
            found = Set(name, version, tuple(fetch(own, PLATFORMS[name], version, built, wheels)))
        except MissingError as error:
            left_out.append(f"{title}: {error}")
            print(f"  left out: {error}", flush=True)
            continue
        sets.append(found)
        print(f"  {len(found.wheels)} packages, {found.megabytes} MB, {time.monotonic() - started:.0f} s", flush=True)
    return sets, left_out


def make_corpus(work: Path) -> None:
    """Sample articles and a corpus of them, scored, so that the laptop need not compute. Sources are kept relative: no
    folder of this machine is in them."""
    shutil.copytree(ROOT / "sample_articles", work / "sample_articles")
    for command in (("ingest", "demo-corpus", "sample_articles"), ("score", "demo-corpus")):
        print(f"Demo corpus: {command[0]} …", flush=True)
        line = [sys.executable, "-m", "framing", *command]
        done = subprocess.run(line, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MissingError(f"The demo corpus could not be made:\n{done.stdout}{done.stderr}")
    (work / "demo-corpus" / ".lock").unlink(missing_ok=True)


def fill(folder: Path, sets: Sequence[Set], work: Path) -> None:
    """Writes the folder. Files of others in it stay, and so does what lies in framing-files/python."""
    files = folder / FILES
    files.mkdir(parents=True, exist_ok=True)
    (files / PYTHON_FOLDER).mkdir(exist_ok=True)
    room(folder, work)
    for old in files.iterdir():
        if old.name not in (PYTHON_FOLDER, "wheels"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    copy_wheels(sets, files / "wheels")
    for name in ("demo-corpus", "sample_articles"):
        shutil.copytree(work / name, files / name, copy_function=shutil.copyfile)
    shutil.copyfile(TEMPLATES / "starter.py", files / "starter.py")
    shutil.copyfile(ROOT / "LICENSE", files / "LICENSE")
    write(files / "LICENSES.csv", licences(sets))
    for each in sets:
        lines = (f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}" for wheel in each.wheels)
        write(files / f"{each.name}.txt", "\n".join(lines) + "\n")
    write(files / "stick.json", json.dumps(described(sets), indent=1) + "\n")
    versions = newest_first({each.version for each in sets})
    for name in STARTERS:
        text = starter((TEMPLATES / name).read_text(encoding="utf-8"), versions)
        write(folder / name, text, "\r\n" if name.endswith(".bat") else "\n")
        (folder / name).chmod(0o755)
    write(folder / PAGE, page((TEMPLATES / PAGE).read_text(encoding="utf-8"), sets))
    write(folder / SUMS, sums(folder))
    if found := traces(folder):
        raise MissingError("The folder names this machine, which it must not:\n" + "\n".join(found))


def room(folder: Path, work: Path) -> None:
    """Raises MissingError where the folder's disk has not the room."""
    taken = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and FILES in path.parts)
    needed = sum(path.stat().st_size for path in (work / "wheels").iterdir())
    free = shutil.disk_usage(folder).free + taken
    if free < 1.02 * needed:
        raise MissingError(
            f"{folder} has room for {free / 1e6:.0f} MB; {needed / 1e6:.0f} MB are needed. Choose fewer --platforms."
        )


def copy_wheels(sets: Sequence[Set], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    wanted = {wheel.path.name: wheel.path for each in sets for wheel in each.wheels}
    for old in folder.iterdir():
        if old.name not in wanted:
            old.unlink()
    for number, (name, path) in enumerate(sorted(wanted.items()), 1):
        shutil.copyfile(path, folder / name)
        if sys.stdout.isatty():
            print(f"\rCopying: {number} of {len(wanted)} packages", end="", flush=True)
    print(f"\r{len(wanted)} packages are in the folder.", flush=True)


def write(path: Path, text: str, newline: str = "\n") -> None:
    path.write_text(text, encoding="utf-8", newline=newline)


def described(sets: Sequence[Set]) -> dict[str, object]:
    """What the starter must know: when this was made, and of each set its wheels and its size installed."""
    targets = {
        each.name: {"installed_mb": each.installed_megabytes, "wheels": [wheel.path.name for wheel in each.wheels]}
        for each in sets
    }
    return {
        "version": own_version(sets),
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "targets": targets,
    }


def own_version(sets: Sequence[Set]) -> str:
    return next(wheel.version for wheel in sets[0].wheels if wheel.name == "framing")


def licences(sets: Sequence[Set]) -> str:
    """A CSV: each package with its version, its licence as its authors name it, and where it comes from."""
    wheels = {wheel.path.name: wheel for each in sets for wheel in each.wheels}
    rows = sorted({(wheel.name, wheel.version, wheel.licence, wheel.home) for wheel in wheels.values()})
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("package", "version", "licence", "home"), *rows])
    return out.getvalue()


def sums(folder: Path) -> str:
    """Lines that `sha256sum -c` reads, for everything of ours but the installers of Python that someone puts there."""
    ours = [folder / name for name in (*STARTERS, PAGE)]
    ours += [
        path
        for path in (folder / FILES).rglob("*")
        if path.is_file() and path.relative_to(folder).parts[1] != PYTHON_FOLDER
    ]
    lines = []
    for path in sorted(ours):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    return "".join(lines)


# Texts ---------------------------------------------------------------------------------------------------------------


def newest_first(versions: set[str]) -> list[str]:
    return sorted(versions, key=lambda version: int(version.partition(".")[2]), reverse=True)


def starter(template: str, versions: Sequence[str]) -> str:
    """A starter for these Pythons: lines between the two marks are repeated for each."""

    def repeat(found: re.Match[str]) -> str:
        return "".join(found[1].replace("@VERSION@", v).replace("@DIGITS@", v.replace(".", "")) for v in versions)

    text = re.sub(r"^rem @EACH_VERSION@\n(.*?)^rem @END@\n", repeat, template, flags=re.MULTILINE | re.DOTALL)
    return text.replace("@VERSIONS@", " ".join(versions)).replace("@NEWEST@", versions[0])


def page(template: str, sets: Sequence[Set]) -> str:
    """READ ME FIRST.html with the sizes and Pythons of this stick."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(PLATFORMS[each.platform].title)}</th><td>{each.version}</td>"
        f"<td>{each.megabytes}</td><td>{each.installed_megabytes}</td></tr>\n"
        for each in sets
    )
    windows = newest_first({each.version for each in sets if each.platform == "windows"})
    macs = newest_first({each.version for each in sets if each.platform.startswith("mac")})
    newest = newest_first({each.version for each in sets})[0]
    values = {
        "ROWS": rows, "VERSION": escape(own_version(sets)), "DAY": time.strftime("%d %B %Y", time.gmtime()),
        "WINDOWS": (windows or [newest])[0], "MAC": (macs or [newest])[0],
        "PYTHONS": ", ".join(newest_first({each.version for each in sets})),
        "NEWEST_MINOR": newest.partition(".")[2],
        "INSTALLED": str(max(each.installed_megabytes for each in sets)),
    }  # fmt: skip
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template


# Checks --------------------------------------------------------------------------------------------------------------


def traces(folder: Path) -> list[str]:
    """Files of ours that name a folder or a package index of this machine; wheels of others are as published."""
    words = [str(ROOT), *index_hosts()]
    return [
        f"{path.relative_to(folder)}: {what}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and PYTHON_FOLDER not in path.relative_to(folder).parts
        for what, content in contents(path)
        if any(word.encode() in content for word in words)
    ]


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """What stands in a file, unpacked: (where, content)."""
    if path.suffix == ".parquet":
        yield "its rows", repr(pyarrow.parquet.read_table(path).to_pylist()).encode()
    elif path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if path.name.startswith("framing-") or member.endswith(
                    (".dist-info/direct_url.json", ".dist-info/RECORD")
                ):
                    yield member, archive.read(member)
    else:
        yield "its text", path.read_bytes()


def index_hosts() -> list[str]:
    """Hosts of package indexes that pip's configuration names."""
    addresses = re.findall(r"(?:https?|file)://[^\s'\"]+", pip("config", "list").stdout)
    hosts = {urlsplit(address).hostname or "" for address in addresses}
    return sorted(host for host in hosts if host and host not in ("pypi.org", "files.pythonhosted.org"))


def report(folder: Path, sets: Sequence[Set], left_out: Sequence[str]) -> None:
    """What is in the folder, and what must still be done by hand."""
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and FILES in path.parts)
    print(f"\n{'for':<46} {'Python':>6} {'MB on the stick':>16} {'MB installed':>13}")
    for each in sets:
        print(
            f"{PLATFORMS[each.platform].title:<46} {each.version:>6} {each.megabytes:>16} "
            f"{each.installed_megabytes:>13}"
        )
    print(f"{'together (what several need is there once)':<46} {'':>6} {total / 1e6:>16.0f}")
    for line in left_out:
        print(f"Left out: {line}")
    newest = newest_first({each.version for each in sets})[0]
    print(
        f"\nThe folder is {folder}. Copy all of it to the stick.\n"
        f"For laptops without Python put its installers (from python.org: python-{newest}.…-amd64.exe for Windows,\n"
        f"python-{newest}.…-macos11.pkg for macOS) into {FILES}/{PYTHON_FOLDER} on the stick: the starters offer them."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
