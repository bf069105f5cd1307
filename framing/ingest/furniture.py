"""Lines of a page that belong to no article: photo captions, notices, and labels of links to other articles."""

from __future__ import annotations

import re

from framing.outlets import known_outlets

_AGENCIES = "|".join(
    sorted(
        (re.escape(form) for o in known_outlets() if o.kind == "agency" for form in (o.name, *o.aliases, *o.words)),
        key=lambda form: -len(form),
    )
)
_PHOTO = rf"(?:Getty(?: Images)?|EPA(?:-EFE)?|Shutterstock|iStock|Wikimedia(?: Commons)?|Sputnik|Handout|{_AGENCIES})"
_CAPTION = re.compile(
    rf"[(\[](?:(?:photo|image|picture|credit|file)s?\s*(?:credit\s*)?(?:by\b|:|/|courtesy)[^()\[\]]*"
    rf"|[^()\[\]]*(?:/|\||\bvia\b)\s*(?:[^()\[\]]*\b)?{_PHOTO}[^()\[\]]*|{_PHOTO}\s*(?:/|via)[^()\[\]]*|{_PHOTO}\s+(?:photo|file|pool)s?\b[^()\[\]]*)[)\]]\s*\.?$",
    re.IGNORECASE,
)
_CAPTION_LABEL = re.compile(
    r"^[\[(*_]*(?:(?:(?:photo|image|picture|caption|file photo|photo credit|image credit)s?"
    r"(?:\s*(?:by|credit|caption))?\s*:)"
    r"|(?:file(?: photo)?\s*[—–-]\s)|(?:photo(?:graph)?s? by\s))",
    re.IGNORECASE,
)
_MOST_CAPTION_WORDS = 60

_NOTICE = re.compile(
    r"^[*_\[(]*(?:additional (?:reporting|writing)\b"
    r"|(?:reporting|writing|editing|edited|compiled) by (?-i:[A-Z])[^.]{0,120}\.?$"
    r"|posted in accordance|©|\(c\)\s|copyright\s*(?:©|\(c\)|\d{4}|by\b|:|notice)|all rights reserved|fair use notice"
    r"|this (?:article|story|material|page|piece) (?:was|is|may|has been|first|originally|may not)\b.{0,60}"
    r"(?:copyright|published|posted|republish|permission|appeared|reproduced|redistribut)"
    r"|(?:re)?published (?:with|under) (?:the )?(?:permission|a creative)|the views expressed|click here|follow us\b"
    r"|sign up\b.*newsletter|subscribe (?:to our|now)|share this\b|advertisement$|continue reading$)",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^[*_\[(#\s]*(?:related(?: (?:articles?|stories|coverage|content|news))?"
    r"|read (?:more|also|next|this next)|see also|also read|more stories"
    r"|more (?:from|on) [^.:]{1,40}|recommended(?: for you)?|don['’]t miss"
    r"|(?:you may|you might) also (?:like|be interested in)"
    r"|keep reading|most (?:read|popular)|latest (?:news|stories))[*_\])]*\s*(?::.*)?$",
    re.IGNORECASE,
)


def is_caption(block: str) -> bool:
    """True for a photo's caption: "… (Name / AFP)", "Photo: …". A sentence signed "(AFP)" alone is text."""
    if len(block.split()) > _MOST_CAPTION_WORDS:
        return False
    return bool(_CAPTION.search(block)) or (len(block.split()) <= 40 and bool(_CAPTION_LABEL.match(block)))


def is_notice(block: str) -> bool:
    """True for copyright notices, "Additional reporting by …" and what pages say around their articles."""
    return len(block.split()) <= _MOST_CAPTION_WORDS and bool(_NOTICE.match(block))


def is_related(block: str) -> bool:
    """True for a label such as "Read more" or "Related", after which headlines of other articles stand."""
    return bool(_RELATED.match(block))
