"""What `manage.py check_installation` says is wrong: one line each, and status 1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from browse.dataset import installation
from browse.dataset.installation import faults
from browse.domain.database_trouble import Trouble
from browse.models import DatasetState
from tests.trouble import database_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def whole(settings: Settings, tmp_path_factory: pytest.TempPathFactory, generation: str) -> Iterator[None]:
    """An installation in which nothing is wrong, with one asset."""
    base = tmp_path_factory.mktemp("installation")
    settings.DATA_DIR, settings.STATIC_ROOT, source = base / "data", base / "static", base / "assets"
    for folder, mode in ((settings.DATA_DIR, 0o711), (settings.STATIC_ROOT, 0o755), (source, 0o755)):
        folder.mkdir()
        folder.chmod(mode)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    finders.get_finder.cache_clear()
    (source / "a.css").write_text("a")
    (settings.STATIC_ROOT / "a.css").write_text("a")
    yield
    finders.get_finder.cache_clear()


def only_fault() -> str:
    [line] = faults()
    assert "\n" not in line
    return line


def test_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert faults() == []
    call_command("check_installation")
    assert capsys.readouterr().out == "Nothing is wrong with this installation.\n"


def test_what_is_wrong_ends_in_status_1(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ALLOWED_HOSTS = settings.FORWARDED_ALLOW_IPS = ["*"]
    with pytest.raises(SystemExit) as ended:
        call_command("check_installation")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("=")[0] for line in lines] == ["settings: ALLOWED_HOSTS", "settings: FORWARDED_ALLOW_IPS"]


def test_debug_is_not_for_the_public(settings: Settings) -> None:
    settings.DEBUG = True
    assert only_fault().startswith("settings: DEBUG=1")


def test_an_index_that_cannot_be_used_is_named() -> None:
    DatasetState.objects.update(generation="0123456789ab")
    assert "build_index" in only_fault()


def test_a_site_without_data_says_so() -> None:
    DatasetState.objects.update(generation="")
    assert only_fault().startswith("data: there is no data set yet")


def test_a_database_that_is_away_is_one_line() -> None:
    with database_in(Trouble.LOCKED):
        assert "database" in only_fault()


def test_migrations_that_are_missing_are_counted() -> None:
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "browse")
    recorder.record_unapplied("browse", last)
    assert only_fault() == "database: 1 migration is not applied; run `python manage.py migrate`."


@pytest.mark.parametrize("collected", ["", "older"])
def test_assets_that_are_missing_or_old_are_counted(settings: Settings, collected: str) -> None:
    path = Path(settings.STATIC_ROOT) / "a.css"
    path.unlink()
    if collected:
        path.write_text(collected)
    assert only_fault().startswith("assets: 1 asset is missing or out of date")


def test_a_disk_that_is_nearly_full_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "free_bytes", lambda place: 10)
    assert faults()
    assert all(line.startswith("disk: 10 bytes are free") for line in faults())


def test_rights_that_are_too_wide_are_named(settings: Settings) -> None:
    path = Path(settings.DATA_DIR) / "secret_key"
    path.touch()
    path.chmod(0o644)
    assert str(path) in only_fault()
