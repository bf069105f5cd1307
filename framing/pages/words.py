"""Words and headlines: the words that set the outlets apart, and whether the headlines say otherwise than the text."""

from framing import session
from framing.pages import ahead, controls, opening, picker, words_apart, words_headlines

KINDS = (*words_apart.KINDS, *words_headlines.KINDS)
TABLES = (*words_apart.TABLES, *words_headlines.TABLES)
ADDRESS_KEYS = ("event", "view", "outlets", "names", *picker.KEYS)

opened = opening.open_event(
    "Which words set the outlets apart, and what the headlines make of the text. Click a word or a number to read.",
    ADDRESS_KEYS,
)
with opened.beside:
    outlets = controls.choose_outlets(opened.event, opened.outlets)
view = controls.choose_view()
articles = opened.articles[opened.articles["outlet"].isin(outlets)]
session.paint_first()
with session.waiting("Comparing the outlets sentence by sentence…", "comparison"):
    comparison = session.comparison(opened.event, opened.once)
copies = opening.choose_copies(opened, comparison.n_copied)
names = words_apart.choose_names()
found = session.derive(comparison, words_apart.of_comparison, tuple(outlets), view, names == "out")
default = words_apart.first_pick(found)
pick, fresh = picker.current(opened.event, TABLES, default)
pick = picker.valid(pick, outlets, KINDS, default)

words_apart.section(found, comparison, articles, pick, fresh)
heads = session.derive(comparison, words_headlines.of_comparison, tuple(outlets), view)
words_headlines.section(heads, comparison, articles, pick, fresh)

shown = {"event": opened.event, "view": view, "names": names, **copies, **picker.address(pick)}
session.write_address({**shown, "outlets": [] if outlets == opened.outlets else outlets})
ahead.events()
