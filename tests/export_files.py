"""Exports of Nexis Uni, Factiva and ProQuest in their published layouts, with articles that we invented."""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """An invented article as the databases describe it."""

    title: str
    publication: str
    byline: str
    day: tuple[str, str, str]
    """As Nexis Uni, Factiva and ProQuest write it."""
    paragraphs: tuple[str, ...]

    @property
    def words(self) -> int:
        return len(" ".join(self.paragraphs).split())


DAY = ("October 18, 2020 Sunday", "18 October 2020", "Oct 18, 2020")
ARTICLES = (
    Told(
        "Dockers walk out as talks stall",
        "The New York Times (Online)",
        "Ada Rook",
        DAY,
        (
            "HALDEN — The dockers walked out at dawn and left nine ships at the quay, the harbour master said on Saturday.",
            "“We were given no choice,” said Ines Halvorsen, who speaks for the union. Two people were hurt when a gate fell.",
            "Note: the figures are the chamber’s. Losses could reach 40 million crowns a week, the chamber of commerce said.",
        ),
    ),
    Told(
        "Port owner calls strike unlawful: what now?",
        "The Guardian (London)",
        "Tom Berg and Lea Novak",
        DAY,
        (
            "The owner of the port called the strike reckless and unlawful on Sunday, and asked a court in Halden to end it.",
            "IN A LETTER to staff, Halden Terminals promised to pay the night shift. The union said that it had heard nothing.",
        ),
    ),
    Told(
        "Ferry sails again",
        "Halden Courier",
        "",
        DAY,
        (
            "The ferry to the islands sailed again on Sunday with forty passengers, two days after the crossing had been closed.",
            "Its captain thanked the dockers, who had let it pass. “They kept their word,” she told those who stood on the quay.",
        ),
    ),
)


def nexis_lines() -> list[str]:
    """The paragraphs of a Nexis Uni file: cover sheet, then the articles."""
    lines = ["User Name: A. Student", "Date and Time: Monday, October 19, 2020 10:12:00 AM GMT", "Job Number: 1271", ""]
    lines += [f"Documents ({len(ARTICLES)})", *(f"{n}. {told.title}" for n, told in enumerate(ARTICLES, 1))]
    lines += ["Client/Matter: -None-", "Search Terms: dockers", "Search Type: Terms and Connectors", ""]
    for told in ARTICLES:
        lines += [told.title, told.publication, f"{told.day[0]} 11:07 AM GMT", ""]
        lines += [
            "Copyright 2020 Somebody All Rights Reserved",
            "",
            "Section: WORLD; Pg. 4",
            f"Length: {told.words + 4} words",
        ]
        lines += [f"Byline: By {told.byline}"] if told.byline else []
        lines += ["Dateline: HALDEN", "Highlight: What the strike means", "Body", "", *told.paragraphs, ""]
        lines += ["Graphic", "", "PHOTO: Ships at the quay", "Classification", "", "Language: ENGLISH"]
        lines += [
            "Publication-Type: Newspaper",
            "Subject: STRIKES (90%)",
            "Load-Date: October 19, 2020",
            "",
            "End of Document",
            "",
        ]
    return lines


def docx(lines: list[str], extra: str = "") -> bytes:
    """A Word file of these paragraphs; each headline is a link, as in Nexis Uni's."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    run = "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve'>{}</w:t></w:r>"
    body = "".join(
        f"<w:p><w:hyperlink>{run.format(html.escape(line[:5]))}</w:hyperlink>{run.format(html.escape(line[5:]))}</w:p>"
        for line in lines
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<?xml version='1.0'?>{extra}<w:document {space}><w:body>{body}</w:body></w:document>"
        )
    return sink.getvalue()


def rtf(lines: list[str]) -> bytes:
    """An RTF file of these paragraphs, with fonts, a header, a picture and links as real ones have."""

    def escaped(text: str) -> str:
        return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text.replace("\\", "\\\\").replace("{", "\\{"))

    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}{\header Page 1 of 9\par}"
    head += r"{\pict\pngblip 89504e470d0a}"
    link = r'{\field{\*\fldinst{ HYPERLINK "https://db.example/x" }}{\fldrslt{\ul '
    body = "".join(f"\\pard\\b0 {link}{escaped(line[:5])}}}}}}}{escaped(line[5:])}\\par\n" for line in lines)
    return (head + body + "}").encode("ascii")


def factiva_lines(codes: bool = False) -> list[str]:
    """The lines of a Factiva file, with or without field codes."""
    lines: list[str] = []
    for n, told in enumerate(ARTICLES):
        name = f"Document HALDC0002020101{n}egai0001{n}"
        if codes:
            lines += [
                "SE World",
                f"HD {told.title}",
                *([f"BY By {told.byline}"] if told.byline else []),
                f"WC {told.words} words",
            ]
            lines += [
                f"PD {told.day[1]}",
                "ET 09:15",
                f"SN {told.publication}",
                "SC HALDC",
                "LA English",
                "CY Copyright 2020.",
            ]
            lines += [
                "LP",
                "",
                told.paragraphs[0],
                "",
                "TD",
                "",
                *told.paragraphs[1:],
                "",
                "CO",
                "hald : Halden Terminals",
            ]
            lines += ["NS gstrik : Labor Dispute", "RE nor : Norway", f"AN {name}", ""]
        else:
            lines += [
                "World News",
                told.title,
                *([told.byline] if told.byline else []),
                f"{told.words} words",
            ]
            lines += [told.day[1], "09:15", told.publication, "HALDC", "4", "English"]
            lines += ["Copyright 2020. Somebody. All Rights Reserved.", "", *told.paragraphs, "", name, ""]
    return [*lines, "Search Summary", "Text dockers", "© 2020 Factiva, Inc. All rights reserved."]


def factiva_html() -> str:
    """The same as a web page."""
    body = "".join(f"<div><span>{html.escape(line)}</span></div>" for line in factiva_lines() if line)
    return f"<!DOCTYPE html><html><head><title>Factiva</title><style>p {{}}</style></head><body>{body}</body></html>"


def proquest_lines() -> list[str]:
    """The lines of a ProQuest text file; the last document has no full text."""
    lines = ["", "____________________________________________________________", ""]
    for n, told in enumerate(ARTICLES, 1):
        lines += [f"Document {n} of {len(ARTICLES) + 1}", "", told.title if n == 1 else f"Title: {told.title}", ""]
        lines += [f"Author: {told.byline}.", ""] if told.byline else []
        lines += [
            f"Publication info: {told.publication}; London (UK) [London (UK)]18 Oct 2020: 12.",
            "",
            "ProQuest document link",
            "",
        ]
        lines += ["Abstract: The strike in short.", "", "Links: Linking Service", ""]
        lines += [
            f"Full text: {told.paragraphs[0]}",
            "",
            *(part for text in told.paragraphs[1:] for part in (text, "")),
        ]
        lines += ["Credit: Somebody", "", "Subject: Strikes; Ports", "", f"Title: {told.title}", ""]
        lines += [f"Publication title: {told.publication}", "", "Pages: 12", "", f"Publication date: {told.day[2]}", ""]
        lines += ["Language of publication: English", "", f"Document URL: https://search.proquest.com/docview/{n}", ""]
        lines += [
            "Copyright: Copyright Somebody",
            "",
            "____________________________________________________________",
            "",
        ]
    lines += [
        f"Document {len(ARTICLES) + 1} of {len(ARTICLES) + 1}",
        "",
        "Title: Only described",
        "",
        "Abstract: Nothing more.",
        "",
    ]
    return [
        *lines,
        "Publication title: The Guardian",
        "",
        "______________________________",
        "Contact us at: http://www.proquest.com",
    ]
