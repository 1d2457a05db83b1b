"""The layers over a picture: what can be drawn, whether it is, and the links that switch them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from browse.presentation.parts.addresses import Links, own_address, with_query
from browse.query.fields import kind_of
from browse.query.values import Query
from browse.requests.definitions import LAYERS

KEYS = {"boxes": "1", "masks": "2", "relationships": "3", "points": "4", "narrative": "5"}
"""The key that switches each."""


@dataclass(frozen=True)
class Layer:
    """The switch of one layer: what it is called, how many things it draws, whether it is shown, and the address that
    switches it.
    """

    name: str
    count: str
    is_shown: bool
    href: str

    @property
    def key(self) -> str:
        """The key that switches it."""
        return KEYS[self.name]

    @property
    def is_hidden(self) -> bool:
        """The opposite."""
        return not self.is_shown


def shown_layers(query: Query, show: tuple[str, ...] | None) -> tuple[str, ...]:
    """The layers that are shown: those named, else boxes and what the query asks for."""
    if show is not None:
        return show
    asked = {"boxes", *(kind_of(term) for _, term in query.terms)}
    asked |= {"masks", "narrative"} & query.has
    if query.caption is not None:
        asked.add("narrative")
    return tuple(layer for layer in LAYERS if layer in asked)


def layers_of(links: Links, image_id: str, counts: Mapping[str, str]) -> dict[str, Layer]:
    """The switches of the layers of an image, by name; counts: how many things each draws, in words."""
    request = links.request
    shown = shown_layers(request.query, request.show)
    path = with_query(own_address(image_id), request.address(request.query, page=links.page_in_link))

    def switched(name: str) -> str:
        return with_shown(path, tuple(one for one in LAYERS if (one in shown) is not (one == name)))

    return {name: Layer(name, count, name in shown, switched(name)) for name, count in counts.items()}


def with_shown(address: str, show: tuple[str, ...] | None) -> str:
    """The address of an image's page with these layers, or as it stands where none are named."""
    if show is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}show={','.join(show) or 'none'}"
