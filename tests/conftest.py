"""Fixtures that several test files share. A scored corpus takes about five seconds to make, hence once a session."""

from __future__ import annotations

import sys
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


def pytest_sessionfinish() -> None:
    """Closes the corpora that Streamlit's cache holds: at the interpreter's end their database would complain."""
    if "streamlit" in sys.modules:
        import streamlit as st

        st.cache_resource.clear()
