"""The results side of the browse page: words, chips, tools, tiles, pager, and what to do when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from browse.presentation.addresses import Links, export
from browse.presentation.chips import chips
from browse.presentation.names import Names
from browse.presentation.pager import last_page, pager
from browse.presentation.review import start_address
from browse.presentation.tiles import Tile, preview, tiles
from browse.presentation.values import STATE_WORDS, Link, as_states
from browse.query.canonical import parse_term
from browse.query.links import Condition, conditions, with_confidence, with_sort
from browse.query.values import STATES, Query, Role, Sort, State
from browse.query.words import in_words, join, licenses_in_words, states_in_words, term_in_words
from browse.search import SearchResult, Snapshot

PER_PAGE_CHOICES = (30, 60, 120)
SIZES = {"s": "Small pictures", "m": "Medium pictures", "l": "Large pictures"}


@dataclass(frozen=True)
class Drop:
    """A condition in words, and how many images there are without it."""

    text: str
    count: int
    href: str


@dataclass(frozen=True)
class Tools:
    """The menus above the grid, and the page's own address. review is empty where the query has no label."""

    sort: str
    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    per_page: int
    per_pages: tuple[Link, ...]
    exports: tuple[Link, ...]
    credits: str
    add_all: str
    save_view: str
    review: str
    link: str


def results_context(links: Links, result: SearchResult, names: Names) -> dict[str, Any]:
    """What the template of the results takes, for a page that may have tiles or not."""
    request, query = links.request, links.request.query
    words = in_words(query, names)
    shown = tiles(links, result.images, names)
    steps = pager(
        page=result.page,
        count=result.count,
        per_page=result.per_page,
        href=lambda number: links.to(query, page=number if number > 1 else None),
        action="/go",
        kept=links.kept(query),
    )
    return {
        "words": words,
        "title": f"{titled(result.count, words)} · Open Images",
        "announcement": f"{titled(result.count, words)}. Page {result.page:,} of {steps.last:,}.",
        "count": result.count,
        "elapsed": elapsed_text(result.elapsed_ms),
        "version": result.version,
        "size": request.size,
        "chips": chips(links, names),
        "tools": tools(links, names),
        "tiles": shown,
        "legend": legend(shown),
        **preview(shown),
        "pager": steps,
        "facets_href": links.facets(),
        "kept": links.kept(query),
        "kept_without_confidence": links.kept(with_confidence(query, None)),
    }


def legend(shown: Sequence[Tile]) -> list[tuple[State, str]]:
    """The states that the labels on these tiles have, each with its word, in the states' own order."""
    there = {chip.state for tile in shown for chip in tile.chips}
    return [(state, STATE_WORDS[state]) for state in STATES if state in there]


def titled(count: int, words: str) -> str:
    """Such as "2,310 images with dog and beach"."""
    noun = "image" if count == 1 else "images"
    rest = words.removeprefix("Images").removeprefix("All images")
    return f"{count:,} {noun}{rest}"


def elapsed_text(milliseconds: float) -> str:
    """Such as "14 ms"."""
    return f"{milliseconds:.0f} ms" if milliseconds >= 1 else "under 1 ms"


def tools(links: Links, names: Names) -> Tools:
    """The menus, with what is chosen in each."""
    request = links.request
    sorts = _sorts(links, names)
    return Tools(
        sort=next(choice.text for choice in sorts if choice.current),
        sorts=sorts,
        sizes=tuple(
            Link(links.with_size(size), size.upper(), size == request.size, label) for size, label in SIZES.items()
        ),
        per_page=request.per_page,
        per_pages=tuple(
            Link(links.with_per_page(number), f"{number} a page", number == request.per_page)
            for number in PER_PAGE_CHOICES
        ),
        exports=tuple(_exports(request.query)),
        credits=export("/credits", request.query),
        add_all=export("/collections/add", request.query),
        save_view=export("/views/new", request.query),
        review=review_address(request.query),
        link=links.to(request.query, page=request.page if request.page > 1 else None),
    )


def review_address(query: Query) -> str:
    """Where a review of the query's first label begins; empty where it has none."""
    if not query.label:
        return ""
    states = query.label[0].states or query.states or frozenset()
    return start_address(query.label[0].mid, *states) if len(states) == 1 else start_address(query.label[0].mid)


def _sorts(links: Links, names: Names) -> tuple[Link, ...]:
    query = links.request.query
    by_id = links.to(with_sort(query, Sort.IMAGE_ID))
    choices = [Link(by_id, "image id", query.sort is Sort.IMAGE_ID)]
    if query.label:
        text = f"confidence of {names.distinct(query.label[0].mid)}"
        choices.append(Link(links.to(with_sort(query, Sort.CONFIDENCE)), text, query.sort is Sort.CONFIDENCE))
    joint = "&" if "?" in by_id else "?"
    choices.append(Link(f"{by_id}{joint}sort={Sort.RANDOM}", "random", query.sort is Sort.RANDOM))
    return tuple(choices)


def _exports(query: Query) -> list[Link]:
    return [
        Link(export("/export/images.csv", query), "Images (CSV)"),
        Link(export("/export/labels.csv", query), "Labels (CSV)"),
        Link(export("/export/images.csv", query, safe=True), "Images, for spreadsheets"),
    ]


def empty_context(links: Links, result: SearchResult, snapshot: Snapshot, names: Names) -> dict[str, Any]:
    """What the template takes besides where there are no tiles: a page past the end, or conditions to drop."""
    if result.count:
        last = last_page(result.count, result.per_page)
        return {
            "past_the_end": result.page,
            "last_page": links.to(links.request.query, page=last if last > 1 else None),
        }
    return {"drops": drops(links, snapshot, names)}


def drops(links: Links, snapshot: Snapshot, names: Names) -> list[Drop]:
    """What dropping each condition would give, the most images first."""
    query = links.request.query
    found = [
        Drop(
            condition_in_words(query, condition, names),
            snapshot.engine.count(condition.without, deadline=snapshot.deadline),
            links.to(condition.without),
        )
        for condition in conditions(query)
    ]
    return sorted(found, key=lambda drop: -drop.count)


def condition_in_words(query: Query, condition: Condition, names: Names) -> str:
    """A condition as the list of what to drop names it."""
    if condition.parameter in tuple(Role):
        term = parse_term(condition.value)
        phrase = term_in_words(query, term, names.distinct(term.mid))
        return f"not {phrase}" if condition.parameter == Role.NOT else phrase
    values = condition.value.split(",")
    match condition.parameter:
        case "confidence":
            return f"confidence {condition.value.replace('-', '–')}"
        case "state":
            return f"state {states_in_words(as_states(values))}"
        case "license":
            return f"licence {licenses_in_words(query, names)}"
        case "author":
            return f"author {names.author(condition.value)}"
    return f"subset {join(values, 'or')}"
