"""The log: ids of requests, lines as JSON, and queries that took long."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from browse.search import warm_up
from tests.datasets import DOG
from tests.live import Site
from viewer.logs import JsonFormatter, WithRequestId

GIVEN = "from-nginx_1.2"


def record(**more: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "a.b", "levelname": "ERROR", "msg": "%s\nfailed", "args": ("this",), **more})
    WithRequestId().filter(made)
    return made


@pytest.mark.parametrize("given", ["", "short", "a" * 129, "with blank inside", "line\nbreak!", "ünïcödé-id"])
def test_an_id_that_is_not_well_formed_is_replaced(given: str) -> None:
    names = {Client().get("/healthz", headers={"x-request-id": given})["X-Request-ID"] for _ in range(2)}
    assert len(names) == 2
    assert given not in names


def test_lines_carry_the_id_that_a_web_server_in_front_gave() -> None:
    assert Client().get("/healthz", headers={"x-request-id": GIVEN})["X-Request-ID"] == GIVEN
    said = json.loads(JsonFormatter().format(record(took_ms=12, created=0.0)))
    assert said["request_id"] == GIVEN
    assert (said["logger"], said["level"], said["message"]) == ("a.b", "ERROR", "this\nfailed")
    assert said["time"] == "1970-01-01T00:00:00.000+00:00"
    assert said["took_ms"] == 12


def test_a_traceback_stays_in_its_line() -> None:
    try:
        raise ValueError("wrong")
    except ValueError as error:
        line = JsonFormatter().format(record(exc_info=(type(error), error, error.__traceback__)))
    assert "\n" not in line
    assert "ValueError: wrong" in json.loads(line)["traceback"]


@pytest.mark.usefixtures("generation")
def test_slow_queries_are_named_in_canonical_form(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.SLOW_QUERY_MS = 0
    Client().get(f"/?not=/m/06npx&label={DOG}")
    assert not [one for one in caplog.records if one.name == "viewer.slow"]
    settings.SLOW_QUERY_MS = 1e-9
    warm_up()
    assert not [one for one in caplog.records if one.name == "viewer.slow"], "nobody asked"
    Client().get(f"/api/facets?not=/m/06npx&label={DOG}")
    [slow] = [one for one in caplog.records if one.name == "viewer.slow"]
    assert slow.getMessage().startswith(f"slow query: facets of ?label={DOG}&not=/m/06npx took ")
    assert (slow.__dict__["query"], slow.__dict__["kind"]) == (f"label={DOG}&not=/m/06npx", "facets")


def test_every_line_of_a_server_is_json(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", {"LOG_FORMAT": "json", "ACCESS_LOG": "1"})
    site.manage("migrate", "-v0")
    (site.data_dir / "staticfiles").mkdir()
    with site.served() as url:
        httpx.get(f"{url}/readyz", headers={"X-Request-ID": GIVEN}, trust_env=False)
    [log] = site.data_dir.glob("gunicorn-*.log")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"django.request", "gunicorn.error", "gunicorn.access"} <= {line["logger"] for line in lines}
    [failed] = [line for line in lines if line["logger"] == "django.request"]
    assert (failed["request_id"], failed["status_code"]) == (GIVEN, 503)
    assert any(GIVEN in line["message"] for line in lines if line["logger"] == "gunicorn.access")
