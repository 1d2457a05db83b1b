"""The site's own tables as CSV files: what views write and the API's description lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from browse.presentation.pages.compare import DISAGREEMENT_COLUMNS
from browse.presentation.parts import figures, histograms
from browse.presentation.parts.addresses import page_address
from browse.presentation.parts.figures import FIGURES
from browse.presentation.parts.label_rows import CSV_COLUMNS as LABEL_COLUMNS
from browse.requests.definitions import (
    COMPARE_PAGE_PARAMETERS,
    DISAGREEMENT_PARAMETERS,
    DUPLICATE_PARAMETERS,
    LABEL_INDEX_TAKES,
    STATISTICS_PARAMETERS,
    of_file,
)
from browse.requests.parameters import Parameter


@dataclass(frozen=True)
class TableFormat:
    """A table as a file. address: the name of its address, with `key` where several tables share one; name: what the
    file is called by; takes: the parameters of its address.

    is_long: there may be so many rows that they are sent as they are read.
    """

    address: str
    name: str
    summary: str
    columns: tuple[str, ...]
    takes: Mapping[str, Parameter]
    is_long: bool = False
    key: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return page_address(self.address, *filter(None, [self.key]))


LABELS = TableFormat(
    "labels-csv",
    "label-table",
    "All labels with their names, image counts and rater verdicts. An import reads the names.",
    LABEL_COLUMNS,
    of_file(LABEL_INDEX_TAKES),
)
COMPARE = TableFormat(
    "compare-csv",
    "comparison",
    "Human versus machine by label, for one subset or all.",
    LABEL_COLUMNS,
    of_file(COMPARE_PAGE_PARAMETERS),
)
DISAGREEMENTS = TableFormat(
    "disagreements-csv",
    "disagreements",
    "Images where raters and the machine disagree, strongest disagreement first.",
    DISAGREEMENT_COLUMNS,
    of_file(DISAGREEMENT_PARAMETERS),
    is_long=True,
)
FIGURE_TABLES = {
    key: TableFormat(
        "figure-csv",
        f"labels-{key}",
        f"{figure.title}: the data behind the figure.",
        figures.CSV_COLUMNS[key],
        of_file({}),
        key=key,
    )
    for key, figure in FIGURES.items()
}
_HISTOGRAM_SUMMARIES = {
    histograms.LABELS: "Number of images by number of labels.",
    histograms.CONFIDENCE: "Number of annotations by source and confidence.",
    histograms.AUTHORS: "Number of authors by number of images.",
}
HISTOGRAM_TABLES = {
    key: TableFormat(
        "histogram-csv",
        key,
        summary,
        histograms.CSV_COLUMNS[key],
        of_file({} if key == histograms.AUTHORS else STATISTICS_PARAMETERS),
        key=key,
    )
    for key, summary in _HISTOGRAM_SUMMARIES.items()
}
DUPLICATES = TableFormat(
    "duplicates-csv",
    "duplicates",
    "Images that share their MD5 with others, by group.",
    ("OriginalMD5", "ImageID", "Subset"),
    of_file(DUPLICATE_PARAMETERS),
    is_long=True,
)
TABLES = (LABELS, COMPARE, DISAGREEMENTS, *FIGURE_TABLES.values(), *HISTOGRAM_TABLES.values(), DUPLICATES)
"""All of them."""
