"""The drawn data set behind the pages of comparison and statistics."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.models import Label
from tests import datasets
from tests.facets.brute import BruteForce
from tests.judged import drawn_dataset
from tests.views.pages import Get, getter


@pytest.fixture(scope="session")
def brute() -> BruteForce:
    return BruteForce(drawn_dataset())


@pytest.fixture
def get(client: Client, brute: BruteForce, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the drawn data set; modules over another have their own."""
    settings.INDEX_DIR = tmp_path
    datasets.load(brute.dataset, tmp_path)
    for number, mid in enumerate(brute.dataset.mids):
        Label.objects.filter(mid=mid).update(name=f"{mid.removeprefix('/m/')} thing" if number else '=often, "so"')
    return getter(client)
