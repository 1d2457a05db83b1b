"""The ClickHouse engine when servers fail: an answer is right or refused. And what builds put into the shards."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.facets.build.generation import build_generation
from browse.facets.clickhouse import counted, counting, figures, filling, planned
from browse.facets.clickhouse.engine import ClickHouseEngine, open_clickhouse
from browse.facets.clickhouse.filling import Filling
from browse.facets.clickhouse.schema import BUILDING, database
from browse.facets.clickhouse.shards import LONGEST_S
from browse.facets.errors import EngineUnavailableError, IndexUnusableError, QueryTimeoutError
from browse.models import DatasetState
from browse.query.values import Query, Term
from browse.search import current_engine
from tests.clickhouse import Server, library, running, shared
from tests.datasets import DOG, ONE
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.curated import curated, events
from tests.facets.curated import said as says
from tests.facets.datasets import arrays
from tests.facets.draw import datasets, queries
from tests.facets.engines import EngineKind
from tests.facets.small import query, small_dataset
from tests.facets.test_statistics import assert_built, assert_laid_over

pytestmark = pytest.mark.cluster

KIND = EngineKind("clickhouse", is_elsewhere=True)
ASKED = ("label=dog", "not=cat", "any=dog&any=sea&min_any=1", "sort=random&seed=3", "")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    """Two, which nothing else uses."""
    library()
    with running(2, tmp_path / "servers") as started:
        yield started


def no_report(what: str, done: int, total: int) -> None:
    """To nobody."""


@pytest.fixture
def fill(settings: Settings, tmp_path: Path) -> Callable[[list[str]], ClickHouseEngine]:
    """Puts the small data set into shards, and opens it there."""

    def filled(shards: list[str]) -> ClickHouseEngine:
        settings.CLICKHOUSE_SHARDS = shards
        name = build_generation(arrays(small_dataset()), tmp_path / "index", dataset="small")
        Filling().store(tmp_path / "index", name, no_report)
        return open_clickhouse(tmp_path, name)

    return filled


@pytest.fixture
def engine(servers: list[Server], fill: Callable[[list[str]], ClickHouseEngine]) -> ClickHouseEngine:
    """The small data set on both."""
    return fill([server.address for server in servers])


def assert_right(engine: ClickHouseEngine) -> None:
    for text in ASKED:
        assert_same_answers(engine, BruteForce(small_dataset()), query(text))


def assert_refused(engine: ClickHouseEngine, fault: str, *, seconds: float | None = None) -> None:
    """No answer of any kind, each with the same reason."""
    asked = query("label=dog")
    for ask in (
        lambda deadline: engine.count(asked, deadline=deadline),
        lambda deadline: engine.facets(asked, deadline=deadline),
        lambda deadline: engine.page(asked, number=1, size=5, deadline=deadline),
        lambda deadline: engine.page(query("label=unused"), number=1, size=5, deadline=deadline),
    ):
        with pytest.raises(EngineUnavailableError, match=fault):
            ask(None if seconds is None else time.monotonic() + seconds)


def test_a_server_that_is_killed_is_told_and_counts_again_when_it_is_back(
    engine: ClickHouseEngine, servers: list[Server]
) -> None:
    assert_right(engine)
    servers[1].kill()
    assert_refused(engine, "shard 2 of 2: .*refused")
    servers[1].start()
    assert_right(engine)


def test_a_server_that_hangs_is_told_when_the_deadline_is_over(engine: ClickHouseEngine, servers: list[Server]) -> None:
    servers[0].pause()
    assert_refused(engine, "shard 1 of 2: .*no answer in time", seconds=0.5)
    servers[0].resume()
    assert_right(engine)
    with pytest.raises(QueryTimeoutError):
        engine.count(query("label=dog"), deadline=time.monotonic() - 1)


def test_rows_that_are_missing_are_told_and_never_a_smaller_number(
    engine: ClickHouseEngine, servers: list[Server], tmp_path: Path
) -> None:
    db = engine._generation.db
    for table in ("img", "post"):
        servers[0].run(f"ALTER TABLE {db}.{table} DETACH PARTITION ID 'all'")
        assert_refused(engine, "shard 1 of 2: .*rows of")
        with pytest.raises(IndexUnusableError, match="rows of"):
            open_clickhouse(tmp_path, engine.generation)
        servers[0].run(f"ALTER TABLE {db}.{table} ATTACH PARTITION ID 'all'")
        assert_right(engine)


def test_a_part_that_is_lost_or_altered_on_disk_is_told(
    engine: ClickHouseEngine, servers: list[Server], tmp_path: Path
) -> None:
    part = part_of(engine, servers[1])
    servers[1].kill()
    data = part / "data.bin"
    altered = bytearray(data.read_bytes())
    altered[20::40] = bytes(byte ^ 0xFF for byte in altered[20::40])
    data.write_bytes(altered)
    servers[1].start()
    with pytest.raises(EngineUnavailableError, match="shard 2 of 2"):
        engine.facets(query("not=cat"))
    servers[1].kill()
    part.rename(tmp_path / "lost")
    servers[1].start()
    assert_refused(engine, "shard 2 of 2")
    with pytest.raises(IndexUnusableError):
        open_clickhouse(tmp_path, engine.generation)


def test_a_part_that_was_cut_short_is_told_whether_or_not_the_server_starts_without_it(
    engine: ClickHouseEngine, servers: list[Server], tmp_path: Path
) -> None:
    data = part_of(engine, servers[1]) / "data.bin"
    servers[1].kill()
    os.truncate(data, data.stat().st_size // 2)
    with pytest.raises(RuntimeError, match="max_suspicious_broken_parts"):
        servers[1].start()
    assert_refused(engine, "shard 2 of 2: .*refused")
    servers[1].broken_parts = 100
    servers[1].start()
    assert_refused(engine, "shard 2 of 2: .*rows of")
    with pytest.raises(IndexUnusableError, match="rows of"):
        open_clickhouse(tmp_path, engine.generation)


def part_of(engine: ClickHouseEngine, server: Server) -> Path:
    """Where a server keeps its images."""
    sql = f"SELECT path FROM system.parts WHERE active AND database = '{engine._generation.db}' AND table = 'img'"
    [part] = [Path(line) for line in server.run(f"{sql} FORMAT TSVRaw").split("\n") if line]
    return part


def test_a_generation_that_is_not_there_or_shards_in_another_order_are_refused(
    engine: ClickHouseEngine, servers: list[Server], settings: Settings, tmp_path: Path
) -> None:
    first, second = (server.address for server in servers)
    with pytest.raises(IndexUnusableError, match="cannot be read"):
        open_clickhouse(tmp_path, "0" * 12)
    for shards in ([second, first], [first, first], [first]):
        settings.CLICKHOUSE_SHARDS = shards
        with pytest.raises(IndexUnusableError, match="CLICKHOUSE_SHARDS"):
            open_clickhouse(tmp_path, engine.generation)
    engine._generation._shards.replicas.reverse()
    assert_refused(engine, "as shard")
    engine._generation._shards.replicas.reverse()
    servers[1].run(f"DROP DATABASE {engine._generation.db} SYNC")
    assert_refused(engine, "shard 2 of 2: .*does not exist")


def test_another_replica_answers_for_one_that_is_gone_hangs_or_lacks_rows(
    servers: list[Server], fill: Callable[[list[str]], ClickHouseEngine]
) -> None:
    engine = fill(["|".join(server.address for server in servers)])
    assert_right(engine)
    servers[0].run(f"ALTER TABLE {engine._generation.db}.post DETACH PARTITION ID 'all'")
    assert_right(engine)
    servers[0].pause()
    asked = query("label=dog")
    assert engine.count(asked, deadline=time.monotonic() + 4) == BruteForce(small_dataset()).count(asked)
    servers[0].kill()
    assert_right(engine)
    servers[1].kill()
    assert_refused(engine, "shard 1 of 1: .*;.*")


def test_a_replica_that_lost_its_rows_is_not_believed_because_of_another_one(
    servers: list[Server], fill: Callable[[list[str]], ClickHouseEngine]
) -> None:
    engine = fill(["|".join(server.address for server in servers)])
    db = engine._generation.db
    servers[0].run(f"RENAME TABLE {db}.post TO {db}.posts")  # it fails to answer, and has as many rows as ever
    assert_right(engine)
    servers[1].run(f"ALTER TABLE {db}.post DETACH PARTITION ID 'all'")  # it answers that there are no rows
    assert_refused(engine, "Unknown table.*; .*rows of")
    servers[1].run(f"ALTER TABLE {db}.post ATTACH PARTITION ID 'all'")
    assert_right(engine)


def test_what_a_broken_off_filling_left_is_made_anew(
    servers: list[Server], fill: Callable[[list[str]], ClickHouseEngine]
) -> None:
    engine = fill([server.address for server in servers])
    db = engine._generation.db
    servers[1].run(f"RENAME DATABASE {db} TO {database(engine.generation, BUILDING)}")
    assert_right(fill([server.address for server in servers]))
    databases = "SELECT name FROM system.databases WHERE startsWith(name, 'openimages_') FORMAT TSVRaw"
    assert [server.run(databases).split() for server in servers] == [[db], [db]]


def test_only_databases_with_names_of_generations_are_dropped(
    servers: list[Server], fill: Callable[[list[str]], ClickHouseEngine]
) -> None:
    engine = fill([server.address for server in servers])
    generations = ["openimages_0123456789ab_v3", "openimages_building_0123456789ab_v12", "openimages_fedcba987654_v1"]
    others = ["openimages_backup", "openimages_building_notes", "openimages_0123456789ab_v3_copy", "openimagesX"]
    for db in generations + others:
        servers[1].run(f"CREATE DATABASE {db}")
    Filling().remove({engine.generation})
    found = servers[1].run("SELECT name FROM system.databases WHERE name LIKE 'openimages%' FORMAT TSVRaw").split()
    assert {*found} == {engine._generation.db, *others}


@pytest.mark.django_db
def test_build_index_fills_the_shards_switches_and_removes_the_former(
    servers: list[Server], generation: str, settings: Settings, client: Client
) -> None:
    settings.MEMO_BYTES = 0
    addresses = ["/", f"/?label={DOG}", "/api/facets?top=all", f"/image/{ONE}", "/labels?q=dog", "/compare", "/stats"]
    addresses += [f"/label{DOG}", "/compare/disagreements", "/duplicates", "/export/images.csv"]
    settings.CLICKHOUSE_SHARDS = [server.address for server in servers]
    settings.FACET_ENGINE = "clickhouse"
    databases = "SELECT name FROM system.databases WHERE startsWith(name, 'openimages_') FORMAT TSVRaw"
    built = []
    for dataset in ("one", "two"):
        DatasetState.objects.update(generation=dataset * 4, dataset=dataset)
        call_command("build_index")
        built.append(DatasetState.objects.get().generation)
        assert [server.run(databases).split() for server in servers] == [[database(built[-1])]] * 2
    assert built[0] != built[1]
    settings.FACET_ENGINE = "embedded"
    answers = {address: said(client, address) for address in addresses}
    settings.FACET_ENGINE = "clickhouse"
    assert type(current_engine()) is ClickHouseEngine
    assert answers == {address: said(client, address) for address in addresses}
    deadline_s = settings.QUERY_DEADLINE_S
    change = f"ALTER TABLE {database(built[-1])}.post {{}} PARTITION ID 'all'"
    harms: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (servers[1].pause, servers[1].resume),
        (lambda: servers[1].run(change.format("DETACH")), lambda: servers[1].run(change.format("ATTACH"))),
        (servers[1].kill, servers[1].start),
    ]
    for harm, mend in harms:
        harm()
        settings.QUERY_DEADLINE_S = 2.0
        assert_unavailable(client)
        settings.QUERY_DEADLINE_S = deadline_s
        mend()
        assert answers == {address: said(client, address) for address in addresses}


def assert_unavailable(client: Client) -> None:
    """Pages, the API and files say so, and when to come again."""
    began = time.monotonic()
    for address in (f"/?label={DOG}", f"/api/facets?label={DOG}", f"/export/images.csv?label={DOG}"):
        response = client.get(address)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "127.0.0.1" not in response.text
    assert "cannot be reached in full" in client.get(f"/api/facets?label={DOG}").json()["errors"][0]["message"]
    assert time.monotonic() - began < LONGEST_S, "it was waited for longer than a query may take"


@pytest.mark.django_db
def test_a_shard_that_is_away_stops_a_build_and_the_generation_in_use_stays(
    servers: list[Server], generation: str, settings: Settings, client: Client
) -> None:
    settings.CLICKHOUSE_SHARDS = [server.address for server in servers]
    settings.FACET_ENGINE = "clickhouse"
    call_command("build_index")
    built = DatasetState.objects.get().generation
    before = said(client, f"/?label={DOG}")
    DatasetState.objects.update(dataset="another")
    servers[1].kill()
    with pytest.raises(CommandError, match=r"refused"):
        call_command("build_index")
    assert DatasetState.objects.get().generation == built
    servers[1].start()
    assert said(client, f"/?label={DOG}") == before


def said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return re.sub(r'"elapsed_ms":[0-9.]+|[0-9.,]+ ms', "", b"".join(response).decode())


def test_an_answer_to_everything_needs_the_shards_too(engine: ClickHouseEngine, servers: list[Server]) -> None:
    assert engine.count(Query()) == 8
    servers[1].kill()
    with pytest.raises(EngineUnavailableError):
        engine.facets(Query())


@drawn(quick=10, deep=100)
@given(data=st.data())
def test_images_that_are_counted_by_the_servers_are_as_many_as_those_counted_row_by_row(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(st.just([]) | events(dataset))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "FEW_READ", 0)
        patch.setattr(counted, "FEW", data.draw(st.sampled_from([0, 3])))
        patch.setattr(counting, "MORE_AUTHORS", data.draw(st.sampled_from([0, 1])))
        patch.setattr(planned, "MOST_ROWS", data.draw(st.sampled_from([-1, 2])))
        patch.setattr(figures, "MOST_ALIKE", data.draw(st.sampled_from([0, figures.MOST_ALIKE])))
        engine = KIND.open(dataset, Path(folder), happened)
        brute = BruteForce(curated(dataset, happened))
        for _ in range(4):
            assert_same_answers(engine, brute, data.draw(queries(dataset)))


def of_labels(asked: Query) -> Query:
    """What a query asks of image-level labels and subsets, and nothing else of it."""
    label, any_, without = (
        tuple(one for one in some if isinstance(one, Term) and not one.below)
        for some in (asked.label, asked.any, asked.without)
    )
    return Query(
        label=label,
        any=any_,
        min_any=min(asked.min_any, max(1, len(any_))),
        without=without,
        confidence=asked.confidence,
        states=asked.states,
        subsets=asked.subsets,
    )


@drawn(quick=20, deep=300)
@given(data=st.data())
def test_images_that_totals_of_labels_tell_of_are_as_many_as_those_read(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(st.just([]) | events(dataset))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "MANY", data.draw(st.sampled_from([1, 2, 3])))
        patch.setattr(figures, "MOST_CELLS", data.draw(st.sampled_from([0, *[figures.MOST_CELLS] * 3])))
        patch.setattr(filling, "PAIRS", data.draw(st.sampled_from([1, filling.PAIRS])))
        patch.setattr(planned, "MOST_AUTHORS", data.draw(st.sampled_from([0, planned.MOST_AUTHORS])))
        patch.setattr(planned, "_MANY_AUTHORS", data.draw(st.sampled_from([0, planned._MANY_AUTHORS])))
        engine = KIND.open(dataset, Path(folder), happened)
        brute = BruteForce(curated(dataset, happened))
        for _ in range(8):
            assert_same_answers(engine, brute, of_labels(data.draw(queries(dataset))))


@drawn(quick=10, deep=60)
@given(data=st.data())
def test_every_figure_is_what_counting_pair_by_pair_gives(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(st.just([]) | events(dataset))
    rulings, hidden = says(happened)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        index_dir = Path(folder)
        patch.setattr(django_settings, "CLICKHOUSE_SHARDS", [server.address for server in shared()])
        name = build_generation(arrays(dataset), index_dir, dataset="drawn", rulings=rulings, hidden=hidden)
        Filling().remove({name})
        Filling().store(index_dir, name, no_report)
        engine = open_clickhouse(index_dir, name)
        assert_built(engine, BruteForce(curated(dataset, happened)))
        assert_laid_over(engine, BruteForce(dataset))
        changed = engine.with_changes(rulings, dict.fromkeys(hidden, True))
        assert_laid_over(changed, BruteForce(curated(dataset, happened)))
