"""The results side of the browse page: words, chips, tools, tiles, pager, and what to do when there is nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from browse.domain.plural import counted
from browse.exports.downloads import CSV
from browse.exports.tables import EXPORTS
from browse.presentation.pages.new_set import set_address
from browse.presentation.pages.review import start_address
from browse.presentation.parts.addresses import Links, browse_address, export, path_of
from browse.presentation.parts.chips import chips
from browse.presentation.parts.names import Names
from browse.presentation.parts.pager import last_page, pager
from browse.presentation.parts.tiles import Tile, drawn_tiles, preview, tiles
from browse.presentation.parts.values import STATE_WORDS, Link
from browse.query.edits import Condition, with_confidence, with_sort, with_text
from browse.query.phrases import label_in_words
from browse.query.values import STATES, Query, Role, Sort, State
from browse.query.words import in_words, term_in_words
from browse.search import SearchResult
from browse.search.relations import TripletCount
from browse.search.results import Dropped

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
    """The menus above the grid, and the page's own address. review is empty where the query has no label.

    new_set: where a training set of the query's labels begins.
    """

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
    new_set: str
    link: str


def results_context(
    links: Links, result: SearchResult, names: Names, triplets: Sequence[TripletCount] = ()
) -> dict[str, Any]:
    """What the template of the results takes, for a page that may have tiles or not. triplets: as chips take them."""
    request, query = links.request, links.request.query
    words = in_words(query, names)
    made = tiles(links, result.images, names)
    shown = drawn_tiles(made, result.images, result.relationships, names, links.request.query)
    steps = pager(
        page=result.page,
        count=result.count,
        per_page=result.per_page,
        href=lambda number: links.to(query, page=number if number > 1 else None),
        action=path_of("go"),
        kept=links.kept(query),
    )
    return {
        "words": words,
        "title": f"{titled(result.count, words)} · Open Images",
        "announcement": f"{titled(result.count, words)}. Page {result.page:,} of {steps.last:,}.",
        "count": result.count,
        "first": (result.page - 1) * result.per_page + 1,
        "elapsed": elapsed_text(result.elapsed_ms),
        "version": result.version,
        "size": request.size,
        "chips": chips(links, names, triplets),
        "tools": tools(links, names, result.kinds),
        "tiles": shown,
        "legend": legend(shown),
        **preview(shown),
        "pager": steps,
        "address": links.to(query, page=links.page_in_link),
        "query_href": links.to(query, page=links.page_in_link),
        "facets_href": links.facets(),
        "kept": links.kept(query),
        "kept_without_confidence": links.kept(with_confidence(query, None)),
        "kept_without_text": links.kept(with_text(query, None)),
        "text": str(query.text or ""),
    }


def legend(shown: Sequence[Tile]) -> list[tuple[State, str]]:
    """The states that the labels on these tiles have, each with its word, in the states' own order."""
    there = {chip.state for tile in shown for chip in tile.chips}
    return [(state, STATE_WORDS[state]) for state in STATES if state in there]


def titled(count: int, words: str) -> str:
    """Such as "2,310 images with dog and beach"."""
    rest = words.removeprefix("Images").removeprefix("All images")
    return f"{counted(count, 'image')}{rest}"


def elapsed_text(milliseconds: float) -> str:
    """Such as "14 ms"."""
    return f"{milliseconds:.0f} ms" if milliseconds >= 1 else "under 1 ms"


def tools(links: Links, names: Names, kinds: Container[str] = ()) -> Tools:
    """The menus, with what is chosen in each. kinds: those of `query.values.KINDS` that there are to export."""
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
            Link(links.with_per_page(number), f"{number} per page", number == request.per_page)
            for number in PER_PAGE_CHOICES
        ),
        exports=tuple(_exports(request.query, kinds)),
        credits=export(path_of("credits"), request.query),
        add_all=export(path_of("add-all"), request.query),
        save_view=export(path_of("view-new"), request.query),
        review=review_address(request.query),
        new_set=set_address(request.query),
        link=links.to(request.query, page=request.page if request.page > 1 else None),
    )


def review_address(query: Query) -> str:
    """Where a review of the query's first label begins; empty where it has none."""
    first = query.first_pair
    if first is None:
        return ""
    states = first.states or query.states or frozenset()
    return start_address(first.mid, *states) if len(states) == 1 else start_address(first.mid)


def _sorts(links: Links, names: Names) -> tuple[Link, ...]:
    query = links.request.query
    in_listing_order = with_sort(query, Sort.IMAGE_ID)
    choices = [Link(links.to(in_listing_order), "ImageID", query.sort is Sort.IMAGE_ID)]
    if query.first_pair is not None:
        text = f"confidence of {names.distinct(query.first_pair.mid)}"
        choices.append(Link(links.to(with_sort(query, Sort.CONFIDENCE)), text, query.sort is Sort.CONFIDENCE))
    if query.first_box is not None:
        name = label_in_words(query.first_box, names.distinct(query.first_box.mid))
        for sort, what in ((Sort.BOXES, "number of boxes of"), (Sort.AREA, "largest box of")):
            choices.append(Link(links.to(with_sort(query, sort)), f"{what} {name}", query.sort is sort))
    parts = (links.request.address(in_listing_order), f"sort={Sort.RANDOM}")
    shuffled = browse_address("&".join(part for part in parts if part))
    choices.append(Link(shuffled, "random", query.sort is Sort.RANDOM))
    return tuple(choices)


def _exports(query: Query, kinds: Container[str]) -> list[Link]:
    offered = [form for form in EXPORTS if not form.kind or form.kind in kinds]
    plain = [Link(export(form.path, query), f"{form.title} ({form.ending.upper()})") for form in offered]
    tables = [form for form in offered if form.media_type == CSV]
    return plain + [Link(export(form.path, query, safe=True), f"{form.title}, for spreadsheets") for form in tables]


def empty_context(links: Links, result: SearchResult, dropped: Iterable[Dropped], names: Names) -> dict[str, Any]:
    """What the template takes besides where there are no tiles: a page past the end, or conditions to drop."""
    if result.count:
        last = last_page(result.count, result.per_page)
        return {
            "past_the_end": result.page,
            "last_page": links.to(links.request.query, page=last if last > 1 else None),
        }
    return {"drops": drops(links, dropped, names)}


def drops(links: Links, dropped: Iterable[Dropped], names: Names) -> list[Drop]:
    """What dropping each condition would give, the most images first."""
    query = links.request.query
    found = [
        Drop(condition_in_words(query, one.condition, names), one.count, links.to(one.condition.without))
        for one in dropped
    ]
    return sorted(found, key=lambda drop: -drop.count)


def condition_in_words(query: Query, condition: Condition, names: Names) -> str:
    """A condition as the list of what to drop names it."""
    field = condition.field
    if field.title:
        return f"{field.title.lower()} {field.chosen(condition.values, names)}"
    (term,) = condition.values
    phrase = term_in_words(query, term, names)
    return f"not {phrase}" if field.name == Role.NOT else phrase
