"""The dashboard's server process: `python -m framing.server run dashboard.py …` is Streamlit with the pages' modules
loaded
before it answers, so that the first visitor does not wait for pandas, DuckDB and SciPy (a second on two cores)."""

from __future__ import annotations

import runpy
import sys


def main() -> None:
    """Loads what the first page needs, then hands the arguments to Streamlit."""
    import framing.charts
    import framing.compare  # noqa: F401

    sys.argv[0] = "streamlit"
    runpy.run_module("streamlit", run_name="__main__")


if __name__ == "__main__":
    main()
