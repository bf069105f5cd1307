"""The dashboard's server process: `python -m framing.server run dashboard.py …` is Streamlit with the pages' modules
loaded before it answers, so that the first visitor does not wait for pandas, DuckDB and SciPy (a second on two cores),
and with its threads set for many small runs instead of one large one.
"""

from __future__ import annotations

import gc
import os
import runpy
import sys
from importlib import import_module

LOADED = (
    *("framing.charts", "framing.compare", "streamlit.web.bootstrap"),
    *(f"framing.pages.{name}" for name in ("frame", "opening", "blocks", "event_told", "picker", "scoring", "take")),
)
"""What the pages on an event need; the rest loads when its page is opened."""


def main() -> None:
    """Loads what the first page needs, then hands the arguments to Streamlit."""
    # A visitor's products of matrices are small: shared out among threads, the threads' waiting took most of it (words
    # apart of four outlets of ten articles: 2.4 s of processor, 0.75 s with one thread). To be set before NumPy loads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # How long a busy thread keeps the others waiting: at Python's 5 ms each of a page's files can wait several times
    # for the work in the background. A choice: its effect in a browser was not measured.
    sys.setswitchinterval(0.001)
    import pandas as pd

    # A page's tables are short and read cell by cell: as Python's own strings that takes a quarter less of a
    # comparison's processor time (0.25 instead of 0.32 s, ten events of 3 to 40 articles) than as Arrow's.
    pd.set_option("mode.string_storage", "python")
    for name in LOADED:
        import_module(name)
    # What is loaded here never becomes garbage, and looking through it takes 0.1 s in which nothing reaches a browser.
    gc.collect()
    gc.freeze()
    sys.argv[0] = "streamlit"
    runpy.run_module("streamlit", run_name="__main__")


if __name__ == "__main__":
    main()
