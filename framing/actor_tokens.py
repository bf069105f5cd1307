"""What the actor rules read: words with offsets and word-list bits, gazetteer look-up, a sentence under work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from framing.actor_words import known_actors, words
from framing.places import places

TOKEN = re.compile(r"(?:[A-Z]\.){2,}|(?:[A-Z]\. )+[A-Z]\.(?= |$)|[’'](?:s|S)\b|[^\W_]+(?:[’'](?!s\b|S\b)[^\W\d_]+)*|&")
POSSESSIVE = frozenset(("’s", "'s"))
_SENTENCE_END = frozenset('.!?:;“"(…')


class Is:
    """Bits of the word lists of actor_words.csv (plain integers: an IntFlag costs a fifth of the running time)."""

    TITLE = 1 << 0
    TITLEMOD = 1 << 1
    ORGHEAD = 1 << 2
    OFHEAD = 1 << 3
    PLACEHEAD = 1 << 4
    THINGHEAD = 1 << 5
    THING = 1 << 6
    STOP = 1 << 7
    STATENOUN = 1 << 8
    PARTNOUN = 1 << 9
    PEOPLENOUN = 1 << 10
    GROUP = 1 << 11
    PLACEPREP = 1 << 12
    PARTICLE = 1 << 13
    INDIVIDUAL = 1 << 14
    MODIFIER = 1 << 15
    VERB = 1 << 16
    ANAPHOR = 1 << 17
    SITEHEAD = 1 << 18
    DETERMINER = 1 << 19
    NAMESTOP = 1 << 20
    FUNCTION = 1 << 21
    OFFICE = 1 << 22
    DATE = 1 << 23
    ABBREVIATED = 1 << 24
    PHRASE = 1 << 25
    """First words of the phrases listed as `groupphrase`."""


@dataclass(slots=True)
class Token:
    """One word: offsets, text, lower-cased text, whether it starts with a capital, word-list bits."""

    start: int
    end: int
    text: str
    low: str
    cap: bool
    mask: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What a gazetteer name is (`state demonym people ethnic capital location known`) and stands for."""

    kind: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What the rest of an article tells about its capitalised words; empty for a sentence on its own."""

    names: frozenset[str] = frozenset()
    """Words of longer names, and words seen where a capital can only mean a name."""
    places: frozenset[str] = frozenset()
    """Words of `names` that stand where places stand ("in X", "Port of X"): actors only where they act."""
    states: frozenset[str] = frozenset()
    """Words that the article uses as a state's name although no list knows it."""
    outlets: frozenset[str] = frozenset()
    """Names of the article's own outlet."""
    strict: bool = False
    """With an article at hand, one word at a sentence's start is a name only if the article shows it elsewhere too."""
    headline: bool = False
    """In a headline, only names that the article's body shows are believed."""


@dataclass(slots=True)
class Line:
    """One sentence under work: its words, what is known of its article, and the stretches found so far."""

    text: str
    hints: Hints
    tokens: tuple[Token, ...] = field(init=False)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = tokenise(self.text)

    @property
    def title_case(self) -> bool:
        """Written like a headline: no full stop, five or more words of four letters, over three in four with a
        capital."""
        if self.text.rstrip("”\"’' ").endswith("."):
            return False
        long = [t for t in self.tokens if len(t.text) > 3]
        return len(long) >= 5 and sum(t.cap for t in long) > 0.75 * len(long)

    def gap(self, i: int) -> str:
        """The characters between token i and the next; empty after the last."""
        return self.text[self.tokens[i].end : self.tokens[i + 1].start] if i + 1 < len(self.tokens) else ""

    def before(self, i: int) -> str:
        """The lower-cased word before token i, or an empty string."""
        return self.tokens[i - 1].low if i else ""

    def owns(self, i: int) -> bool:
        """Whether token i is a possessive ’s."""
        return i < len(self.tokens) and self.tokens[i].low in POSSESSIVE

    def follows(self, end: int) -> Token | None:
        """The token after a blank behind token end-1, or None at the sentence's end and behind punctuation."""
        return self.tokens[end] if end < len(self.tokens) and self.gap(end - 1) == " " else None

    def starts(self, i: int) -> bool:
        """Whether token i stands where any word has a capital: after a full stop, a colon, an opening quote."""
        if i == 0:
            return True
        last, gap = self.tokens[i - 1], self.gap(i - 1)
        if last.mask & Is.ABBREVIATED or len(last.text) == 1 or last.text.endswith("."):
            return any(c in '“"' for c in gap)
        return any(c in _SENTENCE_END for c in gap)

    def find(self, i: int, limit: int | None = None) -> tuple[Entry, int] | None:
        """The longest gazetteer name at token i (within tokens up to `limit`): its entry and the index after it."""
        return lookup(self.text, self.tokens, i, limit)

    def add(self, i: int, j: int) -> int:
        """Keeps tokens [i, j) as an actor's name; returns j."""
        self.spans.append((self.tokens[i].start, self.tokens[j - 1].end))
        return j


@cache
def _masks() -> dict[str, int]:
    """Lower-case word → bits of `Is`."""
    table: dict[str, int] = {}
    for name, flag in vars(Is).items():
        if name.isupper() and flag != Is.PHRASE:
            for word in words(name.lower()):
                table[word] = table.get(word, 0) | flag
    for phrase in words("groupphrase"):
        first = phrase.split()[0].split("-")[0]
        table[first] = table.get(first, 0) | Is.PHRASE
    return table


@cache
def _gazetteer() -> tuple[dict[str, Entry], dict[str, int]]:
    """Names → entry, and the first word of each name → number of words of its longest name."""
    found = places()
    table = {name: Entry("location", name) for name in found.locations}
    table.update({name: Entry("capital", state) for name, state in found.capitals.items()})
    table.update({name: Entry("ethnic", people) for name, people in found.ethnic.items()})
    # "Palestinian" is both: the people it names is meant more often than the state.
    table.update({name: Entry("demonym", state) for name, state in found.demonyms.items() if name not in found.ethnic})
    table.update({name: Entry("people", people) for name, people in found.peoples.items()})
    table.update({name: Entry("state", state) for name, state in found.states.items()})
    table.update({name: Entry("known", known.canonical) for name, known in known_actors().items()})
    longest: dict[str, int] = {}
    for name in table:
        parts = TOKEN.findall(name)
        if parts:
            longest[parts[0]] = max(longest.get(parts[0], 0), len(parts))
    return table, longest


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text in order; a possessive ’s is a token of its own. Shared: never change one."""
    return _read_again(text) if len(text) <= _LONGEST_KEPT else _tokens(text)


# An article's sentences are read three times: for its hints, for names that no list has, and for its actors.
_LONGEST_KEPT = 2000


@lru_cache(maxsize=512)
def _read_again(text: str) -> tuple[Token, ...]:
    return _tokens(text)


def _tokens(text: str) -> tuple[Token, ...]:
    tokens = []
    for match in TOKEN.finditer(text):
        start, end = match.span()
        word, low, cap, mask = _word(match.group())
        tokens.append(Token(start, end, word, low, cap, mask))
    return tuple(tokens)


@lru_cache(maxsize=16_384)
def _word(word: str) -> tuple[str, str, bool, int]:
    """What a token says of its word: itself, in lower case, whether it starts with a capital, word-list bits."""
    low = word.lower()
    return word, low, word[0].isupper(), _masks().get(low, 0)


def lookup(text: str, tokens: Sequence[Token], at: int, limit: int | None = None) -> tuple[Entry, int] | None:
    """The longest gazetteer name that starts at token `at`: its entry and the index after its last token."""
    table, longest = _gazetteer()
    most = longest.get(tokens[at].text.replace(". ", "."))
    if most is None:
        return None
    stop = len(tokens) if limit is None else limit
    for end in range(min(at + most, stop), at, -1):
        name = text[tokens[at].start : tokens[end - 1].end]
        entry = table.get(name) or (table.get(name.replace(". ", ".")) if ". " in name else None)
        if entry is not None:
            return entry, end
    return None


def listed(word: str) -> bool:
    """Whether the gazetteer knows a name."""
    return word in _gazetteer()[0]
