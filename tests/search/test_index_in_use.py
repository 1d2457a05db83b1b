"""An index that cannot be used, or is changed while it is served: the log names it, and visitors get no path."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse import search
from browse.facets.index import layout
from browse.search.engines import LONGEST_WAIT_S, Engines, engines
from tests.patience import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def index_dir(generation: str, tmp_path: Path) -> Path:
    """The folder of index generations."""
    return tmp_path


@pytest.mark.parametrize("fault", ["missing", "damaged"])
def test_an_index_that_cannot_be_used_is_named_in_the_log_and_no_path_to_visitors(
    generation: str, index_dir: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(index_dir / generation, fault)
    engines_before(index_dir)
    for _ in range(2):
        with pytest.raises(search.IndexUnavailableError, match=r"manage\.py check") as caught:
            search.current_engine()
        assert str(index_dir) not in str(caught.value)
    [record] = caplog.records
    assert str(index_dir / generation) in record.getMessage()
    assert "build_index" in record.getMessage()


def test_an_index_of_a_newer_version_asks_to_come_back(
    generation: str, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines_before(index_dir)
    monkeypatch.setattr(layout, "FORMAT", layout.FORMAT - 1)
    with pytest.raises(search.UpgradingError, match="come back"):
        search.current_engine()


def damage(folder: Path, fault: str) -> None:
    if fault == "missing":
        folder.rename(folder.with_name("elsewhere"))
        return
    path = next(path for path in sorted(folder.glob("*.bin")) if path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(data))


def engines_before(index_dir: Path) -> None:
    """Nothing of this folder is open yet."""
    assert engines().index_dir == index_dir
    assert not engines()._engines


def test_a_damaged_index_is_looked_at_again_after_a_while(
    generation: str, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = index_dir / generation
    folder.rename(index_dir / "elsewhere")
    with pytest.raises(search.IndexUnavailableError):
        search.current_engine()
    (index_dir / "elsewhere").rename(folder)
    with pytest.raises(search.IndexUnavailableError):
        search.current_engine()
    monkeypatch.setattr("browse.search.engines.FAULT_KEPT_S", 0.0)
    assert search.current_engine().generation == generation


def test_a_file_changed_while_it_is_served_takes_the_generation_out_of_use(
    generation: str, index_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def serves(room: Engines) -> bool:
        try:
            return bool(room.get(generation, deadline=soon()).images)
        except search.IndexUnavailableError:
            return False

    room, of_another_process = Engines(index_dir), Engines(index_dir)
    assert serves(room)
    assert serves(of_another_process)
    path = max((index_dir / generation).glob("*.bin"), key=lambda path: path.stat().st_size)
    flip_in_place(path)
    room.check_current(lambda seconds: None, pass_s=10)
    assert str(path) in caplog.text
    assert "changed while in use" in caplog.text
    assert not serves(room)
    serves(of_another_process)
    assert not serves(of_another_process), "the note is seen with the request that comes first after it"
    flip_in_place(path)
    monkeypatch.setattr("browse.search.engines.FAULT_KEPT_S", 0.0)
    for mended in (room, of_another_process):
        assert [serves(mended) for _ in range(3)] == [True] * 3


def flip_in_place(path: Path) -> None:
    """Change the first byte, or change it back; the file stays the same one."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        first = file.read(1)[0]
        file.seek(0)
        file.write(bytes([first ^ 1]))


def test_a_check_of_files_in_use_takes_its_time_and_finds_nothing_where_nothing_is(
    generation: str, index_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = Engines(index_dir)
    waits: list[float] = []
    room.check_current(waits.append, pass_s=100)
    assert not waits, "nothing is open"
    engine = room.get(generation, deadline=soon())
    room.check_current(waits.append, pass_s=100)
    assert sum(waits) == pytest.approx(100)
    assert max(waits) <= LONGEST_WAIT_S
    assert not caplog.records
    assert room.get(generation, deadline=soon()) is engine


def test_a_check_ends_with_the_use_of_its_generation(generation: str, index_dir: Path) -> None:
    room = Engines(index_dir)
    room.get(generation, deadline=soon())
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        room._engines = {}

    room.check_current(wait, pass_s=100)
    assert len(waits) == 1
