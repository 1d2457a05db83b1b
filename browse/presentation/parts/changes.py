"""What a credit says was done to a picture, as switches on pages."""

from __future__ import annotations

from collections.abc import Callable

from browse.presentation.parts.values import Link
from browse.rights import CHANGES


def change_switches(changes: tuple[str, ...], href: Callable[[tuple[str, ...]], str]) -> list[Link]:
    """A link for each change that switches it; `href` gives the address of the page that says such changes."""
    return [
        Link(
            href(tuple(one for one in CHANGES if (one in changes) is not (one == word))), word, current=word in changes
        )
        for word in CHANGES
    ]
