"""The index of labels: every label of the data set with how many images have it, searched, sorted, paged."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from browse.definitions import LABEL_ORDERS
from browse.presentation.addresses import with_query
from browse.presentation.columns import columns
from browse.presentation.label_rows import label_rows
from browse.presentation.names import Names
from browse.presentation.pager import pager
from browse.search import LabelTable, NamedLabel, Snapshot, find_labels
from browse.search.labels import fold

PER_PAGE = 100
INDEX = "/labels"


HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Label", ("name",)),
    ("MID", ("mid",)),
    ("Images", ("-images",)),
    ("Machine", ("-machine",)),
    ("Verified", ("-verified",)),
    ("Precision", ("precision", "-precision")),
    ("Trainable", ()),
)
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
        "searched": text,
        "title": _title(text, len(table)),
        "order": order,
        "is_default_order": order == DEFAULT_ORDER,
        "first_href": address(1),
        "count": len(table),
        "rows": label_rows(shown, names),
        "columns": columns(HEADS, current=order, href=lambda one: _address(text, one, 1)),
        "pager": steps,
        "csv_href": with_query("/labels.csv", urlencode(_parameters(text, order))),
    }


def _title(text: str, count: int) -> str:
    """Such as "12 labels with “dog”"."""
    noun = "label" if count == 1 else "labels"
    return f"{count:,} {noun} with “{text}”" if text else f"{count:,} {noun}"


def _parameters(text: str, order: str) -> list[tuple[str, str]]:
    kept = [("q", text)] if text else []
    return kept if order == DEFAULT_ORDER else [*kept, ("order", order)]


def _address(text: str, order: str, page: int) -> str:
    parameters = _parameters(text, order) + ([("page", str(page))] if page > 1 else [])
    return with_query(INDEX, urlencode(parameters))


def named(snapshot: Snapshot, text: str) -> list[NamedLabel]:
    """The labels of exactly this name or MID; case, accents and the MID's first slash make no difference."""
    wanted = fold(text)
    names = (wanted, f"/{wanted}")
    return [label for label in find_labels(snapshot, text) if fold(label.name) == wanted or fold(label.mid) in names]
