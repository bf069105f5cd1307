"""The command that follows outlets: which sources, how often, and what each look brought."""

from __future__ import annotations

import re
import sys
import time
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, SOME_REJECTED
from framing.console import parse_date, tell_added
from framing.errors import FramingError, InputError
from framing.plain import count, waiting

if TYPE_CHECKING:
    from framing.corpus import Corpus
    from framing.follow import Round, Visit
    from framing.scorer import Scorer

SHORTEST = 300.0
"""Seconds between two looks, at least: a choice; feeds are made anew every few minutes at most."""
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@click.command()
@CORPUS
@click.option("--every", default="1h", show_default=True, metavar="TIME", help="Time between two looks: 30m, 2h, 1d.")
@click.option("--once", is_flag=True, help="Look once and end, for cron.")
@click.option("--add", metavar="URL", multiple=True, help="Follow this feed or sitemap too, and end (may be repeated).")
@click.option("--remove", metavar="URL", multiple=True, help="Follow this one no longer, and end; its articles stay.")
@click.option("--list", "listed", is_flag=True, help="List what is followed and when it last came, and end.")
@click.option("--outlet", metavar="NAME", help="With --add: outlet of its articles, instead of what its address says.")
@click.option("--since", metavar="YYYY-MM-DD", help="With --add: leave out what was published before.")
def follow(corpus: Path, every: str, once: bool, **more: Any) -> None:
    """Add what is new from news feeds and sitemaps, score it, and join it to its events, again and again.

    The sources stand in CORPUS/sources.toml. Each look asks only for what changed, reads only pages that it has not
    seen, and leaves a source that fails alone for longer and longer, up to a day. Of a sitemap it reads pages of the
    last two days at first, then what is new. Ctrl-C ends it; the next start goes on where it was. A dashboard that is
    open shows the new articles when it is reloaded. Exit status of --once: 0, 3 (something was rejected or did not
    come), 1 (no source came).

    \b
    Example:
      framing follow corpus --add https://news.example/feed.xml --outlet "Northern Wire"
      framing follow corpus --every 1h
      framing follow corpus --once
    """
    from framing.corpus import Corpus

    seconds = seconds_of(every)
    if (more["outlet"] or more["since"]) and not more["add"]:
        raise InputError("--outlet and --since describe a source that is added: give --add URL too.")
    if more["add"] or more["remove"]:
        return _change(Corpus.ensure(corpus), more)
    opened = Corpus.open(corpus)
    if more["listed"]:
        return _list(opened)
    return _follow(opened, seconds, once)


def seconds_of(every: str) -> float:
    """`90m` as seconds. Raises InputError for what is no time, or shorter than five minutes."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*([smhd])\s*", every)
    if not found:
        raise InputError(f"--every {every!r} is no time. Write it as 30m, 2h or 1d.")
    seconds = float(int(found[1]) * _UNITS[found[2]])
    if seconds < SHORTEST:
        raise InputError(f"--every {every} is too often for other people's servers. Give {SHORTEST / 60:.0f}m or more.")
    return seconds


def _change(corpus: Corpus, more: dict[str, Any]) -> None:
    from framing.followed import followed, read_sources, write_sources

    sources = {source.url: source for source in read_sources(corpus.path)}
    for url in more["remove"]:
        gone = followed(url).url
        if gone not in sources:
            raise InputError(f"{url} is not followed. List what is with:  framing follow {corpus.path} --list")
        del sources[gone]
        click.echo(f"No longer followed: {gone}")
    for url in more["add"]:
        source = followed(url, more["outlet"], parse_date(more["since"]))
        click.echo(f"{'Changed' if source.url in sources else 'Followed from now on'}: {source.url}")
        sources[source.url] = source
    write_sources(corpus.path, sources.values())


def _list(corpus: Corpus) -> None:
    from framing.followed import Seen, read_sources, read_state

    sources, state = read_sources(corpus.path), read_state(corpus.path)
    if not sources:
        click.echo(_nothing(corpus))
    for source in sources:
        seen = state.get(source.url, Seen())
        came = f"last came {_moment(seen.checked)}" if seen.checked else "has not come yet"
        said = [came, f"{count(seen.stored, 'article')} stored", *([source.outlet] if source.outlet else [])]
        if seen.failures:
            said.append(f"failed {count(seen.failures, 'time')} in a row: {seen.fault}; next try {_moment(seen.due)}")
        click.echo(f"{source.url}\n  {'; '.join(said)}")


def _nothing(corpus: Corpus) -> str:
    return f"Nothing is followed yet. Add a feed or sitemap:  framing follow {corpus.path} --add URL"


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"


def _follow(corpus: Corpus, every: float, once: bool) -> None:
    import filelock

    from framing.followed import read_sources

    if not read_sources(corpus.path):
        raise InputError(_nothing(corpus))
    lock = filelock.FileLock(corpus.path / ".following", timeout=0)
    try:
        with lock:
            if once:
                _end(_look(corpus, every))
            _forever(corpus, every)
    except filelock.Timeout as error:
        raise InputError(f"The corpus {corpus.path} is followed by another process already.") from error


def _forever(corpus: Corpus, every: float) -> None:
    try:
        while True:
            begun = time.monotonic()
            try:
                _look(corpus, every)
            except FramingError as error:  # another writer, a slip in sources.toml: said, and looked at again later
                click.echo(f"Nothing was added at this look: {error}", err=True)
            rest = max(0.0, every - (time.monotonic() - begun))
            click.echo(f"Next look {_moment(time.time() + rest)}. Ctrl-C ends.")
            time.sleep(rest)
    except KeyboardInterrupt:
        click.echo("Stopped. What was stored is whole; the next start goes on from here.")


def _look(corpus: Corpus, every: float) -> Round:
    from framing import fetch
    from framing.follow import look
    from framing.followed import read_sources

    done = look(
        corpus, read_sources(corpus.path), fetch.shared_fetcher(), every, lambda: _scorer(corpus.path), time.time
    )
    for visit in done.visits:
        click.echo(f"{_moment(time.time())}  {visit.url}: {_said(visit)}")
    tell_added(done.added)
    if done.scored and done.scored.parts:
        click.echo(f"Scored {count(done.scored.sentences, 'sentence')}.")
    if done.grouped and done.grouped.articles:
        joined, opened = done.grouped.joined, done.grouped.opened
        click.echo(f"Events: {count(joined, 'article')} joined one that was there, {count(opened, 'event')} opened.")
    return done


@cache
def _scorer(corpus: Path) -> Scorer:
    """The shipped heads and those beside the corpus, loaded at the first look that needs them."""
    from framing.registry import own_heads_folder
    from framing.scorer import Scorer

    return Scorer.load(own_heads=own_heads_folder(corpus))


def _said(visit: Visit) -> str:
    if not visit.asked:
        return f"left alone for {waiting(visit.waits)} more, as it {visit.fault}"
    if visit.fault:
        return f"{visit.fault}; asked again in {waiting(visit.waits)}"
    if visit.unchanged:
        return "has not changed" + (f"; {count(visit.new, 'page')} read that had not come before" if visit.new else "")
    return f"{visit.new} new of {count(visit.listed, 'page')} listed"


def _end(done: Round) -> None:
    """Ends the process as --once does."""
    came = [visit for visit in done.visits if not visit.fault]
    if not came:
        sys.exit(1)
    sys.exit(SOME_REJECTED if len(came) < len(done.visits) or done.added.rejected else 0)
