"""framing: how news outlets report the same event differently, with the sentences behind every number."""

__version__ = "0.1.0"
