"""How nodes get the index: published, fetched and compared, or built as it was named; and when an import switches."""

from __future__ import annotations

import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import fsspec
import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from browse.dataset import index_exchange, node_worker, nodes
from browse.dataset.index_build import current_state
from browse.dataset.index_exchange import fetch_index, hand_over, place_index, publish_index, rebuild_index
from browse.dataset.node_worker import NodeKeeper
from browse.dataset.nodes import index_token, node_name, require_way_to_others
from browse.facets import registry
from browse.facets.engine import Engine
from browse.facets.errors import EngineUnavailableError, GenerationMissingError, QueryTimeoutError
from browse.facets.index.layout import MANIFEST
from browse.facets.index.store import is_intact
from browse.models import DatasetState, NodeWorker
from browse.openimages.errors import ImportProblemError
from browse.search.engines import engines
from tests.cluster.buckets import served
from tests.curation.people import client_of
from tests.datasets import DOG, ONE, TWO
from tests.openimages.files import LABELS, V1, image_row, write
from tests.openimages.imports import load
from tests.postgres import ON_POSTGRESQL

quiet: Callable[[str, int, int], None] = lambda *_: None  # noqa: E731


@pytest.fixture
def index_dir(generation: str, tmp_path: Path) -> Path:
    """The index folder of this node, with the generation in use."""
    return tmp_path


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be other nodes, whatever the database is."""
    for module in (nodes, index_exchange, node_worker):
        monkeypatch.setattr(module, "are_several", lambda: True)


@pytest.fixture(params=["folder", "fsspec", pytest.param("bucket", marks=pytest.mark.cluster)])
def source(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """INDEX_SOURCE, of each kind that can be published to."""
    with ExitStack() as stack:
        if request.param == "folder":
            settings.INDEX_SOURCE = str(tmp_path / "shared")
        elif request.param == "fsspec":
            settings.INDEX_SOURCE = f"memory://{secrets.token_hex(4)}"
            stack.callback(fsspec.filesystem("memory").store.clear)
        else:
            buckets = stack.enter_context(served(tmp_path / "buckets"))
            (buckets.folder / "pictures").mkdir()
            monkeypatch.setitem(fsspec.config.conf, "s3", buckets.options)
            settings.INDEX_SOURCE = "s3://pictures/index"
        yield settings.INDEX_SOURCE


def worker(node: str, *opened: str, index_id: str = "elsewhere") -> NodeWorker:
    return NodeWorker.objects.create(node=node, pid=1, opened=opened, index_id=index_id, key_fingerprint="1")


@pytest.mark.django_db(transaction=True)
def test_the_named_index_is_built_again_as_it_was_whatever_curators_said_since(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR, settings.INDEX_DIR = tmp_path, tmp_path / "index"
    write(tmp_path / "in/train/images.csv", V1, [image_row(ONE, Author="Ann"), image_row(TWO)])
    write(tmp_path / "in/train/labels.csv", LABELS, [f"{ONE},machine,{DOG},0.8", f"{TWO},verification,{DOG},1"])
    load(tmp_path / "in")
    curator = client_of("reviewer")

    def judge(image: str) -> None:
        answer = curator.post("/verdicts", {"image": image, "label": DOG, "says": "no"})
        assert answer.status_code in (200, 303)

    def builds_the_same() -> bool:
        state = current_state()
        shutil.rmtree(settings.INDEX_DIR / state.generation)
        assert place_index(quiet) == state.generation
        return current_state().generation == state.generation and current_state().switched == state.switched

    assert builds_the_same()
    judge(ONE)
    assert builds_the_same()
    rebuild_index(quiet)
    judge(TWO)
    assert builds_the_same()


def test_a_generation_is_published_and_fetched_whole_or_not_at_all(
    source: str, index_dir: Path, generation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (index_dir / "0123456789ab").mkdir()
    call_command("publish_index")
    assert generation in capsys.readouterr().out
    files = fsspec.core.url_to_fs(source)[0]
    large = f"{source}/{generation}/pair_labels.bin"
    with files.open(large, "rb") as file:
        content = file.read()
    shutil.rmtree(index_dir / generation)
    for wrong in (content[:-1], bytes([content[0] ^ 1]) + content[1:]):
        with files.open(large, "wb") as file:
            file.write(wrong)
        with pytest.raises(CommandError, match=r"pair_labels\.bin was altered or cut short"):
            call_command("fetch_index")
        assert not (index_dir / generation).exists()
        assert not list(index_dir.glob(".building-*"))
    with files.open(large, "wb") as file:
        file.write(content)
    assert fetch_index(quiet) == generation
    assert is_intact(index_dir, generation)


def test_a_generation_that_is_not_there_and_an_address_that_is_none_are_named(
    settings: Settings, index_dir: Path, generation: str
) -> None:
    shutil.rmtree(index_dir / generation)
    for address, words in (
        ("/nowhere/at/all", r"INDEX_SOURCE /nowhere/at/all: manifest.json is not there"),
        ("nosuch://bucket/index", r"INDEX_SOURCE nosuch://bucket/index: Protocol not known: nosuch"),
        ("http://user:secret@127.0.0.1:1/index-files", r"INDEX_SOURCE http://127.0.0.1:1/index-files: .*refused"),
    ):
        settings.INDEX_SOURCE = address
        with pytest.raises(ImportProblemError, match=words):
            fetch_index(quiet)


def test_a_node_that_never_answers_is_given_up_and_named(
    settings: Settings, index_dir: Path, generation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(index_dir / generation)
    monkeypatch.setattr("browse.facets.index.source.TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.INDEX_SOURCE = f"http://127.0.0.1:{silent.getsockname()[1]}/index-files"
        told = rf"^INDEX_SOURCE {settings.INDEX_SOURCE}: no answer within 0\.2 s$"
        with pytest.raises(ImportProblemError, match=told):
            fetch_index(quiet)


@pytest.mark.django_db(transaction=True)
def test_a_node_gives_its_index_to_nodes_with_its_secret_key_alone(
    live_server: LiveServer, settings: Settings, generation: str, tmp_path: Path
) -> None:
    settings.INDEX_SOURCE = f"{live_server.url}/index-files"
    address = f"{settings.INDEX_SOURCE}/{generation}/{MANIFEST}"
    token = {"Authorization": f"Bearer {index_token()}"}
    assert httpx.get(address, headers=token).status_code == 200
    for headers in ({}, {"Authorization": "Bearer no"}):
        assert httpx.get(address, headers=headers).status_code == 403
    for missing in ("0123456789ab/manifest.json", f"{generation}/lock", f"{generation}/../x.bin"):
        assert httpx.get(f"{settings.INDEX_SOURCE}/{missing}", headers=token).status_code == 404
    name, folder = current_state().generation, tmp_path / "fetched"
    source = index_exchange.index_source()
    assert source is not None
    index_exchange.fetch(source, "there", folder, name, quiet)
    assert is_intact(folder, name)
    with pytest.raises(ImportProblemError, match="run this on that node"):
        index_exchange.publish_index(quiet)


def test_an_import_that_could_not_reach_other_nodes_is_refused_at_once(
    several: None, settings: Settings, index_dir: Path
) -> None:
    require_way_to_others()
    worker("web2", index_id=nodes.index_id())
    require_way_to_others()  # it shares the folder
    worker("web3")
    with pytest.raises(ImportProblemError, match=r"\(web3\): set INDEX_SOURCE"):
        require_way_to_others()
    settings.INDEX_SOURCE = "https://web1/index-files"
    with pytest.raises(ImportProblemError, match="run this on that node"):
        require_way_to_others()
    settings.INDEX_SOURCE = "/shared"
    require_way_to_others()


def test_a_new_index_is_announced_and_waits_for_all_nodes_that_live(
    several: None,
    settings: Settings,
    generation: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, _ = worker("web1", generation), worker("web2", generation, "0123456789ab")
    waited: list[str] = []

    def report(what: str, done: int, total: int) -> None:
        waited.append(what)
        assert DatasetState.objects.get().announced == "0123456789ab"
        if len(waited) == 2:
            NodeWorker.objects.filter(pk=first.pk).update(opened=[generation, "0123456789ab"])

    monkeypatch.setattr("browse.dataset.index_exchange.time.sleep", lambda seconds: None)
    hand_over("0123456789ab", report)
    assert waited == ["waiting for web1 to open index 0123456789ab"] * 2
    assert not caplog.records
    settings.INDEX_WAIT_S = 0
    worker("web3", generation)
    hand_over("0123456789ab", report)
    assert "web3, process 1" in caplog.text


def test_a_version_that_builds_another_index_leaves_the_one_that_others_serve(
    several: None, settings: Settings, index_dir: Path, generation: str
) -> None:
    shutil.rmtree(index_dir / generation)
    settings.DATA_DIR = index_dir
    DatasetState.objects.update(dataset="built as something else")
    worker("web2", generation)
    with pytest.raises(ImportProblemError, match=r"which other nodes serve \(web2\)"):
        place_index(quiet)
    assert current_state().generation == generation
    NodeWorker.objects.all().delete()
    assert place_index(quiet) == current_state().generation != generation


def test_a_worker_fetches_what_is_announced_says_so_and_tells_why_it_cannot(
    several: None, settings: Settings, source: str, index_dir: Path, generation: str
) -> None:
    publish_index(quiet)
    shutil.rmtree(index_dir / generation)
    keeper = NodeKeeper()

    def beat() -> NodeWorker:
        keeper.beat()
        if keeper._fetching._thread:
            keeper._fetching._thread.join()
        keeper._fetching._retry_at = 0.0
        keeper.beat()
        return NodeWorker.objects.get(node=node_name())

    settings.INDEX_SOURCE = ""
    assert "INDEX_SOURCE is not set" in beat().fault
    settings.INDEX_SOURCE = f"{source}/wrong"
    assert "manifest.json is not there" in beat().fault
    settings.INDEX_SOURCE = source
    for _ in range(2):
        told = beat()
    assert (told.opened, told.fault) == ([generation], "")
    assert engines().opened == [generation]
    keeper.leave()
    assert not NodeWorker.objects.exists()


@pytest.mark.parametrize(
    "fault",
    [
        GenerationMissingError(Path("oi_0"), "cannot be read: shard 2 of 2 is away"),
        EngineUnavailableError("shard 2 of 2", "is away"),
        QueryTimeoutError(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_worker_looks_again_for_a_generation_that_an_engine_missed_for_a_moment(
    several: None, monkeypatch: pytest.MonkeyPatch, index_dir: Path, generation: str, fault: Exception
) -> None:
    faults = [fault]
    there = registry.open_engine

    def opened(folder: Path, name: str) -> Engine:
        if faults:
            raise faults.pop()
        return there(folder, name)

    monkeypatch.setattr("browse.search.engines.open_engine", opened)
    keeper = NodeKeeper()
    told = []
    for _ in range(2):
        keeper.beat()
        told.append(NodeWorker.objects.get(node=node_name()))
    assert (told[0].opened, told[0].fault) == ([], str(fault))
    assert (told[1].opened, told[1].fault) == ([generation], "")


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite is served by one node")
def test_nodes_that_never_import_remove_older_generations(index_dir: Path, generation: str) -> None:
    shutil.copytree(index_dir / generation, index_dir / "0123456789ab")
    NodeKeeper().beat()
    assert [path.name for path in index_dir.glob("[0-9a-f]" * 12)] == [generation]
