"""Where generations are shared: which folder an address names, and what is sent to a place that has them already."""

from __future__ import annotations

import secrets
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from browse.facets.build.generation import build_generation
from browse.facets.errors import SourceError
from browse.facets.index.layout import MANIFEST
from browse.facets.index.source import fetch, open_source
from browse.facets.index.store import is_intact
from tests.facets.datasets import arrays
from tests.facets.small import small_dataset


def no_report(what: str, done: int, total: int) -> None:
    """To nobody."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation; not to be changed."""
    index_dir = tmp_path_factory.mktemp("index")
    return index_dir / build_generation(arrays(small_dataset()), index_dir, dataset="small")


@pytest.mark.parametrize("name", ["index#2", "index?2", "index;2", "my index", "my%20index", "%23", "[index"])
@pytest.mark.parametrize("is_url", [False, True])
def test_a_folder_is_the_one_that_is_named_whatever_is_in_its_name(
    name: str, is_url: bool, built: Path, tmp_path: Path
) -> None:
    folder = tmp_path / name
    source = open_source(folder.as_uri() if is_url else str(folder), "")
    source.publish(built.parent, built.name, no_report)
    assert is_intact(folder, built.name)
    assert [*tmp_path.iterdir()] == [folder]
    source.remove_all_but(set())
    assert not (folder / built.name).exists()


@pytest.mark.parametrize("address", ["file:///srv/index#2", "file:///srv/index?2", "file://host/srv/index"])
def test_an_address_of_a_folder_with_what_is_no_part_of_its_name_is_refused(address: str) -> None:
    with pytest.raises(SourceError, match="file:///FOLDER"):
        open_source(address, "")


def test_what_is_there_whole_is_not_sent_again_and_else_nobody_finds_it_meanwhile(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"memory://{secrets.token_hex(4)}"
    source, files = open_source(address, ""), fsspec.filesystem("memory")
    place, sent = f"{address}/{built.name}", []
    put_file = MemoryFileSystem.put_file

    def noted(self: MemoryFileSystem, from_: str, to: str, **more: object) -> None:
        assert not self.exists(f"{place}/{MANIFEST}")
        sent.append(to.rpartition("/")[2])
        put_file(self, from_, to, **more)

    monkeypatch.setattr(MemoryFileSystem, "put_file", noted)
    source.publish(built.parent, built.name, no_report)
    everything = sorted(path.name for path in built.iterdir() if path.name != "lock")
    assert sorted(sent) == everything
    source.publish(built.parent, built.name, no_report)
    assert sorted(sent) == everything
    content = files.cat_file(f"{place}/pair_labels.bin")
    harms = [content[:-1], content + b"x", bytes([content[0] ^ 1]) + content[1:], None]
    for harmed in harms:
        sent.clear()
        files.rm_file(f"{place}/pair_labels.bin")
        if harmed is not None:
            files.pipe_file(f"{place}/pair_labels.bin", harmed)
        source.publish(built.parent, built.name, no_report)
        assert sorted(sent) == everything
    sent.clear()
    files.pipe_file(f"{place}/{MANIFEST}", b"{}")
    source.publish(built.parent, built.name, no_report)
    assert sorted(sent) == everything
    fetch(source, address, tmp_path, built.name, no_report)
    assert is_intact(tmp_path, built.name)
    source.remove_all_but(set())
    assert not files.exists(place)
