"""The index of labels: every label of the data set with how many images have it, searched, sorted, paged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.filters import LABEL_ORDERS
from browse.presentation.addresses import with_query
from browse.presentation.names import Names
from browse.presentation.pager import pager
from browse.query.canonical import canonical
from browse.query.links import add_label
from browse.query.values import Query, State
from browse.search import NamedLabel, Snapshot, facets_of, find_labels
from browse.search.labels import fold

PER_PAGE = 100
INDEX = "/labels"
BY_MACHINE = frozenset({State.CONFIRMED, State.REJECTED, State.UNVERIFIED})
BY_BOTH = frozenset({State.CONFIRMED, State.REJECTED})


@dataclass(frozen=True)
class LabelLine:
    """A label. machine: images on which the machine gave it; verified: those of them that a rater judged."""

    mid: str
    name: str
    images: int
    machine: int
    verified: int


@dataclass(frozen=True)
class LabelRow:
    """A line of the table with its link, and what tells the label from its namesakes."""

    line: LabelLine
    href: str
    note: str


@dataclass(frozen=True)
class Column:
    """A column that can be sorted by; `direction` is empty where the table is not."""

    text: str
    href: str
    direction: str
    numeric: bool


ORDERS: dict[str, Callable[[LabelLine], tuple[Any, ...]]] = {
    "name": lambda line: (fold(line.name), line.mid),
    "mid": lambda line: (line.mid,),
    "-images": lambda line: (-line.images, line.mid),
    "-machine": lambda line: (-line.machine, line.mid),
    "-verified": lambda line: (-line.verified, line.mid),
}
COLUMNS = (("Label", "name"), ("MID", "mid"), ("Images", "-images"), ("Machine", "-machine"), ("Verified", "-verified"))
CSV_COLUMNS = ("LabelName", "DisplayName", "Images", "Machine", "Verified")
DEFAULT_ORDER = LABEL_ORDERS[0]


def label_lines(snapshot: Snapshot, *, text: str | None, order: str) -> list[LabelLine]:
    """The labels of the data set that a text matches, all without one, in an order of ORDERS."""
    machine, verified = _counts(snapshot, BY_MACHINE), _counts(snapshot, BY_BOTH)
    lines = [
        LabelLine(label.mid, label.name, label.count, machine.get(label.mid, 0), verified.get(label.mid, 0))
        for label in find_labels(snapshot, text)
    ]
    return sorted(lines, key=ORDERS[order])


def _counts(snapshot: Snapshot, states: frozenset[State]) -> dict[str, int]:
    return dict(facets_of(snapshot, Query(states=states), top=None, top_authors=1).counts.labels)


def index_context(names: Names, lines: Sequence[LabelLine], *, text: str, order: str, page: int) -> dict[str, Any]:
    """What the template takes: one page of the lines found."""

    def address(number: int) -> str:
        return _address(text, order, number)

    shown = lines[(page - 1) * PER_PAGE : page * PER_PAGE]
    steps = pager(
        page=page, count=len(lines), per_page=PER_PAGE, href=address, action=INDEX, kept=_parameters(text, order)
    )
    return {
        "text": text,
        "order": order,
        "is_default_order": order == DEFAULT_ORDER,
        "first_href": address(1),
        "count": len(lines),
        "rows": [LabelRow(line, browse_address(line.mid), names.company(line.mid)) for line in shown],
        "columns": [_column(words, key, text, order) for words, key in COLUMNS],
        "pager": steps,
        "csv_href": with_query("/labels.csv", urlencode(_parameters(text, order))),
    }


def csv_rows(lines: Sequence[LabelLine]) -> list[tuple[str | int, ...]]:
    """The lines as a table, with its header."""
    return [CSV_COLUMNS, *((line.mid, line.name, line.images, line.machine, line.verified) for line in lines)]


def browse_address(mid: str) -> str:
    """The images with a label."""
    return with_query("/", canonical(add_label(Query(), mid)))


def _column(words: str, key: str, text: str, order: str) -> Column:
    direction = "" if key != order else "descending" if key.startswith("-") else "ascending"
    return Column(words, _address(text, key, 1), direction, numeric=key.startswith("-"))


def _parameters(text: str, order: str) -> list[tuple[str, str]]:
    kept = [("q", text)] if text else []
    return kept if order == DEFAULT_ORDER else [*kept, ("order", order)]


def _address(text: str, order: str, page: int) -> str:
    parameters = _parameters(text, order) + ([("page", str(page))] if page > 1 else [])
    return with_query(INDEX, urlencode(parameters))


def named(snapshot: Snapshot, text: str) -> list[NamedLabel]:
    """The labels of exactly this name or MID; case and accents make no difference."""
    wanted = fold(text)
    return [label for label in find_labels(snapshot, text) if wanted in (fold(label.name), fold(label.mid))]
