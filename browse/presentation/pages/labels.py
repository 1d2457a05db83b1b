"""The index of labels: every label of the data set with how many images have it, searched, sorted, paged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from browse.domain.comparison import DEFAULT_PRECISION
from browse.domain.plural import counted
from browse.presentation.parts.addresses import path_of, with_query
from browse.presentation.parts.columns import columns
from browse.presentation.parts.label_rows import label_rows, threshold_head
from browse.presentation.parts.names import Names
from browse.presentation.parts.pager import pager
from browse.query.spelling import format_share
from browse.requests.definitions import LABEL_ORDERS, LabelSearch
from browse.search import LabelTable

PER_PAGE = 100


_HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Label", ("name",)),
    ("MID", ("mid",)),
    ("Images (not rejected)", ("-images",)),
    ("Machine", ("-machine",)),
    ("Verified", ("-verified",)),
    ("Precision", ("precision", "-precision")),
)
DEFAULT_ORDER = LABEL_ORDERS[0]


def index_context(names: Names, table: LabelTable, asked: LabelSearch, *, has_tree: bool) -> dict[str, Any]:
    """What the template takes: one page of the labels found. has_tree: whether the data set has a hierarchy."""
    page, text = asked.page, asked.text or ""
    heads = (*_HEADS, (threshold_head(asked.precision), ()), ("Trainable", ()))

    def address(number: int) -> str:
        return _address(replace(asked, page=number))

    shown = table.rows((page - 1) * PER_PAGE, page * PER_PAGE)
    steps = pager(
        page=page,
        count=len(table),
        per_page=PER_PAGE,
        href=address,
        action=path_of("labels"),
        kept=_parameters(asked),
    )
    return {
        "has_tree": has_tree,
        "text": text,
        "searched": text,
        "title": _title(text, len(table)),
        "kept": [(name, value) for name, value in _parameters(asked) if name != "q"],
        "first_href": address(1),
        "count": len(table),
        "rows": label_rows(shown, names, precision=asked.precision),
        "columns": columns(heads, current=asked.order, href=lambda one: _address(replace(asked, order=one, page=1))),
        "pager": steps,
        "csv_href": with_query(path_of("labels-csv"), urlencode(_parameters(asked))),
    }


def _title(text: str, count: int) -> str:
    """Such as "12 labels with “dog”"."""
    labels = counted(count, "label")
    return f"{labels} matching “{text}”" if text else labels


def _parameters(asked: LabelSearch) -> list[tuple[str, str]]:
    kept = [("q", asked.text)] if asked.text else []
    kept += [] if asked.precision == DEFAULT_PRECISION else [("p", format_share(asked.precision))]
    return kept if asked.order == DEFAULT_ORDER else [*kept, ("order", asked.order)]


def _address(asked: LabelSearch) -> str:
    parameters = _parameters(asked) + ([("page", str(asked.page))] if asked.page > 1 else [])
    return with_query(path_of("labels"), urlencode(parameters))
