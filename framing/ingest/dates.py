"""Dates as news pages and tables write them. A day that cannot be told for certain is an error, never a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from dateutil import parser
from dateutil.parser import ParserError

from framing.errors import InputError

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_CLOCK = (
    r"(?:[,\s]+(?:at\s+|[-–|]\s*)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?"
    r"(?:\s*\(?(?:GMT|UTC|BST|CES?T|[ECMP][SD]?T|Z)\)?)?)?"
)
DATE = re.compile(
    rf"{_WEEKDAY}(?:(?:{_DAY}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+{_DAY}),?\s+\d{{4}}\b"
    rf"|\b\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}[\d:.Z+-]*)?"
    rf"|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b|\b\d{{4}}/\d{{1,2}}/\d{{1,2}}\b){_CLOCK}",
    re.IGNORECASE,
)
"""A full day inside running text, with weekday and clock time where they stand."""

_NUMERIC = re.compile(r"^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[T,\s].*)?$")
_EARLIEST = date(1605, 1, 1)  # the first newspaper
_LATEST_AHEAD = timedelta(days=366)  # magazines are dated ahead, by weeks; further is a typing error


def parse_date(value: object) -> date | None:
    """The day in a field of a table or page; None for an empty one. Timestamps keep the day of their own zone.

    Raises InputError for anything that is not one certain day: "yesterday", "2020", 31 February, and "03/04/2020",
    whose day and month could be either (it is read only where one of the two is impossible, as in "18/10/2020").
    """
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return _plausible(value.date() if isinstance(value, datetime) else value, str(value))
    text = re.sub(r"\s+", " ", str(value)).strip(" ()[]–—-,;")
    if text.casefold() in ("", "nan", "nat", "none", "null", "n/a", "~"):
        return None
    text = re.sub(r"^(?:published|updated|posted|date|on)\b(?:\s+on)?\s*:?\s*", "", text, flags=re.IGNORECASE)
    return _plausible(_numeric(text) or _epoch(text) or _written(text), text)


def _plausible(day: date, text: str) -> date:
    if not _EARLIEST <= day <= datetime.now(UTC).date() + _LATEST_AHEAD:
        raise InputError(f'the date "{text}" lies outside the years news can be from')
    return day


def find_date(text: str) -> date | None:
    """The first full and certain day inside `text`, or None; never raises."""
    for match in DATE.finditer(text):
        try:
            return parse_date(match[0])
        except InputError:
            continue
    return None


def _numeric(text: str) -> date | None:
    match = _NUMERIC.match(text)
    if match is None:
        return None
    first, middle, last = match[1], int(match[3]), match[4]
    orders = (
        [(first, middle, int(last))] if len(first) == 4 else [(last, middle, int(first)), (last, int(first), middle)]
    )
    readings = {day for year, month, of_month in orders if (day := _day(year, month, of_month))}
    if not readings:
        raise InputError(f'the date "{text}" does not exist; write it as YYYY-MM-DD')
    if len(readings) > 1:
        shown = " or ".join(str(day) for day in sorted(readings))
        raise InputError(f'the date "{text}" could be {shown}; write it as YYYY-MM-DD')
    return readings.pop()


def _day(year: str, month: int, day: int) -> date | None:
    if len(year) not in (2, 4):
        return None
    try:
        return date(int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 68 else 0), month, day)
    except ValueError:
        return None


def _epoch(text: str) -> date | None:
    """Seconds or milliseconds since 1970, as a day in UTC; ten digits begin in 2001, so none is a YYYYMMDD."""
    if not re.fullmatch(r"[1-9]\d{9}(?:\d{3})?(?:\.\d+)?", text):
        return None
    seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC).date()


def _written(text: str) -> date:
    """A date in words, an ISO stamp or YYYYMMDD. Two defaults show whether the text gives all three parts."""
    try:
        days = {parser.parse(text, default=start, tzinfos=lambda _name, _offset: 0).date() for start in _STARTS}
    except (ParserError, OverflowError, ValueError) as error:
        raise InputError(f'"{text}" is not a date; write it as YYYY-MM-DD') from error
    if len(days) != 1:
        raise InputError(f'"{text}" does not give day, month and year; write it as YYYY-MM-DD')
    return days.pop()


_STARTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
