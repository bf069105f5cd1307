"""Word (.docx) and RTF files to lines of text. Only the running text is read: no pictures, macros, links or headers."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from lxml import etree

from framing.errors import UnreadableSource
from framing.ingest.archive import DAMAGE
from framing.ingest.xml import elements

OFFICE = {".docx", ".rtf"}
MOST_XML = 60_000_000
"""Largest text of a Word file in bytes, unpacked: a choice; 500 articles, the most that Nexis Uni gives at a time, take
about 10 MB."""
_RATIO, _FREE = 100, 5_000_000  # as of archives; Word's XML packs 10 to 20 times
_MOST_FONTS = 50_000  # characters of an RTF file's font table, which striprtf searches in quadratic time
_MAIN = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": " "}
# Text boxes, and the second version of a drawing that is there for older programs.
_ASIDE = {f"{_WORD}txbxContent", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_BOMB = f"unpacks to more than {_RATIO} times its size, as no articles do (a “zip bomb”); nothing of it was read"


def office_text(raw: bytes, suffix: str) -> str:
    """The text of a Word or RTF file, a paragraph a line. Raises UnreadableSource for a damaged or hostile one."""
    return _docx_text(raw) if suffix == ".docx" else _rtf_text(raw)


def _docx_text(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entry = archive.getinfo(_MAIN)
            if entry.flag_bits & 1:
                raise UnreadableSource("is locked with a password; save it without")
            if entry.file_size > max(_FREE, _RATIO * entry.compress_size):
                raise UnreadableSource(_BOMB)
            if entry.file_size > MOST_XML:
                raise UnreadableSource(f"holds over {MOST_XML // 1_000_000} MB of text; export it in portions")
            with archive.open(entry) as file:  # which gives no more bytes than the size that was looked at
                return "\n".join(_paragraphs(file))
    except KeyError as error:
        raise UnreadableSource("is no Word document: it holds no text of one") from error
    except DAMAGE as error:
        raise UnreadableSource("is no Word document (.docx), or a damaged or locked one") from error
    except etree.XMLSyntaxError as error:
        raise UnreadableSource("is a damaged Word document: its text is no XML that can be read") from error


def _paragraphs(file: Any) -> list[str]:
    """The paragraphs in order, each element let go once it was read."""
    found = []
    for element in elements(file, f"{_WORD}p"):
        if not any(above.tag in _ASIDE for above in element.iterancestors()):
            found.append("".join(_pieces(element)))
    return found


def _pieces(paragraph: Any) -> list[str]:
    pieces, inside = [], 0
    for event, element in etree.iterwalk(paragraph, events=("start", "end")):
        if element.tag in _ASIDE:
            inside += 1 if event == "start" else -1
        elif event == "start" and not inside:
            pieces.append((element.text or "") if element.tag == f"{_WORD}t" else _BREAKS.get(element.tag, ""))
    return pieces


def _rtf_text(raw: bytes) -> str:
    from striprtf.striprtf import font_table_group, rtf_to_text

    if not raw.lstrip().startswith(b"{\\rtf"):
        raise UnreadableSource("is no RTF document")
    # Without its \field, striprtf writes a link's words alone, and not its address after them.
    text = re.sub(r"\{\\field\s*\{", "{{", raw.decode("latin-1"), flags=re.IGNORECASE)
    if len(font_table_group(text)) > _MOST_FONTS:  # type: ignore[no-untyped-call]
        raise UnreadableSource("holds a list of fonts far longer than any export’s")
    try:
        return str(rtf_to_text(text, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, OverflowError, IndexError) as error:
        raise UnreadableSource("is a damaged RTF document") from error
