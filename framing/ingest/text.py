"""Bytes to clean text: encodings, line ends, invisible characters, mojibake, paragraphs. Quotation marks are kept."""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata

import ftfy
import ftfy.badness
from charset_normalizer import from_bytes

from framing.errors import UnreadableSource

MAX_BYTES = 20_000_000
"""Longest file, line or table row that is read: trafilatura's limit for a page, so one rule serves all formats."""

_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive (a Word or Excel document is one too)",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel document",
    b"{\\rtf": "an RTF document",
    b"PAR1": "a Parquet table (name it .parquet)",
    b"\x1f\x8b": "a gzip archive",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
_BOMS_16 = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# English news outside UTF-8 is in one of these; left free, charset-normalizer takes short Windows texts for Big5 or
# Mac Roman.
_LEGACY = ["cp1252", "latin_1", "mac_roman"]
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Share of control bytes above which bytes are no text: news measured has none, random and compressed bytes 10.5 %.
_CONTROL_SHARE = 0.005

# What the first byte of a UTF-8 character becomes when misread; without any, ftfy's test (67 % of the time) is idle.
_SUSPECT = re.compile(r"[\u0080-\u009f\u00c2-\u00f4\u0400-\u045f√¬├┬Γ]")
_INVISIBLE = re.compile(r"[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_JOINERS = re.compile(
    r"(?<=[\u0000-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f]|$)"
)  # emoji and scripts keep theirs
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_OTHER_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def decode(raw: bytes, declared: str | None = None) -> str:
    """The text in `raw`: by its byte-order mark, as UTF-8, in the `declared` encoding, or in the likeliest legacy one.

    Raises UnreadableSource for binary data and for bytes that no encoding explains.
    """
    for mark, name in (*_BOMS, *_BOMS_16):
        if raw.startswith(mark):
            return _decode_as(raw, name)
    refuse_binary(raw)
    if (wide := _wide(raw)) is not None:
        return _decode_as(raw, wide)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and _is_codec(declared):
        try:
            return raw.decode(
                "cp1252" if declared.casefold() in ("iso-8859-1", "latin-1", "latin1", "ascii") else declared
            )
        except (UnicodeError, LookupError):  # "zip" and "undefined" are codecs too, and no encodings of text
            pass
    legacy = legacy_encoding(raw)
    if legacy is None:
        raise UnreadableSource("is no text in any encoding that could be recognised; save it as UTF-8")
    return raw.decode(legacy)


def legacy_encoding(raw: bytes) -> str | None:
    """The likeliest encoding of bytes that are not UTF-8, or None."""
    best = from_bytes(raw, cp_isolation=_LEGACY).best()
    return best.encoding if best else None


def _decode_as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"says it is {encoding} but is not (byte {error.start}); save it as UTF-8") from error


def _is_codec(name: str) -> bool:
    try:
        return codecs.lookup(name).name is not None
    except LookupError:
        return False


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a byte-order mark: in Latin text every other byte is zero."""
    sample = raw[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0) * 2 / len(sample), sample[1::2].count(0) * 2 / len(sample)
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def is_utf16(raw: bytes) -> bool:
    """Whether bytes are UTF-16 by their byte-order mark or, without one, by every other byte being zero."""
    return raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _wide(raw) is not None


def refuse_binary(raw: bytes, instead: str = "save the article as .txt or .html") -> None:
    """Raises UnreadableSource for bytes that are no text, naming the usual document formats and what to do instead."""
    for magic, name in _MAGIC.items():
        if raw.startswith(magic):
            raise UnreadableSource(f"is {name}, not text; {instead}")
    sample = raw[:65536]
    if raw.startswith(tuple(mark for mark, _ in (*_BOMS, *_BOMS_16))):
        return
    if _wide(raw) is None and (b"\0" in sample or len(_CONTROL.findall(sample)) > _CONTROL_SHARE * len(sample)):
        raise UnreadableSource(f"is a binary file, not text; {instead}")


def normalise(text: str) -> str:
    """`text` with plain line ends and spaces, NFC, no invisible or control characters, at most one blank line in a row.

    Mojibake ("â€œrevengeâ€\\x9d") is mended line by line where ftfy is sure of it. Quotation marks stay as they are.
    """
    if _SUSPECT.search(text) and ftfy.badness.is_bad(text):
        text = "\n".join(ftfy.fix_encoding(line) for line in text.split("\n"))
    text = _LINE_ENDS.sub("\n", text)
    text = _OTHER_CONTROL.sub("", _SPACES.sub(" ", _JOINERS.sub("", _INVISIBLE.sub("", text))))
    text = text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )  # half a surrogate pair, from JSON escapes
    text = re.sub(r" *\n *", "\n", unicodedata.normalize("NFC", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", text)).strip()


def one_line(text: str) -> str:
    """`text` normalised, on one line: for titles, names and addresses."""
    return " ".join(normalise(text).split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a normalised text. Blank lines part them; between those each line is one, unless wrapped."""
    blocks = [[line.strip() for line in block.split("\n") if line.strip()] for block in re.split(r"\n\n+", text)]
    margin = _margin(blocks)
    found: list[str] = []
    for lines in blocks:
        # Title and byline lines may stand right above the wrapped text.
        heads = next((k for k in range(min(6, len(lines))) if _wrapped(lines[k:], margin)), len(lines))
        found += [*lines[:heads], *([" ".join(lines[heads:])] if lines[heads:] else [])]
    return found


_MARGINS = range(50, 121)  # characters; usual margins are 66 to 100; a choice, not measured


def _margin(blocks: list[list[str]]) -> int:
    """The longest line's length where the text is wrapped there, otherwise 0: most of them break off in a sentence."""
    margin = max((len(line) for lines in blocks for line in lines), default=0)
    full = [line for lines in blocks for line, after in itertools.pairwise(lines) if _is_full(line, after, margin)]
    closed = sum(bool(re.search(r"[.!?][\"'”’)]*$", line)) for line in full)
    return margin if margin in _MARGINS and closed <= 0.5 * len(full) else 0


def _is_full(line: str, after: str, margin: int) -> bool:
    """Whether the next line's first word would have passed the margin (8 characters: hyphenated and trimmed words)."""
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) > margin - 8


def _wrapped(lines: list[str], margin: int) -> bool:
    if len(lines) < 2 or not margin or any(re.match(r"[-*•]\s|\d+[.)]\s", line) for line in lines):
        return False
    full = sum(_is_full(line, after, margin) for line, after in itertools.pairwise(lines))
    return full >= 0.8 * (len(lines) - 1)
