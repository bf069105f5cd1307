"""The README keeps its word: its commands and its Python run, its links lead somewhere, its figures are current."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/design.md",
        "docs/data.md",
        "docs/keeping.md",
        "docs/models-from-elsewhere.md",
        "docs/scaling.md",
        "docs/studies.md",
    )
]
ARTICLES = {
    "wire.md": "outlet: Northern Wire\npublished: 2024-03-04",
    "post.md": "outlet: Meridian Post\npublished: 2024-03-05",
}
BODY = (
    "The dockers walked out at dawn and left nine ships at the quay. Two people were hurt when a gate fell. "
    "“We were given no choice,” said Ines Halvorsen. The port owner called the strike reckless and unlawful.\n\n"
    "Talks ended without a result late on Monday. Losses could reach 40 million crowns a week, the chamber said."
)


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """The README's command lines, without their comments."""
    lines = [line for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    return [line[2:].split("  #")[0].strip() for line in lines]


def test_the_readme_starts_with_a_sentence_a_picture_and_two_commands() -> None:
    title, sentence, picture, block = README.split("\n\n")[:4]
    assert title == "# framing"
    assert sentence.endswith(".") and "\n" not in sentence
    assert picture.startswith("![")
    assert re.findall(r"^\$ (make \w+)", block, re.MULTILINE) == ["make demo", "make test"]
    assert r"py tools\setup.py demo" in README.split("## ")[0]


def test_the_commands_for_own_articles_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for name, head in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(f"---\n{head}\ntitle: Strike, as told in {name}\n---\n{BODY}\n")
    served: list[object] = []
    monkeypatch.setattr("framing.launch.serve", lambda *arguments: served.append(arguments) or 0)
    lines = [line for line in commands() if line.startswith("framing ")]
    assert [shlex.split(line)[1] for line in lines] == ["ingest", "score", "compare", "show", "dashboard"]
    outputs = {}
    for line in lines:
        result = CliRunner().invoke(main, shlex.split(line)[1:], catch_exceptions=False)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        outputs[shlex.split(line)[1]] = result.output
    assert "2 stored" in outputs["ingest"]
    assert "Meridian Post" in outputs["compare"] and "Northern Wire" in outputs["compare"]
    assert served


def test_the_python_example_runs_and_is_short(scored_corpus: Path, tmp_path: Path) -> None:
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) < 8
    shutil.copytree(scored_corpus, tmp_path / "demo-corpus")
    run = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "human_interest" in run.stdout and "Al Jazeera" in run.stdout


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`framing {name}`" in README


@pytest.mark.parametrize("name", sorted({*main.commands, "event merge", "event split", "event rename", "event pin"}))
def test_the_example_of_a_help_stands_on_lines_of_its_own(name: str) -> None:
    lines = CliRunner().invoke(main, [*name.split(), "--help"]).output.splitlines()
    at = lines.index("  Example:")
    assert "framing " in lines[at + 1] and not any(r"\b" in line or "\b" in line for line in lines)


def test_the_readme_has_each_row_once() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `framing")]
    assert len(rows) == len(set(rows))


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"`framing ([\w-]+)", README)) | {
        shlex.split(line)[1] for line in commands() if line.startswith("framing ")
    }
    assert named <= set(main.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), f"{document.name} links to {target}, which is not there"


def test_the_figures_are_those_of_the_models() -> None:
    run = subprocess.run(
        [sys.executable, "tools/readme_models.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_every_set_that_a_head_was_measured_on_is_described() -> None:
    described = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    table = README.split("<!-- models:begin -->")[1].split("<!-- models:end -->")[0]
    measured = re.findall(r"^\| \w+ \| (\w+) \|", table, re.MULTILINE)
    assert measured
    for name in measured:
        assert any(f"`{known}`" in described for known in _stems(name)), f"docs/data.md does not tell what {name} is"


def _stems(name: str) -> list[str]:
    parts = name.split("_")
    return ["_".join(parts[:end]) for end in range(len(parts), 0, -1)]


def test_versions_agree() -> None:
    from framing import __version__

    assert f"version: {__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_table_leaves_out_slices(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("readme_models", ROOT / "tools" / "readme_models.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    row = '{"labelled_by": "people", "n": 5, "macro_f1": 0.5, "interval": [0.4, 0.6], "role": "%s", "certain": {"macro_f1": 0.7}}'
    (tmp_path / "tone").mkdir()
    (tmp_path / "tone" / "metrics.json").write_text(
        f'{{"tiers": {{"a": "A", "b": "C"}}, "sets": {{"whole": {row % "main"}, "half": {row % "part"}}}}}'
    )
    shown = tool.table(tmp_path)
    assert "| tone | whole | people | 5 | 0.50 (0.40–0.60) | 0.70 |" in shown
    assert "half" not in shown
    assert shown.endswith("tone b.")
