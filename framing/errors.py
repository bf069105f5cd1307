"""Every error the package raises on purpose, so that one `except FramingError` turns any of them into a message.

FramingError
├── InputError                a file, row or value given by the user cannot be used (names it, says what to do)
│   └── UnreadableSource      a whole source (file, folder, archive) cannot be read
│       └── FetchError        a web address was refused, or did not answer as it should
├── CorpusError               the corpus folder is missing, damaged, or of another version
│   └── NewerCorpus           a later version wrote it: nothing here may read, repair or write it
├── StoreError                an object store could not be reached, refused, or does not hold what it should
├── ModelError                a head or encoder folder is missing, damaged, or does not fit the encoder
└── OptionalDependencyError   a feature needs an extra that is not installed (prints the exact pip line)
"""

from __future__ import annotations


class FramingError(Exception):
    """Base of all errors the user is meant to read; the message is one plain sentence or two."""


class InputError(FramingError):
    """A file, row or value given by the user cannot be used."""


class UnreadableSource(InputError):  # noqa: N818  (the name says what it is; the tree says it is an error)
    """A whole source (file, folder, archive) cannot be read."""


class FetchError(UnreadableSource):
    """A web address was refused, or did not answer as it should; the message follows on the address."""


class CorpusError(FramingError):
    """The corpus folder is missing, damaged, or was written by another version."""


class NewerCorpus(CorpusError):  # noqa: N818
    """The corpus was written by a later version, whose parts this one might misread."""


class StoreError(FramingError):
    """An object store could not be reached, refused what was asked, or does not hold what it should."""


class ModelError(FramingError):
    """A head or encoder folder is missing, damaged, or does not fit the encoder."""


class OptionalDependencyError(FramingError):
    """A feature needs an extra that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs the extra "{extra}". Install it with:  pip install "framing[{extra}]"')
        self.extra = extra
