"""What pages share: the corpus in use, cached reads of it, the view in the address bar, and safe ways to show text."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from framing import reading
from framing.errors import FramingError
from framing.outlet_groups import GROUPS_FILE
from framing.pages.background import Background
from framing.schema import VIEWS, View
from framing.shelf import Shelf

if TYPE_CHECKING:
    from framing.compare import Comparison
    from framing.corpus import Corpus
    from framing.figure import Figure
    from framing.registry import Card

P = ParamSpec("P")
R = TypeVar("R")
CORPUS_VARIABLE = "FRAMING_CORPUS"
AUDITS = "audit"
"""Folder of a corpus with the labels that people gave (`audit.FOLDER`)."""
CLASSES = "classroom"
"""Folder of a corpus with its lessons (`classroom.room.FOLDER`), of which no comparison depends."""
DEFAULT_CORPUS = "demo-corpus"
MOST_KEPT = 400_000_000
"""Bytes of comparisons, what was made of them and charts that are kept for all visitors together: 40 events of 4 × 10
articles of which every page was opened (10 MB each), or 250 of five articles."""
MOST_OFFERED = 60
"""Events that a select box offers: of more, those that a search finds, or the most reported ones. A list of 2,000 was
sent to the browser with every rerun, and nobody looks through it."""
MOST_AHEAD = 60.0
"""Seconds of one core that opening events ahead of their readers may take: 38 events of 20 to 40 articles took 39, and
filled half the shelf (200 MB)."""
MOST_ARTICLES_AHEAD = 200
"""Articles of an event up to which it is opened ahead: a comparison of more takes seconds, in which nothing else is
made ready."""
SETTLED = 60.0
"""Seconds after which a corpus that changed is opened ahead anew: while it is being scored it changes with every part,
at least every 35 seconds."""
Derived = Callable[[tuple[str, ...]], Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]]
"""Gives for an event's outlets the functions of a comparison, and their other arguments."""
Told = tuple[str, bool]
"""An event's id, and whether its copied sentences count once: what one comparison is of."""
_SHARED = ("event", "view", "outlets", "first", "second", "once")
PROJECTOR = "projector"
"""Key of the switch for a classroom's wall, in the session and, on every page, in the address."""
ASKED = "asked_"
"""Prefix of the keys of the page Sentences: its label or outlet is not that of a comparison."""
_PAGES = Path(__file__).parent / "pages"
SCORE = "Score what is new"
"""The button that does on a page what the command `framing score` does."""
_SCORING, _UNFILLED = "_scoring_now", "_unfilled"
"""Keys: whether a scoring runs, and the state of the corpus in which a page was drawn that waits for its scores."""
_COMMAND = re.compile(r"(?i)(?:run|score it|make them)(?: with)?:?\s+framing score[^\n]*$")
_ABSOLUTE = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?[/\\]{1,2}(?:[^\s'\"/\\:,;]+[/\\])+([^\s'\"/\\:,;]+)")
_HOME = re.compile(
    r"(?<![\w.:/])(?:/home/|/Users/|[A-Za-z]:\\Users\\)[\w.-]+(?: (?:v[ao]n|de[lnr]?|da|la|[A-Z][\w-]*))+(?=[/\\])"
)
"""A home folder that is called after its owner's names, with spaces between; the rest is a path like any other."""


def corpus_folder() -> Path:
    """The corpus that the dashboard shows: `FRAMING_CORPUS`, or `demo-corpus` in the working folder."""
    return Path(os.environ.get(CORPUS_VARIABLE) or DEFAULT_CORPUS)


def corpus_stamp(folder: Path, but: str = "") -> str:
    """Changes whenever a part of the corpus is written, so that cached reads never outlive the data; `but` is a folder
    in it that does not count. What a class does never counts.

    Parts are renamed into their folders, which dates the folders anew: their times tell, however many parts there are.
    """
    entries = [*_entries(folder), *_entries(folder / "scores")]
    times = sorted(
        f"{entry.path} {entry.stat().st_mtime_ns}\n"
        for entry in entries
        if (entry.name not in (but, CLASSES) and entry.is_dir())
        or (entry.name.endswith(".json") and entry.name != GROUPS_FILE)
    )
    return hashlib.sha256(f"{folder.resolve()}\n{''.join(times)}".encode()).hexdigest()[:16]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return list(entries)


@st.cache_resource(max_entries=2, show_spinner=False)
def _corpus(folder: str, stamp: str) -> Corpus:
    from framing.corpus import Corpus

    return Corpus.open(Path(folder))


# Resources, not data: read only, and copying frames on every rerun would cost more than making them.
@st.cache_resource(max_entries=2, show_spinner=False)
def _events(folder: str, stamp: str) -> pd.DataFrame:
    return _corpus(folder, stamp).events()


@st.cache_resource(max_entries=2, show_spinner=False)
def _article_list(folder: str, stamp: str) -> pd.DataFrame:
    return _corpus(folder, stamp).articles(columns=["article_id", "outlet", "published", "title", "event", "event_id"])


@st.cache_resource(max_entries=2, show_spinner=False)
def _outlet_names(folder: str, stamp: str) -> tuple[str, ...]:
    return tuple(_corpus(folder, stamp).outlets())


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf(MOST_KEPT)


def _articles(folder: str, stamp: str, event_id: str) -> pd.DataFrame:
    frame: pd.DataFrame = _kept(folder, stamp, "articles", event_id, make=lambda corpus: corpus.articles(event_id))
    return frame


def _sentence_counts(folder: str, stamp: str, event_id: str) -> dict[str, int]:
    counts: dict[str, int] = _kept(
        folder, stamp, "counts", event_id, make=lambda corpus: corpus.sentence_counts(event_id)
    )
    return counts


def _comparison(folder: str, stamp: str, event_id: str, once: bool = False) -> Comparison:
    def make(corpus: Corpus) -> Comparison:
        from framing.compare import compare

        return compare(corpus, event_id, once=once)

    if once and not _comparison(folder, stamp, event_id).n_copied:
        once = False
    comparison: Comparison = _kept(folder, stamp, "comparison", event_id, once, make=make)
    return comparison


def _kept(folder: str, stamp: str, *key: Any, make: Callable[[Corpus], Any]) -> Any:
    """What `make` makes of the corpus, from the shelf where it was made before."""
    return _shelf().get((folder, stamp, *key), lambda: make(_corpus(folder, stamp)))


@dataclass(frozen=True)
class Drawing:
    """A figure as the browser takes it: data and layout as JSON, and its height in pixels."""

    json: str
    height: int


def _drawing(folder: str, stamp: str, told: Told, chart: str, view: View, outlets: tuple[str, ...]) -> Drawing:
    def make(_: Corpus) -> Drawing:
        from framing import charts

        whole = _comparison(folder, stamp, *told)
        shares = whole.shares[whole.shares["outlet"].isin(outlets)]
        draw: Callable[..., Figure] = getattr(charts, chart)
        figure = draw(shares, view, tiers=whole.tiers, outlets=whole.outlets)
        return drawn(figure)

    drawing: Drawing = _kept(folder, stamp, "drawing", told, chart, view, outlets, make=make)
    return drawing


def corpus_in_use(folder: str, stamp: str) -> Corpus:
    """The corpus in a folder, opened once for each of its states."""
    return _corpus(folder, stamp)


def drawn(figure: Figure) -> Drawing:
    """A figure as the browser takes it."""
    return Drawing(figure.to_json(), figure.height)


def has_corpus() -> bool:
    """Whether there is a corpus to show."""
    return (corpus_folder() / "corpus.json").is_file()


def events() -> pd.DataFrame:
    """`Corpus.events()` of the corpus in use; CorpusError where it cannot be read. Never change it."""
    folder = corpus_folder()
    return _events(str(folder), corpus_stamp(folder))


def articles(event_id: str) -> pd.DataFrame:
    """`Corpus.articles(event_id)` of the corpus in use. Shared between visitors: never change it."""
    folder = corpus_folder()
    return _articles(str(folder), corpus_stamp(folder), event_id)


def article_list() -> pd.DataFrame:
    """All articles without their texts: `article_id, outlet, published, title, event, event_id`. Never change it."""
    folder = corpus_folder()
    return _article_list(str(folder), corpus_stamp(folder))


def outlet_names() -> tuple[str, ...]:
    """The outlets of the corpus in use, by name."""
    folder = corpus_folder()
    return _outlet_names(str(folder), corpus_stamp(folder))


def latest_events(most: int = 100) -> list[str]:
    """Names of the events that were reported last, by name: those that new articles may belong to."""
    rows = events()
    return sorted(rows.sort_values("last", ascending=False, kind="stable")["event"].head(most).astype(str))


def sentence_counts(event_id: str) -> dict[str, int]:
    """Sentences of each outlet on an event, headlines left out."""
    folder = corpus_folder()
    return _sentence_counts(str(folder), corpus_stamp(folder), event_id)


def comparison(event_id: str, once: bool = False) -> Comparison:
    """`compare(corpus, event_id, once=once)`, made once for each state of the corpus. Shared between visitors: never
    change it."""
    folder = corpus_folder()
    return _comparison(str(folder), corpus_stamp(folder), event_id, once)


def derive(compared: Comparison, make: Callable[Concatenate[Comparison, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`make(comparison, …)` of a `comparison` of this module, made once for each state of the corpus and each choice of
    hashable arguments. Shared between visitors: never change it."""
    folder = corpus_folder()
    return _derived(str(folder), corpus_stamp(folder), compared, make, *args, **kwargs)


def _derived(
    folder: str,
    stamp: str,
    compared: Comparison,
    make: Callable[Concatenate[Comparison, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    name = f"{make.__module__}.{make.__qualname__}"
    key = (_told(compared), name, args, tuple(sorted(kwargs.items())))
    found: R = _kept(folder, stamp, "derived", *key, make=lambda _: make(compared, *args, **kwargs))
    return found


def drawing(compared: Comparison, chart: str, view: View, outlets: Sequence[str]) -> Drawing:
    """The figure of this name in `framing.charts` for some outlets of a comparison, made once for each."""
    folder = corpus_folder()
    return _drawing(str(folder), corpus_stamp(folder), _told(compared), chart, view, tuple(outlets))


def drawn_once(key: Hashable, draw: Callable[[], Figure]) -> Drawing:
    """The figure that `draw` makes, made once for each state of the corpus and each key, which tells all it shows."""
    folder = corpus_folder()
    drawing: Drawing = _kept(str(folder), corpus_stamp(folder), "drawn", key, make=lambda _: drawn(draw()))
    return drawing


def _told(compared: Comparison) -> Told:
    return compared.event_id, compared.once


def prepare(compared: Comparison, charts: Sequence[str]) -> None:
    """Make in the background what a reader may ask for next: the charts of this event's other views."""
    folder = corpus_folder()
    _prepare(str(folder), corpus_stamp(folder), _told(compared), tuple(charts))


@st.cache_resource(max_entries=512, show_spinner=False)
def _prepare(folder: str, stamp: str, told: Told, charts: tuple[str, ...]) -> None:
    """Cached, so that each event of each state of the corpus is prepared once."""
    for view in VIEWS:
        _background().put(partial(_draw, folder, stamp, told, view, charts))


def _draw(folder: str, stamp: str, told: Told, view: View, charts: tuple[str, ...]) -> None:
    """Has the charts of all its outlets made, under the keys that *Compare* asks for."""
    _sentence_counts(folder, stamp, told[0])
    outlets = tuple(dict.fromkeys(_comparison(folder, stamp, *told).shares["outlet"]))
    for chart in charts:
        _drawing(folder, stamp, told, chart, view, outlets)


def prepare_events(charts: Sequence[str], derived: Derived) -> None:
    """Make in the background, once for each state of the corpus, what a reader sees first of the events that are
    offered: comparison and charts of each, and what is `derived` from its comparison. The most reported come first; it
    ends after `MOST_AHEAD` seconds or when it has filled half the shelf, and gives way to the next state's."""
    folder = corpus_folder()
    _prepare_events(str(folder), corpus_stamp(folder), tuple(charts), derived)


@st.cache_resource(max_entries=2, show_spinner=False)
def _prepare_events(folder: str, stamp: str, charts: tuple[str, ...], _derived: Derived) -> None:
    states = _states_prepared()
    states.append(stamp)
    _background().later(_opened(folder, stamp, charts, _derived), after=SETTLED if len(states) > 1 else 0)


@st.cache_resource(show_spinner=False)
def _states_prepared() -> list[str]:
    return []


def _opened(folder: str, stamp: str, charts: tuple[str, ...], derived: Derived) -> Iterator[Callable[[], object]]:
    """The jobs that open the offered events, one after the other, for a thread that does each before it asks on."""
    spent, filled = 0.0, 0

    def allowed() -> bool:
        return spent < MOST_AHEAD and filled < MOST_KEPT / 2 and corpus_stamp(Path(folder)) == stamp

    if not allowed():
        return
    try:
        events = offered(_events(folder, stamp))
    except FramingError:  # the page says why
        return
    for event_id in events.loc[events["n_articles"] <= MOST_ARTICLES_AHEAD, "event_id"].astype(str):
        for job in _opening(folder, stamp, event_id, charts, derived):
            if not allowed():
                return
            begun, held = time.thread_time(), _shelf().held
            yield job
            spent, filled = spent + time.thread_time() - begun, filled + max(0, _shelf().held - held)


def _opening(
    folder: str, stamp: str, event_id: str, charts: tuple[str, ...], derived: Derived
) -> Iterator[Callable[[], object]]:
    yield partial(_comparison, folder, stamp, event_id)
    try:
        compared = _comparison(folder, stamp, event_id)
    except FramingError:  # the reader who opens it is told
        return
    if compared.heads:
        yield from (partial(_draw, folder, stamp, _told(compared), "both", (chart,)) for chart in charts)
        outlets = tuple(dict.fromkeys(_articles(folder, stamp, event_id)["outlet"]))
        yield from (partial(_derived, folder, stamp, compared, make, *args) for make, args in derived(outlets))


def offered(events: pd.DataFrame) -> pd.DataFrame:
    """The events that a list of choices offers at first: the most reported, in that order."""
    return events.sort_values(["n_outlets", "n_articles"], ascending=False, kind="stable").head(MOST_OFFERED)


@st.cache_resource(show_spinner=False)
def _background() -> Background:
    return Background()


@st.cache_resource(max_entries=1, show_spinner=False)
def cards() -> list[Card]:
    """Cards of the shipped heads, voice included; ModelError where a folder is damaged."""
    from framing.registry import load_cards

    return load_cards()


def own_cards() -> list[Card]:
    """Cards of the heads in the folder `heads` beside the corpus, as they are now."""
    from framing.registry import load_cards, own_heads_folder

    folder = own_heads_folder(corpus_folder())
    return load_cards(folder) if folder else []


def of_corpus(make: Callable[Concatenate[Corpus, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`make(corpus, …)`, made once for each state of the corpus and each choice of hashable arguments. Shared between
    visitors: never change it."""
    folder = corpus_folder()
    key = (f"{make.__module__}.{make.__qualname__}", args, tuple(sorted(kwargs.items())))
    found: R = _kept(
        str(folder), corpus_stamp(folder), "of corpus", *key, make=lambda corpus: make(corpus, *args, **kwargs)
    )
    return found


def of_texts(make: Callable[Concatenate[Corpus, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `of_corpus`, kept while a person's labels come in: for what does not rest on them."""
    folder = corpus_folder()
    key = (f"{make.__module__}.{make.__qualname__}", args, tuple(sorted(kwargs.items())))
    found: R = _kept(
        str(folder), corpus_stamp(folder, AUDITS), "of texts", *key, make=lambda corpus: make(corpus, *args, **kwargs)
    )
    return found


def paint_first() -> None:
    """As a visitor comes: lets the browser show what it has before the server is busy with the rest, and the browser
    with its charts. With 0.2 s the heading came after them, at 4 s, in one visit of four; with 0.5 in none of 24. Who
    comes from a page that had nothing to wait for sees one already, and is not kept waiting."""
    if st.session_state.pop("_came", False):
        time.sleep(0.5)


def has_come() -> None:
    """The first page stands: who goes on from it is not kept waiting for a first screen."""
    st.session_state.pop("_came", None)


def adopt_address(keys: Sequence[str], lists: Sequence[str] = (), prefix: str = "") -> bool:
    """Take the view from the address bar where it was changed there, and say whether it was; keys in `lists` hold
    several values. With a prefix a page keeps its keys apart from those of the others.

    An address without a query keeps the view: that is how one comes back from another page.
    """
    address = {key: st.query_params.get_all(key) for key in st.query_params if key != PROJECTOR}
    if not address or address == st.session_state.get("_address"):
        return False
    st.session_state["_address"] = address
    st.session_state.pop("_outlets_of", None)  # the address names the outlets as well
    for key in keys:
        values = address.get(key, [])
        st.session_state[prefix + key] = values if key in lists else (values[-1] if values else None)
    return True


def hold() -> None:
    """Keep the choices that pages share, and what was asked for on a page of its own keys, through a page without their
    widgets, where Streamlit would drop them."""
    for key in [str(key) for key in st.session_state]:
        if key in _SHARED or key.startswith(ASKED):
            st.session_state[key] = st.session_state[key]


def write_address(view: Mapping[str, str | Sequence[str] | None]) -> None:
    """Put the view into the address bar, so that copying it copies the view."""
    wanted = {key: [value] if isinstance(value, str) else list(value) for key, value in view.items() if value}
    kept = {PROJECTOR: ["1"]} if st.session_state.get(PROJECTOR) else {}
    if wanted | kept != {key: st.query_params.get_all(key) for key in st.query_params}:
        st.query_params.from_dict(wanted | kept)
    st.session_state["_address"] = wanted


def link(page: str = "", query: Mapping[str, str | Sequence[str]] | None = None) -> str:
    """The address of a page (none: Compare) for a link in HTML. Such a link opens the dashboard anew, where the session
    does not know of the projector's view any more: the address takes it along. Still to be escaped."""
    asked = {**(query or {}), **({PROJECTOR: "1"} if st.session_state.get(PROJECTOR) else {})}
    return f"./{page}?{urlencode(asked, doseq=True)}" if asked else f"./{page}"


def keep_valid(key: str, options: Sequence[Any], default: Any) -> None:
    """Give a widget its default where its stored value is not among the options (an outdated link)."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def clicked(key: str) -> list[dict[str, Any]]:
    """The points newly clicked in the chart with this key; empty where the click is the one already seen."""
    state: Any = st.session_state.get(key) or {}
    selection = state.get("selection") or {}
    points = list(selection.get("points", ()))
    trace = (selection.get("at"), [str(point.get("customdata")) for point in points])
    seen = st.session_state.get(f"_seen_{key}", [])
    st.session_state[f"_seen_{key}"] = trace
    return points if trace != seen else []


def public(message: str) -> str:
    """A message without the machine's folders: every absolute path is cut to its last part."""
    shown = message.replace(str(corpus_folder().resolve()), corpus_folder().name)
    return _ABSOLUTE.sub(r"\1", _HOME.sub("/home", shown))


def on_page(message: str) -> str:
    """A public message whose advice to score on the command line names the button instead, which stands above wherever
    something is not scored, or the scoring that runs in its place."""
    instead = "wait for the scoring above." if st.session_state.get(_SCORING) else f"press “{SCORE}” above."
    return _COMMAND.sub(
        lambda found: (instead[0].upper() if found[0][0].isupper() else instead[0]) + instead[1:], public(message)
    )


def tell_scoring(runs: bool) -> None:
    """Whether a scoring runs, of which the page tells how far it is in the button's place; told before the page."""
    st.session_state[_SCORING] = runs
    st.session_state.pop(_UNFILLED, None)


def wait_for_scores() -> bool:
    """Whether a scoring runs; a page that asks, since it has nothing to show yet, is drawn anew when some is stored."""
    if not st.session_state.get(_SCORING):
        return False
    st.session_state[_UNFILLED] = corpus_stamp(corpus_folder())
    return True


def scores_came() -> bool:
    """Whether something was stored since a page was drawn that waits for scores."""
    stamp = st.session_state.get(_UNFILLED)
    return stamp is not None and stamp != corpus_stamp(corpus_folder())


def notice(lines: str | Iterable[str], tone: str = "note", title: str = "", first: int | None = None) -> None:
    """Show a framed notice, the texts after the `first` folded; none is ever parsed as Markdown or HTML."""
    texts = [lines] if isinstance(lines, str) else list(lines)
    st.html(reading.notice_html([on_page(text) for text in texts], tone, title, first))


@contextmanager
def waiting(doing: str, key: str) -> Iterator[None]:
    """Says what is being done, at the screen's edge so that nothing moves, while the block takes longer."""
    with st.container(key=f"fr_wait_{key}"), st.spinner(doing):
        yield


@cache
def _sheet(name: str) -> str:
    return (_PAGES / f"{name}.css").read_text(encoding="utf-8")


def style() -> None:
    """Send the style sheet, and for a classroom's wall what it changes; every page needs it."""
    names = ("style", "projector") if st.session_state.get(PROJECTOR) else ("style",)
    st.html(f"<style>{''.join(_sheet(name) for name in names)}</style>")
    if "_styled" not in st.session_state:  # what comes before its style sheet jumps when that arrives
        st.session_state["_styled"] = True
        st.session_state["_came"] = True
        time.sleep(0.05)
