"""The reveal in plain sentences, as a class of fourteen-year-olds reads them."""

from __future__ import annotations

from framing.classroom.class_agreement import ALL, Agreed, WithModel
from framing.classroom.class_estimate import MIN_READ, Estimates, Number, Pair
from framing.classroom.class_results import ByModel, Result
from framing.classroom.game import MIN_STUDENTS, Game, Played
from framing.classroom.lesson import Lesson
from framing.classroom.spread import choice_name
from framing.plain import count, listed, signed
from framing.uncertainty import MIN_ARTICLES

ANYTHING = 0.8
"""Difference from which a range that allows it is not worth its numbers."""
NO_HELP = 0.05
"""Weight of the model's word (see `ppi.tuning`) below which it plays no part."""
ROUND_NAMES = {"before": "before the lesson", "after": "after the lesson"}


def of_hundred(share: float) -> str:
    """A share as a whole number of a hundred."""
    return f"{100 * share:.0f}"


def of_ten(share: float) -> str:
    """`7 of 10`."""
    return f"{10 * share:.0f} of 10"


def of_hundred_pairs(share: float) -> str:
    """`59 of 100`."""
    return f"{of_hundred(share)} of 100"


def ends(number: Number) -> str:
    """`10 and 64`, the ends of a share's interval, of a hundred."""
    return f"{of_hundred(number.low)} and {of_hundred(number.high)}"


def number_words(number: Number, difference: bool, about: str) -> str:
    """A number and its range beside its line, as `34 (20 to 51)`; `about` is what the range is about."""
    if number.value != number.value:
        return "no sentences"
    show = _signed if difference else of_hundred
    if not number.known:
        return f"{show(number.value)}, no range: too few for {about}"
    return f"{show(number.value)} ({show(number.low)} to {show(number.high)})"


def _signed(value: float) -> str:
    return signed(100 * value)


def gap_ends(pair: Pair) -> str:
    """What a difference's interval allows, as `from 12 fewer to 40 more`, in sentences of a hundred of the first."""
    return f"from {_more(pair.number.low)} to {_more(pair.number.high)}"


def _more(value: float) -> str:
    points = round(100 * value)
    return "no difference" if points == 0 else f"{abs(points)} {'more' if points > 0 else 'fewer'}"


def ahead_of(found: tuple[Pair, ...], leader: str) -> Pair | None:
    """The leader's least certain lead, turned so that it stands first."""
    turned = [
        pair if pair.outlet_a == leader else
        Pair(pair.outlet_b, pair.outlet_a, Number(-pair.number.value, -pair.number.high, -pair.number.low))
        for pair in found
        if leader in (pair.outlet_a, pair.outlet_b) and pair.number.known
    ]  # fmt: skip
    return min(turned, key=lambda pair: pair.number.low, default=None)


def lead(found: tuple[Pair, ...], leader: str) -> str:
    """`Of 100 sentences A has 12 to 40 more than B`."""
    pair = ahead_of(found, leader)
    assert pair is not None
    more = f"{of_hundred(pair.number.low)} to {of_hundred(pair.number.high)} more"
    others = len({outlet for one in found for outlet in (one.outlet_a, one.outlet_b)}) > 2
    return f"Of 100 sentences {leader} has {more} than {pair.outlet_b}{', the next one' if others else ''}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def undetected(found: tuple[Pair, ...]) -> str:
    """“No difference we could detect”, with what would still fit."""
    known = [pair for pair in found if pair.number.known]
    if not known:
        return f"Too few sentences to say: at least {MIN_READ} of each of two outlets must have been answered."
    widest = max(known, key=lambda pair: pair.number.high - pair.number.low).number
    size = max(abs(widest.low), abs(widest.high))
    if size >= ANYTHING:
        return "No difference we could detect: you read so few sentences that almost any difference would fit."
    if len(known) == 1:
        pair = known[0]
        fit = f"of 100 sentences {pair.outlet_a} could have anything {gap_ends(pair)} than {pair.outlet_b}"
        return f"No difference we could detect: {fit}."
    return f"No difference we could detect; one of up to {of_hundred(size)} of 100 sentences could still be hidden."


def estimated(found: Estimates | None) -> str:
    """What an estimate for these texts says of the outlets."""
    if found is None:
        return "The corpus has no longer the event’s sentences."
    if not found.tellable:
        return undetected(found.pairs)
    said = f"In these articles: {_lower(lead(found.pairs, found.leader))}." if found.leader else undetected(found.pairs)
    return f"{said} Too few of your answers are on {listed(found.unread)} to say." if found.unread else said


def by_model(result: Result, articles: dict[str, int]) -> str:
    """What the model alone says of the outlets."""
    made = result.by_model
    if made is None:
        return "There is no model for a category that you invented."
    if made.leader:
        return f"{lead(made.pairs, made.leader)}."
    more = "more" if len(made.shares) == 2 else "most"
    level = "both outlets are" if len(made.shares) == 2 else "the first two outlets are"
    first = f"In these texts {made.first} has {more}" if made.first else f"In these texts {level} about level"
    if result.weak:
        return f"{first}, but the model errs too often on this to trust it."
    thin = [outlet for outlet, n in articles.items() if n < MIN_ARTICLES]
    if thin:
        return f"{first}. {listed(thin)}: too few articles ({MIN_ARTICLES} are needed) to say more than that."
    return f"{first}, but that is no difference we could detect: other articles could show the opposite."


def changed(result: Result) -> str:
    """What the class's labels change about the model's comparison; empty without a model."""
    made, corrected = result.by_model, result.corrected
    if made is None or corrected is None:
        return ""
    if not corrected.tellable:
        return "Your answers are too few to correct the model."
    if corrected.belief < NO_HELP:
        useless = "On your sentences the model’s answers tell nothing of yours, so yours alone count."
        return f"{useless} {estimated(corrected)}"
    return _moved(made, corrected)


def _moved(made: ByModel, corrected: Estimates) -> str:
    before = made.leader or made.first
    if corrected.leader and corrected.leader == before:
        return f"Your answers confirm it: {before} still comes first in these texts."
    if corrected.leader:
        return f"Your answers turn it round: {corrected.leader} comes first{f', not {before}' if before else ''}."
    if made.leader:
        return f"Your answers leave it open: after the correction {made.leader} may have more, or may not."
    return "No difference we could detect, before your answers or after: too few sentences to tell one from chance."


def predicted_right(result: Result, leader: str) -> str:
    """How many predicted what came out; `leader` is empty for no difference."""
    n, right = sum(result.predicted.values()), result.predicted.get(leader, 0)
    return f"{right} of {n} predicted that" if n else "nobody predicted"


def agreed(lesson: Lesson, row: Agreed) -> str:
    """A class's agreement in everyday numbers."""
    about = "" if row.label == ALL else f" about “{choice_name(lesson.question, row.label)}”"
    told = of_ten if of_ten(row.same) != of_ten(row.chance) else of_hundred_pairs
    same, chance = told(row.same), told(row.chance)
    if row.alpha.value != row.alpha.value:
        return f"Everybody gave the same answer{about}, every time: beyond chance, nothing can be said of agreement."
    return (
        f"Draw two of you at random: in {same} cases they gave the same answer{about} to a sentence. "
        f"By chance alone it would be {chance}."
    )


def agreed_interval(row: Agreed) -> str:
    """Alpha with its interval, or why there is none."""
    value = f"{row.alpha.value:.2f}".replace("-", "−")
    if row.alpha.known:
        spread = f"{row.alpha.low:.2f} to {row.alpha.high:.2f}".replace("-", "−")
        return f"alpha {value}; with other articles it could be {spread}"
    if row.articles < MIN_ARTICLES:
        return f"alpha {value}; no interval, as the sentences come from {count(row.articles, 'article')} only"
    return f"alpha {value}; no interval, as answers vary too little"


def model_agreement(row: WithModel, n: int) -> str:
    """On how many sentences class and model agree, and what that comes to over all sentences."""
    told = len(row.agree) + len(row.differ)
    where = f" of {row.outlet}" if row.outlet else ""
    if not told:
        return f"No sentence{where} on which you had a majority."
    if not row.share.known:
        return f"Too few sentences{where} to say more than that."
    return f"Had you read all {n} sentences{where}, you and the model would agree on between {ends(row.share)} of 100."


def errors_differ(rows: tuple[WithModel, ...]) -> str:
    """Whether the model agrees with the class more on one outlet than on another: that would fake a difference."""
    known = [row for row in rows if row.outlet and row.share.known]
    if len(known) < 2:
        return "Whether the model errs more on one outlet than on another cannot be told from so few sentences."
    best, worst = max(known, key=lambda row: row.share.low), min(known, key=lambda row: row.share.high)
    if best.share.low > worst.share.high:
        return (
            f"The model agrees with you more on {best.outlet} than on {worst.outlet}. Such an error can fake a "
            "difference between outlets: do not trust the model’s comparison alone."
        )
    return (
        "We could not detect that the model errs more on one outlet than on another. That matters: an error that hits "
        "one outlet more would fake a difference."
    )


def round_words(game: Game, played: Played) -> str:
    """One round of the game against chance."""
    name = ROUND_NAMES[played.round].capitalize()
    scored = f"{name} {played.right} of {played.guesses} guesses were right ({of_hundred(played.share.value)} of 100)"
    blind = f"blind guessing gets {of_hundred(game.chance)}"
    if not played.share.known:
        return f"{scored}; {blind}. Fewer than {MIN_STUDENTS} students: too few to say more."
    if played.share.low > game.chance:
        return f"{scored}; {blind}. You did better than chance (between {ends(played.share)})."
    if played.share.high < game.chance:
        return f"{scored}; {blind}. You did worse than chance (between {ends(played.share)}): something misled you."
    return f"{scored}; {blind}. That is no more than chance could do (between {ends(played.share)})."


def change_words(game: Game) -> str:
    """Whether the class got better from before to after."""
    if not game.both:
        return ""
    number, n = game.change, count(game.both, "student")
    moved = f"{_more(number.value)} right of 100 guesses" if round(100 * number.value) else "no change"
    if not number.known:
        return f"From before to after: {moved} ({n} played both rounds, too few to say more)."
    spread = f"from {_more(number.low)} to {_more(number.high)}"
    if number.sign > 0:
        return f"You got better: {moved} ({spread}; {n} played both rounds)."
    if number.sign < 0:
        return f"You got worse: {moved} ({spread}; {n} played both rounds)."
    return f"From before to after: {moved}. No change we could detect ({spread}; {n} played both rounds)."
