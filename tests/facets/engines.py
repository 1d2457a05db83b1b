"""The engines that the contract tests ask: one line each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from browse.facets.build.generation import build_generation
from browse.facets.clickhouse.filling import Filling
from browse.facets.engine import Engine
from browse.facets.reference.engine import ReferenceEngine
from browse.facets.registry import factory
from tests import clickhouse
from tests.facets.curated import Event, checks, said, write
from tests.facets.datasets import Dataset, arrays, store
from tests.facets.remembering import Remembering


@dataclass(frozen=True)
class EngineKind:
    """An engine of settings.FACET_ENGINES.

    reads_tables: whether it answers from the database, not from the index; is_elsewhere: whether from servers.
    """

    name: str
    reads_tables: bool = False
    is_elsewhere: bool = False
    has_all_statistics: bool = True

    @contextmanager
    def over(self, dataset: Dataset, happened: list[Event] | None = None) -> Iterator[Engine]:
        """The engine over a data set and what curators did since; what it took is undone. Nobody writes meanwhile."""
        with TemporaryDirectory() as folder, transaction.atomic() if self.reads_tables else nullcontext():
            engine = self.open(dataset, Path(folder), happened or [])
            if isinstance(engine, ReferenceEngine):
                engine._tables.connection = Remembering(connection)
            with closing(engine):
                yield engine
            if self.reads_tables:
                transaction.set_rollback(True)

    def open(self, dataset: Dataset, index_dir: Path, happened: list[Event]) -> Engine:
        """The engine over a data set in the empty database, where it asks that, or in an index."""
        if self.reads_tables:
            store(dataset)
            write(happened)
            generation = ""
        else:
            generation = build_generation(arrays(dataset), index_dir, dataset="test")
        if self.is_elsewhere:
            settings.CLICKHOUSE_SHARDS = [server.address for server in clickhouse.shared()]
            Filling().remove({generation})
            Filling().store(index_dir, generation, lambda what, done, total: None)
        rulings, hidden = said(happened)
        return factory(self.name)(index_dir, generation).with_changes(
            rulings, dict.fromkeys(hidden, True), checks(happened)
        )


def _param(kind: EngineKind) -> Any:
    marks = [pytest.mark.django_db] if kind.reads_tables else [pytest.mark.cluster] if kind.is_elsewhere else []
    return pytest.param(kind, id=kind.name, marks=marks)


ENGINES = [
    _param(EngineKind("embedded")),
    _param(EngineKind("clickhouse", is_elsewhere=True)),
    _param(EngineKind("reference", reads_tables=True, has_all_statistics=False)),
]
