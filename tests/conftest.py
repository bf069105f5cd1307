"""Fixtures that several test files share. A scored corpus takes about five seconds to make, hence once a session."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dashboard_texts import hostile_articles

ROOT = Path(__file__).parents[1]
SCORED_EVENTS = ("nagorno-karabakh-2020", "border-incident-lund")


@pytest.fixture(scope="session")
def scored_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two sample events and one hostile event, scored with the shipped models. Read only: copy it to write."""
    from framing.corpus import Corpus
    from framing.ingest import read
    from framing.score import score

    corpus = Corpus.create(tmp_path_factory.mktemp("dashboard") / "scored-corpus")
    for folder in SCORED_EVENTS:
        corpus.add(read(ROOT / "sample_articles" / folder))
    corpus.add(hostile_articles())
    score(corpus)
    return corpus.path


@pytest.fixture(scope="session")
def shared_dashboard(scored_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The dashboard on a free port over a copy of the scored corpus, one for all browser tests: (address, corpus). A test
    that writes to it adds events of its own, or takes back what it did."""
    from test_browser import served

    corpus = shutil.copytree(scored_corpus, tmp_path_factory.mktemp("browser") / "corpus")
    with served(corpus) as address:
        yield address, corpus


def pytest_sessionfinish() -> None:
    """Closes the corpora that Streamlit's cache holds: at the interpreter's end their database would complain."""
    if "streamlit" in sys.modules:
        import streamlit as st

        st.cache_resource.clear()
