"""Reprint pages in many layouts, and single articles that must stay whole. All text here is written for the tests."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from framing.ingest import ReadOptions, read, read_text
from framing.schema import Article

SEED = Path(__file__).parents[2] / "shared" / "seed" / "nagorno-karabakh-roundup.txt"

DAM = [
    "Engineers opened two sluice gates at the Orrin dam on Friday night after the lake rose four metres in as many days.",
    "“We had no choice left,” said Tamsin Reed, who runs the control room. She told Reuters that a third gate was jammed.",
    "Some 900 people downstream were moved to schools and a sports hall. No one was hurt, the county said.",
]
COURT = [
    "A court in Velmar ruled on Saturday that the ministry should have warned the valley two days earlier than it did.",
    "Judge Ilse Hartmann called the delay “a failure of ordinary care” and ordered the ministry to publish its logs.",
    "The ministry said it would appeal. Families of the farmers who lost their herds hugged each other outside the court.",
]
BANK = [
    "The state bank will lend flooded households up to 40,000 crowns without interest, its director said on Sunday.",
    "Applications open next week. Critics in parliament say that tenants, who lost as much as owners, get nothing from it.",
    "“Nobody asked us,” said Oskar Lindt of the tenants’ union, which had proposed grants instead of loans in the spring.",
]
T_DAM, T_COURT, T_BANK = (
    "Sluice Gates Opened as Lake Rises",
    "Court Faults Ministry Over Late Warning",
    "State Bank Offers Loans",
)


def page(*blocks: str | list[str]) -> str:
    return "\n\n".join(line for block in blocks for line in ([block] if isinstance(block, str) else block))


def articles(text: str, options: ReadOptions | None = None) -> list[Article]:
    found = read_text(text, "page.txt", options or ReadOptions())
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


def dashed(opening: str, body: list[str]) -> list[str]:
    return [opening + body[0], *body[1:]]


DAY1, DAY2, DAY3 = date(2021, 5, 14), date(2021, 5, 15), date(2021, 5, 16)
Expected = tuple[str, str, date | None, str | None]

LAYOUTS: dict[str, tuple[str, list[Expected]]] = {
    "slash byline, bare outlet, dates in parentheses, caption between": (
        page(
            "The Orrin Flood and Its Courts",
            "May 17th, 2021 - by Jason Ditz / & Al Jazeera",
            T_DAM,
            "Jason Ditz /",
            dashed(" (May 14, 2021) — ", DAM),
            T_COURT,
            "People wait outside the court in Velmar on May 15  (Anna Berg / AFP)",
            "Al Jazeera",
            dashed(" (May 15, 2021) — ", COURT),
            "Additional reporting by Karl Moor in Velmar.",
            "Posted in accordance with Title 17, Section 107, US Code, for noncommercial, educational purposes.",
        ),
        [(T_DAM, "Antiwar.com", DAY1, "Jason Ditz"), (T_COURT, "Al Jazeera", DAY2, None)],
    ),
    "by line, outlet line, date line": (
        page(
            T_DAM,
            "By Jane Roe",
            "Reuters",
            "14 May 2021",
            DAM,
            T_COURT,
            "By Li Wei",
            "The Guardian",
            "15 May 2021",
            COURT,
        ),
        [(T_DAM, "Reuters", DAY1, "Jane Roe"), (T_COURT, "The Guardian", DAY2, "Li Wei")],
    ),
    "everything on one line, with bars": (
        page(T_DAM, "By Jane Roe | BBC News | May 14, 2021", DAM, T_COURT, "By Li Wei | CNN | May 15, 2021", COURT),
        [(T_DAM, "BBC", DAY1, "Jane Roe"), (T_COURT, "CNN", DAY2, "Li Wei")],
    ),
    "agency datelines with a place": (
        page(T_DAM, dashed("ORRIN (Reuters) — ", DAM), T_COURT, dashed("VELMAR, May 15, 2021 (AP) -- ", COURT)),
        [(T_DAM, "Reuters", None, None), (T_COURT, "Associated Press", DAY2, None)],
    ),
    "dateline without parentheses under the outlet": (
        page(
            T_DAM, "Al Jazeera", dashed("May 14, 2021 — ", DAM), T_COURT, "France 24", dashed("15 May 2021 – ", COURT)
        ),
        [(T_DAM, "Al Jazeera", DAY1, None), (T_COURT, "France 24", DAY2, None)],
    ),
    "outlet and dash before the text": (
        page("The Week in Orrin", T_DAM, dashed("Al Jazeera — ", DAM), T_COURT, dashed("Deutsche Welle — ", COURT)),
        [(T_DAM, "Al Jazeera", None, None), (T_COURT, "Deutsche Welle", None, None)],
    ),
    "signed at the foot with a dash": (
        page(T_DAM, DAM, "— Al Jazeera, 14 May 2021", T_COURT, COURT, "— AFP, 15 May 2021"),
        [(T_DAM, "Al Jazeera", DAY1, None), (T_COURT, "Agence France-Presse", DAY2, None)],
    ),
    "source at the foot, one of them unknown": (
        page(T_DAM, DAM, "Source: Meridian Post", T_COURT, COURT, "Source: Al Jazeera and news agencies"),
        [(T_DAM, "Meridian Post", None, None), (T_COURT, "Al Jazeera", None, None)],
    ),
    "horizontal rules": (
        page("Flood Reader", "***", T_DAM, "NPR — May 14, 2021", DAM, "---", T_COURT, "Vox — May 15, 2021", COURT),
        [(T_DAM, "NPR", DAY1, None), (T_COURT, "Vox", DAY2, None)],
    ),
    "markdown headings": (
        page(
            "# Flood Reader",
            f"## {T_DAM}",
            "*By Jane Roe, Northern Wire, 14 May 2021*",
            DAM,
            f"## {T_COURT}",
            "**Capital Ledger** | 2021-05-15",
            COURT,
        ),
        [(T_DAM, "Northern Wire", DAY1, "Jane Roe"), (T_COURT, "Capital Ledger", DAY2, None)],
    ),
    "posted by, on a day": (
        page(T_DAM, "Posted by Reuters on May 14, 2021", DAM, T_COURT, "Posted on 15 May 2021 by Al Jazeera", COURT),
        [(T_DAM, "Reuters", DAY1, None), (T_COURT, "Al Jazeera", DAY2, None)],
    ),
    "addresses under the headlines": (
        page(
            T_DAM,
            "https://www.aljazeera.com/news/2021/5/14/gates",
            DAM,
            T_COURT,
            "https://apnews.com/article/court-1",
            COURT,
        ),
        [(T_DAM, "Al Jazeera", None, None), (T_COURT, "Associated Press", None, None)],
    ),
    "upper case headlines, weekday dates": (
        page(
            T_DAM.upper(),
            "AL JAZEERA",
            "Friday, May 14, 2021",
            DAM,
            T_COURT.upper(),
            "REUTERS",
            "Saturday, 15th May 2021, 10:30 GMT",
            COURT,
        ),
        [(T_DAM.upper(), "Al Jazeera", DAY1, None), (T_COURT.upper(), "Reuters", DAY2, None)],
    ),
    "three articles, outlet above the headline": (
        page(
            "Reuters",
            T_DAM,
            "14 May 2021",
            DAM,
            "BBC",
            T_COURT,
            "15 May 2021",
            COURT,
            "CNN",
            T_BANK,
            "16 May 2021",
            BANK,
        ),
        [(T_DAM, "Reuters", DAY1, None), (T_COURT, "BBC", DAY2, None), (T_BANK, "CNN", DAY3, None)],
    ),
    "two articles of one outlet": (
        page("Orrin Reports", T_DAM, "Al Jazeera, 14 May 2021", DAM, T_BANK, "Al Jazeera, 16 May 2021", BANK),
        [(T_DAM, "Al Jazeera", DAY1, None), (T_BANK, "Al Jazeera", DAY3, None)],
    ),
    "a header with one article": (
        page(
            "Letters From the Valley", "May 17, 2021 - by Page Keeper", T_DAM, "Jane Roe / Reuters", "May 14, 2021", DAM
        ),
        [(T_DAM, "Reuters", DAY1, "Jane Roe")],
    ),
    "unknown outlets between headline and dated text": (
        page(
            T_DAM,
            "Meridian Post",
            dashed("(May 14, 2021) — ", DAM),
            T_COURT,
            "Lund Tribune",
            dashed("(May 15, 2021) — ", COURT),
        ),
        [(T_DAM, "Meridian Post", DAY1, None), (T_COURT, "Lund Tribune", DAY2, None)],
    ),
    "originally published, subheading in the text": (
        page(
            T_DAM,
            "Originally published by The Independent on 14 May 2021",
            DAM,
            "What happens next",
            BANK,
            T_COURT,
            "Originally published by Haaretz on 15 May 2021",
            COURT,
        ),
        [(T_DAM, "The Independent", DAY1, None), (T_COURT, "Haaretz", DAY2, None)],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reprint_page_is_split_into_its_articles(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    found = articles(text)
    assert [(one.title, one.outlet, one.published, one.byline) for one in found] == expected
    assert {one.kind for one in found} == {"reprint"}
    assert len({one.event for one in found}) == 1
    assert found[0].event
    bodies = {T_DAM: DAM, T_COURT: COURT, T_BANK: BANK}
    for one in found:
        body = next(body for title, body in bodies.items() if title.casefold() == one.title.casefold())
        paragraphs = one.text.split("\n\n")
        assert paragraphs[0].endswith(body[0])
        assert paragraphs[1:3] == body[1:]
        assert not re.search(r"AFP\)|Additional reporting|Posted in accordance|Source:|https?:", one.text)
    assert [one.source for one in found] == [f"page.txt#{number}" for number in range(1, len(found) + 1)]


def test_the_event_is_the_pages_own_title_where_it_has_one() -> None:
    assert articles(LAYOUTS["slash byline, bare outlet, dates in parentheses, caption between"][0])[0].event == (
        "The Orrin Flood and Its Courts"
    )
    assert articles(LAYOUTS["markdown headings"][0])[0].event == "Flood Reader"
    assert articles(LAYOUTS["outlet and dash before the text"][0])[0].event == "The Week in Orrin"
    text = LAYOUTS["two articles of one outlet"][0]
    assert {one.event for one in articles(text, ReadOptions(event="Orrin 2021"))} == {"Orrin 2021"}


def test_a_subheading_stays_in_its_article() -> None:
    first = articles(LAYOUTS["originally published, subheading in the text"][0])[0]
    assert first.text == "\n\n".join([*DAM, "What happens next", *BANK])


SINGLE = {
    "plain": page(T_DAM, DAM),
    "agency dateline": page(T_DAM, dashed("BAKU (Reuters) — ", DAM), COURT),
    "byline, outlet and date": page(T_DAM, "By Jane Roe", "Al Jazeera", "14 May 2021", DAM, COURT),
    "subheadings": page(T_DAM, "By Jane Roe, Reuters", DAM, "A Ruling in Velmar", COURT, "Loans for Some", BANK),
    "quoted byline": page(T_DAM, "By Jane Roe, CNN", DAM, "The pamphlet was headed:", "By Karl Moor, Farmer", COURT),
    "outlets as subheadings": page(T_DAM, DAM, "CNN", COURT, "Fox News", BANK),
    "chronology": page(
        T_DAM, "Reuters", DAM, "The first warning", "14 May 2021", COURT, "The loans", "16 May 2021", BANK
    ),
    "live blog": page(T_DAM, "Al Jazeera", DAM, "Court rules", "15:30 GMT", COURT, "Bank lends", "18:05 GMT", BANK),
    "teasers below": page(
        T_DAM, "By Jane Roe, CNN", DAM, T_COURT, "BBC, 15 May 2021", COURT[:1], T_BANK, "NPR", BANK[:1]
    ),
    "related box": page(T_DAM, "By Jane Roe, Reuters", DAM, "Read more:", T_COURT, "BBC, 15 May 2021", COURT, BANK),
    "second dateline inside": page(T_DAM, dashed("ORRIN (AP) — ", DAM), dashed("VELMAR (AFP) — ", COURT)),
    "outlets told things": page(T_DAM, DAM, "“It was Al Jazeera, October 2020,” she said.", COURT),
}


@pytest.mark.parametrize("shape", SINGLE)
def test_a_single_article_is_never_split(shape: str) -> None:
    found = articles(SINGLE[shape], ReadOptions(outlet="Lund Tribune"))
    assert len(found) == 1
    assert found[0].title == T_DAM
    assert found[0].kind is None
    assert found[0].event is None
    assert DAM[1] in found[0].text
    assert SINGLE[shape].split("\n\n")[-1] in found[0].text
    assert found[0].source == "page.txt"


def test_a_single_articles_head_gives_its_fields() -> None:
    one = articles(page(T_DAM, "By Jane Roe", "Al Jazeera", "14 May 2021", "https://www.aljazeera.com/n/1", DAM))[0]
    assert (one.outlet, one.byline, one.published) == ("Al Jazeera", "Jane Roe", DAY1)
    assert one.url == "https://www.aljazeera.com/n/1"
    assert one.text == "\n\n".join(DAM)
    assert articles(page(T_DAM, dashed("BAKU (Reuters) — ", DAM)))[0].outlet == "Reuters"
    assert articles(page(T_DAM, DAM, "Source: Al Jazeera"))[0].outlet == "Al Jazeera"


def test_an_article_of_a_page_without_an_outlet_is_rejected_alone() -> None:
    text = page(T_DAM, "Reuters, 14 May 2021", DAM, T_COURT, "BBC, 15 May 2021", COURT, T_BANK, "By Jane Roe", BANK)
    found = read_text(text, "page.txt", ReadOptions())
    assert [isinstance(one, Article) for one in found] == [True, True, False]
    assert "article 3" in str(found[2])
    assert "--outlet" in str(found[2])
    assert [one.outlet for one in articles(text, ReadOptions(outlet="Vox"))] == ["Reuters", "BBC", "Vox"]


def test_a_long_opening_of_the_page_itself_is_reported_not_given_to_an_outlet() -> None:
    text = page("Flood Reader", BANK, T_DAM, "Reuters, 14 May 2021", DAM, T_COURT, "BBC, 15 May 2021", COURT)
    found = read_text(text, "page.txt", ReadOptions())
    assert not isinstance(found[0], Article)
    assert found[0].position == "opening"
    assert [one.title for one in found if isinstance(one, Article)] == [T_DAM, T_COURT]


def test_wrapped_lines_and_windows_line_ends_split_the_same() -> None:
    import textwrap

    text, expected = LAYOUTS["by line, outlet line, date line"]
    wrapped = "\r\n\r\n".join("\r\n".join(textwrap.wrap(block, 72)) for block in text.split("\n\n"))
    assert [(one.title, one.outlet, one.published, one.byline) for one in articles(wrapped)] == expected
    assert articles(wrapped)[0].text == articles(text)[0].text


def test_the_head_may_stand_in_one_block() -> None:
    text = page(f"{T_DAM}\nBy Jane Roe\nReuters, 14 May 2021", DAM, f"{T_COURT}\nLi Wei / CNN\n15 May 2021", COURT)
    assert [(one.title, one.outlet, one.byline) for one in articles(text)] == [
        (T_DAM, "Reuters", "Jane Roe"),
        (T_COURT, "CNN", "Li Wei"),
    ]


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not part of the repository")
class TestSeedPage:
    def test_it_becomes_exactly_two_articles(self) -> None:
        found = [one for one in read(SEED) if isinstance(one, Article)]
        assert len(list(read(SEED))) == len(found) == 2
        antiwar, jazeera = found
        assert antiwar.title == "Both Sides Trade Blame as Saturday Night Truce Crumbles"
        assert (antiwar.outlet, antiwar.byline, antiwar.published) == ("Antiwar.com", "Jason Ditz", date(2020, 10, 18))
        assert jazeera.title == (
            "Civilians Killed in Nagorno-Karabakh. Armenia Denies Responsibility. Azerbaijan President Vows ‘Revenge’"
        )
        assert (jazeera.outlet, jazeera.byline, jazeera.published) == ("Al Jazeera", None, date(2020, 10, 17))
        assert antiwar.event == jazeera.event == "Civilians Killed in Nagorno-Karabakh as Truce Fails"
        assert [one.text.count("\n\n") + 1 for one in found] == [5, 31]
        assert [len(one.text) for one in found] == [1156, 4817]

    def test_nothing_of_the_page_around_them_is_left(self) -> None:
        for one in read(SEED):
            assert isinstance(one, Article)
            for stray in ("/ AFP)", "Additional report", "Title 17", "Jason Ditz", "October 19th", one.title, "2020)"):
                assert stray not in one.text

    def test_saved_as_a_web_page_it_splits_the_same(self, tmp_path: Path) -> None:
        lines = [line.strip() for line in SEED.read_text(encoding="utf-8").split("\n\n")]
        body = "".join(f"<p>{line}</p>" for line in lines[1:])
        saved = tmp_path / "page.html"
        saved.write_text(
            f"<html><head><title>{lines[0]} - A Site</title></head><body><nav>Home</nav>"
            f"<article><h1>{lines[0]}</h1>{body}</article></body></html>",
            encoding="utf-8",
        )
        plain, html = list(read(SEED)), list(read(saved))
        assert [one.id for one in plain if isinstance(one, Article)] == [
            one.id for one in html if isinstance(one, Article)
        ]
