"""The example data set, the four groups, and clients that are signed in as a member of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from browse.models.roles import ADMIN, CURATOR, REVIEWER, VIEWER, make_groups
from browse.search.results import memo
from tests import datasets

ROLES = ("anonymous", VIEWER, CURATOR, REVIEWER, ADMIN)
As = Callable[[str], Client]


@pytest.fixture
def example(settings: Settings, tmp_path: Path, db: None) -> str:
    settings.INDEX_DIR = tmp_path / "index"
    settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
    settings.INDEX_DIR.mkdir()
    memo().clear()
    make_groups(apps)
    return datasets.load_example(settings.INDEX_DIR)


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
