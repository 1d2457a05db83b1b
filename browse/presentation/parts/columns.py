"""Heads of tables that can be sorted by their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column that can be sorted by; `direction` is empty where the table is not, `href` where it cannot be."""

    text: str
    href: str
    direction: str
    numeric: bool


def columns(heads: Iterable[tuple[str, tuple[str, ...]]], *, current: str, href: Callable[[str], str]) -> list[Column]:
    """Columns by what they say and the orders they offer: a click takes the first, another one the next.

    Orders that begin with - have the largest first; columns of numbers offer one that does.
    """
    return [_column(text, orders, current, href) for text, orders in heads]


def _column(text: str, orders: tuple[str, ...], current: str, href: Callable[[str], str]) -> Column:
    numeric = any(order.startswith("-") for order in orders)
    if current not in orders:
        return Column(text, href(orders[0]) if orders else "", "", numeric)
    following = orders[(orders.index(current) + 1) % len(orders)]
    direction = "descending" if current.startswith("-") else "ascending"
    return Column(text, href(following), direction, numeric)
