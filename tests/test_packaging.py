"""The set-up script and what a wheel carries. `.ci/run` builds the wheel and runs it in an empty environment."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {"python-dateutil": "dateutil", "pyyaml": "yaml", "scikit-learn": "sklearn"}
# Named in pyproject.toml for others: see the comment there, and Streamlit, which needs pyarrow as we do.
NEEDED_BY_OTHERS = {"lxml-html-clean"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/environment.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The script in a checkout of its own; commands are recorded instead of run."""
    (tmp_path / "tools").mkdir()
    for name in ("pyproject.toml", "tools/build_hook.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    commands: list[list[str]] = []

    def run(*command: str | Path, quiet: bool = False) -> int:
        commands.append([str(part) for part in command])
        return 0

    venv = tmp_path / ".venv"
    venv.mkdir()
    for name, value in {"ROOT": tmp_path, "VENV": venv, "STAMP": venv / "framing-setup.json", "run": run}.items():
        monkeypatch.setattr(environment, name, value)
    monkeypatch.setattr(environment, "works", lambda: True)
    monkeypatch.setattr(environment, "usable_uv", lambda: None)
    return commands


def installs(commands: list[list[str]]) -> list[str]:
    return [command[-1] for command in commands if "install" in command]


def test_a_second_run_installs_nothing(environment: ModuleType, checkout: list[list[str]]) -> None:
    environment.ensure()
    assert installs(checkout) == ["."]
    environment.ensure()
    assert installs(checkout) == ["."]


def test_an_extra_is_added_and_kept(environment: ModuleType, checkout: list[list[str]]) -> None:
    environment.ensure("test")
    environment.ensure()
    environment.ensure("lint")
    environment.ensure("test")
    assert installs(checkout) == [".[test]", ".[lint,test]"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "tools/build_hook.py"])
def test_a_change_installs_again(
    environment: ModuleType, checkout: list[list[str]], tmp_path: Path, changed: str
) -> None:
    environment.ensure()
    (tmp_path / changed).write_text((tmp_path / changed).read_text() + "\n# changed\n")
    environment.ensure()
    assert installs(checkout) == [".", "."]


def test_an_installation_that_failed_is_not_taken_for_done(
    environment: ModuleType, checkout: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure()
    (environment.ROOT / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(environment, "run", lambda *command, quiet=False: 1)
    with pytest.raises(environment.SetupError, match="pip could not install"):
        environment.ensure()
    assert not environment.STAMP.exists()


@pytest.mark.parametrize(
    ("platform", "driver", "steps"), [("linux", False, 1), ("linux", True, 0), ("darwin", False, 0)]
)
def test_the_cpu_build_of_torch_is_for_linux_without_a_driver(
    environment: ModuleType,
    checkout: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    driver: bool,
    steps: int,
) -> None:
    monkeypatch.setattr(environment.sys, "platform", platform)
    monkeypatch.setattr(environment.shutil, "which", lambda name: "/usr/bin/nvidia-smi" if driver else None)
    monkeypatch.setattr(environment, "run", _torch_absent(checkout))
    environment.install_cpu_torch()
    taken = [command for command in checkout if "--index-url" in command]
    assert len(taken) == steps
    assert all("--no-deps" in command and "torch>=2.6" in command[-2] for command in taken)


def test_pytorchs_index_out_of_reach_does_not_stop_the_set_up(
    environment: ModuleType, checkout: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(environment.sys, "platform", "linux")
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment, "run", lambda *command, quiet=False: 1)
    environment.install_cpu_torch()
    assert "the usual index will" in capsys.readouterr().out


def _torch_absent(commands: list[list[str]]) -> Any:
    def run(*command: str | Path, quiet: bool = False) -> int:
        commands.append([str(part) for part in command])
        return int("-c" in command)

    return run


def test_a_python_without_venv_says_what_to_install(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(environment, "works", lambda: False)
    monkeypatch.setattr(environment, "stamped", dict)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    assert environment.main(["install"]) == 1
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in capsys.readouterr().err


def test_an_old_python_says_so_or_hands_over() -> None:
    """The script must at least parse on old Pythons; here it is told that it runs on one, with no other on PATH."""
    code = f"import sys; sys.version_info = (3, 8, 1); exec(open({str(ROOT / 'tools/setup.py')!r}).read())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PATH": ""})
    assert run.returncode == 1
    assert "needs Python 3.11 or later; this is Python 3.8" in run.stderr


def test_the_stick_is_filled_from_a_fresh_wheel(environment: ModuleType, checkout: list[list[str]]) -> None:
    assert environment.main(["usb", "--platforms", "windows"]) == 0
    assert installs(checkout) == ["."] and "wheel" in checkout[-2]
    assert checkout[-1][1:] == ["tools/usb.py", "--here", str(Path.cwd()), "--platforms", "windows"]
    checkout.clear()
    assert environment.main(["usb", "--help"]) == 0
    assert [command[-1] for command in checkout] == ["--help"]


def test_an_unknown_task_lists_the_tasks(environment: ModuleType, capsys: Any) -> None:
    assert environment.main(["start"]) == 2
    assert "make demo" in capsys.readouterr().err


def test_every_target_of_the_makefile_is_a_task(environment: ModuleType) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets
    for target in targets[1].split():
        assert target == "help" or f"make {target}" in environment.HELP


def requirements(*extras: str) -> set[str]:
    lines = [*PROJECT["dependencies"], *(line for name in extras for line in PROJECT["optional-dependencies"][name])]
    return {Requirement(line).name.lower() for line in lines}


def third_party(*roots: str) -> set[str]:
    """Top-level names of other packages imported anywhere in these files, functions included."""
    found = set()
    for root in roots:
        path = ROOT / root
        for file in [path] if path.is_file() else path.rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            found |= set(re.findall(r"^\s*(?:from|import) ([a-zA-Z_]\w*)", _without_strings(text), re.MULTILINE))
    return {name for name in found if name not in sys.stdlib_module_names and name != "framing"}


def _without_strings(text: str) -> str:
    return re.sub(r'"""[\s\S]*?"""', "", text)


def test_every_import_of_the_package_is_declared_and_every_dependency_used() -> None:
    imported = third_party("framing", "dashboard.py")
    declared = {IMPORTED_AS.get(name, name.replace("-", "_")): name for name in requirements("train", "ray", "store")}
    assert imported - set(declared) == set()
    unused = {name for module, name in declared.items() if module not in imported}
    assert unused - NEEDED_BY_OTHERS == set()


def test_the_base_has_no_torch_and_bounds_it_in_the_extra() -> None:
    assert not requirements() & {"torch", "transformers", "sentence-transformers", "scikit-learn", "onnx"}
    bounds = {
        str(Requirement(line).specifier) for line in PROJECT["optional-dependencies"]["train"] if "torch>" in line
    }
    assert bounds == {"<2.14,>=2.6", ">=2.14"}


def test_installed_version_is_that_of_the_package() -> None:
    import framing

    assert importlib.metadata.version("framing") == framing.__version__ == PROJECT["version"]


def test_a_wheel_takes_the_shipped_data_and_an_editable_installation_none(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed; .ci/run builds the real wheel")
    hook = _hook(tmp_path)
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("editable", data)
    assert data["force_include"] == {}
    with pytest.raises(FileNotFoundError, match="models, sample_articles, dashboard.py"):
        hook.initialize("standard", data)
    assert {"models", "sample_articles", "dashboard.py", ".streamlit/config.toml"} == set(_shipped(_hook(ROOT)))


def _hook(root: Path) -> Any:
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "tools" / "build_hook.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ShippedData(str(root), {}, None, None, "", "wheel")


def _shipped(hook: Any) -> dict[str, str]:
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", data)
    assert all(target == f"framing/_data/{source}" for source, target in data["force_include"].items())
    return dict(data["force_include"])


def test_no_lock_file_and_no_weights_in_pickles() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not [
        path for path in (ROOT / "models").rglob("*") if path.suffix in {".pkl", ".pickle", ".pt", ".bin", ".ckpt"}
    ]
