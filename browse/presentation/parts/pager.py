"""Steps through the pages of a result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

AROUND = 2


@dataclass(frozen=True)
class Step:
    """One page's number with its link, or a gap between numbers."""

    number: int = 0
    href: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pager:
    """What stands under a result; without links where there is only one page."""

    page: int
    last: int
    steps: tuple[Step, ...]
    previous: str
    next: str
    action: str
    kept: tuple[tuple[str, str], ...]


def last_page(count: int, per_page: int) -> int:
    """The number of the last page; 1 for an empty result."""
    return max(1, -(-count // per_page))


def pager(
    *, page: int, count: int, per_page: int, href: Callable[[int], str], action: str, kept: list[tuple[str, str]]
) -> Pager:
    """Steps from this page. `href` gives the address of a page; the form goes to `action` with what is `kept`."""
    last = last_page(count, per_page)
    return Pager(
        page=page,
        last=last,
        steps=tuple(_steps(page, last, href)),
        previous=href(min(page - 1, last)) if page > 1 else "",
        next=href(page + 1) if page < last else "",
        action=action,
        kept=tuple(kept),
    )


def _steps(page: int, last: int, href: Callable[[int], str]) -> list[Step]:
    near = range(max(1, page - AROUND), min(last, page + AROUND) + 1)
    steps, before = [], 0
    for number in sorted({1, last, *near}):
        if number - before == 2:
            steps.append(Step(number - 1, href(number - 1)))
        elif number - before > 2:
            steps.append(Step(gap=True))
        steps.append(Step(number, href(number), current=number == page))
        before = number
    return steps
