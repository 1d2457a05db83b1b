"""The index of labels: every label of the data set with how many images have it, searched, sorted, paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.filters import LABEL_ORDERS
from browse.presentation.addresses import with_query
from browse.presentation.names import Names
from browse.presentation.pager import pager
from browse.presentation.review import start_address
from browse.query.canonical import canonical
from browse.query.links import add_label
from browse.query.values import Query
from browse.search import LabelStanding, LabelTable, NamedLabel, Snapshot, find_labels
from browse.search.labels import fold

PER_PAGE = 100
INDEX = "/labels"


@dataclass(frozen=True)
class LabelRow:
    """A line of the table with its link, and what tells the label from its namesakes."""

    line: LabelStanding
    href: str
    note: str
    review: str


@dataclass(frozen=True)
class Column:
    """A column that can be sorted by; `direction` is empty where the table is not."""

    text: str
    href: str
    direction: str
    numeric: bool


COLUMNS = (("Label", "name"), ("MID", "mid"), ("Images", "-images"), ("Machine", "-machine"), ("Verified", "-verified"))
CSV_COLUMNS = ("LabelName", "DisplayName", "Images", "Machine", "Verified")
DEFAULT_ORDER = LABEL_ORDERS[0]


def index_context(names: Names, table: LabelTable, *, text: str, order: str, page: int) -> dict[str, Any]:
    """What the template takes: one page of the labels found."""

    def address(number: int) -> str:
        return _address(text, order, number)

    shown = table.rows((page - 1) * PER_PAGE, page * PER_PAGE)
    steps = pager(
        page=page, count=len(table), per_page=PER_PAGE, href=address, action=INDEX, kept=_parameters(text, order)
    )
    return {
        "text": text,
        "order": order,
        "is_default_order": order == DEFAULT_ORDER,
        "first_href": address(1),
        "count": len(table),
        "rows": [
            LabelRow(line, browse_address(line.mid), names.company(line.mid), start_address(line.mid)) for line in shown
        ],
        "columns": [_column(words, key, text, order) for words, key in COLUMNS],
        "pager": steps,
        "csv_href": with_query("/labels.csv", urlencode(_parameters(text, order))),
    }


def _row(line: LabelStanding, names: Names) -> LabelRow:
    return LabelRow(line, browse_address(line.mid), names.company(line.mid), start_address(line.mid))


def csv_rows(table: LabelTable) -> list[tuple[str | int, ...]]:
    """The labels found as rows, with a header."""
    lines = table.rows(0, len(table))
    rows = ((line.mid, line.name, line.images, line.pairs.machine, line.pairs.verified) for line in lines)
    return [CSV_COLUMNS, *rows]


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
