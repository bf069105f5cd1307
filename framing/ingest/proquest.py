"""The layout of ProQuest (text, HTML): “Document 1 of n”, Title, Author, Publication info, Full text, then fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from framing.ingest.exported import Exported, once

_START = re.compile(r"\s*Document \d+ of \d+\s*$")
_RULE = re.compile(r"\s*_{10,}\s*$")
_FIELDS = (
    "Title",
    "Author",
    "Publication info",
    "Publication title",
    "Publication date",
    "Publication year",
    "Publication subject",
    "Publication",
    "Abstract",
    "Links",
    "Full text",
    "Subject",
    "Location",
    "People",
    "Company / organization",
    "Company",
    "Business indexing term",
    "Identifier / keyword",
    "Classification",
    "Volume",
    "Issue",
    "Pages",
    "First page",
    "Number of pages",
    "Section",
    "Column",
    "Edition",
    "Dateline",
    "Publisher",
    "Place of publication",
    "Country of publication",
    "Journal subject",
    "ISSN",
    "e-ISSN",
    "Source type",
    "Language of publication",
    "Language",
    "Document type",
    "Document feature",
    "ProQuest document ID",
    "Document URL",
    "Accession number",
    "Copyright",
    "Last updated",
    "Database",
    "Credit",
    "Caption",
    "Illustration",
)
_FIELD = re.compile(
    rf"({'|'.join(map(re.escape, sorted(_FIELDS, key=len, reverse=True)))})\s*:(?:\s+(.*))?$", re.IGNORECASE
)
_HEADING = re.compile(r"(?:(FULL TEXT)|ABSTRACT(?: \(ENGLISH\))?|DETAILS|LINKS)\s*$")
_LINK = re.compile(r"(?:ProQuest document link|Link to ProQuest|Find a copy|Linking service)\b.*$", re.IGNORECASE)
_KEPT = {"title", "author", "publication info", "publication title", "publication date", "full text", "document url"}
# These end the text; the others may begin a paragraph ("Title: …", "Section: …").
_AFTER = {
    "subject", "location", "people", "company / organization", "business indexing term", "identifier / keyword",
    "publication title", "publication info", "credit", "caption", "illustration", "title", "publication year",
    "classification", "copyright", "proquest document id", "company",
}  # fmt: skip


def fits(lines: Sequence[str]) -> bool:
    """Whether a file is in this layout: “Document 1 of n” above each article, and fields below."""
    return any(map(_START.match, lines)) and any(
        re.match(r"\s*(?:Full text\b|FULL TEXT$|Publication (?:info|title)\s*:)", line) for line in lines
    )


def articles(lines: Sequence[str]) -> Iterator[Exported | str]:
    """Each article, or in words why it is none."""
    starts = [at for at, line in enumerate(lines) if _START.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        chunk = list(lines[start + 1 : end])
        rule = next((at for at, line in enumerate(chunk) if _RULE.match(line) and at > 2), len(chunk))
        yield _article(chunk[:rule])


def _article(lines: Sequence[str]) -> Exported | str:
    fields, text, bare, dropped = _read(lines)
    body = "\n".join(text).strip()
    if not body:
        return "has no full text here, only what describes it; open it in the database for the text"
    title = fields.get("title") or bare
    info = fields.get("publication info", "")
    publication = fields.get("publication title") or _publication(info)
    date = fields.get("publication date") or info
    author = fields.get("author", "").rstrip(". ")
    return Exported(title, publication, date, body, author, fields.get("document url", ""), dropped=once(dropped))


def _read(lines: Sequence[str]) -> tuple[dict[str, str], list[str], str, list[str]]:
    """Fields by their names in lower case (the first of each), lines of the full text, the first bare line, and what is
    left out."""
    fields: dict[str, str] = {}
    text: list[str] = []
    dropped: list[str] = []
    current, bare = "", ""
    for line in lines:
        stripped = line.strip()
        field, heading = _FIELD.match(stripped), _HEADING.match(stripped)
        name = field[1].casefold() if field else ""
        if current == "full text" and not (name in _AFTER or (heading and text)):
            text.append(line)
        elif field:
            current = name
            if name == "full text":
                text = [field[2] or ""]
            elif not fields.setdefault(name, (field[2] or "").strip()):
                fields[name] = ""
            dropped += [name] if name not in _KEPT else []
        elif heading:
            current = "full text" if heading[1] else "heading"
        elif _LINK.match(stripped):
            continue
        elif current in ("title", "publication info", "publication title") and stripped and not text:
            fields[current] = f"{fields[current]} {stripped}".strip() if not fields[current] else fields[current]
        elif not bare and not current and stripped:
            bare = stripped
    return fields, text, bare, dropped


def _publication(info: str) -> str:
    """The name at the beginning of "Guardian (Online); London (UK) [London (UK)]17 Oct 2020: 12."."""
    return re.split(r"\s*[;\[]|\.\s|,?\s+\d", info, maxsplit=1)[0].strip()
