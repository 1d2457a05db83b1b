"""What one value of a parameter may be: each kind reads it and describes itself. Pure.

A kind called with a text gives the value, or raises ValueError with a message that says what is allowed.
Its `schema` says the same in the words of JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from browse.query.canonical import (
    RANGE_GRAMMAR,
    RANGE_PATTERN,
    TERM_GRAMMAR,
    parse_confidence,
    parse_range,
    parse_term,
)
from browse.query.values import ConfidenceRange, Term

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
_SHARE = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
_PERCENT = re.compile(r"[5-9][0-9](\.[0-9])?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Schema = Mapping[str, object]


class Kind(Protocol):
    """A kind of value."""

    @property
    def schema(self) -> Schema: ...

    def __call__(self, text: str) -> object: ...


@dataclass(frozen=True)
class WholeNumber:
    """Digits without leading zeros, from low to high; `word` is one word allowed instead and means None."""

    low: int
    high: int
    word: str | None = None

    @property
    def schema(self) -> Schema:
        number: Schema = {"type": "integer", "minimum": self.low, "maximum": self.high}
        return number if self.word is None else {"oneOf": [number, {"type": "string", "enum": [self.word]}]}

    def __call__(self, text: str) -> int | None:
        if self.word is not None and text == self.word:
            return None
        if _WHOLE_NUMBER.fullmatch(text) and self.low <= int(text) <= self.high:
            return int(text)
        instead = "" if self.word is None else f", or {self.word}"
        raise ValueError(f"must be a whole number from {self.low} to {self.high}{instead}")


@dataclass(frozen=True)
class OneOf:
    """One of a few words; `make` turns the word into its value."""

    words: tuple[str, ...]
    make: Callable[[str], object] = str

    @property
    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.words)}

    def __call__(self, text: str) -> object:
        if text not in self.words:
            raise ValueError(f"must be one of {', '.join(self.words)}")
        return self.make(text)


@dataclass(frozen=True)
class Confidence:
    """One confidence, with at most two decimals; its value is in hundredths."""

    @property
    def schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.01}

    def __call__(self, text: str) -> int:
        return parse_confidence(text)


@dataclass(frozen=True)
class RangeText:
    """LO-HI."""

    @property
    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{RANGE_PATTERN}$", "description": RANGE_GRAMMAR}

    def __call__(self, text: str) -> ConfidenceRange:
        return parse_range(text)


@dataclass(frozen=True)
class TermText:
    """A label with, if wanted, a range and states of its own."""

    @property
    def schema(self) -> Schema:
        return {"type": "string", "description": TERM_GRAMMAR, "examples": ["/m/06ht1", "/m/06ht1@0.8-1:missed"]}

    def __call__(self, text: str) -> Term:
        return parse_term(text)


@dataclass(frozen=True)
class Share:
    """A number from 0 to 1, with at most six decimals."""

    @property
    def schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "maximum": 1}

    def __call__(self, text: str) -> float:
        if not _SHARE.fullmatch(text):
            raise ValueError("must be a number from 0 to 1, such as 0.95, with at most six decimals")
        return float(text)


@dataclass(frozen=True)
class Percent:
    """A share as people write it, from 50 to 99.9 per cent."""

    @property
    def schema(self) -> Schema:
        return {"type": "number", "minimum": 50, "maximum": 99.9, "multipleOf": 0.1}

    def __call__(self, text: str) -> float:
        if not _PERCENT.fullmatch(text):
            raise ValueError("must be a number from 50 to 99.9, such as 95, with at most one decimal")
        return round(float(text) / 100, 3)


@dataclass(frozen=True)
class Key:
    """A key of the data set, which need not follow any rule; `what` says whose."""

    what: str

    @property
    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "description": self.what}

    def __call__(self, text: str) -> str:
        if not text:
            raise ValueError(f"must be {self.what}")
        return text


@dataclass(frozen=True)
class Words:
    """Free text of 1 to `longest` characters, without control characters or broken UTF-8."""

    longest: int

    @property
    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def __call__(self, text: str) -> str:
        if not text.strip() or len(text) > self.longest:
            raise ValueError(f"must be a text of 1 to {self.longest} characters")
        if CONTROL.search(text) or "\ufffd" in text:
            raise ValueError("must be valid UTF-8 text without control characters")
        return text
