"""A download goes on over the version it began with while an import puts other tables in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from browse.exports import downloads
from browse.exports.matches import Matches
from browse.facets.build.generation import build_generation
from browse.models import DatasetState, former_tables
from browse.openimages import kinds
from browse.openimages.loading import shadow_tables
from browse.search.errors import ChangingError
from tests.datasets import EXAMPLE, load_example
from tests.facets.datasets import arrays

pytestmark = pytest.mark.django_db(transaction=True)
FILES = ["/export/images.csv", "/export/labels.csv", "/export/pairs.csv", "/credits.txt"]


@pytest.fixture(autouse=True)
def example(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example, whose files are made a line and an image at a time."""
    settings.INDEX_DIR = tmp_path
    load_example(tmp_path)
    monkeypatch.setattr(downloads, "CHARACTERS_AT_ONCE", 1)
    monkeypatch.setattr(Matches, "batches", lambda self: ([key] for key in self._first))
    monkeypatch.setattr(former_tables, "LOOK_AGAIN_S", 0.01)
    yield
    shadow_tables.clear()


def begun(address: str) -> Iterator[bytes]:
    answer = Client().get(address)
    assert isinstance(answer, StreamingHttpResponse)
    return iter(answer)


def switch(tmp_path: Path, token: str, names: list[str]) -> str:
    """Put other tables in place, if any, and another index; the generation before it."""
    before: str = DatasetState.objects.get().generation
    shadow_tables.start(token, names)
    with connection.cursor() as cursor:
        for name in names:
            table, shadow = kinds.tables()[name]._meta, shadow_tables.shadow_name(name)
            columns = ", ".join(field.column for field in table.local_fields if field.column)
            cursor.execute(f"INSERT INTO {shadow} ({columns}) SELECT {columns} FROM {table.db_table}")
        if names:
            cursor.execute("UPDATE browse_image__next SET title = 'other', author_name = 'other'")
            cursor.execute("DELETE FROM browse_annotation__next")
    now = build_generation(arrays(EXAMPLE), tmp_path, dataset=token)
    shadow_tables.put_in_place(names, lambda: DatasetState.objects.update(generation=now))
    return before


def letting_go(generation: str) -> Thread:
    def run() -> None:
        try:
            shadow_tables.let_go(generation)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("replaces", [kinds.tables, dict], ids=["tables", "index alone"])
def test_files_end_as_they_began(tmp_path: Path, replaces: Callable[[], dict[str, object]]) -> None:
    whole = {address: b"".join(begun(address)) for address in FILES}
    under_way = {address: begun(address) for address in FILES}
    begins = {address: next(pieces) for address, pieces in under_way.items()}
    thread = letting_go(switch(tmp_path, "next", list(replaces())))
    for address, pieces in under_way.items():
        assert thread.is_alive(), "tables are kept until the last has ended"
        assert begins[address] + b"".join(pieces) == whole[address]
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert former_tables.END not in " ".join(connection.introspection.table_names())
    if replaces():
        assert all(b"".join(begun(address)) != whole[address] for address in FILES)


def test_a_download_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(former_tables, "KEPT_S", 0.0)
    under_way = begun(FILES[0])
    next(under_way)
    shadow_tables.let_go(switch(tmp_path, "next", list(kinds.tables())))
    with pytest.raises(ChangingError):
        list(under_way)
