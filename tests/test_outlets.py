"""Outlet names: found whatever their spelling, masked where they are names and left where they are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.outlets import (
    _key,
    canonical_outlet,
    host_of,
    known_outlets,
    mask_outlets,
    mask_outlets_with_map,
    outlet_of_byline,
    outlet_of_domain,
)


def test_the_list_is_large_complete_and_without_clashes() -> None:
    outlets = known_outlets()
    assert len(outlets) >= 120
    assert sum(one.kind == "agency" for one in outlets) >= 20
    owners: dict[str, str] = {}
    for one in outlets:
        assert len(one.country) == 2
        assert one.country.isupper()
        assert one.domains
        for form in (one.name, *one.aliases, *one.words):
            assert owners.setdefault(_key(form), one.name) == one.name
        for domain in one.domains:
            assert host_of(domain)
            assert owners.setdefault(f"@{domain}", one.name) == one.name


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("AFP", "Agence France-Presse"),
        ("al-jazeera", "Al Jazeera"),
        ("AL JAZEERA", "Al Jazeera"),
        ("The New York Times", "New York Times"),
        ("guardian", "The Guardian"),
        ("El Pais", "El País"),
        ("aljazeera.com", "Al Jazeera"),
        ("https://www.bbc.co.uk/news/1", "BBC"),
        ("  Meridian \n Post ", "Meridian Post"),
    ],
)
def test_names_come_in_one_spelling(given_name: str, expected: str) -> None:
    assert canonical_outlet(given_name) == expected


def test_addresses_and_bylines() -> None:
    assert outlet_of_domain("http://edition.cnn.com/2020/10/18/x") == "CNN"
    assert outlet_of_domain("https://news.antiwar.com/2020/10/18/x/") == "Antiwar.com"
    assert outlet_of_domain("https://notcnn.com/") is None
    assert outlet_of_domain("no address") is None
    assert host_of("https://www.example-news.org/a?b") == "example-news.org"
    assert outlet_of_byline("By Jason Ditz") == "Antiwar.com"
    assert outlet_of_byline("Jane Roe for Reuters") == "Reuters"
    assert outlet_of_byline("Al Jazeera and news agencies") == "Al Jazeera"
    assert outlet_of_byline("Jane Roe") is None


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("She told Al Jazeera that two died.", "She told the outlet that two died."),
        ("Al Jazeera’s Bernard Smith said so.", "The outlet’s Bernard Smith said so."),
        ("He told Reuters news agency.", "He told the outlet."),
        ("a Reuters reporter and an AFP photographer", "a news outlet reporter and an outlet photographer"),
        ("Two Al Jazeera journalists were there.", "Two outlet journalists were there."),
        ("It ended. The New York Times reported it.", "It ended. The outlet reported it."),
        ("as the BBC and The Washington Post reported", "as the outlet and the outlet reported"),
        ("He told Time magazine and The Sun.", "He told the outlet and the outlet."),
        ("The Guardian reported that", "The outlet reported that"),
        ("according to the Independent, he fled", "according to the outlet, he fled"),
        ("ORRIN, Texas (AP) — The dam", "ORRIN, Texas (the outlet) — The dam"),
        ("The dam broke. (Bloomberg)", "The dam broke. (the outlet)"),
        ("BAKU (Reuters) — The war", "BAKU (the outlet) — The war"),
        ("“CNN is fake,” he said.", "“The outlet is fake,” he said."),
    ],
)
def test_names_are_masked(text: str, masked: str) -> None:
    assert mask_outlets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "The Sun rose over the hill. Time passed.",
        "The Independent senator met the Guardian Council.",
        "Michael Bloomberg reported a profit; Mayor Bloomberg reported none.",
        "The Hindu nationalist party and the Australian government crossed the Atlantic.",
        "He spent the fortune on science, for no reason.",
        "PTI leader Imran Khan spoke; the mirror broke.",
        "The Pakistan Tehreek-e-Insaf (PTI) won; the National Governors met.",
        "a vox pop on the nation's economist",
    ],
)
def test_words_that_are_also_names_stay(text: str) -> None:
    assert mask_outlets(text) == text


def test_spans_move_with_the_masked_text() -> None:
    text = "Armenia told Al Jazeera that Azerbaijan lied to the BBC."
    masked, move = mask_outlets_with_map(text)
    for target in ("Armenia", "Azerbaijan", "lied"):
        start, end = move(text.index(target), text.index(target) + len(target))
        assert masked[start:end] == target
    for target in ("Al Jazeera", "Jazeera", "Al", "BBC"):
        start, end = move(text.index(target), text.index(target) + len(target))
        assert masked[start:end] == "the outlet"
    assert move(0, len(text)) == (0, len(masked))


_PIECES = st.sampled_from(
    ["Al Jazeera", "the BBC", "told", "Armenia", "Time", "The Sun", "said.", "a", "AFP’s", "“war”", "—", "x"]
)


@given(st.lists(_PIECES, max_size=12).map(" ".join))
def test_whatever_is_not_masked_is_unchanged_and_found_again(text: str) -> None:
    masked, move = mask_outlets_with_map(text)
    assert mask_outlets(text) == masked
    for word in ("Armenia", "said.", "“war”", "—"):
        place = text.find(word)
        assert text.count(word) == masked.count(word)
        if place >= 0:
            start, end = move(place, place + len(word))
            assert masked[start:end] == word
    for start in range(len(text)):
        left, right = move(start, start + 1)
        assert 0 <= left < right <= len(masked)


@pytest.mark.parametrize(
    ("text", "own", "masked"),
    [
        ("She told Marsh Courier it was over.", "Marsh Courier", "She told the outlet it was over."),
        ("She told the Marsh Courier it was over.", "The Marsh Courier", "She told the outlet it was over."),
        ("Beacon said so; the beacon burns.", "Beacon", "The outlet said so; the beacon burns."),
        ("The Guardian said the plan failed.", "", "The outlet said the plan failed."),
        ("Read more on aljazeera.com today.", "", "Read more on the outlet today."),
        ("“It is over,” @Reuters wrote.", "", "“It is over,” the outlet wrote."),
        ("He wrote to a.mail@aljazeera.com.", "", "He wrote to a.mail@aljazeera.com."),
    ],
)
def test_the_publishers_own_name_domains_and_handles_are_masked(text: str, own: str, masked: str) -> None:
    assert mask_outlets_with_map(text, own)[0] == masked
