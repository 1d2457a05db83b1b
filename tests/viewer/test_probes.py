"""Probes of load balancers: `/healthz` and `/readyz`."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.database_trouble import Trouble
from browse.models import DatasetState
from tests.trouble import database_in
from tests.viewer.test_overload import ask, served


@pytest.fixture
def balancer() -> Client:
    """Asks by address, without https."""
    return Client(headers={"host": "10.1.2.3"})


@pytest.fixture
def strict(settings: Settings) -> None:
    """A site that redirects to https."""
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.usefixtures("strict")
def test_a_process_that_lives_says_so_to_anybody_without_a_database(balancer: Client) -> None:
    answer = balancer.get("/healthz")  # tests without the mark may not touch the database
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert int(answer["Content-Length"]) == len(answer.content)
    assert balancer.head("/healthz").content == b""
    assert balancer.post("/healthz").status_code == 405


@pytest.mark.usefixtures("strict")
def test_a_site_with_index_and_database_is_ready(balancer: Client, generation: str) -> None:
    answer = balancer.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "version": f"{generation}.0"})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.parametrize("trouble", Trouble, ids=lambda trouble: trouble.name.lower())
def test_a_database_that_does_not_answer_is_named_without_paths(
    balancer: Client, generation: str, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    with database_in(trouble):
        answer = balancer.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "reason": trouble.words})
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "DETAIL: much more" in line


@pytest.mark.django_db
def test_a_site_without_data_is_not_ready(balancer: Client) -> None:
    answer = balancer.get("/readyz")
    assert answer.status_code == 503
    assert "no data set yet" in answer.json()["reason"]


def test_a_generation_that_is_not_there_is_not_ready(balancer: Client, generation: str, tmp_path: Path) -> None:
    DatasetState.objects.update(generation="0123456789ab")
    answer = balancer.get("/readyz")
    assert answer.status_code == 503
    assert "the index cannot be used" in answer.json()["reason"]
    assert str(tmp_path) not in answer.text


def test_probes_wait_behind_no_visitor(tmp_path: Path) -> None:
    with served(tmp_path, threads=1, application="tests.viewer.held_up") as (url, _), ThreadPoolExecutor() as clients:
        visitors = [clients.submit(ask, f"{url}/visit") for _ in range(3)]
        while ask(f"{url}/healthz").text != "a visitor waits":
            pass
        assert ask(f"{url}/readyz").text == "the visitor may go on"
        assert {visitor.result().text for visitor in visitors} == {"gone on"}
