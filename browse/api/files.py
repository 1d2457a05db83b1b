"""Exports, credit sheets and tables as the OpenAPI document lists them: from the same values as their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from browse.exports.downloads import CSV
from browse.exports.tables import ALL_EXPORTS
from browse.presentation.parts.tables import TABLES
from browse.requests.definitions import QUERY_PARAMETERS, parameters_named
from browse.requests.parameters import Parameter


@dataclass(frozen=True)
class FileOperation:
    """The address of a file. columns: of its header line, none where it is no table; has_etag: it is sent finished;
    needs_rows: 404 where what it is made of is not on the site."""

    path: str
    summary: str
    media_type: str
    takes: Mapping[str, Parameter]
    columns: tuple[str, ...] = ()
    has_etag: bool = False
    needs_rows: bool = False

    @property
    def name(self) -> str:
        """Such as file-export-images-csv."""
        return f"file{self.path}".replace("/", "-").replace(".", "-")


@cache
def file_operations() -> tuple[FileOperation, ...]:
    """Those of all exports and tables; the site's addresses must be known by then."""
    exports = (
        FileOperation(
            form.path,
            form.summary,
            form.media_type,
            parameters_named({*QUERY_PARAMETERS, *form.takes}),
            form.columns,
            needs_rows=form.needs_rows,
        )
        for form in ALL_EXPORTS
    )
    tables = (
        FileOperation(table.path, table.summary, CSV, table.takes, table.columns, has_etag=not table.is_long)
        for table in TABLES
    )
    return (*exports, *tables)
