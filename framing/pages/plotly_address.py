"""Where the browser gets Plotly from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1 import declare_component


@st.cache_resource(show_spinner=False)
def of() -> str:
    """Address at which the server gives out the Plotly that came with the Python package, so that both are of one
    version."""
    import plotly

    served: Any = declare_component("plotly", path=Path(plotly.__file__).parent / "package_data")
    return f"component/{served.name}/plotly.min.js"
