"""Vocabulary of harm: verbs with their forms and nouns, by kind of harm, and what makes a word no harm at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from framing.speech_words import any_of

Kind = Literal["killing", "injury", "attack", "destruction", "displacement", "detention", "livelihood"]
Takes = Literal["anything", "people", "goods", "weapon or place"]

# verb, or verb/past/participle where irregular; a star marks verbs that harm only people, unlike "executed a plan".
_VERBS: Mapping[Kind, str] = {
    "killing": """kill, murder, massacre, slaughter, assassinate, behead, lynch, slay/slew/slain, execute*,
        electrocute, decapitate, drown*, trample, starve*, crush*""",
    "injury": """wound, injure, hurt/hurt/hurt, maim, stab, shoot/shot/shot, beat/beat/beaten*, maul, torture, rape,
        assault, batter*, whip*, flog, slap*, punch*, kick*, mutilate, terrorise, terrorize, poison, burn*, gas*""",
    "attack": """attack, shell, bomb, bombard, strike/struck/struck, hit/hit/hit, pound, ambush, raid, invade, strafe,
        besiege, firebomb""",
    "destruction": """destroy, damage, flatten, demolish, raze, torch, devastate, wreck, ransack, loot, bulldoze,
        obliterate""",
    "displacement": "displace, evict, expel, deport, uproot",
    "detention": "arrest, detain, jail, imprison, abduct, kidnap, intern*",
    "livelihood": "sack*, dismiss*, furlough, repossess, rob",
}

NOUNS: Mapping[str, tuple[Kind, bool]] = {
    # Whether the owner of the noun does it ("the army’s attack") or suffers it ("her death").
    **dict.fromkeys(("killing", "murder", "massacre", "slaughter", "assassination", "execution"), ("killing", False)),
    **dict.fromkeys(("death", "drowning", "lynching"), ("killing", False)),
    **dict.fromkeys(("wounding", "beating", "stabbing", "rape", "torture", "shooting", "poisoning"), ("injury", False)),
    **dict.fromkeys(("attack", "assault", "raid", "ambush", "bombing", "bombardment", "shelling"), ("attack", True)),
    **dict.fromkeys(("strike", "airstrike", "invasion", "offensive", "siege"), ("attack", True)),
    **dict.fromkeys(("destruction", "demolition"), ("destruction", True)),
    **dict.fromkeys(("eviction", "expulsion", "deportation", "displacement"), ("displacement", False)),
    **dict.fromkeys(("arrest", "detention", "imprisonment", "abduction", "kidnapping"), ("detention", False)),
    **dict.fromkeys(("dismissal", "sacking", "layoff", "loss"), ("livelihood", False)),
}
"""Nouns of harm: their kind, and whether their owner does it or suffers it."""

INTRANSITIVE: Mapping[str, Kind] = {
    **dict.fromkeys(("died", "dies", "dying", "die", "perished", "drowned", "starved"), "killing"),
    **dict.fromkeys(("exploded", "explodes", "detonated"), "attack"),
    **dict.fromkeys(("fled", "flee", "flees", "fleeing"), "displacement"),
}

GOODS = any_of(r"""
    jobs?, posts?, positions?, staff, workforce, workers, beds?, benefits?, wages?, pay, salar(?:y|ies), pensions?,
    power,
    water, electricity, aid, services?, hours, pensioners, employees, headcount, roles, subsidies, allowances?,
    supplies, gas, heating, food, rations
""")
"""What is harm to cut, slash, axe, shed or lose; a rate or a ribbon is not."""
LOST = any_of("lives, life, jobs?, homes?, houses?, savings, pensions?, livelihoods?, limbs?, legs?, arms?, sight")
WEAPONS = any_of(r"""
    shots?, missiles?, rockets?, shells?, mortars?, bullets?, rounds?, tear gas, water cannon, artillery, drones?,
    grenades?, [Ss]cuds?, torpedoes, flares, rubber, rifles?, guns?, volleys?, salvos?, warning
""")
"""What is fired in an attack; whoever fires anything else dismisses it or sets it going."""
_FIGURATIVE = any_of(r"""
    deal, deals, bill, bills, plan, plans, idea, talks, record, records, target, targets, rate, rates, note, tone,
    balance, chord, wall, snag, agreement, bargain, law, laws, ban, credibility, competition, headlines, out, back,
    low, high, nerve, proposal, policy, policies, decision, report, claims?, motion, amendment, ruling,
    optimism, hopes, confidence, trust, argument, that, this, forecasts?, expectations, expenses?, time, road,
    roadblock,
    pose, bottom, peak, milestone, brakes, button, film, mood, chance, hype, myth, legacy, reputation, lows, highs,
    slump, relations, ties, atmosphere, debate, democracy, values, rights, freedoms?,
    liberty, character, integrity, truth, faith, marriage, institutions?, constitution, rules?, science, idea, ideas,
    speech, press, stride, note, notes, pay dirt, headlines, jackpot, shelves, screens, theaters, theatres, polls, goal
""")
FIGURATIVE = re.compile(rf"(?:{_FIGURATIVE})$", re.IGNORECASE)
"""Last word of what is killed, hit or struck in a figure of speech."""
_TRADED = any_of(r"""
    shares?, stocks?, dollar, euro, pound, yen, currency, crown, profits?, sales, markets?, index, bonds?, prices,
    economy, confidence, sentiment, earnings, margins?, sector
""")
TRADED = re.compile(rf"(?:{_TRADED})$", re.IGNORECASE)
"""What falls in a market: being hit or battered there is no harm to anybody in particular."""
_THINGS = any_of(r"""
    missiles?, rockets?, (?:air ?)?strikes?, shelling, bombs?, bombings?, bombardment, blasts?, explosions?, drones?,
    bullets?, shells?, shrapnel, fire, fires, blaze, attacks?, raids?, clash(?:es)?, fighting, war, violence, floods?,
    flooding, storms?, earthquakes?, quakes?, hurricane, cyclone, wind, winds, gusts, water, waters, river, rain, heat,
    drought, landslide, avalanche, collapse, crash, collision, accident, cars?, lorry, lorries, truck, trucks, train,
    bus, vehicle, van, plane, aircraft, jet, ferry, boat, dam, egg, gunfire, mortars?, mines?, cuts?, tariffs?, rents?,
    prices, inflation, closure, sale, strike, disease, virus, outbreak, epidemic, famine, spill, toxins?, smoke, gas,
    barrage, volley, salvo, offensive, conflict, round, rounds, mortar, artillery, debris, rubble, tree, trees,
    stampede,
    crush, cold, illness, cancer, tremor, tornado, wave, waves, lightning, mudslides?, knife, gun, weapons?, recession,
    downturn, crisis, pandemic, bullet, one, fall, cold, shot, shots
""")
THING = re.compile(rf"(?:{_THINGS})$", re.IGNORECASE)
"""Last word of a cause that is nobody: a missile, a strike, a flood."""
_PEOPLE = any_of(r"""
    people, person, persons, men, man, women, woman, children, child, boys?, girls?, civilians?, residents?, families,
    family, soldiers?, troops, police, officers?, guards?, prisoners?, inmates?, hostages?, captives?, protesters?,
    demonstrators?, students?, pupils?, teachers?, workers?, staff, crew, drivers?, clerks?, captain, journalists?,
    victims?, villagers?, farmers?, refugees?, migrants?, patients?, nurses?, doctors?, brothers?, sisters?, mothers?,
    fathers?, sons?, daughters?, wife, wives, husbands?, couples?, parents, suspects?, teenagers?, youths?, ministers?,
    director, chief, executives?, chairman, coach, managers?, editors?, cleaners?, employees?, members?, minority,
    him, her, them, me, us, you, himself, herself, themselves, dozens?, hundreds, thousands, tens, scores, others,
    animals?, dogs?, horses?, fish, cattle, sheep, neighbou?rs?, passengers?, pedestrians?, cyclists?, miners?
""")
_PEOPLE_RE = re.compile(rf"(?:{_PEOPLE})$|^[\d,]+$|-year-old$", re.IGNORECASE)
_NUMBER = any_of("""
    one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, twenty, thirty, forty, fifty, hundred,
    dozen
""")
_NUMBER_RE = re.compile(rf"^(?:{_NUMBER}|[\d,]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verb:
    """One form of a verb of harm: `tense` past, participle, either, ing, base, s."""

    base: str
    kind: Kind
    tense: str
    takes: Takes = "anything"


@cache
def verb_forms() -> Mapping[str, Verb]:
    """Every form in lower case → the verb; `cut`, `fire` and phrases are `harm`'s own business."""
    found: dict[str, Verb] = {}
    for kind, listed in _VERBS.items():
        for entry in any_of(listed).split("|"):
            bare = entry.rstrip("*").split("/")
            takes: Takes = "people" if entry.endswith("*") else "anything"
            found |= _forms(bare[0], kind, takes, bare[1:])
    for base, kind, irregular in (
        ("cut", "livelihood", ["cut", "cut"]),
        ("slash", "livelihood", []),
        ("axe", "livelihood", []),
        ("shed", "livelihood", ["shed", "shed"]),
    ):
        found |= _forms(base, kind, "goods", irregular)
    return found | _forms("fire", "attack", "weapon or place", [])


def _forms(base: str, kind: Kind, takes: Takes, irregular: list[str]) -> dict[str, Verb]:
    stem = base[:-1] if base.endswith("e") else base
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", base) and base not in ("maim", "loot", "raid", "detain")
    double = stem + base[-1] if short or base == "expel" else stem
    past, participle = irregular or [double + "ed", double + "ed"]
    end = "es" if base.endswith(("s", "sh", "ch", "x")) else "s"
    # The past last, so that "hit" and "beat" read as told, not as a plan.
    forms = {base: "base", base + end: "s", double + "ing": "ing", participle: "participle"}
    forms[past] = "either" if past == participle else "past"
    return {form: Verb(base, kind, tense, takes) for form, tense in forms.items()}


def word_set(listed: str) -> frozenset[str]:
    """The entries of a list, which commas separate."""
    return frozenset(any_of(listed).split("|"))


def is_number(word: str) -> bool:
    """Whether a word is a number, in figures or one of the common ones in letters."""
    return _NUMBER_RE.match(word) is not None


def is_people(phrase: str) -> bool:
    """Whether a noun phrase stands for people (or animals): by its last word, a number alone, or a name."""
    words = phrase.split()
    if not words:
        return False
    head = words[-1]
    named = (head[0].isupper() and len(words) > 1) or re.match(r"[A-Z][a-z]", head) is not None
    return bool(
        _PEOPLE_RE.search(head) or is_number(head) or named or re.search(r"(?:[iae]ans?|ists?|ees?|ers|ors|men)$", head)
    )
