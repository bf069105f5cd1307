"""What the page that tries a text asks for and shows: the text, its sentences, every label of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from framing import labels, reading, session
from framing.explain import Explanation, explain
from framing.occlusion import Span
from framing.plain import count, listed, percent, signed
from framing.tried import LONGEST, Change, Said, Tried, changes, hidden_outlets, try_text

if TYPE_CHECKING:
    from framing.scorer import Scorer

_MODELS = str(Path(__file__).with_name("models.py"))
ADDRESS_KEYS = ("text", "sentence", "edit", "why", "target")
SHORT = 500
"""Characters of a text that still goes into the address: some browsers and mail programs cut links at 2,000."""
_WORTH = 0.15
"""Probability from which a label that does not count is listed without unfolding."""
_MOVED = 5.0
"""Points from which a move is listed without unfolding."""
_PLAIN = frozenset({"neutral", "factual", "own"})
"""Labels that say nothing in particular: others are explained first."""
EXAMPLES = (
    "The minister blamed the firm for the flood, and residents cheered her.",
    "Iranian troops shelled a crowded market on Friday, killing at least forty people, officials said.",
    "“We have nothing left,” said Anna Reed, whose house burned down. The council called the fire a tragedy.",
)


@dataclass(frozen=True)
class Question:
    """One label of one head to explain; `actor` is the place of the actor in the sentence's list, None for a head that
    judges the sentence."""

    head: str
    label: str
    actor: int | None = None


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


@st.cache_resource(max_entries=256, show_spinner=False)
def _explained(stamp: str, text: str, head: str, label: str, target: Span | None) -> Explanation:
    return explain(scorer()[0], text, head, label, target)


def read(text: str, target: str) -> list[Tried]:
    """The text's sentences as every head reads them; read once for each text."""
    return _read(scorer()[2], text, target)


def explained(sentence: Tried, question: Question) -> Explanation:
    """What moved one label of a sentence; asked once."""
    span = None if question.actor is None else sentence.actors[question.actor].span
    return _explained(scorer()[2], sentence.text, question.head, question.label, span)


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
        placeholder="Paste or type here, then press Ctrl+Enter or click elsewhere.",
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
    aimed = [place for place, each in zip(places, sentences, strict=True) if _names(each, wanted)]
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


def _counting(sentence: Tried) -> str:
    told = [name(said) for said in ordered(sentence.said) if said.counts and said.head != "voice"]
    actors = [
        f"{actor.surface}: {labels.label_name(said.head, said.label).lower()}"
        for actor in sentence.actors
        for said in actor.said
        if said.counts and said.label not in _PLAIN
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


def _names(sentence: Tried, wanted: str) -> bool:
    return any(actor.surface.casefold() == wanted.casefold() for actor in sentence.actors)


def ask_target(sentences: Sequence[Tried]) -> None:
    """Words of the text that stand for somebody the rules did not find."""
    st.session_state["target"] = str(st.session_state.get("target") or "")
    wanted = st.text_input(
        "Stance toward somebody else: copy the words from the sentence",
        key="target",
        max_chars=100,
        placeholder="the firm",
    ).strip()
    if wanted and not any(_names(each, wanted) for each in sentences):
        session.notice(f"“{wanted}” does not stand in this text. Copy the words as they are.")


def choose_question(sentence: Tried) -> Question:
    """The label to explain: those that count first, plain ones after them, then all others."""
    st.html("<h2>Which words moved it</h2>")
    questions = {_spelled(question, sentence): (question, said) for question, said in _questions(sentence)}
    options = sorted(questions, key=lambda key: _rank(questions[key][1], questions[key][0].actor is not None))
    wanted = str(st.session_state.get("target") or "")
    aimed = [key for key in options if wanted and key.casefold().endswith(f"@{wanted.casefold()}")]
    if wanted != st.session_state.get("_aimed_at", wanted if st.session_state.get("why") else ""):
        st.session_state.pop("why", None)
    st.session_state["_aimed_at"] = wanted
    session.keep_valid("why", options, (aimed or options)[0])
    chosen = st.selectbox(
        "Score to explain", options, format_func=lambda key: _told(*questions[key], sentence), key="why"
    )
    return questions[chosen][0]


def _questions(sentence: Tried) -> list[tuple[Question, Said]]:
    found = [(Question(said.head, said.label), said) for said in ordered(sentence.said)]
    for i, actor in enumerate(sentence.actors):
        found += [(Question(said.head, said.label, i), said) for said in ordered(actor.said)]
    return found


def _rank(said: Said, aimed: bool) -> tuple[int, bool]:
    """Labels that count and say something, those of actors first; then the plain ones; then what does not count."""
    return (0 if said.label not in _PLAIN else 1) if said.counts else 2, not aimed


def _spelled(question: Question, sentence: Tried) -> str:
    toward = "" if question.actor is None else f"@{sentence.actors[question.actor].surface}"
    return f"{question.head}.{question.label}{toward}"


def _told(question: Question, said: Said, sentence: Tried) -> str:
    toward = "" if question.actor is None else f" {sentence.actors[question.actor].surface}"
    head = f"Stance toward{toward}" if question.head == "stance" else f"{labels.head_name(question.head)}{toward}"
    counts = "counts" if said.counts else "does not count"
    return f"{head}: {labels.label_name(question.head, question.label)}, {percent(said.probability)}, {counts}"


def show_labels(first: Tried, second: Tried) -> None:
    """Every label with its probability and when it counts, in both versions where they differ."""
    found = changes(first, second)
    edited = first.text != second.text
    order = {id(said): i for i, said in enumerate(ordered([each.before for each in found]))}
    found.sort(key=lambda each: (each.actor != "", each.actor, order[id(each.before)]))
    main = [each for each in found if _worth_listing(each)]
    heads = ["What", "Counts from", *(["First version", "Your version", "Moved"] if edited else ["Probability"])]
    table = reading.table_html(heads, [_row(each, edited) for each in main], _CAPTION)
    every = reading.table_html(heads, [_row(each, edited) for each in found], _CAPTION)
    folded = f'<details class="fr-fold"><summary>All {count(len(found), "label")}</summary>{every}</details>'
    st.html(f'<h2>What the models say</h2><div class="fr-snug">{table}{folded}</div>')
    st.page_link(_MODELS, label="What each label means, and how often it is right")


_CAPTION = "✓ counts: the probability reaches what the label needs, or is the largest where one label is chosen"


def _worth_listing(change: Change) -> bool:
    either = (change.before, change.after)
    multilabel = change.before.needs is not None and any(said.probability >= _WORTH for said in either)
    return any(said.counts for said in either) or abs(change.points) >= _MOVED or multilabel


def _row(change: Change, edited: bool) -> list[str]:
    before, after = change.before, change.after
    head = f"Toward {change.actor}" if change.actor else labels.head_name(before.head)
    needs = "the likeliest" if before.needs is None else percent(before.needs)
    row = [f"{head}: {labels.label_name(before.head, before.label)}", needs, _mark(before)]
    if edited:
        flip = (", counts now" if after.counts else ", counts no longer") if change.flipped else ""
        row += [_mark(after), f"{signed(change.points)}{flip}"]
    return row


def _mark(said: Said) -> str:
    if isnan(said.probability):
        return "not read"
    return f"{'✓ ' if said.counts else ''}{percent(said.probability)}"


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
