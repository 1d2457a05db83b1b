"""The compare page: how much people looked at, what they made of what the machine gave, label by label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from browse.domain.comparison import DEFAULT_PRECISION, MIN_VERIFIED, strength
from browse.presentation.parts.addresses import images_address, label_address, own_address, page_address
from browse.presentation.parts.calibration import drawn_calibration
from browse.presentation.parts.columns import columns
from browse.presentation.parts.counts import Count, query_count
from browse.presentation.parts.label_rows import label_rows, threshold_head
from browse.presentation.parts.names import Names
from browse.presentation.parts.pager import pager
from browse.presentation.parts.scopes import scope_in_words, scopes
from browse.presentation.parts.shares import percent, shares
from browse.presentation.parts.tiles import MOST_CHIPS, Tile, label_chip, plain_tiles
from browse.query.spelling import format_confidence, format_share
from browse.query.values import Query
from browse.requests.definitions import CompareRequest, DisagreementRequest
from browse.search import (
    TABLE_ORDERS,
    AgreementMatrix,
    Disagreement,
    ImageCard,
    LabelStanding,
    LabelTable,
    MachineRow,
    MatrixCell,
    Pair,
)
from browse.search.label_lists import LabelLists
from browse.search.pages import ComparePage, DisagreementsPage

PER_PAGE = 50
_HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Label", ("name",)),
    ("Images (not rejected)", ("-images",)),
    ("Machine", ("-machine",)),
    ("Verified", ("-verified",)),
    ("Coverage", ("-coverage",)),
    ("Precision", ("precision", "-precision")),
    ("Rejected", ("-rejected",)),
    ("Missed", ("-missed",)),
)
ORDER_WORDS = {
    "disagreement": "worst first",
    "-images": "most images",
    "-machine": "most by machine",
    "-verified": "most verified",
    "-coverage": "highest coverage",
    "precision": "lowest precision",
    "-precision": "highest precision",
    "-rejected": "most rejected",
    "-missed": "most missed",
    "name": "name",
    "mid": "MID",
}


@dataclass(frozen=True)
class LinkedCell:
    """Images with a link to them, and the pairs that are on them."""

    images: Count
    pairs: int


@dataclass(frozen=True)
class MatrixRow:
    """What people say where the machine says one thing; without a cell, nothing can be known."""

    text: str
    cells: tuple[LinkedCell | None, ...]


@dataclass(frozen=True)
class ListsRow:
    """A label's lists of images on which boxes or points do not go with raters' words; None where there are none."""

    mid: str
    name: str
    is_ambiguous: bool
    note: str
    href: str
    unboxed: Count | None
    boxed: Count | None
    denied: Count | None
    found: Count | None


@dataclass(frozen=True)
class Choice:
    """A choice in a form."""

    value: str
    text: str
    current: bool


def compare_context(page: ComparePage, asked: CompareRequest, names: Names) -> dict[str, Any]:
    """What the template takes."""
    found, comparison, worst = page.matrix, page.comparison, page.worst
    return {
        "asked": asked,
        "scope": scope_in_words(asked.subset),
        "scopes": scopes(asked.subset, lambda one: compare_address(replace(asked, subset=one, page=1))),
        "images": Count(found.images, images_address(_everything(asked.subset))),
        "judged": _cell(found.judged),
        "judged_share": percent(found.judged.images / found.images, places=1) if found.images else "",
        "matrix": _matrix(found),
        "shares": shares(comparison.total),
        "curators": page.curators,
        "verdicts_on": scope_in_words(asked.subset) or "in all subsets",
        "total": comparison.total,
        "calibration": drawn_calibration(comparison.levels),
        "min_verified": MIN_VERIFIED,
        "worst": disagreement_tiles(worst.images, None),
        "disagreements": Count(worst.count, page_address("disagreements", subset=asked.subset)),
        "has_lists": page.lists is not None,
        "lists": [_lists_row(one, names, asked.subset) for one in page.lists or ()],
        **_table_context(page.table, asked, names),
    }


def shown_labels(table: LabelTable, asked: CompareRequest) -> list[str]:
    """The MIDs of the labels on the page of the table that is asked for."""
    return [row.mid for row in _rows(table, asked)]


def _rows(table: LabelTable, asked: CompareRequest) -> list[LabelStanding]:
    start = (asked.page - 1) * PER_PAGE
    return table.rows(start, start + PER_PAGE)


def _lists_row(found: LabelLists, names: Names, subset: str | None) -> ListsRow:
    boxes, points = found.boxes, found.points
    return ListsRow(
        mid=found.mid,
        name=names.label(found.mid),
        is_ambiguous=names.is_ambiguous(found.mid),
        note=names.note(found.mid),
        href=label_address(found.mid, subset=subset),
        unboxed=query_count(boxes.unboxed) if boxes else None,
        boxed=query_count(boxes.boxed) if boxes else None,
        denied=query_count(points.denied) if points else None,
        found=query_count(points.found) if points else None,
    )


def compare_address(asked: CompareRequest, *, name: str = "compare") -> str:
    """The compare page of a request, or its CSV."""
    return page_address(name, **_parameters(asked), page=str(asked.page) if asked.page > 1 else None)


def _parameters(asked: CompareRequest) -> dict[str, str | None]:
    trainable = None if asked.trainable is None else "yes" if asked.trainable else "no"
    return {
        "subset": asked.subset,
        "q": asked.text,
        "p": format_share(asked.precision) if asked.precision != DEFAULT_PRECISION else None,
        "min_verified": str(asked.min_verified) if asked.min_verified else None,
        "trainable": trainable,
        "order": asked.order if asked.order != TABLE_ORDERS[0] else None,
    }


def _everything(subset: str | None) -> Query:
    return Query(subsets=frozenset([subset] if subset else ()))


def _table_context(table: LabelTable, asked: CompareRequest, names: Names) -> dict[str, Any]:
    kept = [(name, value) for name, value in _parameters(asked).items() if value is not None]
    given = _parameters(asked)["trainable"] or ""
    heads = (*_HEADS, (threshold_head(asked.precision), ()), ("Trainable", ()), ("Disagreement", ()))
    return {
        "count": len(table),
        "rows": label_rows(_rows(table, asked), names, precision=asked.precision, subset=asked.subset),
        "columns": columns(
            heads, current=asked.order, href=lambda order: compare_address(replace(asked, order=order, page=1))
        ),
        "precision": _parameters(asked)["p"],
        "orders": [Choice(order, ORDER_WORDS[order], order == asked.order) for order in TABLE_ORDERS],
        "trainables": [
            Choice(value, text, value == given)
            for value, text in (("", "trainable or not"), ("yes", "trainable"), ("no", "not trainable"))
        ],
        "csv_href": compare_address(replace(asked, page=1), name="compare-csv"),
        "first_href": compare_address(replace(asked, page=1)),
        "pager": pager(
            page=asked.page,
            count=len(table),
            per_page=PER_PAGE,
            href=lambda page: compare_address(replace(asked, page=page)) + "#labels",
            action="/compare#labels",
            kept=kept,
        ),
    }


def _cell(cell: MatrixCell) -> LinkedCell:
    return LinkedCell(Count(cell.images, images_address(cell.query)), cell.pairs)


def _matrix(found: AgreementMatrix) -> list[MatrixRow]:
    rows = [_matrix_row(format_confidence(row.confidence or 0), row) for row in found.rows]
    silent = MatrixRow("not suggested", (_cell(found.missed), _cell(found.absent), None))
    return [*rows, _matrix_row("any", found.total), silent]


def _matrix_row(text: str, row: MachineRow) -> MatrixRow:
    return MatrixRow(text, (_cell(row.yes), _cell(row.no), _cell(row.silent)))


def disagreement_context(page: DisagreementsPage, asked: DisagreementRequest, names: Names) -> dict[str, Any]:
    """What the template of the list of disagreements takes."""
    found = page.found

    def address(number: int) -> str:
        return _disagreements(asked, number)

    kept = [(name, value) for name, value in (("mid", asked.mid), ("subset", asked.subset)) if value]
    return {
        "mid": asked.mid or "",
        "name": names.label(asked.mid) if asked.mid else "",
        "note": names.note(asked.mid) if asked.mid else "",
        "label_href": label_address(asked.mid, subset=asked.subset) if asked.mid else "",
        "subset": asked.subset or "",
        "labels": _labels(page, asked, names),
        "csv_href": page_address("disagreements-csv", mid=asked.mid, subset=asked.subset),
        "action": page_address("disagreements"),
        "all_href": _disagreements(replace(asked, mid=None), 1),
        "compare_href": page_address("compare", subset=asked.subset),
        "scope": scope_in_words(asked.subset),
        "scopes": scopes(asked.subset, lambda one: _disagreements(replace(asked, subset=one), 1)),
        "count": found.count,
        "tiles": disagreement_tiles(found.images, asked.mid),
        "first_href": address(1),
        "pager": pager(
            page=asked.page,
            count=found.count,
            per_page=found.per_page,
            href=address,
            action=page_address("disagreements"),
            kept=kept,
        ),
    }


def _labels(page: DisagreementsPage, asked: DisagreementRequest, names: Names) -> list[Choice]:
    """Labels to choose from: any, those disagreed about most, and the one asked for where it is none of these."""
    listed = list(page.disputed)
    if asked.mid and asked.mid not in dict(listed):
        listed.append((asked.mid, page.found.count))
    return [Choice("", "any label", not asked.mid), *(_label(mid, count, asked, names) for mid, count in listed)]


def _label(mid: str, count: int, asked: DisagreementRequest, names: Names) -> Choice:
    apart = f" {mid}" if names.is_ambiguous(mid) else ""
    return Choice(mid, f"{names.label(mid)}{apart} ({count:,})", mid == asked.mid)


def _disagreements(asked: DisagreementRequest, page: int) -> str:
    number = str(page) if page > 1 else None
    return page_address("disagreements", mid=asked.mid, subset=asked.subset, page=number)


DISAGREEMENT_COLUMNS = ("ImageID", "Disagreement")


def disagreement_csv(found: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Images with their strength in hundredths as rows of DISAGREEMENT_COLUMNS, read as they are written."""
    for image_id, strength_ in found:
        yield image_id, format_confidence(strength_)


def disagreement_tiles(found: Sequence[Disagreement], mid: str | None) -> list[Tile]:
    """The images with the labels on which human and machine disagree, of one label or all, the strongest first."""
    made = plain_tiles([one.image for one in found], href=own_address, size="m")
    return [_disagreeing(tile, one, mid) for tile, one in zip(made, found, strict=True)]


def _disagreeing(tile: Tile, one: Disagreement, mid: str | None) -> Tile:
    pairs = disagreeing_pairs(one.image, mid)
    chips = tuple(label_chip(pair) for pair in pairs[:MOST_CHIPS])
    words = f"disagreement {format_confidence(one.strength)}"
    return replace(tile, chips=chips, note=words if len(pairs) <= 1 else f"{words} on {len(pairs)} labels")


def disagreeing_pairs(card: ImageCard, mid: str | None) -> list[Pair]:
    """The pairs of an image on which human and machine disagree, the strongest first."""
    pairs = card.pairs if mid is None else card.pairs_of([mid])
    found = [pair for pair in pairs if strength(pair.state, pair.confidence)]
    return sorted(found, key=lambda pair: -strength(pair.state, pair.confidence))
