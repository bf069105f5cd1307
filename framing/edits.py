"""Correcting a stored article, its scores following. Parts are only ever added; the latest row wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from framing import rows
from framing.errors import InputError
from framing.outlets import canonical_outlet, mask_outlets_with_map
from framing.parts import VOICE, Folder
from framing.schema import Article, content_id
from framing.segment import segment

if TYPE_CHECKING:
    from framing.corpus import Corpus


def write_part(folder: Folder, articles: Sequence[Article]) -> str:
    """Stores new articles and their sentences as one part and returns its name, a hash of their ids."""
    ordered = sorted(articles, key=lambda article: (article.event or "", article.id))
    stem = part_name([article.id for article in ordered])
    sentences = [sentence for article in ordered for sentence in segment(article)]
    folder.write(folder.path / "sentences" / f"{stem}.parquet", rows.sentences_table(sentences))
    folder.write(folder.path / "articles" / f"{stem}.parquet", rows.articles_table(ordered))
    return stem


def part_name(ids: Iterable[str]) -> str:
    """The name of the part that holds these articles."""
    return content_id("part", *sorted(ids))


def action(article_id: str, what: str, successor: str | None = None, published: date | None = None) -> dict[str, Any]:
    """A row of `removed`: `removed`, `replaced` (by its successor), `restored`, or `redated`."""
    return {"article_id": article_id, "action": what, "successor": successor, "published": published}


def log(folder: Folder, actions: list[dict[str, Any]]) -> None:
    """Writes rows of `removed` as one part, so that they take effect together."""
    folder.append("removed", actions, content_id(*(str(sorted(row.items(), key=str)) for row in actions)))


def edit(corpus: Corpus, old: Article, new: Article) -> str:
    """Puts `new` (the same text) in the place of `old`, scores following; returns the new id.

    The log row comes before the new article and counts only once that is stored, so that a killed edit is no edit.
    """
    folder = corpus.folder
    if new == old:
        return old.id
    if new.id == old.id:
        log(folder, [action(old.id, "redated", published=new.published)])
        return old.id
    known, hidden = int(new.id, 16) in corpus.stored_ids(), corpus.hidden()
    if known and new.id not in hidden:
        raise InputError(
            f"Article {new.id} already has this outlet, title and text. Remove one of the two instead:  framing remove"
        )
    group = corpus.event_of(old.id)
    corpus.write_events([(new.id, *group)] if group else [])
    actions = [action(old.id, "replaced", new.id)]
    if known:
        actions = [action(new.id, "restored"), *actions]
        if new.published:
            actions.append(action(new.id, "redated", published=new.published))
        log(folder, actions)
        return new.id
    _carry_scores(corpus, old, new)
    log(folder, actions)
    write_part(folder, [new])
    folder.save(folder.recount(folder.manifest()))
    return new.id


def _carry_scores(corpus: Corpus, old: Article, new: Article) -> None:
    """Copies the old article's scores of unchanged sentences. What reads the whole article waits for the next `score`.

    Voice, mentions, and what is keyed by mentions depend on headline and outlet too (who speaks, which name is whose):
    they are carried as partial results, shown until `score` has made them anew.
    """
    folder, source, goal = corpus.folder, corpus.part_of(old.id), part_name([new.id])
    changed = _changed(old, new)
    for target in folder.stored_targets():
        file = folder.result(target, source)
        if file is None:
            continue
        table = folder.read(file)
        table = table.filter(pc.equal(table["article_id"], old.id))
        if changed:
            table = table.filter(pc.invert(pc.is_in(table["index"], pa.array(changed, table["index"].type))))
        ids = pa.array([new.id] * len(table), pa.string())
        table = table.set_column(0, "article_id", ids)
        whole = target.level == "sentence" and target.name != VOICE and not changed
        whole = whole and file == folder.complete(target, source)
        folder.write((folder.complete if whole else folder.partial)(target, goal), table)


def _changed(old: Article, new: Article) -> list[int]:
    """Indexes of the sentences that the scorer would read otherwise: a new headline, and, as the publisher's own name
    is masked, those that name the old or the new outlet."""
    pairs = zip(segment(old), segment(new), strict=False)
    return [
        b.index
        for a, b in pairs
        if mask_outlets_with_map(a.text, old.outlet)[0] != mask_outlets_with_map(b.text, new.outlet)[0]
    ]


def corrected(old: Article, outlet: str | None, title: str | None, published: date | None) -> Article:
    """`old` with the corrections. Raises InputError where there are none, or an empty one."""
    changes: dict[str, Any] = {}
    for name, value in (("outlet", outlet), ("title", title)):
        if value is not None:
            if not value.strip():
                raise InputError(f"The new {name} is empty. Give some text.")
            changes[name] = " ".join(value.split())
    if "outlet" in changes:
        changes["outlet"] = canonical_outlet(changes["outlet"])
    if published is not None:
        changes["published"] = published
    if not changes:
        raise InputError("Nothing to change. Give an outlet, a title or a date.")
    return replace(old, **changes)
