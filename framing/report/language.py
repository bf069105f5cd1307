"""Words that set the outlets apart, and headlines beside their text, as sections of a report."""

from __future__ import annotations

from html import escape

import pandas as pd

from framing import labels
from framing.headline_words import ACTORS
from framing.headlines import Headlines, headlines
from framing.labels import BALANCE, head_name, label_name
from framing.plain import count, percent
from framing.report.evidence import Content, Told, number_link, told
from framing.report.numbers import behind
from framing.report.parts import findings, table
from framing.tally import Row
from framing.words import WordsApart, words_apart

MOST_WORDS = 15
"""Words of an outlet, as many as `framing words` shows."""
MOST_LABELS = 8
"""Labels of an outlet's headlines, those furthest from the text first."""


def words(content: Content) -> str:
    """Each outlet's words. Without text only single words: how often one is used is a fact about a text, and no single
    word is anybody's; pairs of words are left out."""
    found = words_apart(content.comparison.sentences, view=content.view)
    # What is said of words may name pairs, which the table then does not show.
    said = [text for text in found.findings() if content.with_text or not _names_pair(found, text)]
    made = findings(
        said or ["No word here could be told from chance: what follows describes these texts."], found.notes
    )
    return made + "".join(_words(content, found, outlet) for outlet in content.outlets)


def _names_pair(found: WordsApart, text: str) -> bool:
    return any(
        text == finding
        for word, finding in zip(found.table["word"], found.table["finding"], strict=True)
        if " " in word
    )


def _words(content: Content, found: WordsApart, outlet: str) -> str:
    rows = found.table[found.table["outlet"] == outlet]
    rows = rows if content.with_text else rows[~rows["word"].str.contains(" ", regex=False)]
    if rows.empty:
        return ""
    body = [_word(content, found, row) for row in rows.head(MOST_WORDS).to_dict("records")]
    headers = ["Word", "Times", "Times in the others", "In 10,000 words", "Articles", "z", "p"]
    return table(headers, body, f"{outlet} ({count(found.articles[outlet], 'article')}): words it uses more")


def _word(content: Content, found: WordsApart, row: Row) -> list[str]:
    outlet, word, form = str(row["outlet"]), str(row["word"]), str(row["form"])
    tokens = found.tokens[found.tokens["word"] == word]
    mine = tokens["outlet"] == outlet
    here = _uses(content, ("word", outlet, word), f"“{form}” · {outlet}", tokens[mine])
    there = _uses(content, ("word", "", outlet, word), f"“{form}” · all but {outlet}", tokens[~mine])
    tested = pd.notna(row["p"])
    return [
        escape(form) + (' <small class="quiet">more than chance</small>' if row["claimed"] else ""),
        number_link(here, str(row["n"])),
        number_link(there, str(row["n_others"])),
        f"{row['per_10000']:.0f} against {row['per_10000_others']:.0f}",
        f"{row['articles']} of {row['of_articles']}, others {row['articles_others']} of {row['of_articles_others']}",
        f"{row['z']:.1f}",
        f"{row['p']:.2f}" if tested else "not tested",
    ]


def _uses(content: Content, key: tuple[str, ...], title: str, tokens: pd.DataFrame) -> str:
    rows = tokens.sort_values(["article_id", "index", "start"], kind="stable")
    spans = [[(int(start), int(end), "")] for start, end in zip(rows["start"], rows["end"], strict=True)]
    return content.evidence.add(key, title, told(rows, spans=spans))


def headline_section(content: Content) -> str:
    """What the headlines carry beside the text under them, by outlet and article by article."""
    comparison = content.comparison
    heads = [*comparison.heads.values(), comparison.voice]
    found = headlines(comparison.sentences, comparison.mentions, heads, content.view)
    said = found.findings() or ["No headline here could be tested: what follows describes these texts alone."]
    made = findings(said, found.notes)
    if found.articles.empty:
        return made
    return made + "".join(_outlet(content, found, outlet) for outlet in content.outlets) + _articles(content, found)


def _outlet(content: Content, found: Headlines, outlet: str) -> str:
    rows = found.outlets[(found.outlets["outlet"] == outlet) & (found.outlets["head"] != ACTORS)]
    rows = rows[(rows["headline"] != 0) | (rows["body"] != 0)]
    rows = rows.assign(size=rows["difference"].abs())
    rows = rows.sort_values(["detected", "size"], ascending=False, kind="stable")
    if rows.empty:
        return ""
    body = [_label(content, found, row) for row in rows.head(MOST_LABELS).to_dict("records")]
    rest = len(rows) - len(body)
    more = f"; {count(rest, 'label')} nearer to each other left out" if rest else ""
    n = found.articles.loc[found.articles["outlet"] == outlet, "article_id"].nunique()
    headers = ["What they carry", "Headlines", "Text under them", "Difference", "Verdict"]
    return table(headers, body, f"{outlet}: means over {count(n, 'article')}{more}")


def _label(content: Content, found: Headlines, row: Row) -> list[str]:
    outlet, head, label = str(row["outlet"]), str(row["head"]), str(row["label"])
    name = f"{head_name(head)}: {label_name(head, label).lower()}"
    rows = found.articles
    tops = rows[
        (rows["outlet"] == outlet) & (rows["head"] == head) & (rows["label"] == label) & (rows["headline"] != 0)
    ]
    top = content.evidence.add(
        ("top", outlet, head, label), f"{name}, headlines · {outlet}", [Told((str(a), 0)) for a in tops["article_id"]]
    )
    shown = [labels.points(row[key]) if label == BALANCE else percent(row[key]) for key in ("headline", "body")]
    gap = f"{labels.points(row['difference'])} points"
    if pd.notna(row["low"]):
        gap += f" ({labels.points(row['low'])} to {labels.points(row['high'])})"
    verdict = "more than chance" if row["detected"] else "not tested" if pd.isna(row["p"]) else "none detected"
    under = number_link(behind(content, outlet, head, label), shown[1])
    return [escape(name), number_link(top, shown[0]), under, gap, verdict]


def _articles(content: Content, found: Headlines) -> str:
    known, body = set(found.articles["article_id"]), []
    for row in content.places.articles:
        identity = str(row["article_id"])
        if identity not in known:
            continue
        title = f" {escape(str(row['title']))}" if content.with_text else ""
        carried = "; ".join(found.describe(identity)) or "nothing of what is measured"
        body.append([f"{content.places.link((identity, 0))}{title}", escape(str(row["outlet"])), escape(carried)])
    return table(["Headline", "Outlet", "What it carries, and how much of the text does"], body, "Article by article")
