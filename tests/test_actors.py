"""Actors: finding, naming, merging. Sentences here are written for the tests."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from framing.actor_aliases import is_demonym
from framing.actors import ACTORS_VERSION, find_in_sentence, find_mentions, merge_event, resolve
from framing.errors import InputError
from framing.places import places
from framing.schema import Article, Mention, Sentence
from framing.segment import segment

SHARED = Path(__file__).parents[2] / "shared"
ANNOTATED = SHARED / "data" / "actors_annotated" / "dev.jsonl"


def names(text: str) -> list[tuple[str, str]]:
    return [(m.surface, m.canonical) for m in find_in_sentence(text)]


def article(*texts: str, title: str = "", outlet: str = "Lund Tribune") -> list[Mention]:
    """Mentions of an article whose sentences are given one by one."""
    whole = Article(outlet, title, "\n\n".join(texts), date(2024, 9, 18))
    sentences = [Sentence(whole.id, 0, title, 0, len(title), -1)] if title else []
    at = 0
    for i, text in enumerate(texts, 1):
        sentences.append(Sentence(whole.id, i, text, at, at + len(text), i - 1))
        at += len(text) + 2
    found = find_mentions(whole, sentences)
    by_index = {s.index: s.text for s in sentences}
    for m in found:
        assert m.article_id == whole.id
        assert by_index[m.index][m.start : m.end] == m.surface
    return found


def of(mentions: list[Mention], surface: str) -> list[tuple[str, str]]:
    return [(m.canonical, m.type) for m in mentions if m.surface == surface]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Baku said it had shot down a drone.", [("Baku", "Azerbaijan")]),
        ("A reporter stood in Baku as night fell.", []),
        ("The Azeri army denied it and blamed Armenia.", [("Azeri army", "Azerbaijan"), ("Armenia", "Armenia")]),
        ("Ties with Moscow have cooled.", [("Moscow", "Russia")]),
        ("It rained in Iraq and Syria and across Jordan.", []),
        ("Trucks queued at the U.S.-Mexico border.", []),
        ("The Defense Ministry of Armenia gave no figure.", [("Defense Ministry of Armenia", "Armenia")]),
        ("Armenia’s defence ministry gave no figure.", [("Armenia’s defence ministry", "Armenia")]),
        ("Ethnic Armenians left the town.", [("Armenians", "Armenians")]),
        ("Israeli civilians took cover.", [("Israeli civilians", "Israelis")]),
        ("Hamas fighters withdrew.", [("Hamas fighters", "Hamas")]),
        ("It was an Israeli man who called.", []),
        ("The U. N. and the UN are one.", [("U. N.", "United Nations"), ("UN", "United Nations")]),
    ],
)
def test_states_and_peoples(text: str, expected: list[tuple[str, str]]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "surface", "canonical", "kind"),
    [
        (
            "On Monday Foreign Minister Pella Roe left.",
            "Foreign Minister Pella Roe",
            "Pella Roe",
            "person",
        ),
        ("“No,” said Mr. Orbel.", "Mr. Orbel", "Orbel", "person"),
        ("Kim Jong-un smiled.", "Kim Jong-un", "Kim Jong-un", "person"),
        ("They met Bashar al-Assad.", "Bashar al-Assad", "Bashar al-Assad", "person"),
        ("They met Michael Jordan.", "Michael Jordan", "Michael Jordan", "person"),
        (
            "The Dock and Harbour Workers’ Union called a strike.",
            "Dock and Harbour Workers’ Union",
            "Dock and Harbour Workers’ Union",
            "organisation",
        ),
        ("The Bank of Carrow raised its rate.", "Bank of Carrow", "Bank of Carrow", "organisation"),
        ("Critics of the Biden administration agreed.", "Biden administration", "Biden administration", "state"),
        ("Republicans objected.", "Republicans", "Republican Party", "organisation"),
        ("Aid reached asylum seekers late.", "asylum seekers", "asylum seekers", "community"),
    ],
)
def test_people_and_organisations(text: str, surface: str, canonical: str, kind: str) -> None:
    assert (surface, canonical, kind) in [(m.surface, m.canonical, m.type) for m in find_in_sentence(text)]


@pytest.mark.parametrize(
    "text",
    [
        "However, it rained on Tuesday in January.",
        "He read the Bible on Christmas Day.",
        "Violence erupted near Main Street.",
        "A police superintendent read social media posts.",
        "“I was tired,” she told Reuters.",
        "BBC News reported that it rained.",
        "",
        "   ",
        "She is a member of parliament.",
        "— … ’s",
        "🙂 ٣ — ß",
    ],
)
def test_nothing_where_nobody_is_named(text: str) -> None:
    assert find_in_sentence(text) == []


def test_article_merges_a_person_with_title_surname_and_office() -> None:
    found = article(
        "Azeri President Ilham Aliyev spoke for an hour.",
        "Aliyev promised an answer.",
        "Later the Azeri president met his generals, and President Aliyev flew home.",
        title="Azerbaijan President Vows Answer After Strike",
    )
    people = {m.surface: m.canonical for m in found if m.type == "person"}
    assert people == dict.fromkeys(
        ["President Ilham Aliyev", "Aliyev", "Azeri president", "President Aliyev", "Azerbaijan President"],
        "Ilham Aliyev",
    )


def test_an_office_that_nobody_is_named_for_is_left_out() -> None:
    assert article("The president spoke.", "Then the prime minister spoke.") == []


def test_two_people_of_one_surname_are_never_one() -> None:
    found = article(
        "Matis Orbel drove home.",
        "Mr Orbel was late.",
        "His daughter Liesa Orbel waited.",
        "The neighbours say Orbel was tired.",
        "Mr Orbel slept.",
    )
    assert of(found, "Mr Orbel") == [("Matis Orbel", "person")] * 2
    assert of(found, "Orbel") == [("Orbel", "person")]
    assert of(found, "Liesa Orbel") == [("Liesa Orbel", "person")]


def test_invented_states_are_known_by_what_the_text_says_they_have() -> None:
    found = article(
        "Carrow soldiers opened fire, the Lund interior ministry said.",
        "A guard in Carrow was hurt.",
        "Carrow’s General Staff denied it, and the Lund Federation closed the border.",
        "Carrow has summoned the envoy, and Carrowian officials agree.",
        title="Carrow and Lund trade blame",
    )
    for surface in ("Carrow", "Carrow soldiers", "Carrow’s General Staff", "Carrowian officials"):
        assert set(of(found, surface)) == {("Carrow", "state")}, surface
    assert set(of(found, "Lund") + of(found, "Lund Federation")) == {("Lund", "state")}
    assert not [m for m in found if m.index == 2]


def test_towns_are_actors_only_where_they_act() -> None:
    found = article(
        "The republic of Carrow is calm.",
        "Crowds met in Aldmere, the capital of Carrow.",
        "The talks hurt Aldmere’s position, because Aldmere doubled its garrison.",
        "They drove past the Port of Velmouth and waited at Velmouth for hours.",
    )
    assert of(found, "Aldmere") == [("Carrow", "state")] * 2
    assert not of(found, "Velmouth")


def test_organisations_by_acronym_first_word_and_head() -> None:
    found = article(
        "The Dock and Harbour Workers’ Union (DHWU) struck at Halden Terminals.",
        "Halden says that it is ready, and the union says it is not.",
        "Members of the DHWU voted.",
        "The federation kept silent.",
    )
    union = ("Dock and Harbour Workers’ Union", "organisation")
    assert of(found, "union") == [union]
    assert of(found, "DHWU") == [union] * 2
    assert of(found, "Halden") == [("Halden Terminals", "organisation")]
    assert not [m for m in found if m.index == 4]


def test_own_outlet_is_no_actor() -> None:
    found = article("“We wait,” Abe Stannard told the Lund Tribune.", "He told the Tribune again.")
    assert [m.canonical for m in found] == ["Abe Stannard"]


def test_resolve_takes_anybodys_candidates() -> None:
    text = "the Azeri President Ilham Aliyev’s aides"
    assert [m.surface for m in resolve([text], [[(4, 32), (0, 9)]])[0]] == ["Azeri President Ilham Aliyev", "Azeri"]
    assert resolve(["the 12", ""], [[(0, 3), (4, 6)], []])[1] == []
    with pytest.raises(ValueError, match="argument"):
        resolve(["a"], [])


def test_merge_event() -> None:
    rows = [
        ("Aliyev", "person"),
        ("Ilham Aliyev", "person"),
        ("Bill Orbel", "person"),
        ("Ann Orbel", "person"),
        ("Orbel", "person"),
        ("Kim Jong-un", "person"),
        ("Kim Jong Un", "person"),
        ("Carrow", "state"),
        ("Carrow", "person"),
        ("Carrowian", "person"),
        ("Carrow Federation", "state"),
        ("DHWU", "organisation"),
        ("Dock and Harbour Workers’ Union", "organisation"),
        ("Azerbaijan", "state"),
        ("Azerbaijanis", "community"),
        ("police", "state"),
    ]
    frame = pd.DataFrame(rows, columns=["canonical", "type"])
    merged = merge_event(frame)
    assert "actor" not in frame
    actor = dict(zip(rows, merged["actor"], strict=True))
    assert actor["Aliyev", "person"] == "Ilham Aliyev"
    assert actor["Orbel", "person"] == "Orbel"
    assert actor["Bill Orbel", "person"] != actor["Ann Orbel", "person"]
    assert actor["Kim Jong-un", "person"] == actor["Kim Jong Un", "person"]
    assert {a for (c, _), a in actor.items() if c.startswith("Carrow")} == {"Carrow"}
    assert actor["DHWU", "organisation"] == "Dock and Harbour Workers’ Union"
    assert actor["Azerbaijan", "state"] == "Azerbaijan"
    assert actor["Azerbaijanis", "community"] == "Azerbaijanis"
    assert merge_event(frame.iloc[:0])["actor"].tolist() == []
    with pytest.raises(InputError, match="type"):
        merge_event(pd.DataFrame({"canonical": []}))


def test_demonyms_by_rule_and_by_list() -> None:
    assert is_demonym("Estravan", "Estrava")
    assert is_demonym("Carrowians", "Carrow")
    assert not is_demonym("Carrow", "Carrow")
    assert not is_demonym("Carton", "Carrow")
    assert not is_demonym("Lundberg", "Lund")
    table = places()
    assert table.demonyms["Azeri"] == table.demonyms["Azerbaijani"] == table.capitals["Baku"] == "Azerbaijan"
    assert table.demonyms["Indian"] == "India"
    assert table.peoples["Israelis"] == "Israelis"


def test_same_input_same_output_and_long_input_ends() -> None:
    text = "Selma Harcourt of the Carrow Exporters’ Federation met General Motors and the U.S. Navy. " * 400
    start = time.process_time()
    first = find_in_sentence(text)
    assert time.process_time() - start < 5
    assert first == find_in_sentence(text)
    assert len(first) >= 400
    assert ACTORS_VERSION


@pytest.mark.skipif(not ANNOTATED.exists(), reason="needs ../shared/data/actors_annotated (development data)")
def test_precision_and_recall_on_annotated_dev() -> None:
    """Floors a little under the measured 0.80 / 0.82, so that a change of rules that costs accuracy is seen."""
    right = found_n = gold_n = 0
    for line in ANNOTATED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        actors: dict[str, list[Mention]] = {}
        for m in find_in_sentence(row["text"]):
            assert row["text"][m.start : m.end] == m.surface
            actors.setdefault(m.canonical.lower(), []).append(m)
        gold = list(row["actors"])
        found_n, gold_n = found_n + len(actors), gold_n + len(gold)
        for name, mentions in actors.items():
            for actor in gold:
                overlap = any(m.start < actor["end"] and actor["start"] < m.end for m in mentions)
                if overlap or actor["canonical"].lower() == name:
                    gold.remove(actor)
                    right += 1
                    break
    assert right / found_n >= 0.78
    assert right / gold_n >= 0.79


def test_somebody_from_whom_an_attack_comes_is_an_actor() -> None:
    assert [m.surface for m in find_in_sentence("The town came under fire from Estonia, its mayor wrote.")][:1] == [
        "Estonia"
    ]
    assert not find_in_sentence("They drove home from Estonia.")


def test_the_outlets_own_reporters_are_no_actors() -> None:
    text = "Northern Wire’s Ada Moss said Estonia had closed the bridge. “It is quiet,” Moss said."
    article = Article("Northern Wire", "Bridge closed", text)
    found = {m.canonical for m in find_mentions(article, segment(article))}
    assert found == {"Estonia"}
