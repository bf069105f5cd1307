"""The text that is tried: asked for, read once by all heads, shown sentence by sentence, kept in the address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from framing import labels, reading, session
from framing.plain import count, listed, percent
from framing.tried import LONGEST, Said, Tried, hidden_outlets, try_text

if TYPE_CHECKING:
    from framing.scorer import Scorer

ADDRESS_KEYS = ("text", "sentence", "edit", "why", "target")
SHORT = 500
"""Characters of a text that still goes into the address: some browsers and mail programs cut links at 2,000."""
PLAIN = frozenset({"neutral", "factual", "own"})
"""Labels that say nothing in particular: others are explained first."""
EXAMPLES = (
    "The minister blamed the firm for the flood, and residents cheered her.",
    "Iranian troops shelled a crowded market on Friday, killing at least forty people, officials said.",
    "“We have nothing left,” said Anna Reed, whose house burned down. The council called the fire a tragedy.",
)


@st.cache_resource(max_entries=1, show_spinner="Loading the models…")
def _loaded(folder: str | None, stamp: str) -> tuple[Scorer, list[str]]:
    from framing.scorer import Scorer
    from framing.tried import live

    return live(Scorer.load(own_heads=Path(folder) if folder else None))


def scorer() -> tuple[Scorer, list[str], str]:
    """The scorer, loaded once; heads that it leaves out because they take seconds; what it is made of."""
    from framing.registry import own_heads_folder

    folder = own_heads_folder(session.corpus_folder())
    stamp = " ".join(f"{card.name} {card.version}" for card in session.own_cards())
    loaded, slow = _loaded(str(folder) if folder else None, stamp)
    return loaded, slow, stamp


@st.cache_resource(max_entries=256, show_spinner=False)
def _read(stamp: str, text: str, target: str) -> list[Tried]:
    return try_text(scorer()[0], text, target)


def read(text: str, target: str) -> list[Tried]:
    """The text's sentences as every head reads them; read once for each text."""
    return _read(scorer()[2], text, target)


def take_back() -> None:
    """What was tried before another page was looked at."""
    kept = st.session_state.get("_tried", {})
    for key in ADDRESS_KEYS:
        if key not in st.session_state and kept.get(key):
            st.session_state[key] = kept[key]


def ask_text() -> str:
    """The text to try, without blanks around it."""
    st.session_state["text"] = str(st.session_state.get("text") or "")
    return st.text_area(
        f"A sentence or a paragraph in English, up to {LONGEST:,} characters",
        key="text",
        height=110,
        placeholder="Paste or type here, then press Ctrl+Enter or click or tap elsewhere.",
    ).strip()


def offer_examples() -> None:
    """Sentences to begin with."""

    def take(example: str) -> None:
        st.session_state["text"] = example

    st.html('<p class="fr-meta">Or begin with one of these:</p>')
    for i, example in enumerate(EXAMPLES):
        st.button(example, key=f"example_{i}", on_click=take, args=(example,))


def tell_hidden(text: str) -> None:
    """That outlets' names are hidden from the models, where there are any, and which heads are left out."""
    if hidden := hidden_outlets(text):
        names = listed([f"“{name}”" for name in hidden])
        session.notice(f"Outlets’ names are hidden from the models: they read {names} as “the outlet”.")
    if slow := scorer()[1]:
        session.notice(
            f"Left out here: {listed(slow)}. Models from elsewhere take seconds a sentence; on the command line "
            "framing explain and framing predict ask them."
        )


def choose_sentence(sentences: Sequence[Tried]) -> int:
    """The sentence to look at; all of them in a table where there are several."""
    places = [str(i + 1) for i in range(len(sentences))]
    wanted = str(st.session_state.get("target") or "")
    aimed = [place for place, each in zip(places, sentences, strict=True) if names(each, wanted)]
    session.keep_valid("sentence", places, (aimed or places)[0])
    if len(sentences) == 1:
        return 0
    items = "".join(f"<li><blockquote>{escape(each.text)}</blockquote>{_about(each)}</li>" for each in sentences)
    title = f"{count(len(sentences), 'sentence')}, and what counts in each"
    st.html(f'<h2>{title}</h2><ol class="fr-sentences" tabindex="0" aria-label="{title}">{items}</ol>')
    chosen = st.selectbox(
        "Look at", places, format_func=lambda place: f"{place}: {sentences[int(place) - 1].text}", key="sentence"
    )
    return int(chosen) - 1


def _about(sentence: Tried) -> str:
    voice = reading.voice_words(sentence.voice, sentence.speaker)
    return f'<p class="fr-meta">{escape(voice)} · {escape(_counting(sentence))}</p>'


def names(sentence: Tried, wanted: str) -> bool:
    return any(actor.surface.casefold() == wanted.casefold() for actor in sentence.actors)


def _counting(sentence: Tried) -> str:
    told = [name(said) for said in ordered(sentence.said) if said.counts and said.head != "voice"]
    actors = [
        f"{actor.surface}: {labels.label_name(said.head, said.label).lower()}"
        for actor in sentence.actors
        for said in actor.said
        if said.counts and said.label not in PLAIN
    ]
    return "; ".join([*told, *actors])


def name(said: Said) -> str:
    """`Conflict 83%`, with its head where the label alone could be another's."""
    return f"{labels.label_name(said.head, said.label)} {percent(said.probability)}"


def ordered(said: Sequence[Said]) -> list[Said]:
    """What is said in the order in which the heads and their labels are shown."""
    heads = labels.head_order([each.head for each in said])
    places = {head: {label: i for i, label in enumerate(labels.order(head))} for head in heads}
    return sorted(said, key=lambda each: (heads.index(each.head), places[each.head].get(each.label, 0)))


def keep_address(text: str, place: int, first: Tried) -> None:
    """The view into the address where it is short enough, and into the session for coming back."""
    state = {key: str(st.session_state.get(key) or "") for key in ADDRESS_KEYS}
    st.session_state["_tried"] = state
    edit = state["edit"] if state["edit"] != first.text else ""
    if max(len(text), len(edit)) > SHORT:
        st.html(f'<p class="fr-meta">Over {SHORT} characters: too long to be kept in the address of this page.</p>')
        session.write_address({})
        return
    sentence = str(place + 1) if place else ""
    session.write_address({**state, "text": text, "edit": edit, "sentence": sentence})
