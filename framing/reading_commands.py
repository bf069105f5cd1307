"""Commands that read an event closer than shares do: `headlines` and `words`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.command_options import COPIES_ONCE, CORPUS, EVENT, FORMAT, OUTLETS, OWN_HEADS, VIEW
from framing.console import only_event

if TYPE_CHECKING:
    from framing.headline_tally import HeadlineTally
    from framing.headlines import Headlines
    from framing.schema import View


@click.command()
@CORPUS
@click.option("--event", metavar="ID|NAME", help="Only this event; all events together where left out.")
@click.option("--article", metavar="ARTICLE_ID", help="Only say what this article's headline carries.")
@click.option("--by", type=click.Choice(["outlet", "article"]), default="outlet", help="One row for each.")
@VIEW
@FORMAT
@OWN_HEADS
def headlines(
    corpus: Path, event: str | None, article: str | None, by: str, view: View, form: str, own: Path | None
) -> None:
    """Compare each headline with the text under it: frames, tone, voice, and who is named.

    Every article is compared with itself; an outlet's headlines are tested from three articles on.

    \b
    Example:
      framing headlines corpus --event "Port strike"
      framing headlines corpus --by article --format csv > headlines.csv
      framing headlines corpus --article 2d91b5
    """
    from framing.compare import heads_for
    from framing.corpus import Corpus
    from framing.headline_tally import of_article, of_corpus
    from framing.headline_words import headline_pieces
    from framing.headlines import of_event
    from framing.scratch import scratch

    opened = Corpus.open(corpus)
    known = heads_for(opened, own)
    if article is not None:
        identity = opened.find_article(article)
        found = of_article(opened, known, identity, view)
        click.echo(f"{identity[:8]}  {found.text['text'].iloc[0] if len(found.text) else 'no headline'}")
        for line in found.describe(identity):
            click.echo(f"- {line}")
        return
    with scratch("headlines") as place:
        if event:
            told: Headlines | HeadlineTally = of_event(opened, known, opened.find_event(event), view)
        else:
            told = of_corpus(opened, known, place, view)
        for piece in headline_pieces(told, form, by):
            click.echo(piece, nl=False)


@click.command()
@CORPUS
@EVENT
@OUTLETS
@VIEW
@click.option("--without-names", is_flag=True, help="Leave out names of people, places and organisations.")
@COPIES_ONCE
@click.option("--word", metavar="WORD", help="Print the sentences with this word or pair of words instead.")
@click.option("--top", type=click.IntRange(1), default=15, show_default=True, help="Words of each outlet in the table.")
@FORMAT
def words(corpus: Path, event: str | None, outlets: tuple[str, ...], view: View, form: str, **more: object) -> None:
    """Find the words and pairs of words that set the outlets of an event apart.

    z is the weighted log-odds ratio of Monroe and others (2008); t allows for articles that repeat a word; p is the
    chance of any word as telling when the outlets' names are dealt anew among the articles.

    \b
    Example:
      framing words corpus --event "Port strike" --view own --without-names
      framing words corpus --outlet "Common Ground" --outlet "Northern Wire" --format csv > words.csv
      framing words corpus --event "Port strike" --word families
    """
    from framing.corpus import Corpus
    from framing.word_tables import format_words, word_lines
    from framing.words import of_event

    opened = Corpus.open(corpus)
    found = of_event(opened, only_event(opened, event), outlets, view, bool(more["without_names"]), bool(more["once"]))
    if more["word"]:
        click.echo("\n".join(word_lines(found, str(more["word"]))))
        return
    click.echo(format_words(found, form, int(str(more["top"]))), nl=False)
