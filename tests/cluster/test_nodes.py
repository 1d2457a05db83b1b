"""Three nodes over one database: imports under readers, a node killed, one that comes late, one whose fetch breaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import Cluster, readers_of
from tests.faults.switches import faults_in
from tests.postgres import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite is served by one node")


@pytest.fixture
def cluster(tmp_path: Path, fresh_database_url: str) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, fresh_database_url)
    yield cluster
    cluster.stop()


@pytest.mark.cluster
def test_imports_on_one_node_switch_all_of_them_unseen(cluster: Cluster) -> None:
    first, second, late = cluster.nodes
    for node in (first, second):
        node.start()
    for node in (first, second):
        node.wait_until(200)
    before = cluster.generation()
    with readers_of(first, second) as answers:
        cluster.run_imports(1)
    late.start()
    late.wait_until(200)
    with readers_of(first, late) as more:
        second.kill()
        cluster.run_imports(2)
    assert not faults_in(answers + more)
    assert answers.total()
    assert more.total()
    assert cluster.generation() != before
    for node in (first, late):
        node.wait_until_only(cluster.generation())
    [shared] = cluster.source.glob("[0-9a-f]" * 12)
    assert shared.name == cluster.generation()


@pytest.mark.cluster
def test_twenty_imports_and_a_node_whose_fetch_breaks(cluster: Cluster, tmp_path: Path) -> None:
    first, second, broken = cluster.nodes
    for node in cluster.nodes:
        node.start()
    for node in cluster.nodes:
        node.wait_until(200)
    with readers_of(*cluster.nodes) as answers:
        cluster.run_imports(20)
    assert not faults_in(answers)
    broken.stop()
    broken.start(INDEX_SOURCE=str(tmp_path / "later"))
    broken.wait_until(200)
    with readers_of(first, second) as answers:
        cluster.run_imports(1, INDEX_WAIT_S="3")
    assert not faults_in(answers)
    reason = broken.wait_until(503).json()["reason"]
    assert "the index cannot be used" in reason
    shutil.copytree(cluster.source, tmp_path / "later")
    broken.wait_until(200)
