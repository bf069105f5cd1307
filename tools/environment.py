"""The environment `.venv` and the tasks that run in it, with Python's standard library alone.

A stamp in `.venv` keeps a hash of what was installed, so that a second run starts at once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "framing-setup.json"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PYTORCH_CPU = "https://download.pytorch.org/whl/cpu"
REQUIRED = (3, 11)

# Modules are compiled on their first import instead of all at once: 160 of 970 MB and some 15 s of work for code that
# nobody runs, against 2 to 4 s more for the first command.
PIP_OPTIONS = ("--no-compile", "--disable-pip-version-check")

HELP = """\
make demo     read and score the sample articles, open the dashboard (ARGS=--no-browser: score and stop)
make test     run the whole test suite (installs torch for the training tests)
make install  the base environment alone; the command is then .venv/bin/framing
make lint     ruff and mypy
make wheel    build the wheel into dist/
make usb      fill dist/usb (ARGS="--to FOLDER --platforms windows …") with all that a laptop without internet needs
make clean    remove .venv, dist and caches (demo-corpus stays: it may hold your own articles)

Without make:  python3 tools/setup.py demo      Windows:  py tools\\setup.py demo"""


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Runs a task and returns its exit status."""
    name, *rest = arguments or ["help"]
    tasks: dict[str, Callable[[list[str]], int]] = {
        "help": help_, "install": install, "demo": demo, "test": test, "lint": lint, "wheel": wheel, "usb": usb,
        "clean": clean,
    }  # fmt: skip
    if name not in tasks:
        print(f"There is no task {name!r}. There are:\n\n{HELP}", file=sys.stderr)
        return 2
    # An old Windows console cannot show every character of these messages.
    sys.stdout.reconfigure(errors="replace")
    try:
        return tasks[name](rest)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# Tasks ---------------------------------------------------------------------------------------------------------------


def help_(_: list[str]) -> int:
    print(HELP)
    return 0


def install(_: list[str]) -> int:
    ensure()
    command = VENV / ("Scripts/framing" if os.name == "nt" else "bin/framing")
    print(f"The command is {os.path.relpath(command)}")
    return 0


def demo(arguments: list[str]) -> int:
    """The environment, then `framing demo`. Where it only scores, the time of everything is printed after it."""
    started = time.monotonic()
    ensure()
    status = run(PYTHON, "-m", "framing", "demo", *arguments)
    if "--no-browser" in arguments:
        print(f"Set-up and scoring took {time.monotonic() - started:.0f} s; .venv now holds {megabytes(VENV)} MB.")
    return status


def test(arguments: list[str]) -> int:
    ensure("test", "train", "lint")
    if arguments:
        return run(PYTHON, "-m", "pytest", *arguments)
    # Tests in a browser watch the clock, so each has the machine to itself; the others share its processors.
    together = run(PYTHON, "-m", "pytest", "-m", "not browser", "-n", str(os.cpu_count() or 1))
    return run(PYTHON, "-m", "pytest", "-m", "browser") or together


def lint(_: list[str]) -> int:
    """ruff's rules and format, then mypy (which needs torch's types); all of them run even where one fails."""
    ensure("lint", "train")
    checks = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
    return max(run(PYTHON, "-m", *check) for check in checks)


def wheel(_: list[str]) -> int:
    """Builds dist/framing-*.whl. Old wheels of the folder are removed first, so that there is one."""
    create_venv()
    for old in (ROOT / "dist").glob("framing-*.whl"):
        old.unlink()
    quiet = [] if sys.stdout.isatty() else ["-qq"]
    return run(PYTHON, "-m", "pip", "wheel", "--disable-pip-version-check", *quiet, "--no-deps", "-w", "dist", ".")


def usb(arguments: list[str]) -> int:
    """Fills a folder for laptops without internet; see `usb.py`, which needs what the environment has."""
    ensure()
    if not {"-h", "--help"} & set(arguments) and (status := wheel([])):
        return status
    return run(PYTHON, "tools/usb.py", "--here", os.getcwd(), *arguments)


def clean(_: list[str]) -> int:
    for folder in (VENV, *(ROOT / name for name in ("build", "dist", ".pytest_cache", ".mypy_cache", ".ruff_cache"))):
        shutil.rmtree(folder, ignore_errors=True)
    for top in ("framing", "tests", "tools", "benchmarks"):
        for cache in (ROOT / top).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


# Environment ---------------------------------------------------------------------------------------------------------


def ensure(*extras: str) -> None:
    """Makes `.venv` hold framing and these extras. Raises SetupError where it cannot."""
    state, installed = fingerprint(), stamped()
    have = installed.get("extras", []) if installed.get("state") == state else []
    if installed.get("state") == state and set(extras) <= set(have):
        return
    started = time.monotonic()
    create_venv()
    wanted = sorted({*extras, *have})
    what = " with ".join(["framing", ", ".join(wanted)][: 1 + bool(wanted)])
    print(f"Installing {what} into .venv …", flush=True)
    STAMP.unlink(missing_ok=True)
    if "train" in wanted:
        install_cpu_torch()
    based = (uv := usable_uv()) is not None and run(uv, "pip", "install", "--python", PYTHON, "-e", ".") == 0
    if uv and not based:
        print("uv did not manage; going on with pip.", flush=True)
    if wanted or not based:
        pip("-e", f".[{','.join(wanted)}]" if wanted else ".")
    STAMP.write_text(json.dumps({"state": state, "extras": wanted}) + "\n", encoding="utf-8")
    print(f"Environment ready in {time.monotonic() - started:.0f} s: {megabytes(VENV)} MB in .venv", flush=True)


def fingerprint() -> str:
    """Hash of what an installation depends on: pyproject.toml, the build hook, the Python, the checkout's place."""
    digest = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}\n".encode())
    for name in ("pyproject.toml", "tools/build_hook.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def stamped() -> dict[str, object]:
    """What the stamp says was installed; empty where there is none or where `.venv` does not work any more."""
    if not STAMP.is_file() or not works():
        return {}
    return dict(json.loads(STAMP.read_text(encoding="utf-8")))


def works() -> bool:
    """Whether `.venv` has a Python of 3.11 or later that starts, with pip (half-made and moved ones have not)."""
    probe = f"import pip, sys; sys.exit(sys.version_info < {REQUIRED})"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def create_venv() -> None:
    """Makes `.venv` unless it is there and works."""
    if works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            f"This Python ({sys.executable}) cannot make environments: its module ensurepip is missing. On Debian and "
            f"Ubuntu install it with:\n\n  sudo apt install python{version}-venv\n\nand run the same command again."
        )
    print("Creating .venv …", flush=True)
    if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        raise SetupError(f"{sys.executable} -m venv failed; see the lines above.")


def pip(*arguments: str) -> None:
    quiet = [] if sys.stdout.isatty() else ["-qq"]
    if run(PYTHON, "-m", "pip", "install", *PIP_OPTIONS, *quiet, *arguments) != 0:
        raise SetupError(
            "pip could not install everything; see the lines above. Is the network reachable? "
            "Run the same command again: it goes on from what is there."
        )


def install_cpu_torch() -> None:
    """On Linux without an NVIDIA driver, torch's CPU build in a step of its own: PyPI's pulls 2.7 GB of CUDA packages.

    Never fails the set-up: where that index does not answer within seconds, the main installation brings torch.
    """
    if sys.platform != "linux" or Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return
    if run(PYTHON, "-c", "import importlib.metadata as m; m.version('torch')", quiet=True) == 0:
        return
    patience = ("--retries", "0", "--timeout", "8")
    index = ("--no-deps", "--index-url", PYTORCH_CPU)
    print("Installing torch for the CPU …", flush=True)
    if (
        run(PYTHON, "-m", "pip", "install", *PIP_OPTIONS, "-qq", *patience, *index, *torch_requirements(), quiet=True)
        != 0
    ):
        print("PyTorch's own index did not serve it; the usual index will.", flush=True)


def torch_requirements() -> list[str]:
    """The lines of pyproject.toml that ask for torch; pip picks the one whose marker fits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for line in project["optional-dependencies"]["train"] if re.match(r"torch\b(?!-)", line)]


def usable_uv() -> str | None:
    """uv where it is installed and pip is not configured otherwise: uv reads no pip configuration, so behind a mirror
    it would ask the wrong index. It installs the base alone, which has no torch (on Linux it takes the CUDA build)."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    shown = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    return None if re.search(r"\b(index-url|extra-index-url|find-links|no-index|proxy|cert)=", shown) else uv


# Helpers -------------------------------------------------------------------------------------------------------------


def run(*command: str | Path, quiet: bool = False) -> int:
    """Runs a command in the repository root and returns its exit status; Ctrl-C is left to the command."""
    # As pip compiles nothing, the first import must be allowed to, or every start would cost what the first does.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    errors = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=environment, stderr=errors)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def megabytes(folder: Path) -> int:
    """Size on disk, as `du -sm` counts it."""
    total = 0
    for top, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(top, name))
            total += getattr(status, "st_blocks", -(-status.st_size // 512)) * 512
    return round(total / 2**20)
