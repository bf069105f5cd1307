"""The part of the page *Check a model* that asks: one sentence at a time, each answer stored at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from framing import labels, session
from framing.errors import FramingError
from framing.pages import audit_again
from framing.plain import count

if TYPE_CHECKING:
    from framing.audit import Audit, Item
    from framing.audit_rows import Source
    from framing.corpus import Corpus

EVERYWHERE = ""
SIZES = (20, 50, 100)
KEYS = "123456789ABDEFGHJKLMOPQTVWXYZ"
"""Keys of the first labels, in order: Streamlit keeps C and R to itself, N, S and U are taken here. No answer has a key
that presses whatever has the focus (Enter, the space bar): one press would do both."""
HOW = (
    ("Which sentences", "Drawn by lot from every outlet, whatever the model says of them and however sure it is."),
    ("Your labels", "They are stored in the corpus, answer by answer. Stop when you like and go on another day."),
    ("How many", "The first 20 give a rough figure. Ten of each outlet correct the comparison of its event."),
    ("If you are not sure", "Skip: a guess would count as truth."),
)


@dataclass(frozen=True)
class Wish:
    """The model to check, the event whose sentences are asked about (empty: all), and how many."""

    head: str
    event_id: str
    n: int


def choose(heads: Sequence[str]) -> Wish:
    """The choice of the model, of the texts and of how many sentences."""
    events = session.events()
    names = dict(zip(events["event_id"], events["event"], strict=True))
    left, middle, right = st.columns([2, 3, 2], gap="medium")
    session.keep_valid("audit_head", list(heads), heads[0])
    # The events of a large corpus are offered as elsewhere: the most reported ones, and the one of the link.
    most = events.sort_values("n_articles", ascending=False, kind="stable")["event_id"].head(session.MOST_OFFERED)
    linked = st.session_state.get("audit_event") or EVERYWHERE
    offered = list(dict.fromkeys([EVERYWHERE, *([linked] if linked in names else []), *most]))
    st.session_state["audit_event"] = linked if linked in offered else EVERYWHERE
    if str(st.session_state.get("audit_n")) not in map(str, SIZES):
        st.session_state["audit_n"] = SIZES[1]
    st.session_state["audit_n"] = int(st.session_state["audit_n"])
    head = left.selectbox("Model", list(heads), format_func=labels.head_name, key="audit_head")
    event = middle.selectbox(
        "Texts", offered, format_func=lambda key: str(names.get(key, "All events of the corpus")), key="audit_event"
    )
    n = right.segmented_control("How many sentences", SIZES, key="audit_n", required=True, wrap=True)
    return Wish(str(head), str(event), int(n or SIZES[1]))


def source_of(corpus: Corpus, head: str, event_id: str) -> Source:
    """The decisions of a head, from which sentences are drawn."""
    from framing.audit_rows import Source

    return Source.of(corpus, head, event_id)


@st.fragment
def ask(source: Source, wish: Wish) -> None:
    """The next sentence with its answers, or how to begin. A fragment: an answer draws nothing else anew."""
    if refused := st.session_state.pop("audit_refused", None):
        session.notice(refused, "bad", "This was not stored.")
    try:
        _ask(source, wish)
        audit_again.offer(source)
    except FramingError as error:  # a fragment runs outside of what dashboard.py catches
        session.notice(str(error), "bad", "This did not work.")


def _ask(source: Source, wish: Wish) -> None:
    from framing.audit import following, load, pass_by

    audit = load(source.corpus, wish.head, wish.event_id)
    if audit is None or audit.labels != tuple(source.head.labels):
        _offer_to_begin(source, anew=audit is not None)
        return
    texts = session.of_texts(_texts, wish.head, wish.event_id, audit.places)
    place = following(audit, wish.n)
    while place is not None and (audit.items[place].article_id, audit.items[place].index) not in texts:
        item = audit.items[place]
        changed = _change(source, lambda found, gone=place, of=item: pass_by(found, gone, of))  # type: ignore[misc]
        if changed is None:  # refused: somebody else writes, or has drawn another sample
            session.notice(st.session_state.pop("audit_refused"), "bad", "This was not stored.")
            return
        audit = changed
        place = following(audit, wish.n)
    if place is None:
        st.html(f'<div class="fr-say"><h2>All {min(wish.n, len(audit.items))} are answered</h2></div>')
        session.notice("Thank you. See what your labels say, or choose more sentences above.", "good", "Done.")
        _ways_on(source, audit)
        return
    _show(source, audit, place, wish.n, texts[audit.items[place].article_id, audit.items[place].index])


def _texts(corpus: Corpus, head: str, event_id: str, places: tuple[tuple[str, int], ...]) -> dict[tuple[str, int], str]:
    """Texts of these sentences as the scorer reads them."""
    return dict(source_of(corpus, head, event_id).texts(places))


def _offer_to_begin(source: Source, anew: bool) -> None:
    told = "The model has other labels than when this was checked; those answers are kept aside."
    st.html(f'<p class="fr-meta">{told if anew else "Nothing is labelled yet for this choice."}</p>')
    st.button("Draw the sentences and begin", type="primary", key="audit_begin", on_click=_begin, args=(source, anew))


def _begin(source: Source, anew: bool) -> None:
    _guarded(lambda: source.audit(new=anew))


def _show(source: Source, audit: Audit, place: int, n: int, text: str) -> None:
    item = audit.items[place]
    of = min(n, len(audit.items))
    done = sum(answered < of for answered in audit.given)
    st.progress(done / of, text=f"{done} of {of} answered")
    about = f'<p class="fr-meta">Asked of: <strong>{escape(item.actor)}</strong></p>' if item.actor else ""
    st.html(
        f'<div class="fr-say"><h2>Sentence {done + 1} of {of}</h2>'
        f'<blockquote class="fr-asked">{escape(text)}</blockquote></div>{about}'
    )
    chosen = _chosen(item) if audit.kind == "multilabel" else []
    with st.container(horizontal=True, key="fr_answers"):
        if audit.kind == "multilabel":
            _store(source, audit, place, chosen)
        st.button("Skip", key="audit_skip", shortcut="S", on_click=_answer, args=(source, place, item, None))
        taken_back = "Takes the last answer back"
        st.button(
            "Undo",
            key="audit_undo",
            shortcut="U",
            on_click=_undo,
            args=(source, audit.items[audit.asked[-1]] if audit.asked else None),
            disabled=not audit.asked,
            help=taken_back,
        )
        _ways_on(source, audit)
    _offer_labels(source, audit, place, chosen)


def _store(source: Source, audit: Audit, place: int, chosen: Sequence[str]) -> None:
    named = ", ".join(source.name(label).lower() for label in audit.labels if label in chosen)
    said = f"Store: {named}" if chosen else "None of these"
    st.button(
        said,
        type="primary",
        key="audit_store",
        shortcut="N",
        on_click=_answer,
        args=(source, place, audit.items[place], chosen),
    )


def _offer_labels(source: Source, audit: Audit, place: int, chosen: Sequence[str]) -> None:
    """A button for each label, its meaning beside it."""
    several = audit.kind == "multilabel"
    how = "Choose all that apply, then store" if several else "Choose the one that fits: it is stored at once"
    st.html(f'<p class="fr-meta">{how}. The key beside a name does the same as a click.</p>')
    for number, label in enumerate(audit.labels):
        left, right = st.columns([2, 5], vertical_alignment="center", gap="medium")
        act, told = (
            (_toggle, (audit.items[place], label))
            if several
            else (_answer, (source, place, audit.items[place], [label]))
        )
        left.button(
            f"✓ {source.name(label)}" if label in chosen else source.name(label),
            key=f"audit_label_{label}",
            type="primary" if label in chosen else "secondary",
            shortcut=KEYS[number] if number < len(KEYS) else None,
            width="stretch",
            on_click=act,
            args=told,
        )
        right.html(f'<p class="fr-meta fr-meaning">{escape(source.definition(label))}</p>')


def _ways_on(source: Source, audit: Audit) -> None:
    if st.button(f"Stop and see the result ({count(len(audit.labelled), 'label')})", key="audit_stop"):
        st.session_state["audit_result"] = "1"
        st.rerun()


def _chosen(item: Item) -> list[str]:
    """The labels chosen so far for the sentence now shown; another sentence begins with none."""
    if st.session_state.get("audit_of") != item.key:
        st.session_state["audit_of"], st.session_state["audit_chosen"] = item.key, []
    return list(st.session_state["audit_chosen"])


def _toggle(item: Item, label: str) -> None:
    chosen = _chosen(item)
    st.session_state["audit_chosen"] = [c for c in chosen if c != label] + ([] if label in chosen else [label])


def _answer(source: Source, place: int, item: Item, chosen: Sequence[str] | None) -> None:
    from framing.audit import answer

    _change(source, lambda found: answer(found, place, item, chosen))


def _undo(source: Source, last: Item | None) -> None:
    from framing.audit import undo

    _change(source, lambda found: undo(found, last))  # the last when the page was shown, whatever came in since


def _change(source: Source, act: Callable[[Audit], Audit]) -> Audit | None:
    """The audit with a change, stored; what stood in its way is said at the top of the page."""
    from framing.audit import change

    return _guarded(lambda: change(source.corpus, source.head.name, source.event_id, act))


def _guarded(act: Callable[[], Audit]) -> Audit | None:
    try:
        return act()
    except FramingError as error:
        st.session_state["audit_refused"] = str(error)
        return None
