"""The versions of models and seeds that a study pins: refused where other ones are installed, or written anew."""

from __future__ import annotations

import re
from collections.abc import Mapping

from framing import words
from framing.errors import ModelError
from framing.score import Scorer, versions_of
from framing.study import Study
from framing.study_intake import write_whole

SEEDS: Mapping[str, int] = {"words": words.SEED}
"""The seeds that decide a study's numbers, by what draws with them: the words' deals of outlets' names."""
RULES = ("voice", "mentions")
"""Made for every corpus, so that every study pins them."""


def refuse_other_models(study: Study, scorer: Scorer) -> None:
    """Raises ModelError where a head, rule or seed is not the pinned one, or not pinned."""
    now = versions_of(scorer)
    faults = [f"{name} is not pinned" for name in RULES if name not in study.heads]
    if not set(study.heads) - set(RULES):
        faults.append("no head is pinned")
    for name, wanted in study.heads.items():
        if name not in now:
            faults.append(f"there is no head {name} here; there are: {', '.join(sorted(now))}")
        elif now[name] != wanted:
            faults.append(f"{name} is pinned to {wanted}, installed is {now[name]}")
    for name, seed in SEEDS.items():
        if study.seeds.get(name, seed) != seed:
            faults.append(f"the seed of {name} is pinned to {study.seeds[name]}, this version draws with {seed}")
    faults += [f"there is no seed {name}; there are: {', '.join(SEEDS)}" for name in study.seeds if name not in SEEDS]
    if faults:
        raise ModelError(
            f"{study.file}: {'; '.join(faults)}. Install the version of framing that the study was made with, or take "
            f"what is installed now with:  framing run {study.file} --update-pins"
        )


def update_pins(study: Study, scorer: Scorer) -> list[str]:
    """Writes the installed versions into the study's file and returns what changed, a line each; everything else in the
    file stays as it is. A study that pins no head gets all."""
    now = versions_of(scorer)
    named = [name for name in study.heads if name in now] if set(study.heads) - set(RULES) else list(now)
    heads = {name: f'"{now[name]}"' for name in dict.fromkeys([*named, *RULES])}
    text = study.file.read_text(encoding="utf-8")
    fresh = _section(_section(text, "heads", heads), "seeds", {name: str(seed) for name, seed in SEEDS.items()})
    write_whole(study.file, fresh.encode())
    was: dict[str, object] = {**study.heads, **study.seeds}
    is_now: dict[str, object] = {**{name: now[name] for name in heads}, **SEEDS}
    lines = [
        f"{name}: {was.get(name, 'not pinned')} → {value}" for name, value in is_now.items() if was.get(name) != value
    ]
    return lines + [f"{name}: {was[name]} → no longer pinned (not installed)" for name in was if name not in is_now]


def _section(text: str, name: str, values: Mapping[str, str]) -> str:
    """The file's text with these lines in a table, its comments kept."""
    head = re.search(rf"(?m)^\[{name}\][^\n]*\n?", text)
    if head is None:
        body = "".join(f"{key} = {value}\n" for key, value in values.items())
        return f"{text.rstrip()}\n\n[{name}]\n{body}"
    after = re.search(r"(?m)^\[", text[head.end() :])
    end = head.end() + after.start() if after else len(text)
    kept, left = [], dict(values)
    for line in text[head.end() : end].splitlines(keepends=True):
        found = re.match(r'\s*"?([^"=\s#]+)"?\s*=\s*("[^"]*"|[^#\s]+)', line)
        if found and found[1] in left:
            kept.append(line[: found.start(2)] + left.pop(found[1]) + line[found.end(2) :])
        elif not found:
            kept.append(line)
    more = "".join(f"{key} = {value}\n" for key, value in left.items())
    body = "".join(kept)
    blank = body[len(body.rstrip("\n")) :]
    body = body.rstrip("\n") + "\n" if body.strip() else ""
    return text[: head.end()] + body + more + (blank[1:] if body else blank) + text[end:]
