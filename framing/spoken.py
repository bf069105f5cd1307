"""Which words of a sentence are somebody else's: the rule behind a speaker's share of words.

- own: none, scare quotes included;
- quoted: the words inside quotation marks; without any (a quotation that runs on, a transcript) all words;
- reported: all words but the attribution itself, the speech verb and the name beside it;
- mixed: the words inside quotation marks; without any, what follows the speech verb, and where none is found half of
  the sentence, its end.
"""

from __future__ import annotations

from collections.abc import Sequence

from framing.attribution import Attribution
from framing.schema import Span
from framing.voice_features import Reading, read_sentence
from framing.word_lists import WORD

Stretch = tuple[int, int]


def words_in(text: str, stretches: Sequence[Stretch]) -> int:
    """Number of words that begin inside the stretches."""
    if not stretches:
        return 0
    if list(stretches) == [(0, len(text))]:
        return len(WORD.findall(text))
    return sum(any(a <= word.start() < b for a, b in stretches) for word in WORD.finditer(text))


def spoken(text: str, quotes: Sequence[Stretch], voice: str) -> list[Stretch]:
    """Stretches [start, end) of a sentence that are somebody else's words, by the rule above; none for unknown
    voice."""
    inside = [(int(a), int(b)) for a, b in quotes if WORD.search(text[int(a) : int(b)])]
    if voice == "quoted":
        return inside or [(0, len(text))]
    if voice == "mixed" and inside:
        return inside
    if voice not in ("mixed", "reported"):
        return []
    reading = read_sentence(text, [Span(int(a), int(b)) for a, b in quotes])
    first = min(reading.found, key=lambda found: found.start, default=None)
    if voice == "mixed":
        return [(first.end if first else _middle(text), len(text))]
    return _without(len(text), [_tag(reading, found) for found in reading.found if found.rule != "speech_act"])


def _middle(text: str) -> int:
    starts = [word.start() for word in WORD.finditer(text)]
    return starts[len(starts) // 2] if starts else 0


def _tag(reading: Reading, found: Attribution) -> Stretch:
    """The attribution with the speaker's name, where it stands right before or after the verb."""
    start, end = found.start, found.end - (found.rule == "told")  # that pattern holds the next word's first letter
    if found.rule == "called_it":
        end = start + len(WORD.match(reading.text, start)[0])  # type: ignore[index]
    name = found.speaker or ""
    if name and (before := reading.text.rfind(name, 0, start)) >= 0 and start - before - len(name) <= 2:
        start = before
    if name and 0 <= (after := reading.text.find(name, end)) <= end + 5:
        end = after + len(name)
    return start, end


def _without(length: int, taken: Sequence[Stretch]) -> list[Stretch]:
    """[0, length) less the stretches taken."""
    kept, at = [], 0
    for start, end in sorted(taken):
        if start > at:
            kept.append((at, start))
        at = max(at, end)
    return [*kept, (at, length)] if at < length else kept
