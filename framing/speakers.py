"""The name beside a speech verb: cut out of the sentence and freed of titles, roles and determiners."""

from __future__ import annotations

import re

from framing.speech_words import ROLE, any_of

_TITLED = re.compile(rf"^(?:.*(?<!\w))?(?:{ROLE}) (?=[A-Z])")
_POSSESSOR = re.compile(
    r"^.*[’']s? (?:(?=[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)+$)|(?:[a-z-]+ ){1,3}(?=[A-Z][\w’-]+(?: [A-Z][\w’-]+)*$))"
)
_NAME_OF = re.compile(r"^(?P<name>.+?) (?:of|from|at|with|for|in) (?:the )?[A-Z]")
_DETERMINER = re.compile(
    r"^(?:the|an?|some|one|but|and|yet|so|meanwhile|however|even|still|then|later|also|today|yesterday|both)\s+",
    re.IGNORECASE,
)
PRONOUNS = frozenset(("he", "she", "they", "it", "we", "i", "you"))
_NO_SUBJECT = PRONOUNS | {"who", "which", "that", "what", "there", "where", "how", "why", "when", "if"}
_NOBODY = frozenset(("this", "these", "those", "some", "many", "others", "as", "all", "few"))
_VERBS = frozenset(("is", "are", "was", "were", "has", "have", "had", "spoke", "of"))
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sens?|Reps?|Gov|Gen|Col|Lt|Capt|Maj|Sgt|Rev|Prof|Jr|Sr|St|Brig|Adm|Atty|[A-Z])\."
)
_ADVERBS = re.compile(
    r"(?:[\s,](?:also|later|then|now|once|often|further|[a-z]+ly|has|have|had|again|still|in turn|even|did))+$"
)
_CONJUNCTION = any_of("""
    because, whereas, although, but, that, if, as, when, after, before, while, since, and then, which, who, and in turn
""")
_CLAUSE_START = re.compile(
    r"[;:—–(~]|\s-\s|[.?!]\s|, (?=(?:and|but|as|while|where|though|which|who|so|or) )"
    rf"|\b(?:{_CONJUNCTION})\b"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = any_of("""
    January, February, March, April, May, June, July, August, September, October, November, December
""")
_TIME = re.compile(
    rf"^(?:(?:on|late|early|last|earlier|this|by|in|at|since)\s+)*(?:{_WEEKDAY}|{_MONTH}|\d{{4}})\b"
    r"(?: (?:night|morning|afternoon|evening|\d+))*\s+",
    re.IGNORECASE,
)
_ROLE_THEN_NAME = re.compile(r"(?:[^\W\d_][\w’'-]* ){0,6}[a-z-]+, (?P<name>[A-Z][\w’-]+(?: [A-Z][\w’-]+)+)(?=[,. ]|$)")
_DAY = re.compile(_WEEKDAY)
_TRAILING = re.compile(
    rf"(?: (?:however|on|last|late|early|in|of|at|with|by|from|for|an?|the|{_WEEKDAY}))+$|,? (?:Jr|Sr)\.?$"
)
_LEFT_OVER = re.compile(r"(?:(?:^| )(?:each|both|all|have|has|had|been))+$")
_NAME_STOP = any_of("""
    in, on, at, during, after, before, who, as, from, when, while, to, via, through, that, last, this, late, early,
    earlier, yesterday, told, about, and, is, was, are, were, has, had, will, would, with, for, by, shows?, says?, said
""")
_NAME_END = re.compile(rf"[,.;:?!(—–“~]|\s-\s| (?:{_NAME_STOP}|{_WEEKDAY})\b")
_NAME = re.compile(
    r"(?:[A-Z][\w’'.-]*|de|al|bin|van|von|der|del|la|el)(?: (?:[A-Z][\w’'.-]*|de|al|bin|van|von|der|del|la|el))*$"
)
_BODY_WORD = any_of("""
    Ministry, Department, Party, Times, News, Post, Press, University, House, Court, Council, Union, Agency, Army,
    Police, Committee, Commission, Institute, Group, Center, Centre, Bank, Office, States, Nations, Kingdom, Watch,
    International, Terminals, Federation, Securities, Partners, [A-Z]{3,}
""")
_BODY = re.compile(rf"\b(?:{_BODY_WORD})\b")
_CONJOINED = re.compile(r"\b(?:and|or|but|then)$")
_COMMON_VERB = any_of("""
    [a-z]+ed, took, went, made, gave, came, spoke, met, held, left, got, saw, stood, began, sent, set, ran, led, kept,
    felt, won, lost, wrote, told, said, says, was, were, is, are, has, had, did, does, will, would, could, can, may,
    might
""")
_FIRST_VERB = re.compile(rf"\s(?:{_COMMON_VERB})\b.*$")
_MAX_WORDS = 9  # a longer stretch is a clause, not a name


def subject_after(text: str, position: int) -> str:
    """The stretch after a verb or "according to", up to where a name can end."""
    rest = _hide(text[position:].lstrip())
    if role := _ROLE_THEN_NAME.match(rest):  # said Halden’s general counsel, Frieda Lomax
        return _show(role["name"])
    end = _NAME_END.search(rest)
    return _show(rest[: end.start()] if end else rest)


def subject_before(text: str, position: int) -> str:
    """The stretch before a verb, back to its clause's start; an apposition between commas is stepped over."""
    before = _ADVERBS.sub("", _hide(text[:position]).rstrip()).rstrip()
    if before.endswith(","):  # X, an aide to the mayor, said
        before = before[:-1]
        commas = [m.start() for m in re.finditer(", ", before)]
        if commas:
            before = _whole_name(before, commas)
    start = max((m.end() for m in _CLAUSE_START.finditer(before)), default=0)
    clause = before[start:].strip(" ,")
    if ", " in clause:
        clause = clause.rsplit(", ", 1)[1]
    return _show(clause)


def main_subject(text: str, position: int) -> str:
    """What the clause before a participle starts with: "X protested at Y, saying …"."""
    clause = re.split(r"[;:~]\s|[.?!]\s|\s[—–-]\s", _hide(text[:position]))[-1].strip()
    parts = [p for p in clause.split(", ") if _FIRST_VERB.search(p)]
    return _show(parts[0] if parts else "")


def _whole_name(before: str, commas: list[int]) -> str:
    """What stands before the apposition: the first stretch after a clause start that looks like a subject."""
    apposition = before[commas[-1] + 1 :].strip()
    role = re.split(r", |[;:—–~.?!] ?", before[: commas[-1]])[-1].strip()
    if is_full_name(apposition) and role and role.split()[-1].islower():  # Its director, Ysolde Marr, called …
        return apposition
    heads = [(c, _DETERMINER.sub("", re.split(r", |[;:—–~] ?", before[:c])[-1].strip())) for c in reversed(commas)]
    short = [(c, head) for c, head in heads if head and len(head.split()) <= _MAX_WORDS]
    named = [c for c, head in short if head[0].isupper()]
    return before[: (named or [c for c, _ in short] or [len(before)])[0]]


def clean(stretch: str) -> str | None:
    """A speaker's name without title, role or determiner; a pronoun in lower case; None where it names nobody."""
    name = _TIME.sub("", stretch.strip(" ,.~\"“”'"))
    name = re.sub(r"\s+", " ", name)
    verb = _FIRST_VERB.search(
        name
    )  # "X reacted to Y, arguing …", "X took the stand and told …", not "a retired driver"
    if verb and not _DETERMINER.fullmatch(name[: verb.start()] + " "):
        name = name[: verb.start()]
    if _CONJOINED.search(name) or re.match(r"\w+ed\b|\w+[’'](?:re|s|ve)$", name):
        return None
    name = _LEFT_OVER.sub("", _TRAILING.sub("", name))
    while (shorter := _DETERMINER.sub("", name)) != name:
        name = shorter
    name = {"her": "she", "him": "he", "them": "they"}.get(name.lower(), name)
    if name.lower() in PRONOUNS:
        return name.lower()
    if (
        _DAY.fullmatch(name)
        or not name.strip()
        or name.split()[0].lower() in _NO_SUBJECT | _VERBS
        or name.lower() in _NOBODY
        or not re.search(r"[^\W\d_]{2}", name)
    ):
        return None
    belongs = _NAME_OF.match(name)
    if belongs and is_full_name(short := _untitled(belongs["name"])):
        return short
    if len(name.split()) > _MAX_WORDS:
        return None
    name = _untitled(name)
    possessed = _POSSESSOR.match(name)
    return name[possessed.end() :] if possessed else name


def _untitled(name: str) -> str:
    titled = _TITLED.match(name)
    return name[titled.end() :] if titled and _NAME.fullmatch(name[titled.end() :]) else name


def is_full_name(name: str) -> bool:
    """Whether a cleaned speaker looks like a person's first and last name rather than a place or body."""
    words = name.split()
    return 2 <= len(words) <= 4 and _NAME.fullmatch(name) is not None and not _BODY.search(name)


def _hide(text: str) -> str:
    return _ABBREVIATION.sub(lambda m: m[0][:-1] + "\x00", text)


def _show(text: str) -> str:
    return text.replace("\x00", ".")
