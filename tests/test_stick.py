"""The stick for laptops without internet: wheels for other machines, the folder, the starters. Nothing is downloaded: pip
is recorded, and the starter is run with small wheels made here."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PIP = next((Path(importlib.util.find_spec("ensurepip").origin).parent / "_bundled").glob("pip-*.whl"), None)  # type: ignore[union-attr, arg-type]
IMPORTED = ("onnxruntime", "duckdb", "pyarrow", "scipy", "pandas", "tokenizers", "streamlit")
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def usb(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/usb.py, which is no part of the package."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    for name in ("usb", "usb_wheels"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("usb")


@pytest.fixture
def starter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("starter", ROOT / "tools/stick/starter.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_wheel(folder: Path, name: str, version: str = "1.0", requires: tuple[str, ...] = (), **files: str) -> Path:
    """A wheel of these modules; `__` in a name stands for `/`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    lines = "".join(f"Requires-Dist: {line}\n" for line in requires)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n{lines}"
    members = {
        f"{key.replace('__', '/', 1)}.py" if not key.startswith("__") else key: text for key, text in files.items()
    }
    members |= {
        f"{info}/METADATA": metadata, f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{member},,\n" for member in (*members, f"{info}/RECORD")))
    return path


# Wheels --------------------------------------------------------------------------------------------------------------


def test_conditions_are_those_of_the_other_machine(usb: ModuleType, tmp_path: Path) -> None:
    make_wheel(tmp_path, "framing", requires=("click>=8", "watchdog; platform_system != 'Darwin'", "lxml[html_clean]"))
    make_wheel(tmp_path, "click", "8.1", ("colorama; sys_platform == 'win32'", "old; python_version < '3.12'"))
    make_wheel(tmp_path, "lxml", "6.0", ("lxml-html-clean>=2; extra == 'html_clean'",))
    for name in ("watchdog", "unasked", "old"):
        make_wheel(tmp_path, name)
    make_wheel(tmp_path, "lxml_html_clean", "1.0")
    wheels = [usb.Wheel.of(path) for path in tmp_path.glob("*.whl")]

    def found(platform: str, version: str = "3.13") -> tuple[set[str], list[str]]:
        kept, missing = sys.modules["usb_wheels"].needed(wheels, ["framing"], usb.PLATFORMS[platform], version)
        return {wheel.name for wheel in kept}, missing

    assert found("windows") == ({"framing", "click", "watchdog", "lxml"}, ["colorama", "lxml-html-clean>=2"])
    assert found("mac-arm") == ({"framing", "click", "lxml"}, ["lxml-html-clean>=2"])
    assert found("linux", "3.11")[0] == {"framing", "click", "watchdog", "lxml", "old"}


def fake_pip(index: Path, tmp_path: Path, calls: list[list[str]]) -> Callable[..., Any]:
    """pip as it is: wheels for another platform by the conditions of this machine; a source package is built."""

    def pip(*arguments: str | Path) -> Any:
        line = [str(part) for part in arguments]
        calls.append(line)
        if line[0] == "wheel":
            make_wheel(Path(line[line.index("-w") + 1]), "sourced")
            return SimpleNamespace(returncode=int(line[-1] != "sourced"), stderr="")
        if line[0] == "config":
            return SimpleNamespace(returncode=0, stdout="global.index-url='https://mirror.example/simple'")
        links, place = (Path(line[line.index(option) + 1]) for option in ("--find-links", "-d"))
        if not list(links.glob("sourced-*.whl")):
            return SimpleNamespace(returncode=1, stderr="ERROR: No matching distribution found for sourced")
        if "macosx_13_0_x86_64" in line:
            text = "ERROR: Could not find a version that satisfies the requirement onnxruntime>=1.20 (from framing) (from versions: none)"
            return SimpleNamespace(returncode=1, stderr=text)
        names = [re.split("[<>=]", name)[0] for name in line[line.index("-d") + 2 :] if not name.endswith(".whl")]
        for path in (*index.glob("framing-*"), *index.glob("click-*"), *links.glob("*.whl")):
            shutil.copy(path, place)
        for name in names:
            for path in index.glob(f"{name.replace('-', '_')}-*.whl"):
                shutil.copy(path, place)
        return SimpleNamespace(returncode=0, stderr="")

    return pip


@pytest.fixture
def filled(usb: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Path:
    """A stick filled by `make usb` for three platforms, of which one has no wheels; beside it `said`, what it printed."""
    index, root = tmp_path / "index", tmp_path / "checkout"
    own = make_wheel(root / "dist", "framing", "0.1.0", ("click", "sourced"))
    shutil.copy(own, make_wheel(index, "click", "8.1", ("colorama; sys_platform == 'win32'",)).parent)
    for name in ("colorama", "msvc_runtime"):
        make_wheel(index, name)
    make_wheel(index, "pip", "25.0")
    (root / "LICENSE").write_text("Apache")
    calls: list[list[str]] = []
    monkeypatch.setattr(usb, "ROOT", root)
    for module in ("usb", "usb_wheels"):
        monkeypatch.setattr(sys.modules[module], "pip", fake_pip(index, tmp_path, calls))

    def make_corpus(work: Path) -> None:
        for name in ("demo-corpus", "sample_articles"):
            (work / name).mkdir()
            (work / name / "one.txt").write_text("An article.")

    monkeypatch.setattr(usb, "make_corpus", make_corpus)
    asked = [
        "--here",
        str(tmp_path),
        "--to",
        "stick",
        "--python",
        "3.13",
        "--platforms",
        "windows",
        "mac-intel",
        "linux",
    ]
    (tmp_path / "stick/framing-files/python").mkdir(parents=True)
    (tmp_path / "stick/framing-files/python/python-3.13.9-amd64.exe").write_text("an installer that someone put there")
    (tmp_path / "stick/holiday.jpg").write_text("not ours")
    assert usb.main(asked) == 3
    (tmp_path / "said").write_text(capsys.readouterr().out, encoding="utf-8")
    return tmp_path / "stick"


def test_a_stick_has_what_each_platform_needs(filled: Path) -> None:
    files = filled / "framing-files"
    stick = json.loads((files / "stick.json").read_text())
    assert {name: len(part["wheels"]) for name, part in stick["targets"].items()} == {
        "windows-3.13": 6,
        "linux-3.13": 4,
    }
    assert "colorama-1.0-py3-none-any.whl" in stick["targets"]["windows-3.13"]["wheels"]
    assert "colorama" not in (files / "linux-3.13.txt").read_text()
    assert re.search(
        r"^sourced==1\.0 --hash=sha256:[0-9a-f]{64}$", (files / "windows-3.13.txt").read_text(), re.MULTILINE
    )
    assert (files / "python/python-3.13.9-amd64.exe").exists() and (filled / "holiday.jpg").exists()
    with (files / "LICENSES.csv").open(newline="") as file:
        assert {row["package"]: row["licence"] for row in csv.DictReader(file)}["colorama"] == "MIT"
    said = filled.with_name("said").read_text(encoding="utf-8")
    assert "left out: no wheel of onnxruntime is published for it" in said and "Left out: macOS 13" in said


def test_the_sums_are_right_and_nothing_of_the_machine_is_there(filled: Path, usb: ModuleType, tmp_path: Path) -> None:
    lines = [line.split("  ", 1) for line in (filled / "SHA256SUMS").read_text().splitlines()]
    ours = [path for path in filled.rglob("*") if path.is_file() and path.name not in ("SHA256SUMS", "holiday.jpg")]
    assert {name for _, name in lines} == {
        path.relative_to(filled).as_posix() for path in ours if path.suffix != ".exe"
    }
    for digest, name in lines:
        assert hashlib.sha256((filled / name).read_bytes()).hexdigest() == digest
    assert usb.traces(filled) == []
    (filled / "framing-files/sample_articles/one.txt").write_text(f"read from {tmp_path / 'checkout'}")
    make_wheel(filled / "framing-files/wheels", "framing", "0.2.0", framing__place="https://mirror.example/simple")
    assert [line.partition(":")[0] for line in usb.traces(filled)] == [
        "framing-files/sample_articles/one.txt", "framing-files/wheels/framing-0.2.0-py3-none-any.whl"
    ]  # fmt: skip


def test_the_page_is_whole_and_fetches_nothing(filled: Path) -> None:
    page = (filled / "READ ME FIRST.html").read_text(encoding="utf-8")
    assert not re.findall(r"@[A-Z_]+@", page)
    assert not re.findall(r"<(?:script|img|link|iframe)|url\(|@import", page)
    for target in re.findall(r'href="([^"]+)"', page):
        assert f'id="{target[1:]}"' in page if target.startswith("#") else (filled / target).exists()
    for said in (
        "Windows protected your PC",
        "Run anyway",
        "Private networks",
        "Mobile hotspot",
        "framing-app",
        "3.13",
    ):
        assert said in page


def test_the_batch_file_depends_on_its_own_place_alone(filled: Path) -> None:
    raw = (filled / "Start framing.bat").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") and raw.isascii() and b"@EACH" not in raw
    lines = raw.decode().splitlines()
    text = "\n".join(lines)
    code = "\n".join(line for line in lines if not line.startswith(("rem ", "echo ")))
    assert not re.search(r"(?i)powershell|\b(cd|chdir|pushd|runas|reg|setx)\b", code)
    # Every path begins at this file or at a folder of Windows, and stands in quotation marks.
    for path in re.findall(r"\S*(?:~dp0|%LOCALAPPDATA%|%ProgramFiles%|%STARTER%|%INSTALLER%)", code):
        assert '"' in path, path
    assert 'if not exist "%STARTER%" goto incomplete' in text and 'set "STARTER=%~dp0framing-files\\starter.py"' in text
    assert "call :try py -3.13\n" in text and "Python313\\python.exe" in text
    for label in re.findall(r"(?:goto|call) :?(\w+)", code):
        assert f":{label}" in lines
    # What goes wrong ends at the pause that keeps the window open.
    assert lines[-2:] == ["pause", "exit /b 1"] and "InstallAllUsers=0" in text


def test_arguments_are_checked(usb: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(usb, "own_platform", lambda: "linux-arm")
    assert usb.wanted_sets(None, None)[:2] == [("windows", "3.13"), ("mac-arm", "3.13")]
    assert ("linux-arm", HERE) in usb.wanted_sets(None, None)
    assert usb.wanted_sets(["windows"], ["3.11", "3.12"]) == [("windows", "3.11"), ("windows", "3.12")]
    with pytest.raises(SystemExit):
        usb.parse(["--python", "3.9"])
    assert "3.9 is no Python that framing runs on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "built_for", "machine", "version", "name"),
    [
        ("win32", "win-amd64", "AMD64", "", "windows"),
        ("win32", "win32", "AMD64", "", "win32"),
        ("darwin", "macosx-10.13-universal2", "arm64", "14.2", "mac-arm"),
        ("darwin", "macosx-10.13-universal2", "x86_64", "13.6.1", "mac-intel"),
        ("darwin", "macosx-11.0-arm64", "arm64", "13.0", "macOS 13.0, which is too old"),
        ("linux", "linux-aarch64", "aarch64", "2.36", "linux-arm"),
        ("linux", "linux-x86_64", "x86_64", "2.17", "linux with an old or another C library"),
    ],
)
def test_machines_have_their_names(
    starter: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    built_for: str,
    machine: str,
    version: str,
    name: str,
) -> None:
    monkeypatch.setattr(starter.sys, "platform", platform)
    monkeypatch.setattr(starter.sysconfig, "get_platform", lambda: built_for)
    monkeypatch.setattr(starter.platform, "machine", lambda: machine)
    monkeypatch.setattr(starter.platform, "mac_ver", lambda: (version, ("", "", ""), machine))
    monkeypatch.setattr(starter.platform, "libc_ver", lambda: ("glibc", version))
    assert starter.system() == name


# The starter ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stick(usb: ModuleType, starter: ModuleType, tmp_path: Path) -> Path:
    """A stick for this machine, in a folder with a space and an umlaut, whose framing is a few lines."""
    if os.name == "nt" or PIP is None or "-" in starter.system().replace("linux-arm", "").replace("mac-", ""):
        pytest.skip("needs a system that the stick serves, with sh and ensurepip's pip")
    return write_stick(usb, starter, tmp_path / "Stick von Jörg", "2026-01-02T00:00:00Z", "0.1.0")


def write_stick(usb: ModuleType, starter: ModuleType, folder: Path, made: str, version: str) -> Path:
    work = folder.with_name("work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copy(PIP, (make_wheel(work / "wheels", "libraries", **dict.fromkeys(IMPORTED, ""))).parent)
    cli = "from types import SimpleNamespace\nmain = SimpleNamespace(commands={'dashboard': 1})\n"
    told = f"import sys, os\nprint('framing {version}', *sys.argv[1:], 'in', os.path.basename(os.getcwd()))\n"
    make_wheel(
        work / "wheels", "framing", version, framing____init__="", framing__cli=cli, framing____main__=told,
        framing__compare="", framing__scorer="",
    )  # fmt: skip
    for name in ("demo-corpus", "sample_articles"):
        (work / name).mkdir()
        (work / name / "one.txt").write_text("An article.")
    wheels = tuple(usb.Wheel.of(path) for path in sorted((work / "wheels").glob("*.whl")))
    usb.fill(folder, [usb.Set(starter.system(), HERE, wheels)], work)
    described = json.loads((folder / "framing-files/stick.json").read_text())
    (folder / "framing-files/stick.json").write_text(json.dumps(described | {"made": made}))
    (folder / "SHA256SUMS").write_text(usb.sums(folder))
    return folder


def run(folder: Path, home: Path, *arguments: str) -> tuple[int, str]:
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])}
    environment |= {"PYTHONPATH": "/nowhere", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        ["/bin/sh", str(folder / "start-framing.sh"), *arguments], cwd="/", env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_from_the_first_start_to_a_newer_stick(
    usb: ModuleType, starter: ModuleType, stick: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home of Zoë"
    status, said = run(stick, home, "dashboard", "--port", "8929")
    assert status == 0, said
    assert "Installing: done" in said and said.endswith(
        "framing 0.1.0 dashboard demo-corpus --port 8929 in framing-app\n"
    )
    assert (home / "framing-app/demo-corpus/one.txt").exists()
    (home / "framing-app/demo-corpus/one.txt").write_text("The teacher's own.")
    # Without the stick, from the laptop itself; with nothing to ask, the one command that there is.
    status, said = run(home / "framing-app", home)
    assert status == 0 and "Installing" not in said and "framing 0.1.0 dashboard demo-corpus in" in said
    status, said = run(stick, home, "classroom")
    assert status == 1 and "has no 'classroom' yet" in said
    newer = write_stick(usb, starter, tmp_path / "newer", "2026-03-04T00:00:00Z", "0.2.0")
    status, said = run(newer, home)
    assert status == 0 and "it is updated" in said and "framing 0.2.0 dashboard" in said
    assert (home / "framing-app/demo-corpus/one.txt").read_text() == "The teacher's own."
    assert len(list((home / "framing-app").glob("program-*"))) == 1
    status, said = run(stick, home)
    assert status == 0 and "This laptop has a newer framing" in said and "framing 0.2.0 dashboard" in said


def test_what_is_wrong_with_a_stick_is_said(stick: Path, tmp_path: Path, starter: ModuleType) -> None:
    wheel = stick / "framing-files/wheels/framing-0.1.0-py3-none-any.whl"
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:-1] + b"x")
    status, said = run(stick, tmp_path / "home")
    assert status == 1 and f"is damaged: framing-files/wheels/{wheel.name}" in said
    wheel.unlink()
    status, said = run(stick, tmp_path / "home")
    assert status == 1 and f"is missing: framing-files/wheels/{wheel.name}" in said
    described = json.loads((stick / "framing-files/stick.json").read_text())
    (stick / "framing-files/stick.json").write_text(json.dumps(described | {"targets": {}}))
    status, said = run(stick, tmp_path / "home")
    assert status == 1 and "none that fits the stick" in said and f"It has Python {HERE} on" in said
    (stick / "framing-files/stick.json").write_text("{")
    status, said = run(stick, tmp_path / "home")
    assert status == 1 and "stick.json cannot be read" in said
    assert not (tmp_path / "home/framing-app/installed.json").exists()


def test_a_home_that_cannot_be_written_is_named(stick: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/framing-app").write_text("a file in the way")
    status, said = run(stick, tmp_path / "home")
    assert (
        status == 1 and "This computer refused something" in said and "framing-app" in said and "Traceback" not in said
    )


def test_what_to_start_is_asked_and_a_lesson_is_the_first_answer(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {"commands": ["classroom", "dashboard", "score"]}
    assert starter.ask({"commands": ["dashboard"]}) == "dashboard"
    monkeypatch.setattr(starter.sys, "stdin", SimpleNamespace(isatty=lambda: False))
    assert starter.ask(both) == "classroom"
    monkeypatch.setattr(starter.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    answers = iter(["yes", "2", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    assert [starter.ask(both), starter.ask(both)] == ["dashboard", "classroom"]


def test_an_installation_that_fails_leaves_the_old_one(
    starter: ModuleType, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "app"
    for name, value in {"FILES": stick / "framing-files", "STICK": stick, "HOME": home}.items():
        monkeypatch.setattr(starter, name, value)
    monkeypatch.setattr(starter, "STAMP", home / "installed.json")
    monkeypatch.setattr(starter, "LOG", home / "set-up.log")
    home.mkdir()
    before = '{"made": "2025-01-01T00:00:00Z", "version": "0.0.9", "program": "program-old", "commands": []}'
    (home / "installed.json").write_text(before)
    starter.venv.EnvBuilder(with_pip=False).create(home / "program-old")
    monkeypatch.setattr(starter, "run_quietly", lambda *command, **variables: "ERROR: the disk is full")
    with pytest.raises(starter.StickError, match=r"(?s)The installation failed.*the disk is full"):
        starter.install(starter.contents())
    assert (home / "installed.json").read_text() == before and starter.installed()["version"] == "0.0.9"
    monkeypatch.setattr(starter.shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * 2**20))
    with pytest.raises(starter.StickError, match="has 5 MB left"):
        starter.check_space(800)


def test_windows_gets_its_runtime_beside_onnx_runtime(starter: ModuleType, tmp_path: Path) -> None:
    where = tmp_path / "Lib/site-packages/onnxruntime/capi"
    where.mkdir(parents=True)
    name = f"msvc_runtime-14.0-cp{sys.version_info[0]}{sys.version_info[1]}-cp{HERE.replace('.', '')}-win_amd64.whl"
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("msvc_runtime-14.0.data/data/Scripts/msvcp140.dll", "library")
        archive.writestr("msvc_runtime-14.0.data/data/vcomp140.dll", "not needed")
    starter.bring_runtime(tmp_path, tmp_path)
    assert [path.name for path in where.iterdir()] == ["msvcp140.dll"]
