"""Which words moved a score: the score to explain, its words marked in both versions, what their check came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from framing import explain as rules
from framing import explain_words, labels, reading, session
from framing.explain import Explanation, explain
from framing.occlusion import Span
from framing.pages.try_parts import PLAIN, names, ordered, scorer
from framing.plain import percent
from framing.tried import Said, Tried, paired


@dataclass(frozen=True)
class Question:
    """One label of one head to explain; `actor` is the place of the actor in the sentence's list, None for a head that
    judges the sentence."""

    head: str
    label: str
    actor: int | None = None


@st.cache_resource(max_entries=256, show_spinner=False)
def _explained(stamp: str, text: str, head: str, label: str, target: Span | None) -> Explanation:
    return explain(scorer()[0], text, head, label, target)


def explained(sentence: Tried, question: Question) -> Explanation:
    """What moved one label of a sentence; asked once."""
    span = None if question.actor is None else sentence.actors[question.actor].span
    return _explained(scorer()[2], sentence.text, question.head, question.label, span)


def ask_target(sentences: Sequence[Tried]) -> None:
    """Words of the text that stand for somebody the rules did not find."""
    st.session_state["target"] = str(st.session_state.get("target") or "")
    wanted = st.text_input(
        "Stance toward somebody else: copy the words from the sentence",
        key="target",
        max_chars=100,
        placeholder="the firm",
    ).strip()
    if wanted and not any(names(each, wanted) for each in sentences):
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
    return (0 if said.label not in PLAIN else 1) if said.counts else 2, not aimed


def _spelled(question: Question, sentence: Tried) -> str:
    toward = "" if question.actor is None else f"@{sentence.actors[question.actor].surface}"
    return f"{question.head}.{question.label}{toward}"


def _told(question: Question, said: Said, sentence: Tried) -> str:
    toward = "" if question.actor is None else f" {sentence.actors[question.actor].surface}"
    head = f"Stance toward{toward}" if question.head == "stance" else f"{labels.head_name(question.head)}{toward}"
    counts = "counts" if said.counts else "does not count"
    return f"{head}: {labels.label_name(question.head, question.label)}, {percent(said.probability)}, {counts}"


def show_why(first: Tried, second: Tried, question: Question) -> None:
    """The words that moved the label, marked, with the check; in both versions where they differ."""
    versions: list[tuple[str, Tried, Question | None]] = [("First version", first, question)]
    if second.text != first.text:
        versions.append(("Your version", second, _same(first, second, question)))
    found = [explained(each, asked) for _, each, asked in versions if asked is not None]
    for column, (title, _, asked), explanation in zip(
        st.columns(len(versions), gap="large"), versions, [*found, None], strict=False
    ):
        heading = f"<h3>{title}</h3>" if len(versions) > 1 else ""
        if asked is None or explanation is None:
            column.html(f'{heading}<p class="fr-meta">The actor is not named in this version.</p>')
            continue
        column.html(heading + why_html(explanation))
    st.html(f'<details class="fr-fold"><summary>How this is checked</summary><p>{escape(_CHECK)}</p></details>')
    if legend := explain_words.legend(found):
        st.html(
            f'<p class="fr-meta">{escape(legend)}. The number is what deleting that word alone takes from the '
            "probability, in points.</p>"
        )


_CHECK = (
    "Every word is deleted by itself, and those that move the probability most are named. Then the named words are "
    f"deleted together: the probability must move by {100 * rules.LEAST_MOVE:.0f} points, and further than in each "
    f"of {rules.DRAWS} trials in which as many other words are deleted. Otherwise the explanation is unreliable: "
    "the model decided on something else, or on the sentence as a whole. On news sentences that chose none of these "
    "rules 10% of the explanations were unreliable, in 14% no word stood out, and of words named at random 3% would "
    "have passed."
)


def why_html(found: Explanation) -> str:
    """An explanation: verdict of its check, the text with its marks, what the check came to."""
    verdict = {"holds": "Passed the check", "unreliable": "Unreliable", "none": "No word stands out"}[found.outcome]
    tone = {"holds": "plain", "unreliable": "demo", "none": "plain"}[found.outcome]
    lines = [line for line in (explain_words.finding(found), explain_words.hindrance(found)) if line]
    if found.cut:
        lines.append(explain_words.CUT)
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return reading.badge_html(verdict, tone) + explain_words.marked_html(found) + f'<div class="fr-check">{told}</div>'


def _same(first: Tried, second: Tried, question: Question) -> Question | None:
    """The question as it is asked of the second version; None where its actor is gone."""
    if question.actor is None:
        return question
    wanted = first.actors[question.actor]
    after = [new for old, new in paired(first.actors, second.actors) if old == wanted]
    return replace(question, actor=second.actors.index(after[0])) if after else None
