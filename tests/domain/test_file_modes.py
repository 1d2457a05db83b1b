"""Who may read what lies in the data folder, whatever the umask was."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browse.dataset.checks import check_modes
from browse.domain.file_modes import make_folder
from browse.facets.build.generation import build_generation
from browse.thumbnails.cache import DiskCache
from tests import datasets, forked
from tests.facets.datasets import arrays


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def manage(folder: Path, *arguments: str) -> str:
    """A command in a process of its own, started under the usual umask; what it prints."""
    environment = {**os.environ, "OPENIMAGES_DATA_DIR": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": ""}
    environment = {name: value for name, value in environment.items() if value}
    done = forked.run(["manage.py", *arguments], env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a sample imported, curation exported, and assets collected."""
    folder = tmp_path_factory.mktemp("installed") / "between" / "data"
    manage(folder, "migrate", "-v0")
    manage(folder, "make_sample", str(folder / "sample"), "--images", "60")
    (folder / "sample" / "odd").mkdir()
    (folder / "sample" / "odd" / "labels.csv").write_text("ImageID,Source,LabelName,Confidence\nx,machine,/m/01,1\n")
    manage(folder, "import_openimages", str(folder / "sample"), "--max-rejects", "1")
    manage(folder, "export_curation", str(folder / "curation"))
    manage(folder, "collectstatic", "--noinput", "-v0")
    return folder


@pytest.mark.deep
def test_what_an_installation_makes_is_its_owners_but_for_what_a_web_server_sends(installation: Path) -> None:
    assert mode(installation) == "0711"
    assert mode(installation.parent) == "0755"
    seen: dict[str, set[tuple[bool, str]]] = {}
    for path in installation.rglob("*"):
        place = path.relative_to(installation).parts[0]
        seen.setdefault(place, set()).add((path.is_dir(), mode(path)))
    assert seen.pop("staticfiles") == {(True, "0755"), (False, "0644")}
    assert seen.pop("index") == {(True, "0750"), (False, "0640")}
    assert {"openimages.sqlite3", "rejects", "curation", "secret_key"} <= set(seen)
    for place, modes in seen.items():
        assert modes <= {(True, "0700"), (False, "0600")}, place


@pytest.mark.deep
def test_check_names_what_is_wider_and_nothing_else(installation: Path) -> None:
    assert "W003" not in manage(installation, "check")
    [rejects] = (installation / "rejects").iterdir()
    rejects.chmod(0o644)
    [generation] = (installation / "index").iterdir()
    (generation / "manifest.json").chmod(0o644)
    (installation / "thumbnails").mkdir(exist_ok=True)
    (installation / "thumbnails").chmod(0o777)
    said = manage(installation, "check")
    assert f"{rejects} has mode 0644, expected at most 0600" in said
    assert f"{generation / 'manifest.json'} has mode 0644, expected at most 0640" in said
    assert f"{installation / 'thumbnails'} has mode 0777, expected at most 0755" in said
    assert said.count("has mode") == 3


def test_a_database_outside_the_data_folder_is_looked_at_too(settings: Any, tmp_path: Path) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own files.")
    settings.DATA_DIR = settings.INDEX_DIR = settings.THUMBNAIL_DIR = settings.STATIC_ROOT = tmp_path
    tmp_path.chmod(0o711)
    database = Path(connection.settings_dict["NAME"])
    before = stat.S_IMODE(database.stat().st_mode) if database.exists() else None
    database.touch()
    try:
        database.chmod(0o640)
        assert any(str(database) in str(message) for message in check_modes())
    finally:
        database.unlink() if before is None else database.chmod(before)


def test_a_generation_is_for_owner_and_group_under_any_umask(umask: int, tmp_path: Path) -> None:
    index = tmp_path / "index"
    generation = index / build_generation(arrays(datasets.EXAMPLE), index, dataset="modes")
    assert [mode(index), mode(generation)] == ["0750", "0750"]
    assert {mode(path) for path in generation.iterdir()} == {"0640"}


def test_renderings_are_for_a_web_server_under_any_umask(umask: int, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "thumbnails", max_bytes=1000)
    shown, source = (
        cache.rendering_path("0123456789abcdef", "v", 160, "webp"),
        cache.source_path("0123456789abcdef", "v"),
    )
    assert cache.write(shown, b"x")
    assert cache.write(source, b"x")
    assert [mode(shown), mode(source)] == ["0644", "0600"]
    for folder in (cache.folder, *(path for path in shown.parents if path.is_relative_to(cache.folder))):
        assert mode(folder) == "0755"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o730)
    make_folder(tmp_path, 0o755)
    make_folder(tmp_path / "a" / "b", 0o750)
    assert [mode(tmp_path), mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == ["0730", "0750", "0750"]
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_folder(tmp_path / "file", 0o755)
