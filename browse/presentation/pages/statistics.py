"""The statistics page, the whole table of a figure, and the page of duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from browse.domain.releases import TrainableRule
from browse.presentation.parts.addresses import own_address, page_address
from browse.presentation.parts.figures import FIGURES, Figure, FigureLine, FigureRow, figure_lines, figure_rows
from browse.presentation.parts.histograms import (
    AUTHORS,
    CONFIDENCE,
    LABELS,
    BarRow,
    author_classes,
    confidences,
    labels_per_image,
    mean_labels,
)
from browse.presentation.parts.names import Names
from browse.presentation.parts.pager import pager
from browse.presentation.parts.scopes import scope_in_words, scopes
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.presentation.parts.values import Link
from browse.requests.definitions import DuplicateRequest, LabelSearch
from browse.search import CuratorVerdicts, DuplicateGroup, DuplicatePage, DuplicateSummary, LabelFrequency
from browse.search.pages import FigurePage, StatisticsPage

FIRST_ROWS = 10
PER_PAGE = 100
GROUP_KINDS = ((None, "all"), (True, "across subsets"), (False, "within one subset"))


@dataclass(frozen=True)
class FigureView:
    """A figure with the first lines of its table, and how many there are. line: see `Figure.line`."""

    figure: Figure
    rows: list[FigureRow]
    count: int
    line: int = 0


@dataclass(frozen=True)
class SourceView:
    """What one source gave at each confidence."""

    name: str
    bars: list[BarRow]


@dataclass(frozen=True)
class GroupView:
    """Images with one MD5."""

    md5: str
    count: int
    where: str
    across: bool
    tiles: list[Tile]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.tiles)


def statistics_context(page: StatisticsPage, subset: str | None, names: Names) -> dict[str, Any]:
    """What the template of the statistics page takes."""
    labels, sizes = page.labels, page.authors
    mean = mean_labels(page.labels_per_image)
    return {
        "figures": [_figure_view(figure, labels, names, page.rule) for figure in FIGURES.values()],
        "trainable": sum(label.trainable for label in labels),
        "labels": len(labels),
        "rule": page.rule,
        "namesakes": "\n".join(sorted(names.ambiguous)),
        "renamed": "\n".join(f"{mid}\t{' '.join(name.split())}" for mid, name in names.renamed.items()),
        "scope": scope_in_words(subset),
        "scopes": scopes(subset, lambda one: page_address("stats", subset=one) + "#images"),
        "labels_per_image": labels_per_image(page.labels_per_image),
        "mean_labels": "" if mean is None else f"{mean:.1f}",
        "sources": [SourceView(name, bars) for name, bars in confidences(page.confidences)],
        "authors": author_classes(sizes),
        "number_of_authors": sum(sizes.authors.values()),
        "nobody": sizes.nobody,
        "csv": {
            "labels": page_address("histogram-csv", LABELS, subset=subset),
            "confidence": page_address("histogram-csv", CONFIDENCE, subset=subset),
            "authors": page_address("histogram-csv", AUTHORS),
        },
        "duplicates": page.duplicates,
        "curation_read": page.curation_read,
        **_curators(page.curators),
    }


def _curators(curators: CuratorVerdicts) -> dict[str, Any]:
    return {"curators": curators, "verdicts_on": "in all subsets"}


def _figure_view(figure: Figure, labels: list[LabelFrequency], names: Names, rule: TrainableRule) -> FigureView:
    lines = figure_lines(figure.key, labels)
    return FigureView(figure, figure_rows(figure.key, lines[:FIRST_ROWS], names), len(lines), figure.line(rule))


def figure_context(page: FigurePage, figure: Figure, asked: LabelSearch, names: Names) -> dict[str, Any]:
    """What the template of a figure's table takes: one page of the labels found."""
    lines = _found(figure_lines(figure.key, page.labels), page.found)

    def address(number: int) -> str:
        return page_address("figure", figure.key, q=asked.text, page=str(number) if number > 1 else None)

    start = (asked.page - 1) * PER_PAGE
    return {
        "figure": figure,
        **_curators(page.curators),
        "text": asked.text or "",
        "count": len(lines),
        "rows": figure_rows(figure.key, lines[start : start + PER_PAGE], names),
        "first_href": address(1),
        "pager": pager(
            page=asked.page,
            count=len(lines),
            per_page=PER_PAGE,
            href=address,
            action=figure.href,
            kept=[("q", asked.text)] if asked.text else [],
        ),
    }


def _found(lines: list[FigureLine], mids: frozenset[str] | None) -> list[FigureLine]:
    return lines if mids is None else [line for line in lines if line.label.mid in mids]


def duplicates_context(found: DuplicatePage, summary: DuplicateSummary, asked: DuplicateRequest) -> dict[str, Any]:
    """What the template of the page of duplicates takes."""

    def address(page: int) -> str:
        return _duplicates(asked.across, page)

    chosen = _word(asked.across)
    return {
        "summary": summary,
        "count": found.count,
        "scopes": [Link(_duplicates(kind), text, current=kind is asked.across) for kind, text in GROUP_KINDS],
        "groups": _groups(found.groups),
        "csv_href": page_address("duplicates-csv", across=chosen),
        "first_href": address(1),
        "pager": pager(
            page=asked.page,
            count=found.count,
            per_page=found.per_page,
            href=address,
            action=page_address("duplicates"),
            kept=[("across", chosen)] if chosen else [],
        ),
    }


def _word(across: bool | None) -> str | None:
    return None if across is None else "yes" if across else "no"


def _duplicates(across: bool | None, page: int = 1) -> str:
    return page_address("duplicates", across=_word(across), page=str(page) if page > 1 else None)


def _groups(groups: list[DuplicateGroup]) -> list[GroupView]:
    cards = [card for group in groups for card in group.images]
    made = iter(plain_tiles(cards, href=own_address, size="s"))
    return [_group(group, [next(made) for _ in group.images]) for group in groups]


def _group(group: DuplicateGroup, tiles: list[Tile]) -> GroupView:
    inside = [f"{count:,} in {name}" for name, count in group.subsets.items() if count]
    return GroupView(group.md5, group.count, ", ".join(inside), len(inside) > 1, tiles)
