"""What the dashboard's tests read: hostile articles, a reprint-like page of our own, and the pages' addresses."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

from framing.schema import Article

HOSTILE_EVENT = "<b>Harbour</b> *fire* $x^2$ :red[alarm]"
HOSTILE_OUTLET = "<i>Evil</i> $y^2$ :blue[Post] **Daily** :smile:"
HOSTILE_TITLE = "<script>window.hacked = 1</script> $\\frac{1}{2}$ # Heading [link](javascript:alert(1)) :smile:"
HOSTILE_BODY = (
    '<img src=x onerror="window.hacked = 2"> burned in the harbour on Monday, and **nobody** was hurt.\n\n'
    "</article></div><style>body { display: none }</style> said Anna Reed, :red[who] paid $5 and $10 in [fees](https://example.org).\n\n"
    "“<svg onload='window.hacked = 3'>,” Ms. Reed said. It cost {{7*7}} &lt;euros&gt; :material/home: and `code`."
)
CALM_BODY = (
    "A warehouse burned in the harbour on Monday. Nobody was hurt.\n\n"
    "“We were lucky,” said Anna Reed, who runs the port. Firefighters blamed an old cable."
)


def hostile_articles() -> list[Article]:
    """One event, two outlets; everything that a file can say is written to break a page."""
    common = {"event": HOSTILE_EVENT, "published": date(2025, 3, 3)}
    return [
        Article(HOSTILE_OUTLET, HOSTILE_TITLE, HOSTILE_BODY, byline="<u>By</u> *me*", source="<b>x</b>.txt", **common),  # type: ignore[arg-type]
        Article("Calm Courier", "Warehouse burns in harbour", CALM_BODY, **common),  # type: ignore[arg-type]
    ]


REPRINT_EVENT = "Harrow Bridge Closes: Two Reports"
REPRINT_PAGE = "\n\n".join(
    [
        REPRINT_EVENT,
        "Cracks Shut Harrow Bridge For Months",
        "By Jason Ditz, Antiwar.com, May 3, 2021",
        "The Harrow bridge was closed on Monday after engineers found cracks in two of its piers. The county said the repairs "
        "would take at least four months. Lorries are sent over the northern crossing, twelve miles away.",
        "Officials had known of the first crack since last year, according to the county's own report, and had lowered the "
        "speed limit but left the bridge open.",
        "Traders Count Losses As Harrow Bridge Is Closed",
        "Al Jazeera, May 4, 2021",
        "“My customers came over that bridge,” said Mara Quill, who sells fish on the west bank. “Since Monday I have thrown "
        "away more than I sold.” Forty shops on the western side fear for their spring.",
        "The mayor blamed the county for years of neglect and asked for help from the capital. The county denied that it had "
        "ignored any warning and promised a ferry within a week.",
    ]
)


def addresses() -> dict[str, str]:
    """Title and address of every page of a file of its own, as dashboard.py has them."""
    found = {}
    for node in ast.walk(ast.parse((Path(__file__).parents[1] / "dashboard.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page" and isinstance(node.args[0], ast.BinOp):
            told = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
            found[told["title"]] = "" if told.get("default") else told["url_path"]
    return found
