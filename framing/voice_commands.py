"""Commands on who speaks and who acts: sources, agents of harm, and a gap taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import COPIES_ONCE, CORPUS, EVENT, FORMAT, OWN_HEADS
from framing.console import only_event, sentence_text
from framing.errors import InputError
from framing.plain import count, signed
from framing.spreadsheet import csv_text, json_text

if TYPE_CHECKING:
    import pandas as pd

    from framing.agency import Agency
    from framing.compare import Comparison
    from framing.gap import Gap
    from framing.sources import Sources

_SHOWN = 8


@click.command()
@CORPUS
@EVENT
@FORMAT
@COPIES_ONCE
@click.option("--outlet", metavar="NAME", help="Print this outlet's sentences that give somebody else's words.")
@click.option("--source", metavar="NAME", help="With --outlet: only the words of this speaker.")
def sources(corpus: Path, event: str | None, form: str, once: bool, outlet: str | None, source: str | None) -> None:
    """Tell whom the outlets of an event quote: each speaker's share of an outlet's words.

    Words count where they stand inside quotation marks or in reported speech; headlines do not. People whom a text does
    not name (officials, residents) are counted apart.

    \b
    Example:
      framing sources corpus --event "Port strike"
      framing sources corpus --event "Port strike" --outlet "Northern Wire" --source "Halden Terminals"
    """
    from framing.sources import find_sources

    if source and not outlet:
        raise InputError("--source needs --outlet: say whose sentences to print.")
    compared = _compared(corpus, event, None, once)
    found = find_sources(compared)
    if outlet:
        _check(compared, outlet)
        _print_sentences(found.behind(outlet, source).assign(probability=float("nan")))
    elif form == "csv":
        click.echo(csv_text(found.sources), nl=False)
    elif form == "json":
        _json(compared, found, sources=found.sources, shares=found.shares, differences=found.differences)
    else:
        click.echo("\n".join(_source_lines(compared, found)))


@click.command()
@CORPUS
@EVENT
@FORMAT
@COPIES_ONCE
@click.option("--outlet", metavar="NAME", help="Print this outlet's sentences that tell harm.")
def agents(corpus: Path, event: str | None, form: str, once: bool, outlet: str | None) -> None:
    """Tell who is said to do harm to whom, and where nobody is ("were killed").

    Found by rules: killing, hurting, attacking, destroying, driving out, locking up, and taking away work or help. A
    missile or a flood is a thing; whoever did it is somebody. --format csv gives one row an event, with its place.

    \b
    Example:
      framing agents corpus --event "Port strike"
      framing agents corpus --event "Port strike" --outlet "Northern Wire"
    """
    from framing.agency import find_agency

    compared = _compared(corpus, event, None, once)
    found = find_agency(compared)
    if outlet:
        _check(compared, outlet)
        _print_harm(found.harms[found.harms["outlet"] == outlet])
    elif form == "csv":
        click.echo(csv_text(found.harms), nl=False)
    elif form == "json":
        frames = {"harms": found.harms, "shares": found.shares, "differences": found.differences, "pairs": found.pairs}
        _json(compared, found, **frames)
    else:
        click.echo("\n".join(_agent_lines(compared, found)))


@click.command()
@CORPUS
@EVENT
@click.option("--head", required=True, metavar="NAME", help="The head, such as frames_generic or sentiment.")
@click.option("--label", required=True, metavar="NAME", help="The label, such as conflict, negative or balance.")
@click.option(
    "--outlet", "--outlets", "outlets", metavar="NAME", multiple=True, help="Give two; all pairs where left out."
)
@click.option("--actor", metavar="NAME", default="", help="The actor, for stance.")
@click.option(
    "--by", type=click.Choice(["source", "type", "side"]), default="source", help="How those quoted are grouped."
)
@FORMAT
@COPIES_ONCE
@OWN_HEADS
def gap(corpus: Path, event: str | None, head: str, label: str, form: str, own: Path | None, **more: Any) -> None:
    """Take the difference between two outlets apart: own words, quoted words, and whom and how much they quote.

    The parts sum to the difference. Intervals over articles where both outlets have three or more.

    \b
    Example:
      framing gap corpus --event "Port strike" --head frames_generic --label conflict
      framing gap corpus --head sentiment --label negative --outlet "Northern Wire" --outlet "Meridian Post" --by type
    """
    from framing.gap import decompose

    compared = _compared(corpus, event, own, more["once"])
    outlets = list(more["outlets"])
    if len(compared.outlets) < 2:
        raise InputError(f"Only {compared.outlets[0]} reports on this event: there is no difference to take apart.")
    if len(outlets) not in (0, 2):
        raise InputError("Give --outlet twice, or not at all for all pairs.")
    pairs = [(outlets[0], outlets[1])] if outlets else list(combinations(compared.outlets, 2))
    found = [decompose(compared, head, label, pair, more["actor"], more["by"]) for pair in pairs]
    if form == "table":
        click.echo("\n\n".join([compared.event or compared.event_id, *("\n".join(_gap_lines(one)) for one in found)]))
        return
    import pandas as pd

    parts = pd.concat([_with_outlets(one.components, one) for one in found], ignore_index=True)
    if form == "csv":
        click.echo(csv_text(parts), nl=False)
    else:
        speakers = pd.concat([_with_outlets(one.speakers, one) for one in found], ignore_index=True)
        findings = [one.findings for one in found]
        content = {"event_id": compared.event_id, "event": compared.event, "findings": findings}
        click.echo(json_text({**content, "components": parts, "speakers": speakers}), nl=False)


def _compared(corpus: Path, event: str | None, own: Path | None, once: bool) -> Comparison:
    from framing.compare import compare, heads_for
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    return compare(opened, only_event(opened, event), heads_for(opened, own), once)


def _check(compared: Comparison, outlet: str) -> None:
    if outlet not in compared.outlets:
        raise InputError(f"There is no outlet {outlet!r} in this event. There are: {', '.join(compared.outlets)}.")


def _json(compared: Comparison, found: Sources | Agency, **frames: pd.DataFrame) -> None:
    content = {"event_id": compared.event_id, "event": compared.event, "findings": found.findings, **frames}
    click.echo(json_text({**content, "notes": found.notes}), nl=False)


def _with_outlets(frame: pd.DataFrame, gap: Gap) -> pd.DataFrame:
    names = {"outlet_a": gap.outlet_a, "outlet_b": gap.outlet_b, "head": gap.head, "label": gap.label}
    return frame.assign(**names)[[*names, *frame.columns]]


def _source_lines(compared: Comparison, found: Sources) -> list[str]:
    lines = [compared.event or compared.event_id, ""]
    for outlet in compared.outlets:
        rows = found.sources[found.sources["outlet"] == outlet]
        n = int((rows["source"] != "(speaker not found)").sum())
        lines.append(f"{outlet}: {count(n, 'speaker')}, with the share of its words that each has")
        lines += [
            f"  {100 * row['share']:5.1f}%  {_fit(row['source'], 40)}  {row['source_type']:12}  "
            f"{count(row['n_sentences'], 'sentence')} in {count(row['n_articles'], 'article')}"
            for row in rows.head(_SHOWN).to_dict("records")
        ]
        lines += [f"  and {len(rows) - _SHOWN} quoted less (see csv)"] * (len(rows) > _SHOWN) + [""]
    return [*lines, *_said(found.findings, found.notes)]


def _agent_lines(compared: Comparison, found: Agency) -> list[str]:
    lines = [compared.event or compared.event_id, ""]
    for outlet in compared.outlets:
        rows = found.pairs[found.pairs["outlet"] == outlet]
        if rows.empty:
            continue
        lines.append(f"{outlet}: who does harm to whom")
        lines += [f"  {row['n']:3}  {row['agent']} → {row['patient']}" for row in rows.head(_SHOWN).to_dict("records")]
        lines += [f"  and {len(rows) - _SHOWN} more (see csv)"] * (len(rows) > _SHOWN) + [""]
    return [*lines, *_said(found.findings, found.notes)]


def _gap_lines(gap: Gap) -> list[str]:
    from framing.tables import bullet

    lines = [f"{gap.outlet_a} and {gap.outlet_b}", *(line for text in gap.findings for line in bullet(text))]
    rows = gap.speakers[(gap.speakers["whom"].abs() + gap.speakers["what"].abs()) > 0].head(_SHOWN)
    if len(rows):
        lines.append("  share of quoted sentences of either            points from how much it is quoted, what it says")
    lines += [
        f"  {_fit(row['source'], 37)}  {100 * row['share_a']:3.0f}% and {100 * row['share_b']:3.0f}%"
        f"{signed(100 * row['whom'], 1):>22}{signed(100 * row['what'], 1):>11}"
        for row in rows.to_dict("records")
    ]
    return lines


def _said(findings: Sequence[str], notes: Sequence[str]) -> list[str]:
    from framing.tables import bullet

    lines: list[str] = []
    for title, texts in (("Findings", findings), ("Notes", notes)):
        if texts:
            lines += [title, *(line for text in texts for line in bullet(text)), ""]
    return lines[:-1]


def _fit(text: str, width: int) -> str:
    return f"{text if len(text) <= width else text[: width - 1] + '…':{width}}"


def _print_sentences(rows: pd.DataFrame) -> None:
    if rows.empty:
        click.echo("Nobody is quoted or reported there.")
    for row in rows.to_dict("records"):
        click.echo(sentence_text({**row, "speaker": row["source"]}))


def _print_harm(rows: pd.DataFrame) -> None:
    if rows.empty:
        click.echo("The rules find no harm told there.")
    for row in rows.to_dict("records"):
        who, whom = row["agent"] or "nobody told", row["patient"] or "not told"
        where = "headline" if row["headline"] else row["index"]
        click.echo(f"\n{row['article_id'][:8]}:{where}  {row['voice']}  {row['form']}: {who} → {row['verb']} → {whom}")
        click.echo(f"  {row['text']}")
