"""What the numbers mean and what they are not, in plain words, for the page about them and for reports."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: tuple[tuple[str, str], ...] = (
    (
        "What is counted",
        "Every article is split into sentences, and for each sentence models decide which frames it carries, its "
        "tone, whether its words are loaded, and how each actor named in it comes across. A number is the share "
        "of an outlet’s sentences on one event: 30% conflict means three sentences in ten. Headlines are shown "
        "but not counted. Click any number to read exactly the sentences it counts.",
    ),
    (
        "When a sentence counts",
        "A frame counts from a probability of its own, often well under 50%: the one at which it was right most often "
        "(best F1) on sentences kept for choosing it. So a sentence marked “Conflict, probability 38%” can count. Of "
        "tones, of plain or loaded words, and of stances the most probable one counts.",
    ),
    (
        "Whose words",
        "A sentence can be the outlet’s own words, a quotation, reported speech, or part quotation. “The outlet’s "
        "own words” counts what it says itself; “Words of the people it quotes” counts quotations and reported "
        "speech; a part quotation counts half in each. Choosing whom to quote is a choice too, so read both.",
    ),
    (
        "Intervals",
        "A line around a point is a 95% interval: how far the share might move with other articles of the same "
        "outlet on the same event. It comes from differences between articles, so an outlet with one article has "
        "no interval, and its numbers describe that article only. A difference is named as found only where "
        "chance is an unlikely explanation, counting how many comparisons were made; “no difference we could "
        "detect” is a finding as well.",
    ),
    (
        "What the numbers are not",
        "Not a verdict on an outlet: there is no overall bias score and no left–right scale. Not a test of truth. "
        "Not fit for judging a single sentence or a person. Tone is not stance: a report on a disaster is "
        "negative without being against anybody. Two outlets can differ because they report different happenings; "
        "the notes on each event say so.",
    ),
)
TIERS: Mapping[str, str] = {
    "A": "A: dependable (F1 0.75 or more)",
    "B": "B: usable over many sentences (0.60 to 0.75)",
    "C": "C: weak, greyed and never in the findings (below 0.60)",
    "unmeasured": "unmeasured: nobody knows, never in the findings",
}
