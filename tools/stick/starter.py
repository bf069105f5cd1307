"""Sets framing up on this laptop from the stick, without a network, and starts it. Standard library alone.

The starters beside the folder of this file look for a Python that fits (`--fits`) and hand over to it. Everything goes
into the folder `framing-app` of the user's home: a stick is slow, may be read-only, and FAT knows no links. A second
start finds it there. The same files are copied there, so that framing starts without the stick, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FILES = Path(__file__).absolute().parent
STICK = FILES.parent
HOME = Path.home() / "framing-app"
STAMP = HOME / "installed.json"
LOG = HOME / "set-up.log"
CORPUS = "demo-corpus"
STARTERS = ("Start framing.bat", "Start framing.command", "start-framing.sh")
CLASSROOM, DASHBOARD = "classroom", "dashboard"
# What ONNX Runtime needs of Microsoft's C++ runtime, which a fresh Windows lacks and Python brings in part only.
RUNTIME = ("msvcp140.dll", "msvcp140_1.dll", "vcruntime140.dll", "vcruntime140_1.dll")
# As the wheels were chosen: usb_wheels.py.
OLDEST_GLIBC = (2, 28)
OLDEST_MACOS = {"mac-arm": 14, "mac-intel": 13}
SPARE_MB = 300


class StickError(Exception):
    """The start cannot go on; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Runs a start; its exit status. `--fits` says whether this Python fits the stick, `classroom` and `dashboard`
    answer the question what to start, everything after them goes to that command."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # an old console cannot show every character of a path
    asked = list(arguments) == ["--fits"]
    try:
        stick = contents()
        if not asked:
            return start(ready(stick), arguments)
        if target(stick) is None:
            print(f"It has Python {python()} on {system()}: the stick has nothing for that.")
        return int(target(stick) is None)
    except StickError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return int(not asked)  # a damaged stick fits as well as another: the start itself says what is wrong
    except OSError as error:
        print(
            f"\nThis computer refused something: {error}\nIs the disk full, or this folder not yours?", file=sys.stderr
        )
        return 1
    except (KeyboardInterrupt, EOFError):
        return 0


# What is there -------------------------------------------------------------------------------------------------------


def contents() -> dict[str, Any]:
    """What the stick says of itself."""
    try:
        stick: dict[str, Any] = json.loads((FILES / "stick.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StickError(
            f"The stick is damaged: stick.json cannot be read ({error}).\nCopy the folder to it again."
        ) from error
    return stick


def target(stick: dict[str, Any]) -> str | None:
    """Name of the stick's parts for this machine and this Python; None where there are none."""
    name = f"{system()}-{python()}"
    return name if name in stick["targets"] else None


def python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def system() -> str:
    """This machine in the stick's words. What this Python was built for counts, not the processor."""
    if sys.platform == "darwin":
        name = "mac-arm" if platform.machine() == "arm64" else "mac-intel"
        version = platform.mac_ver()[0]
        return name if int(version.partition(".")[0]) >= OLDEST_MACOS[name] else f"macOS {version}, which is too old"
    if sys.platform == "linux" and not new_glibc():
        return "linux with an old or another C library"
    built_for = sysconfig.get_platform()
    return {"win-amd64": "windows", "linux-x86_64": "linux", "linux-aarch64": "linux-arm"}.get(built_for, built_for)


def new_glibc() -> bool:
    name, version = platform.libc_ver()
    return name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) >= OLDEST_GLIBC


def ready(stick: dict[str, Any]) -> dict[str, Any]:
    """What is installed, after installing it where it is missing, broken or older than the stick."""
    stamp = installed()
    if stamp.get("made") == stick["made"]:
        return stamp
    if stamp and stamp["made"] > stick["made"]:
        print(
            f"This laptop has a newer framing ({day(stamp)}) than the stick ({day(stick)}); the newer one is started."
        )
        return stamp
    if stamp:
        print(f"The stick has a newer framing ({day(stick)}) than this laptop ({day(stamp)}): it is updated.")
    return install(stick)


def installed() -> dict[str, Any]:
    """The stamp of what is installed; empty where nothing is, or where its Python does not start any more."""
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
        done = subprocess.run([python_of(HOME / stamp["program"]), "-c", ""], capture_output=True, check=False)
    except (OSError, ValueError, KeyError):
        return {}
    return stamp if done.returncode == 0 else {}


def day(described: dict[str, Any]) -> str:
    return f"version {described['version']} of {described['made'][:10]}"


# Installing ----------------------------------------------------------------------------------------------------------


def install(stick: dict[str, Any]) -> dict[str, Any]:
    """Installs the stick's framing beside what is there, then lets the stamp point to it. An installation that is cut
    off leaves the stamp, and so the old one, as it was."""
    name = target(stick)
    if name is None:
        raise StickError(
            f"The stick has nothing for this Python ({python()} on {system()}).\nIt has parts for: "
            f"{', '.join(sorted(stick['targets']))}.\nREAD ME FIRST.html on the stick says what to do."
        )
    if not (FILES / "wheels").is_dir():
        raise StickError("framing is not installed completely on this laptop. Plug in the stick and start from there.")
    part = stick["targets"][name]
    print(
        f"framing {stick['version']} is set up in {HOME}\nThis is done once, takes some minutes and needs no internet."
    )
    HOME.mkdir(parents=True, exist_ok=True)
    clean_up(keep=installed().get("program"))
    check_space(part["installed_mb"])
    check_files(part["wheels"])
    program = HOME / f"program-{stick['made'].replace(':', '')}"
    shutil.rmtree(program, ignore_errors=True)
    started = time.monotonic()
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(program)
    wheels = FILES / "wheels"
    pip = next(wheels.glob("pip-*.whl"))
    options = ["--no-index", "--no-deps", "--require-hashes", "--no-compile", "--no-cache-dir", "--progress-bar", "off"]
    line = ["-m", "pip", "install", *options, "--find-links", str(wheels), "-r", str(FILES / f"{name}.txt")]
    told = run_quietly("2 of 3  Installing", [python_of(program), *line], PYTHONPATH=str(pip))
    if told is not None:
        raise StickError(f"The installation failed. The last lines say why; all of them are in {LOG}\n\n{told}")
    if os.name == "nt":
        bring_runtime(program, wheels)
    commands = try_out(program)
    copy_for_later()
    stamp = {"made": stick["made"], "version": stick["version"], "program": program.name, "commands": commands}
    beside = STAMP.with_suffix(".new")
    beside.write_text(json.dumps(stamp), encoding="utf-8")
    os.replace(beside, STAMP)
    clean_up(keep=program.name)
    print(f"Set up in {time.monotonic() - started:.0f} s. From now on framing starts at once, also without the stick:\n"
          f"by the starter in {HOME}\n")  # fmt: skip
    return stamp


def check_space(needed: int) -> None:
    free = shutil.disk_usage(HOME).free // 2**20
    if free < needed + SPARE_MB:
        raise StickError(
            f"The disk of {HOME} has {free} MB left; framing takes {needed} MB and needs {SPARE_MB} more to work.\n"
            "Make room (empty the bin) and start again."
        )


def check_files(wheels: Sequence[str]) -> None:
    """Raises StickError unless every file that this laptop needs is on the stick as it was written."""
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines_of(STICK / "SHA256SUMS"))}
    mine = f"{FILES.name}/"
    names = [name for name in known if name.startswith(mine) and "/wheels/" not in name]
    names += [f"{mine}wheels/{wheel}" for wheel in wheels]
    for number, name in enumerate(names, 1):
        show(f"1 of 3  Checking the stick: file {number} of {len(names)}")
        path = STICK / name
        if name not in known or not path.is_file() or sha256(path) != known[name]:
            fault = "is damaged" if path.is_file() else "is missing"
            raise StickError(
                f"A file on the stick {fault}: {name}\nCopy the folder to the stick again, or take another stick."
            )
    show("1 of 3  Checking the stick: good", last=True)


def lines_of(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise StickError(f"A file on the stick is missing: {path.name}\nCopy the folder to the stick again.")
    yield from path.read_text(encoding="utf-8").splitlines()


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_quietly(doing: str, command: Sequence[str | Path], **variables: str) -> str | None:
    """Runs a command with its output in the log and the seconds on the screen; the output's end where it fails."""
    started = time.monotonic()
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, env=clean(**variables), cwd=HOME
        )
        while process.poll() is None:
            show(f"{doing}: {time.monotonic() - started:.0f} s")
            time.sleep(1)
    show(f"{doing}: {'done' if process.returncode == 0 else 'failed'}", last=True)
    if process.returncode == 0:
        return None
    return "\n".join(LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])


def clean(**variables: str) -> dict[str, str]:
    """The surroundings of a command, without settings that would lead Python or pip elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return (
        kept
        | {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONNOUSERSITE": "1"}
        | variables
    )


def bring_runtime(program: Path, wheels: Path) -> None:
    """Puts Microsoft's C++ runtime from its wheel beside ONNX Runtime, where Windows looks first."""
    where = program / "Lib" / "site-packages" / "onnxruntime" / "capi"
    with zipfile.ZipFile(next(wheels.glob(f"msvc_runtime-*-cp{python().replace('.', '')}-*.whl"))) as archive:
        for member in archive.namelist():
            if member.rpartition("/")[2] in RUNTIME:
                (where / member.rpartition("/")[2]).write_bytes(archive.read(member))


def try_out(program: Path) -> list[str]:
    """Loads what a lesson needs; the commands that this framing has. Raises StickError where it does not load."""
    probe = (
        "import onnxruntime, duckdb, pyarrow, scipy, pandas, tokenizers, streamlit, framing.compare, framing.scorer\n"
        "from framing.cli import main\nprint('commands', *main.commands)"
    )
    told = run_quietly("3 of 3  Trying it out", [python_of(program), "-c", probe])
    if told is not None:
        raise StickError(f"framing is installed but does not start. The last lines say why; all are in {LOG}\n\n{told}")
    found = [line for line in LOG.read_text(encoding="utf-8").splitlines() if line.startswith("commands ")]
    return found[-1].split()[1:]


def copy_for_later() -> None:
    """Sample articles and scored corpus (one that is there may hold the teacher's own articles and stays), and what
    starts framing without the stick."""
    for name in (CORPUS, "sample_articles"):
        if not (HOME / name).exists():
            shutil.copytree(FILES / name, HOME / name, copy_function=shutil.copyfile)
    if STICK == HOME:
        return
    (HOME / FILES.name).mkdir(exist_ok=True)
    for name in ("starter.py", "stick.json"):
        shutil.copyfile(FILES / name, HOME / FILES.name / name)
    for name in STARTERS:
        shutil.copyfile(STICK / name, HOME / name)
        (HOME / name).chmod(0o755)


def clean_up(keep: str | None) -> None:
    """Removes older and half-made programs. Windows keeps one that still runs: a later start removes it."""
    for folder in HOME.glob("program-*"):
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


# Starting ------------------------------------------------------------------------------------------------------------


def start(stamp: dict[str, Any], arguments: Sequence[str]) -> int:
    """Starts the classroom or the dashboard until it is stopped; its exit status."""
    command, *rest = arguments if arguments and arguments[0] in (CLASSROOM, DASHBOARD) else (ask(stamp), *arguments)
    if command not in stamp["commands"]:
        raise StickError(f"This framing ({stamp['version']}) has no {command!r} yet.")
    print("Keep this window open as long as you work. To stop, close it or press Ctrl+C.\n", flush=True)
    line = [python_of(HOME / stamp["program"]), "-m", "framing", command, CORPUS, *rest]
    process = subprocess.Popen([str(part) for part in line], cwd=HOME, env=clean())
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def ask(stamp: dict[str, Any]) -> str:
    """Which of the two to start; without a keyboard the first that there is."""
    choices = [name for name in (CLASSROOM, DASHBOARD) if name in stamp["commands"]]
    if len(choices) == 1 or not sys.stdin.isatty():
        return choices[0]
    print("What do you want to do?\n\n  1  A lesson with a class: pupils join with their phones\n"
          "  2  Compare news articles, or add your own (the dashboard)\n")  # fmt: skip
    while True:
        answer = input("Type 1 or 2, then press Enter (Enter alone: 1): ").strip() or "1"
        if answer in ("1", "2"):
            return choices[int(answer) - 1]


def python_of(program: Path) -> Path:
    return program / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def show(text: str, last: bool = False) -> None:
    """A line that the next one replaces; in a file or a pipe only the last one of a step."""
    if sys.stdout.isatty():
        print(f"\r{text:<70}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
