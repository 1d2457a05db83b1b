"""The example data set, the four groups, and clients that are signed in as a member of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from browse.models.roles import ADMIN, CURATOR, REVIEWER, VIEWER
from browse.search import names, overlays
from browse.search.results import memo
from tests import datasets
from tests.curation.people import groups_are_there

ROLES = ("anonymous", VIEWER, CURATOR, REVIEWER, ADMIN)
As = Callable[[str], Client]


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example's index stands; built by the first test, opened once."""
    return tmp_path_factory.mktemp("admin") / "index"


@pytest.fixture
def example(settings: Settings, tmp_path: Path, index_dir: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The example's generation. What a process keeps of an earlier test's rows is forgotten."""
    settings.INDEX_DIR = index_dir
    settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
    memo().clear()
    monkeypatch.setattr(names, "_names", None)
    monkeypatch.setattr(overlays, "_overlays", overlays.Overlays())
    groups_are_there()
    if not index_dir.exists():
        index_dir.mkdir()
        return datasets.load_example(index_dir)
    generation = next(path.name for path in index_dir.glob("[0-9a-f]" * 12))
    return datasets.load_example(index_dir, generation=generation)


@pytest.fixture
def signed_in(example: str) -> As:
    """`signed_in("curator")`: a client whose user, of that name, is in that group."""

    def client(role: str) -> Client:
        made = Client()
        if role != "anonymous":
            user, _ = User.objects.get_or_create(username=role)
            user.groups.set([Group.objects.get(name=role)])
            made.force_login(user)
        return made

    return client
