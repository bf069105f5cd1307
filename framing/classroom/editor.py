"""The teacher's own lesson: a form that works without a script, what it asks for, and the page around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from framing.classroom.asking import MOST_ANSWERS, YES, answers, yes_or_no
from framing.classroom.draw_lesson import Spec, make_lesson
from framing.classroom.fields import FieldError
from framing.classroom.handout import model_words
from framing.classroom.lesson import FEWEST, MOST, Choice, Lesson, Minutes
from framing.classroom.lesson_choices import lesson_choices
from framing.classroom.lesson_notes import REMARK, joined, parted
from framing.classroom.templating import render
from framing.corpus import Corpus
from framing.errors import InputError

OWN = "own"
"""The kind of question about a category of the class's own; the others are named after their head."""
SHOW, OTHERS, SAVE = "preview", "others", "save"
"""What the three buttons send as `do`."""
Values = Mapping[str, Sequence[str]]
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})
_LISTS = {"look_for": "Look for", "ask": "Ask"}
_LINES = {"aim": "Aim", "in_20": "20 minutes", "in_45": "45 minutes"}
_DEFAULTS = {"n": "15", "minutes": "20", "seed": "0", "mild": "yes", "answers": "yes_no"}


def spec_from_form(values: Values) -> Spec:
    """What a form asks for. Raises FieldError, an InputError, for what cannot be read."""
    kind = _one(values, "kind")
    if not kind:
        raise FieldError("kind", "Choose what the class is asked.")
    event = _one(values, "event")
    if not event:
        raise FieldError("event", "Choose an event.")
    seed = _whole(values, "seed", "The number of the draw") + (_one(values, "do") == OTHERS)
    spec = Spec(
        title=_one(values, "title"),
        event=event,
        question=_one(values, "question"),
        n=_whole(values, "n", "How many sentences"),
        minutes=_minutes(values),
        seed=seed,
        mild="yes" in values.get("mild", ()),
        notes=_notes(values),
        outlets=tuple(value for value in values.get("outlets", ()) if value),
    )
    if kind == OWN:
        return _own(spec, values)
    picked = tuple(value.removeprefix(f"{kind}:") for value in values.get("labels", ()) if value.startswith(f"{kind}:"))
    return replace(spec, head=kind, labels=picked, actor=_one(values, "actor") if kind == "stance" else "")


def wants_save(values: Values) -> bool:
    """Whether the form was sent to be saved, not to be looked at."""
    return _one(values, "do") in ("", SAVE)


def values_of(spec: Spec) -> dict[str, list[str]]:
    """A specification as the form's values, to be changed: `spec_from_form` gives it back."""
    notes = parted(spec.notes)
    values = {
        "title": spec.title,
        "event": spec.event,
        "kind": spec.head or OWN,
        "question": spec.question,
        "n": str(spec.n),
        "minutes": str(spec.minutes),
        "seed": str(spec.seed),
        "actor": spec.actor,
        **{field: "\n".join(notes.get(heading, [])) for field, heading in (_LISTS | _LINES).items()},
        "notes": joined({REMARK: notes.get(REMARK, []), "Why these": notes.get("Why these", [])}),
    }
    found = {name: [value] for name, value in values.items() if value}
    found["labels"] = [f"{spec.head}:{label}" for label in spec.labels]
    found["outlets"] = list(spec.outlets)
    if spec.mild:
        found["mild"] = ["yes"]
    if spec.choices:
        found |= _own_values(spec.choices)
    return found


def _own_values(choices: Sequence[Choice]) -> dict[str, list[str]]:
    if choices[0].label == YES:
        name = choices[1].definition.partition("“")[2].partition("”")[0]
        return {"answers": ["yes_no"], "category": [name], "definition": [choices[0].definition]}
    found = {"answers": ["named"]}
    for i, choice in enumerate(choices, 1):
        found |= {f"answer{i}": [choice.name], f"meaning{i}": [choice.definition]}
    return found


def _own(spec: Spec, values: Values) -> Spec:
    if _one(values, "answers") == "named":
        named = [(_one(values, f"answer{i}"), _one(values, f"meaning{i}")) for i in range(1, MOST_ANSWERS + 1)]
        return replace(spec, choices=answers([pair for pair in named if any(pair)]))
    category, meaning = _one(values, "category"), _one(values, "definition")
    if not category:
        raise FieldError("category", "Give your category a name, such as “Hero”.")
    if not meaning:
        raise FieldError("definition", "Say in one sentence when the category fits.")
    question = spec.question or f"Does “{category}” fit this sentence?"
    return replace(spec, choices=yes_or_no(category, meaning), question=question, title=spec.title)


def _one(values: Values, name: str) -> str:
    """A field's only value, without surrounding space and with plain line ends; empty where it is missing."""
    given = values.get(name) or [""]
    return given[-1].replace("\r\n", "\n").replace("\x00", "").strip()


def _whole(values: Values, name: str, what: str) -> int:
    given = _one(values, name) or _DEFAULTS[name]
    if not (given.isascii() and given.isdecimal()) or len(given) > 9:
        raise FieldError(name, f"{what} should be a whole number; “{given[:20]}” is none.")
    return int(given)


def _minutes(values: Values) -> Minutes:
    given = _one(values, "minutes") or _DEFAULTS["minutes"]
    if given not in ("20", "45"):
        raise FieldError("minutes", "Choose 20 or 45 minutes.")
    return 20 if given == "20" else 45


def _notes(values: Values) -> str:
    """The teacher's notes, each under its heading; several lines of a list stay several."""
    lines = {heading: _lines(_one(values, field)) for field, heading in _LISTS.items()}
    lines |= {heading: [" ".join(_lines(_one(values, field)))] for field, heading in _LINES.items()}
    more = parted(_one(values, "notes"))
    for heading, found in more.items():
        lines[heading] = [*lines.get(heading, []), *found]
    return joined(lines)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Shown:
    """A drawn sentence in the preview."""

    number: int
    parts: tuple[str, str, str]
    before: str
    after: str
    outlet: str
    said: str


def editor_page(corpus: Corpus, values: Values, problem: str, hidden: Mapping[str, str] = _NO_FIELDS) -> str:
    """The form as a page, filled in with what was sent; where enough was sent, with the sentences that it draws.
    `problem` is what the last attempt failed on (shown beside its field), `hidden` are fields to send along."""
    lesson: Lesson | None = None
    field = ""
    if _one(values, "kind") or _one(values, "do"):
        try:
            spec = spec_from_form(values)
            values = {**values, "seed": [str(spec.seed)], "do": [SHOW]}
            lesson = make_lesson(corpus, spec)
        except FieldError as error:
            field, problem = error.field, str(error)
        except InputError as error:
            problem = str(error)
    given = {name: _one(values, name) for name in values}
    fresh = not _one(values, "do") and not _one(values, "kind")
    return render(
        "editor.html",
        choices=lesson_choices(corpus),
        given=_DEFAULTS | given if fresh else {**_DEFAULTS, "mild": "", **given},
        picked=frozenset(values.get("labels", ())),
        outlets=_outlets(corpus, _one(values, "event")),
        taken=frozenset(values.get("outlets", ())),
        problem=problem,
        field=field,
        hidden=hidden,
        lesson=lesson,
        drawn=[] if lesson is None else _preview(lesson),
        careful=[] if lesson is None else [*parted(lesson.notes).get("Careful", []), *parted(lesson.notes)["Drawn"]],
        fewest=FEWEST,
        most=MOST,
        most_answers=MOST_ANSWERS,
    )


def _outlets(corpus: Corpus, event: str) -> list[str]:
    """The outlets of the event that was chosen; none where none was, or where it is gone."""
    articles = corpus.articles(event, columns=["outlet"]) if event in set(corpus.events()["event_id"]) else None
    return [] if articles is None else sorted(set(articles["outlet"]), key=str.casefold)


def _preview(lesson: Lesson) -> list[Shown]:
    return [
        Shown(item.number, item.parts, item.before, item.after, item.outlet, model_words(lesson, item))
        for item in lesson.items
    ]
