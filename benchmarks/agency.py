"""Counts the errors of the rules that find who harms whom.

python benchmarks/agency.py [--split dev|held_out] [--errors]

The gold sentences (`agency_gold.csv`) are invented, and labelled by a language model before any rule was written: they
say whether the rules do what they are meant to, not how well people would agree with them. `--split dev` is what the
rules were written against; `held_out` was scored once they were done.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from framing.harm import FORMS, HARM_VERSION, Harm, find_harm

GOLD = Path(__file__).with_name("agency_gold.csv")
Event = Mapping[str, str]
"""verb, form, agent, patient."""


@dataclass
class Score:
    """Counts over sentences; `wrong` says what went wrong where."""

    sentences: int = 0
    gold: int = 0
    found: int = 0
    right: int = 0
    form: int = 0
    agent: int = 0
    patient: int = 0
    named: Counter[str] = field(default_factory=Counter)
    forms: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, key: str, text: str, events: Sequence[Event]) -> None:
        """Scores one sentence: events match by the word that tells them, each once."""
        self.sentences += 1
        self.gold += len(events)
        harms = find_harm(text)
        self.found += len(harms)
        free = list(harms)
        for event in events:
            match = next((h for h in free if h.verb == event["verb"]), None)
            if match is None:
                self.wrong.append(f"{key} MISSED {event['verb']} ({event['form']})  {text}")
                continue
            free.remove(match)
            self._compare(key, text, event, match)
        self.wrong += [f"{key} EXTRA {h.verb} ({h.form})  {text}" for h in free]

    def _compare(self, key: str, text: str, event: Event, harm: Harm) -> None:
        agent, patient = (text[s[0] : s[1]] if s else "" for s in (harm.agent, harm.patient))
        checks = harm.form == event["form"], same(agent, event["agent"]), same(patient, event["patient"])
        self.right += 1
        self.form += checks[0]
        self.agent += checks[1]
        self.patient += checks[2]
        self.forms[event["form"], harm.form] += 1
        self.named[f"gold {bool(event['agent'])}, found {bool(agent)}, equal {checks[1]}"] += 1
        if not all(checks):
            said = f"{harm.form}: {agent or '–'} → {patient or '–'}"
            meant = f"{event['form']}: {event['agent'] or '–'} → {event['patient'] or '–'}"
            self.wrong.append(f"{key} {harm.verb}: found {said}; meant {meant}  {text}")

    def lines(self) -> Iterable[str]:
        """The figures in words."""
        precision, recall = self.right / max(self.found, 1), self.right / max(self.gold, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        yield f"{self.sentences} sentences, {self.gold} events in gold, {self.found} found"
        yield f"  events: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}"
        n = max(self.right, 1)
        shares = f"form {self.form / n:.3f}, agent {self.agent / n:.3f}, patient {self.patient / n:.3f}"
        yield f"  of the {self.right} matched: {shares}"
        yield f"  agents: {dict(sorted(self.named.items()))}"
        for form in FORMS:
            row = {f: self.forms[form, f] for f in FORMS if self.forms[form, f]}
            yield f"  meant {form}: {row}"


def same(found: str, meant: str) -> bool:
    """Whether two spans are the same: both empty, or the one meant (a head) stands in the one found, or the reverse."""
    a, b = found.lower(), meant.lower()
    return (not a and not b) or (bool(a and b) and (b in a or a in b))


def read(split: str) -> dict[str, tuple[str, list[Event]]]:
    """Sentences of one split by id, with their events."""
    found: dict[str, tuple[str, list[Event]]] = {}
    with GOLD.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["split"] == split:
                events = found.setdefault(row["id"], (row["text"], []))[1]
                if row["verb"]:
                    events.append(row)
    return found


def main() -> None:
    """Prints precision, recall, form and agent accuracy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "held_out"), default="held_out")
    parser.add_argument("--errors", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    score = Score()
    for key, (text, events) in read(options.split).items():
        score.add(key, text, events)
    print(f"harm rules {HARM_VERSION}, {options.split}, labels by a language model")
    print("\n".join([*score.lines(), *(score.wrong if options.errors else [])]))


if __name__ == "__main__":
    main()
