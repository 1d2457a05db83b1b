"""Texts to look for in titles and authors' names: their grammar, and how they are said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from browse.domain.text_words import words
from browse.query.phrases import join
from browse.query.values import TextField, TextPart, TextQuery

LONGEST_TEXT = 200
MOST_PARTS = 10
TEXT_GRAMMAR = (
    "words that the title or the author's name has, such as golden gate; title: or author: before a part asks for "
    "one of them alone, - before it excludes it, * behind it lets its last word go on, as in title:bridg* -author:smith"
)
CAPTION_GRAMMAR = (
    "words that the caption of one narrative has, such as dog grass; - before a part excludes it, * behind it lets its "
    "last word go on, as in grass* -house"
)
_PLACES = {None: "title or author", TextField.TITLE: "the title", TextField.AUTHOR: "the author's name"}


def parse_text(text: str) -> TextQuery:
    """A text to look for. Raises ValueError with a message that says what is allowed."""
    return _parse(text, TextField, TEXT_GRAMMAR)


def parse_caption(text: str) -> TextQuery:
    """The same for captions, which have no fields."""
    return _parse(text, (), CAPTION_GRAMMAR)


def _parse(text: str, fields: Iterable[TextField], grammar: str) -> TextQuery:
    parts = [parse_part(part, fields) for part in text.split()]
    if len(parts) > MOST_PARTS:
        raise ValueError(f"has {len(parts)} parts; at most {MOST_PARTS}, with blanks between them, are allowed")
    for part in parts:
        if not part.words:
            raise ValueError(f"{part.given} has no letter or digit; must be {grammar}")
    if all(part.excluded for part in parts):
        raise ValueError("must have at least one part without - before it")
    return TextQuery(tuple(parts))


def parse_part(given: str, fields: Iterable[TextField] = TextField) -> TextPart:
    """One part, perhaps without words: [-][title:|author:]TEXT[*]; fields: those that may be named."""
    rest = given.removeprefix("-")
    field = next((one for one in fields if rest.startswith(f"{one}:")), None)
    text = rest if field is None else rest.removeprefix(f"{field}:")
    begins = text.endswith("*")
    return TextPart(given, tuple(words(text.removesuffix("*"))), field, begins, given.startswith("-"))


def with_words_only(text: str) -> str:
    """The text without parts that have no words, as forms take it."""
    return " ".join(part for part in text.split() if parse_part(part).words)


def has_text(text: TextQuery, title: str, name: str) -> bool:
    """Whether an image of this title, by an author of this name, has a text: the rule itself, a word at a time."""
    there = {TextField.TITLE: words(title), TextField.AUTHOR: words(name)}
    return all(_holds(part, there) != part.excluded for part in text.parts)


def has_caption(text: TextQuery, caption: str) -> bool:
    """Whether a caption has a text."""
    there = {TextField.TITLE: words(caption)}
    return all(_holds(part, there) != part.excluded for part in text.parts)


def begins_words(text: str, name: str) -> bool:
    """Whether a name has, for each word of a text, a word that begins with it; a text without words finds nobody."""
    wanted, there = words(text), words(name)
    return bool(wanted) and all(any(word.startswith(one) for word in there) for one in wanted)


def _holds(part: TextPart, there: Mapping[TextField, Sequence[str]]) -> bool:
    among = [word for field, own in there.items() if part.field in (None, field) for word in own]
    *others, last = part.words
    ends = any(word.startswith(last) for word in among) if part.begins else last in among
    return ends and all(word in among for word in others)


def text_in_words(text: TextQuery) -> str:
    """Such as "“golden gate” in title or author, but not “night…” in the title"."""
    wanted = _places_in_words((part for part in text.parts if not part.excluded), "and")
    unwanted = _places_in_words((part for part in text.parts if part.excluded), "or")
    return f"{wanted}, but not {unwanted}" if unwanted else wanted


def caption_in_words(text: TextQuery) -> str:
    """Such as "“dog” and “grass” in a caption, but not “house”"."""
    wanted = join([_quoted(part) for part in text.parts if not part.excluded], "and")
    unwanted = [_quoted(part) for part in text.parts if part.excluded]
    return f"{wanted} in a caption" + (f", but not {join(unwanted, 'or')}" if unwanted else "")


def _places_in_words(parts: Iterable[TextPart], word: str) -> str:
    places = [*_PLACES]
    ordered = sorted(parts, key=lambda part: places.index(part.field))
    groups = groupby(ordered, key=lambda part: part.field)
    said = [f"{join([_quoted(part) for part in group], word)} in {_PLACES[field]}" for field, group in groups]
    return join(said, word) if said else ""


def _quoted(part: TextPart) -> str:
    text = part.given.removeprefix("-")
    text = text if part.field is None else text.removeprefix(f"{part.field}:")
    return f"“{text.removesuffix('*')}…”" if part.begins else f"“{text}”"
