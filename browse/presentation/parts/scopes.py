"""One subset or all: the links that choose what a page counts."""

from __future__ import annotations

from collections.abc import Callable

from browse.presentation.parts.values import Link
from browse.query.values import SUBSETS

ALL = "all subsets"


def scopes(chosen: str | None, href: Callable[[str | None], str]) -> list[Link]:
    """All subsets, then each; `href` gives where a subset leads."""
    return [Link(href(subset), subset or ALL, current=subset == chosen) for subset in (None, *SUBSETS)]


def scope_in_words(subset: str | None) -> str:
    """Such as "in train"; empty for all."""
    return f"in {subset}" if subset else ""
