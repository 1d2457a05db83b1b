"""What one value of a parameter may be: each kind reads it and describes itself. Pure.

A kind called with a text gives the value, or raises ValueError with a message that says what is allowed.
Its `schema` says the same in the words of JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from browse.domain.image_ids import IMAGE_ID
from browse.query.box_terms import BOX_GRAMMAR
from browse.query.point_terms import POINT_GRAMMAR
from browse.query.relation_terms import REL_GRAMMAR
from browse.query.spelling import RANGE_GRAMMAR, RANGE_PATTERN, TERM_GRAMMAR, parse_confidence, parse_range, parse_term
from browse.query.texts import CAPTION_GRAMMAR, LONGEST_TEXT, TEXT_GRAMMAR, parse_caption, parse_text
from browse.query.values import AnyTerm, ConfidenceRange, TextQuery

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
_SHARE = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
LOWEST_PERCENT, HIGHEST_PERCENT = 50, 99.9
_PERCENT = re.compile(r"[5-9][0-9](\.[0-9])?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ANY, _VISIBLE = r"[^\u0000-\u001f\u007f-\u009f\ufffd]", r"[^\s\u0000-\u001f\u007f-\u009f\ufffd]"
_WORDS_PATTERN = f"^{_ANY}*{_VISIBLE}{_ANY}*$"
"""As JSON Schema has it: some character that is no blank, and none that Words refuses."""

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
class SetOf:
    """Some of a few words, with commas between them; their value has each once, in the order given here.

    `none` is one word allowed instead and means none of them.
    """

    words: tuple[str, ...]
    none: str | None = None

    @property
    def schema(self) -> Schema:
        word = "|".join(self.words)
        nothing = "" if self.none is None else f"|{self.none}"
        return {"type": "string", "pattern": f"^(({word})(,({word}))*{nothing})$", "description": self._allowed}

    def __call__(self, text: str) -> tuple[str, ...]:
        if self.none is not None and text == self.none:
            return ()
        given = text.split(",")
        if not set(given) <= set(self.words):
            raise ValueError(f"must be {self._allowed}")
        return tuple(word for word in self.words if word in given)

    @property
    def _allowed(self) -> str:
        some = self.words[0] if len(self.words) == 1 else f"some of {', '.join(self.words)}, with commas between"
        return some if self.none is None else f"{some}, or {self.none}"


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


ANY_TERM_GRAMMAR = f"{TERM_GRAMMAR}; or {BOX_GRAMMAR}; or {REL_GRAMMAR}; or {POINT_GRAMMAR}"


@dataclass(frozen=True)
class TermText:
    """A label with, if wanted, a range and states of its own; or boxes of a label, a relationship, or a point."""

    @property
    def schema(self) -> Schema:
        return {
            "type": "string",
            "description": ANY_TERM_GRAMMAR,
        }

    def __call__(self, text: str) -> AnyTerm:
        return parse_term(text)


@dataclass(frozen=True)
class Share:
    """A number from 0 to 1, with at most six decimals."""

    @property
    def schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.000001}

    def __call__(self, text: str) -> float:
        if not _SHARE.fullmatch(text):
            raise ValueError("must be a number from 0 to 1, such as 0.95, with at most six decimals")
        return float(text)


@dataclass(frozen=True)
class Percent:
    """A share as people write it, in percent, from LOWEST_PERCENT to HIGHEST_PERCENT."""

    @property
    def schema(self) -> Schema:
        return {"type": "number", "minimum": LOWEST_PERCENT, "maximum": HIGHEST_PERCENT, "multipleOf": 0.1}

    def __call__(self, text: str) -> float:
        if not _PERCENT.fullmatch(text):
            raise ValueError(
                f"must be a number from {LOWEST_PERCENT} to {HIGHEST_PERCENT}, such as 95, with at most one decimal"
            )
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
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": _WORDS_PATTERN}

    def __call__(self, text: str) -> str:
        if not text.strip() or len(text) > self.longest:
            raise ValueError(f"must be a text of 1 to {self.longest} characters")
        if CONTROL.search(text) or "\ufffd" in text:
            raise ValueError("must be valid UTF-8 text without control characters")
        return text


@dataclass(frozen=True)
class ImageIdText:
    """An ImageID, of an image of the data set or not."""

    @property
    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{IMAGE_ID.pattern}$", "description": "16 lower-case hex digits"}

    def __call__(self, text: str) -> str:
        if not IMAGE_ID.fullmatch(text):
            raise ValueError("must be an ImageID: 16 hex digits, letters in lower case")
        return text


@dataclass(frozen=True)
class TextParts:
    """A text to look for in titles and authors' names."""

    @property
    def schema(self) -> Schema:
        return {**Words(LONGEST_TEXT).schema, "description": TEXT_GRAMMAR}

    def __call__(self, text: str) -> TextQuery:
        return parse_text(Words(LONGEST_TEXT)(text))


@dataclass(frozen=True)
class CaptionParts:
    """A text to look for in the captions of narratives."""

    @property
    def schema(self) -> Schema:
        return {**Words(LONGEST_TEXT).schema, "description": CAPTION_GRAMMAR}

    def __call__(self, text: str) -> TextQuery:
        return parse_caption(Words(LONGEST_TEXT)(text))
