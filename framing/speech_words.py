"""Vocabulary of reported speech: the word lists behind the rules of voice.

Verb lists follow counts on the train rows of frames_annotated (labels made by a model): a verb stays where about four
in ten or more of the sentences that it opens are coded reported or mixed, or plainly relay a claim.
"""

from __future__ import annotations

import re
from functools import lru_cache


def any_of(listed: str) -> str:
    """A regular-expression alternative of the entries, which commas separate."""
    return "|".join(re.split(r",\s+", listed.strip()))


# Report words whatever follows (0.86 of train sentences with one of them are coded reported or mixed).
SAY = any_of("""
    said, says, argued, argues, arguing, insisted, insists, warned, warns, noted, notes, testified, contended,
    contends, acknowledged, asserted, asserts, replied, retorted, remarked, commented, complained, stressed,
    reiterated, countered, counters, conceded, quipped, cautioned, opined, opines, posited, emphasized, emphasised,
    emphasizes, pointed out, recounted, recalled, exclaimed, explained, admitted, added
""")
# Report words with a clause after them (0.6).
SAY_THAT = any_of("""
    say, argue, claimed, claims, believes, reported, reports, found, finds, showed, revealed, confirmed, stated,
    indicated, maintain, maintains, maintained, contend, allege, alleged, alleges, hinted, estimated, estimates,
    predicted, predicts, suggested, wrote, writes, explains, adds, observed, points out, pledged, vowed, urged,
    note, saying, adding, tweeted, concludes, fears, reminded, highlighted, highlights, thinks, hopes, described,
    promised, point out, suggests, suspects, stresses
""")
# Speech toward or against somebody, reported although no clause follows (0.55).
SPEECH_ACT = any_of("""
    denied, denies, accused, accuses, condemned, criticized, criticised, criticizes, denounced, blamed, questioned,
    dismissed, disputed, cited, likened, claimed, urged, vowed, promised, complains,
    expressed (?:concern|regret|doubt|hope|fear|confidence|frustration|disappointment)s?, called on, advises,
    advised, warn, attributed, attribute, offered condolences
""")
# Who speaks in the plural present: officials say.
GROUP = any_of(r"""
    officials, experts, analysts, critics, police, sources, researchers, scientists, advocates, authorities,
    prosecutors, lawyers, attorneys, economists, investigators, witnesses, residents, activists, supporters,
    opponents, observers, proponents, doctors, aides, Republicans, Democrats, groups, conservatives, liberals,
    historians, scholars, defenders, leaders, workers, families, lawmakers, skeptics, organizers, insiders, rebels,
    militants, executives, representatives, studies, polls, reports, agencies, companies, some, many, others,
    [A-Z]\w+s
""")
# What finds, shows and reports.
REPORT = any_of("""
    study, survey, poll, report, analysis, investigation, review, research, researchers, audit, scientists,
    Reuters, AP, AFP, Post, Times, News, Journal, CNN, BBC, NBC, CBS, ABC, agency, Press, newspaper, Bloomberg,
    Politico, Axios, Guardian, complaint, lawsuit, indictment, media, statement, estimates, police, officials
""")
# Verbs that end a sentence after their subject: …, company figures show.
TAIL = any_of("""
    reported, reports, report, writes, wrote, believes, believe, thinks, suggests, adds,
    add, shows?, showed, finds, found, calculates, confirmed, announced, reckons, say, claims, claimed, alleges,
    alleged, told [^,]{2,40}
""")
# Verbs after “as”: As the ministry put it, …
AS = any_of("""
    reported, reports, wrote, writes, detailed, points? out, pointed out, put it, puts it, describes, explains,
    notes, suggests, argues, contends
""")
# Titles and roles before a name.
ROLE = any_of(r"""
    President, Vice, Prime, Foreign, Defen[cs]e, Interior, Finance, Health, Minister, Secretary, General,
    Senators?, Representative, Congress(?:wo)?man, Governor, Mayor, Speaker, Leader, Chancellor, Judge, Justices?,
    King, Queen, Prince, Pope, Sir, Lord, Lady, Sheriff, Chief, Officer, Chairman, Chair, CEO, Director,
    Ambassador, Professor, Attorney, Deputy, Commissioner, Sens?\., Reps?\., Gov\., Mr\.?, Mrs\.?, Ms\.?, Dr\.?,
    Prof\., Gen\., Col\., Lt\., Capt\., Maj\., Sgt\., Rev\., Brig\., Adm\., Atty\., spokes\w+,
    \w*(?:ist|er|or|ant|ent|man|woman), head, chief, attorney, coach, president, secretary, expert, nominee,
    executive, resident, candidate, critic, professor, host, analyst, star
""")
# Words in capitals before a colon that are no speaker.
LABELS = any_of("""
    OPINION, UPDATE, TRENDING, WARNING, BREAKING, NEW, RELATED, READ MORE, SEE ALSO, THE FACTS, FILE PHOTO, PHOTO,
    VIDEO, WATCH, FROM [A-Z]+, HOME ECONOMICS, EXCLUSIVE, ANALYSIS
""")
# Verbs that hang a word in quotation marks on somebody: called it “…”.
CALLED = any_of("""
    called, calls, described, describes, explains, dubbed, branded, labell?ed, dismissed, denounced, hailed,
    slammed, wrote, writes, declared, tweeted, lamented, bragged, praised, accused, vowed, promised, suggested
""")
FOUND = any_of("""
    found, finds, reported, reports, estimated, estimates, concluded, suggested, stated, states, alleges, indicates
""")
# Before a verb form that is none: passives, infinitives, modals, adjectives (is said to, to warn, the alleged plot).
NOT_FINITE = any_of("""
    is, are, was, were, be, been, being, to, the, an, a, can, will, would, not, I, you, we, That, many, no, of, this
""").split("|")
NOT_VERB = any_of("his, her, their, its, our, my, these, such, and").split("|")
# Marks of speech that no quotation mark sets off; one point each, the plainest count twice.
_PLAIN = r"\b(?:gonna|wanna|gotta)\b|\byou know,|\[(?:laugh\w*|indistinct)\]"
# Each with what a text must hold for it to be there at all, which is thirty times as fast to look for.
_ORAL = (
    (re.compile(_PLAIN), ("gonna", "wanna", "gotta", "you know", "[")),
    (
        re.compile(_PLAIN + r"|\byou know\b(?=[.?]| what)|\[(?:inaudible|crosstalk)\]|\(CROSSTALK\)|\bI mean,"),
        ("gonna", "wanna", "gotta", "you know", "[", "(CROSSTALK)", "I mean,"),
    ),
    (re.compile(r"(?i)\b(?:(?:I|we)['’]ve|I['’]m|(?:we|you)['’]re|(?:I|we)['’]ll|I['’]d)\b"), ("'", "’")),
    (
        re.compile(
            r"^(?:And|So|But|Well|Yeah|Oh|Now|Because|Yes),? "
            r"(?:I|we|you|my|then|so|(?:it|that|there)['’]s|they['’]re)\b"
        ),
        ("And", "So", "But", "Well", "Yeah", "Oh", "Now", "Because", "Yes"),
    ),
    (re.compile(r"^(?:And|So|Yeah|Well|Oh|Yes|No|Okay)\b"), ("And", "So", "Yeah", "Well", "Oh", "Yes", "No", "Okay")),
    (re.compile(r"\b(?:and|but|so|that|when|if|because|where) (?:we|you|I)\b"), (" we", " you", " I")),
    (
        re.compile(
            r"\b(?:(?:sort|kind) of|a lot of|a (?:little )?bit|really|very|"
            r"talking about|going to|right\?|in terms of)\b"
        ),
        ("sort of", "kind of", "a lot", " bit", "really", "very", "talking", "going to", "right?", "in terms"),
    ),
    (
        re.compile(r",? like,? (?:you|we|I|it|he|she|went)\b|, right|, okay|\b(?:stuff|guys?|folks|things?)\b"),
        (" like", ", right", ", okay", "stuff", "guy", "folks", "thing"),
    ),
    (re.compile(r"\b(?:me|my|myself|our|us)\b"), ("",)),
    (re.compile(r"\b(?:[Yy]ou|[Ww]e)\b"), ("You", "you", "We", "we")),
    (re.compile(r"\bI\b"), ("I",)),
    (re.compile(r"(?i)\b(?:it|that|there|they|he|she)['’](?:s|re)\b"), ("'", "’")),
    (re.compile(r"\bjust\b|\?$"), ("just", "?")),
)


# The rules and the voice head ask for the same sentence, one after the other.
@lru_cache(maxsize=64)
def oral_cues(text: str) -> tuple[int, ...]:
    """The numbers of the marks of unmarked speech that a text has."""
    found = []
    for number, (cue, needed) in enumerate(_ORAL):
        for part in needed:
            if part in text:
                if cue.search(text):
                    found.append(number)
                break
    return tuple(found)
