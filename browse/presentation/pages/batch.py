"""One verdict on many images: before it is given, and afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.domain.history import WITHHELD
from browse.domain.plural import counted
from browse.presentation.parts.addresses import images_address, own_address, path_of, with_query
from browse.presentation.parts.names import Names
from browse.presentation.parts.tiles import plain_tiles
from browse.query.values import Query
from browse.requests.review_parameters import SelectionRequest
from browse.search import ImageCard


@dataclass(frozen=True)
class OtherLabel:
    """Another label that the verdict may be on, and where that is asked."""

    name: str
    href: str


def selection_context(names: Names, asked: SelectionRequest, cards: list[ImageCard], *, key: str) -> dict[str, Any]:
    """What the template takes; `cards`: of the images that can be seen."""
    mid, *others = asked.mids
    return {
        "mid": mid,
        "label_name": names.label(mid),
        "label_note": names.note(mid),
        "others": [OtherLabel(names.label(other), _address(asked, other)) for other in others],
        "missing": len(asked.image_ids) - len(cards),
        "tiles": plain_tiles(cards, href=own_address, size="s"),
        "key": key,
        "back": images_address(Query(ids=frozenset(asked.image_ids))),
    }


def _address(asked: SelectionRequest, first: str) -> str:
    """The same page with another label first."""
    mids = sorted(asked.mids, key=lambda mid: mid != first)
    given = {"mid": mids, "id": asked.image_ids}
    return with_query(path_of("judge-selected"), urlencode(given, doseq=True, safe="/"))


def batch_values(
    names: Names, said: Sequence[tuple[str, str]], *, written: int, left: int, is_withheld: bool
) -> dict[str, Any]:
    """What was said (word and MID of each verdict shown), in words, and how much of it is left.

    is_withheld: some of it is kept from who is asked for a blind opinion on it, and so all.
    """
    words, mids = list(dict.fromkeys(word for word, _ in said)), list(dict.fromkeys(mid for _, mid in said))
    on = f"“{names.label(mids[0])}”" if len(mids) == 1 else counted(len(mids), "label")
    heading = f"Said {' and '.join(words)} to {on} on {counted(written, 'image')}" if said else "Nothing was changed"
    if is_withheld:
        heading = f"Verdicts on {counted(written, 'image')}: {WITHHELD}"
    return {"heading": heading, "left": left, "undone": written - left}
