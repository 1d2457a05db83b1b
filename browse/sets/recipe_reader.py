"""Reads a recipe from JSON: every fault with the field that it is in, such as labels[3].at."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from browse.query.box_terms import ATTRIBUTE_VALUES, WHOLE, BoxTerm
from browse.query.values import MAX_SEED, SUBSETS
from browse.sets.recipe import (
    LEAST_SIDE,
    MOST_LABELS,
    MOST_SIDE,
    RECIPES_OWN,
    USUAL_SIDE,
    USUALLY_APART,
    VERSION,
    Apart,
    Boxes,
    Caps,
    Duplicates,
    Negatives,
    Pairs,
    PictureKind,
    Pictures,
    Recipe,
    RecipeLabel,
    Splits,
    Take,
)

MOST_FAULTS = 20
LONGEST_MID = 100
LONGEST_QUERY = 10_000
MOST_IMAGES = 100_000_000
MOST_BYTES = 1 << 50
_SHOWN = 80
_DECIMALS = 6
PARTS = (
    "version",
    "images",
    "labels",
    "negatives",
    "splits",
    "apart",
    "caps",
    "duplicates",
    "pictures",
    "pairs",
    "boxes",
)
_CAPS = ("positives", "negatives", "least_positives", "least_negatives", "images", "bytes", "seed")

Word = TypeVar("Word", bound=StrEnum)
ReadQuery = Callable[[str], str]
"""Makes the canonical form of a query string. Raises ValueError that says what is wrong."""


@dataclass(frozen=True)
class RecipeFault:
    """What is wrong with one field; `value` is what stands there, cut where it is long."""

    field: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class RecipeError(ValueError):
    """A recipe that cannot be taken, with every fault that was found, at most MOST_FAULTS."""

    def __init__(self, faults: Iterable[RecipeFault]) -> None:
        self.faults = list(faults)[:MOST_FAULTS]
        super().__init__("; ".join(map(str, self.faults)))


def read_recipe(text: str | bytes, read_query: ReadQuery) -> Recipe:
    """The recipe that a JSON document says. Raises RecipeError."""
    return recipe_of(_parsed(text), read_query)


def recipe_of(value: Any, read_query: ReadQuery) -> Recipe:
    """The recipe that a JSON value says. Raises RecipeError."""
    reader = _Reader()
    parts = reader.keys("", value, PARTS)
    if reader.faults:
        raise RecipeError(reader.faults)
    recipe = Recipe(
        labels=reader.labels(parts.get("labels")),
        images=reader.images(parts.get("images", ""), read_query),
        negatives=reader.word("negatives", parts.get("negatives", "verified"), Negatives),
        splits=reader.splits(parts.get("splits", {})),
        apart=reader.apart(parts.get("apart", [*USUALLY_APART])),
        caps=reader.caps(parts.get("caps", {})),
        duplicates=reader.word("duplicates", parts.get("duplicates", "first"), Duplicates),
        pictures=reader.pictures(parts.get("pictures", "none")),
        pairs=reader.word("pairs", parts.get("pairs", "recipe"), Pairs),
        boxes=read_boxes(reader, parts.get("boxes")),
    )
    reader.version(parts.get("version", VERSION))
    if reader.faults:
        raise RecipeError(reader.faults)
    return recipe


def read_boxes(reader: _Reader, value: Any) -> Boxes | None:
    """Which boxes a set has: null for none, or an object."""
    if value is None:
        return None
    parts = reader.keys("boxes", value, ("labels", "attributes", "area", "masks"))
    attributes = reader.listed("boxes.attributes", parts.get("attributes", []))
    for place, word in enumerate(attributes):
        if word not in ATTRIBUTE_VALUES:
            reader.fault(f"boxes.attributes[{place}]", word, f"must be one of {', '.join(ATTRIBUTE_VALUES)}")
    known = [word for word in attributes if word in ATTRIBUTE_VALUES]
    area = parts.get("area", 0)
    if not _is_share(area) or round(area * WHOLE) / WHOLE != area:
        reader.fault("boxes.area", area, "must be a share of the picture from 0 to 1 with at most four decimals")
        area = 0
    mids = _box_mids(reader, parts.get("labels", RECIPES_OWN))
    masks = reader.flag("boxes.masks", parts.get("masks", False))
    return Boxes(mids, BoxTerm("").with_attributes(known).attributes, round(area * WHOLE), masks)


def _box_mids(reader: _Reader, value: Any) -> tuple[str, ...] | None:
    if value == RECIPES_OWN:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_LABELS:
        reader.fault("boxes.labels", value, f"must be {RECIPES_OWN}, or a list of 1 to {MOST_LABELS:,} MIDs")
        return None
    for place, mid in enumerate(value):
        if not isinstance(mid, str) or not _is_mid(mid):
            reader.fault(f"boxes.labels[{place}]", mid, "must be the MID of a label, such as /m/06ht1")
    return tuple(sorted({mid for mid in value if _is_mid(mid)}))


def pictures_of(value: Any) -> Pictures:
    """The pictures that a JSON value says. Raises RecipeError."""
    reader = _Reader()
    found = reader.pictures(value)
    if reader.faults:
        raise RecipeError(reader.faults)
    return found


def _parsed(text: str | bytes) -> Any:
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        message = "is nested too deeply"
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text: byte {error.start} cannot be read"
    except RecipeError:
        raise
    except ValueError as error:  # digits beyond what Python makes a number of
        message = f"is not JSON: {error}"
    raise RecipeError([RecipeFault("", "", f"the recipe {message}")])


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise RecipeError([RecipeFault(_cut(repeated), "", "is given twice")])
    return values


def _no_number(text: str) -> Any:
    raise RecipeError([RecipeFault("", text, f"{text} is not a number that JSON allows")])


def _cut(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class _Reader:
    """Reads the parts of a recipe and keeps every fault."""

    def __init__(self) -> None:
        self.faults: list[RecipeFault] = []

    def fault(self, field: str, value: Any, message: str) -> None:
        """Keep a fault."""
        self.faults.append(RecipeFault(field, _cut(value), message))

    def keys(self, field: str, value: Any, allowed: Iterable[str]) -> Mapping[str, Any]:
        """An object with no other keys than these."""
        names = tuple(allowed)
        if not isinstance(value, dict):
            self.fault(field or "recipe", value, "must be an object")
            return {}
        for name in value:
            if name not in names:
                where = f"{field}.{_cut(name)}" if field else _cut(name)
                self.fault(where, value[name], f"is not known here; allowed are {', '.join(names)}")
        return value

    def word(self, field: str, value: Any, words: type[Word]) -> Word:
        """One of some words."""
        if isinstance(value, str) and value in [*words]:
            return words(value)
        self.fault(field, value, f"must be one of {', '.join(words)}")
        return next(iter(words))

    def number(self, field: str, value: Any, low: int, high: int) -> int:
        """A whole number within bounds; 3.0 is one."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and value == int(value) and low <= value <= high:
            return int(value)
        self.fault(field, value, f"must be a whole number from {low:,} to {high:,}")
        return low

    def flag(self, field: str, value: Any) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            self.fault(field, value, "must be true or false")
        return value is True

    def version(self, value: Any) -> None:
        """The version of the recipe's form."""
        if isinstance(value, bool) or value != VERSION:
            self.fault("version", value, f"must be {VERSION}, the only version that there is")

    def pictures(self, value: Any) -> Pictures:
        """Which pictures are to be written: a word, or an object with kind and side."""
        if isinstance(value, str):
            kind, parts = self.word("pictures", value, PictureKind), {}
        else:
            parts = dict(self.keys("pictures", value, ("kind", "side")))
            kind = self.word("pictures.kind", parts.get("kind"), PictureKind)
        if kind is PictureKind.RENDERED:
            return Pictures(kind, self.number("pictures.side", parts.get("side", USUAL_SIDE), LEAST_SIDE, MOST_SIDE))
        if parts.get("side") is not None:
            self.fault("pictures.side", parts["side"], "has no effect unless kind is rendered; leave it out")
        return Pictures(kind)

    def images(self, value: Any, read_query: ReadQuery) -> str:
        """A query, in its canonical form."""
        if not isinstance(value, str) or len(value) > LONGEST_QUERY:
            self.fault("images", value, f"must be a query string of at most {LONGEST_QUERY:,} characters")
            return ""
        try:
            return read_query(value.removeprefix("?"))
        except ValueError as error:
            self.fault("images", value, str(error))
            return ""

    def labels(self, value: Any) -> tuple[RecipeLabel, ...]:
        """Labels by MID, each once."""
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_LABELS:
            number = f"; here are {len(value):,}" if isinstance(value, list) else ""
            self.fault("labels", value, f"must be a list of 1 to {MOST_LABELS:,} labels{number}")
            return ()
        found: dict[str, RecipeLabel] = {}
        for place, one in enumerate(value):
            label = self._label(f"labels[{place}]", one)
            if label is not None and label.mid in found:
                self.fault(f"labels[{place}].mid", label.mid, "is given twice")
            elif label is not None:
                found[label.mid] = label
        return tuple(found[mid] for mid in sorted(found))

    def _label(self, field: str, value: Any) -> RecipeLabel | None:
        before = len(self.faults)
        parts = self.keys(field, value, ("mid", "at", "precision", "take"))
        if len(self.faults) > before:
            return None
        mid: Any = parts.get("mid")
        if not _is_mid(mid):
            self.fault(f"{field}.mid", mid, "must be the MID of a label, such as /m/06ht1")
            return None
        take = self.word(f"{field}.take", parts.get("take", "threshold"), Take)
        return RecipeLabel(mid, take, *self._threshold(field, parts, take))

    def _threshold(self, field: str, parts: Mapping[str, Any], take: Take) -> tuple[int | None, float | None]:
        given = [name for name in ("at", "precision") if name in parts]
        if take is Take.VERIFIED:
            for name in given:
                self.fault(f"{field}.{name}", parts[name], "has no effect where take is verified; leave it out")
            return None, None
        if len(given) != 1:
            self.fault(field, parts, "needs either at, a threshold, or precision, unless take is verified")
            return None, None
        if given == ["at"]:
            return self._confidence(f"{field}.at", parts["at"]), None
        return None, self._share(f"{field}.precision", parts["precision"])

    def _confidence(self, field: str, value: Any) -> int:
        hundredths = int(value * 100 + 0.5) if _is_share(value) else 0
        if _is_share(value) and hundredths / 100 == value:
            return hundredths
        self.fault(field, value, "must be a confidence from 0 to 1 with at most two decimals, such as 0.8")
        return 0

    def _share(self, field: str, value: Any) -> float:
        if _is_share(value) and value > 0 and round(value, _DECIMALS) == value:
            return float(value)
        self.fault(field, value, f"must be a precision above 0 and at most 1, with at most {_DECIMALS} decimals")
        return 1.0

    def listed(self, field: str, value: Any) -> list[str]:
        """A list of words."""
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        self.fault(field, value, "must be a list of words")
        return []

    def splits(self, value: Any) -> Splits:
        """`official`, or shares and a seed."""
        if value == "official":
            return Splits(None)
        if not isinstance(value, dict):
            self.fault("splits", value, "must be official, or an object with shares and seed")
            return Splits()
        parts = self.keys("splits", value, ("shares", "seed"))
        seed = self.number("splits.seed", parts.get("seed", 0), 0, MAX_SEED)
        return Splits(self._shares(parts["shares"]) if "shares" in parts else Splits().shares, seed)

    def _shares(self, value: Any) -> tuple[tuple[str, int], ...]:
        before = len(self.faults)
        parts = self.keys("splits.shares", value, SUBSETS)
        shares = {name: self.number(f"splits.shares.{name}", parts[name], 0, 100) for name in SUBSETS if name in parts}
        if len(self.faults) == before and sum(shares.values()) != 100:
            self.fault("splits.shares", value, f"must be 100 together; here they are {sum(shares.values())}")
        return tuple((name, share) for name, share in shares.items() if share)

    def apart(self, value: Any) -> frozenset[Apart]:
        """A list of what must not stand in two splits."""
        if not isinstance(value, list):
            self.fault("apart", value, f"must be a list of {', '.join(Apart)}")
            return frozenset()
        return frozenset(self.word(f"apart[{place}]", one, Apart) for place, one in enumerate(value))

    def caps(self, value: Any) -> Caps:
        """Most and least of everything; null means no cap."""
        parts = self.keys("caps", value, _CAPS)
        given = {name: parts[name] for name in _CAPS if parts.get(name) is not None}
        low = {"positives": 1, "negatives": 0, "images": 1, "bytes": 1}
        high = {"seed": MAX_SEED, "bytes": MOST_BYTES}
        numbers = {
            name: self.number(f"caps.{name}", one, low.get(name, 0), high.get(name, MOST_IMAGES))
            for name, one in given.items()
        }
        for name in ("positives", "negatives"):
            most = numbers.get(name)
            if most is not None and numbers.get(f"least_{name}", 0) > most:
                self.fault(f"caps.least_{name}", numbers[f"least_{name}"], f"must be at most caps.{name}, {most:,}")
        return Caps(**numbers)


def _is_mid(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_MID and value.isprintable()


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
