"""The guideline on a review sheet: examples, and labels of the same name."""

from __future__ import annotations

from dataclasses import dataclass

from browse.presentation.parts.addresses import label_address, own_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.query.values import State
from browse.search import ImageCard
from browse.search.guideline import Guideline
from browse.search.labels import LabelRemark


@dataclass(frozen=True)
class Examples:
    """Pictures of one state, with a heading."""

    state: State
    heading: str
    tiles: list[Tile]


@dataclass(frozen=True)
class Namesake:
    """Another label of the same name, and where its page is."""

    name: str
    mid: str
    href: str


@dataclass(frozen=True)
class GuidelineView:
    """What the template takes."""

    note: LabelRemark | None
    examples: list[Examples]
    namesakes: list[Namesake]


def guideline_context(names: Names, mid: str, guideline: Guideline) -> GuidelineView:
    """The guideline of a label."""
    name = names.label(mid)
    return GuidelineView(
        guideline.remark,
        [
            _examples(State.CONFIRMED, f"Confirmed: these show “{name}”", guideline.confirmed),
            _examples(State.REJECTED, f"Rejected: these do not show “{name}”", guideline.rejected),
        ],
        [Namesake(one.name, one.mid, label_address(one.mid)) for one in guideline.namesakes],
    )


def _examples(state: State, heading: str, cards: list[ImageCard]) -> Examples:
    return Examples(state, heading, plain_tiles(cards, href=own_address, size="s"))
